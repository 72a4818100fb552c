import { halfPrecision } from "../../../../core/files/halfPrecision.js";
import type { IntegerReader } from "../../../../core/files/largeIntegers.js";
import type { NtupleColumn } from "./schema.js";

/** Makes numbers of the elements of a page, whose bytes are in order. */
type Decode = (view: DataView, out: Float64Array, integers: IntegerReader) => void;

interface Encoding {
  /** Bits of an element; undefined where the column says. */
  readonly bits: number | undefined;
  /** Bytes of an element that are stored apart: all first ones, then all second ones, … */
  readonly split: number;
  readonly decode: Decode;
}

type ReadElement = (view: DataView, at: number, integers: IntegerReader) => number;

const each =
  (read: ReadElement, bytes: number): Decode =>
  (view, out, integers) => {
    for (let k = 0; k < out.length; k++) out[k] = read(view, k * bytes, integers);
  };

/** Differences to the number before, from the begin of the page on. */
const summed =
  (decode: Decode): Decode =>
  (view, out, integers) => {
    decode(view, out, integers);
    for (let k = 1; k < out.length; k++) out[k] += out[k - 1];
  };

/** 0, −1, 1, −2, 2, … as 0, 1, 2, 3, 4, … */
const zigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);
const zigzag64 = (view: DataView, at: number, integers: IntegerReader): number => {
  const exact = view.getBigUint64(at, true);
  return integers.of((exact >> 1n) ^ -(exact & 1n));
};

const i8 = each((view, at) => view.getInt8(at), 1);
const u8 = each((view, at) => view.getUint8(at), 1);
const i16 = each((view, at) => view.getInt16(at, true), 2);
const u16 = each((view, at) => view.getUint16(at, true), 2);
const i32 = each((view, at) => view.getInt32(at, true), 4);
const u32 = each((view, at) => view.getUint32(at, true), 4);
const i64 = each((view, at, integers) => integers.signed(view, at, true), 8);
const u64 = each((view, at, integers) => integers.unsigned(view, at, true), 8);
const f16 = each((view, at) => halfPrecision(view.getUint16(at, true)), 2);
const f32 = each((view, at) => view.getFloat32(at, true), 4);
const f64 = each((view, at) => view.getFloat64(at, true), 8);
const bit: Decode = (view, out) => {
  for (let k = 0; k < out.length; k++) out[k] = (view.getUint8(k >> 3) >> (k & 7)) & 1;
};

const plain = (bits: number, decode: Decode): Encoding => ({ bits, split: 0, decode });
const split = (bits: number, decode: Decode): Encoding => ({ bits, split: bits / 8, decode });

/**
 * By the number of the type of a column; texts (2) and switches of variants (16) are no numbers.
 */
const encodings: Readonly<Record<number, Encoding>> = {
  0x00: plain(1, bit),
  0x01: plain(8, u8),
  0x03: plain(8, i8),
  0x04: plain(8, u8),
  0x05: plain(16, i16),
  0x06: plain(16, u16),
  0x07: plain(32, i32),
  0x08: plain(32, u32),
  0x09: plain(64, i64),
  0x0a: plain(64, u64),
  0x0b: plain(16, f16),
  0x0c: plain(32, f32),
  0x0d: plain(64, f64),
  0x0e: plain(32, u32),
  0x0f: plain(64, u64),
  0x11: split(
    16,
    each((view, at) => zigzag(view.getUint16(at, true)), 2),
  ),
  0x12: split(16, u16),
  0x13: split(
    32,
    each((view, at) => zigzag(view.getUint32(at, true)), 4),
  ),
  0x14: split(32, u32),
  0x15: split(64, each(zigzag64, 8)),
  0x16: split(64, u64),
  0x18: split(32, f32),
  0x19: split(64, f64),
  0x1a: split(32, summed(u32)),
  0x1b: split(64, summed(u64)),
};
const [TRUNCATED, QUANTISED] = [0x1c, 0x1d];

/** Columns that say where the lists of a field end. */
export const isIndex = ({ type }: NtupleColumn): boolean => [0x0e, 0x0f, 0x1a, 0x1b].includes(type);

/** Whether the elements of a column are numbers that are read. */
export function isNumeric({ type, bits, range }: NtupleColumn): boolean {
  if (type === TRUNCATED) return bits >= 10 && bits <= 31;
  if (type === QUANTISED) return bits >= 1 && bits <= 32 && range !== undefined;
  return Object.hasOwn(encodings, type) && encodings[type].bits === bits;
}

/** Bytes of a page that is not packed. */
export const pageBytes = ({ bits }: NtupleColumn, elements: number): number =>
  Math.ceil((elements * bits) / 8);

/** The numbers of a page. */
export function decodePage(
  column: NtupleColumn,
  view: DataView,
  count: number,
  integers: IntegerReader,
): Float64Array {
  const out = new Float64Array(count);
  if (column.type === TRUNCATED || column.type === QUANTISED) fewBits(column, view, out);
  else {
    const { split: width, decode } = encodings[column.type];
    decode(width > 0 ? together(view, width, count) : view, out, integers);
  }
  return out;
}

/** Byte b of element k is stored as byte b · count + k. */
function together(view: DataView, width: number, count: number): DataView {
  const out = new DataView(new ArrayBuffer(width * count));
  for (let b = 0; b < width; b++) {
    for (let k = 0; k < count; k++) out.setUint8(k * width + b, view.getUint8(b * count + k));
  }
  return out;
}

/**
 * Reals in a few bits, one after the other from the lowest bit on: the upper bits of a single, or
 * steps of a range, x = least + q (most − least) / (2ⁿ − 1).
 */
function fewBits({ type, bits, range }: NtupleColumn, view: DataView, out: Float64Array): void {
  const single = new DataView(new ArrayBuffer(4));
  const [least, most] = range ?? [0, 0];
  const step = (most - least) / (2 ** bits - 1);
  for (let k = 0; k < out.length; k++) {
    const value = bitsAt(view, k * bits, bits);
    if (type === QUANTISED) out[k] = least + value * step;
    else {
      single.setUint32(0, value * 2 ** (32 - bits));
      out[k] = single.getFloat32(0);
    }
  }
}

function bitsAt(view: DataView, first: number, count: number): number {
  let value = 0;
  for (let k = 0; k < count; k++) {
    const place = first + k;
    if ((view.getUint8(place >> 3) >> (place & 7)) & 1) value += 2 ** k;
  }
  return value;
}
