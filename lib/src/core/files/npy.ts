import { ConfigError, DataError } from "../errors.js";
import { formatError } from "./formatError.js";
import { integerReader, type LargeIntegers } from "./largeIntegers.js";
import { npyElements, npyReadable, type NpyDtype } from "./npyElements.js";
import { quoted } from "../printable.js";
import { size, type Tensor } from "../tensor.js";

export type { NpyDtype };

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
const CURE = "Fetch or generate the file again.";

interface Header {
  readonly dtype: string;
  readonly little: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/** What the letter of a type that is not read means, and what to do with it. */
const kinds: Readonly<Record<string, readonly [meaning: string, cure: string]>> = {
  c: ["complex numbers", "Save real and imaginary part, x.real and x.imag, on their own"],
  O: ["Python objects", 'Convert it in numpy with .astype("f8")'],
  U: ["texts", "Save numbers that stand for them"],
  S: ["texts", "Save numbers that stand for them"],
  a: ["texts", "Save numbers that stand for them"],
  V: ["records or raw bytes", "Save each field on its own"],
  M: ["dates", 'Convert it in numpy with .astype("i8"), or to a difference in seconds'],
  m: [
    "differences of time",
    'Convert it in numpy, e.g. to seconds with x / numpy.timedelta64(1, "s")',
  ],
};

function refuseType(name: string, descr: string): never {
  const known = Object.keys(npyReadable).join(", ");
  const kind = Object.hasOwn(kinds, descr[1] ?? "") ? kinds[descr[1]] : undefined;
  const meaning = kind ? `, and these are ${kind[0]}` : "";
  const fact = `holds elements of type ${quoted(descr)}; read are ${known}${meaning}`;
  const cure = kind?.[1] ?? 'Convert it in numpy with .astype("f8")';
  throw new DataError(`${name}: ${fact}. ${cure}.`, { file: name, descr });
}

/**
 * The fields of the header, a Python dictionary such as
 * `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }`; Python 2 wrote `(3L, 2L)`.
 */
function parseHeader(text: string, name: string): Header {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\dL\s,]*)\)/.exec(text)?.[1];
  if (/'descr'\s*:\s*\[/.test(text)) {
    const cure = "Save each field on its own.";
    throw new DataError(
      `${name}: holds records (a numpy structured array); only plain arrays are read. ${cure}`,
      { file: name },
    );
  }
  if (descr === undefined || order === undefined || shape === undefined) {
    const fact = `the .npy header ${quoted(text.trim(), 200)} lacks descr, fortran_order or shape`;
    throw new DataError(`${name}: ${fact}. ${CURE}`, { file: name });
  }
  const dtype = descr.slice(1);
  if (!/^[<>|=]/.test(descr) || !Object.hasOwn(npyReadable, dtype)) refuseType(name, descr);
  const extents = shape
    .split(",")
    .map((extent) => extent.trim())
    .filter((extent) => extent !== "");
  const wrong = extents.find((extent) => !/^\d+L?$/.test(extent));
  if (wrong !== undefined) {
    throw new DataError(`${name}: the extent ${quoted(wrong)} in its shape is no number. ${CURE}`, {
      file: name,
    });
  }
  const numbers = extents.map((extent) => Number(extent.replace("L", "")));
  return { dtype, little: descr[0] !== ">", fortranOrder: order === "True", shape: numbers };
}

/** Limits of `readNpy`, and what becomes of large integers. */
export interface ParseNpyOptions {
  /** Most numbers that are read (default: as many as the file holds, which its length bounds). */
  readonly maximumEntries?: number;
  /** What becomes of integers that no double equals (default "exact": they are refused). */
  readonly integers?: LargeIntegers;
}

/**
 * The array in the bytes of a .npy file, versions 1 to 3, as doubles in row-major order; Fortran
 * order is rearranged, either order of bytes is read.
 * @param bytes  the whole file
 * @param name   what errors call it
 * @throws DataError if it is not such a file, ends early, goes on too long, holds too many numbers,
 *   another type, or an integer that no double equals
 */
export function parseNpy(bytes: Uint8Array, name: string, options: ParseNpyOptions = {}): Tensor {
  const pieces = npyPieces(bytes.length, name, options);
  pieces.push(bytes);
  return pieces.end();
}

/** Takes the bytes of a .npy file in pieces of any length. */
export interface NpyPieces {
  push(bytes: Uint8Array): void;
  end(): Tensor;
}

/**
 * `parseNpy` of bytes that come one after the other: beside the numbers only a piece is held.
 * @param length  how many bytes will come
 */
export function npyPieces(
  length: number,
  name: string,
  { maximumEntries = Infinity, integers = "exact" }: ParseNpyOptions = {},
): NpyPieces {
  let rest = new Uint8Array(0);
  let begun: Begun | undefined;
  const begin = (bytes: Uint8Array): number => {
    const found = readHeader(bytes, length, name);
    if (!found) return 0;
    const { header, start } = found;
    checkLength(header, start, length, name, maximumEntries);
    const data = new Float64Array(size(header.shape));
    const take = elementTaker(header, data, integers, name);
    begun = { header, data, take, left: length - start };
    return start;
  };
  return {
    push(bytes) {
      let all = joined(rest, bytes);
      if (!begun) all = all.subarray(begin(all));
      const taken = begun?.take(all) ?? 0;
      if (begun) begun.left -= taken;
      rest = all.slice(taken);
    },
    end() {
      if (!begun) throw cutHeader(name);
      if (begun.left !== 0) {
        throw new DataError(`${name}: was cut off while it was read. ${CURE}`, { file: name });
      }
      return { shape: begun.header.shape, data: begun.data };
    },
  };
}

/** What the header has told. */
interface Begun {
  readonly header: Header;
  readonly data: Float64Array;
  take(bytes: Uint8Array): number;
  /** Bytes that are still to come. */
  left: number;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  if (one.length === 0) return other as Uint8Array<ArrayBuffer>;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function checkLength(
  { dtype, shape }: Header,
  start: number,
  length: number,
  name: string,
  maximumEntries: number,
): void {
  const count = size(shape);
  const expected = start + count * npyReadable[dtype].bytes;
  if (length !== expected) {
    const what = `shape [${shape}] of ${dtype} needs ${expected} bytes, found ${length}`;
    const fault = length < expected ? "cut off" : "too long";
    throw new DataError(`${name}: is ${fault}; ${what}. ${CURE}`, {
      file: name,
      expected,
      found: length,
    });
  }
  if (count > maximumEntries) {
    const fact = `${name}: holds ${count} numbers, at most ${maximumEntries} are read`;
    throw new DataError(`${fact}. Save the rows that are wanted to a smaller file.`, {
      file: name,
      count,
    });
  }
}

/** Puts whole elements of pieces into their places; returns how many bytes it took. */
function elementTaker(
  { dtype, little, fortranOrder, shape }: Header,
  data: Float64Array,
  integers: LargeIntegers,
  name: string,
): (bytes: Uint8Array) => number {
  const element = npyReadable[dtype];
  const next = fortranOrder ? columnMajor(shape) : undefined;
  let k = 0;
  const reader = integerReader(integers, () => `${name}: entry ${k}`);
  return (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const whole = Math.min(data.length - k, Math.floor(bytes.length / element.bytes));
    for (let i = 0; i < whole; i++, k++) {
      data[next ? next() : k] = element.read(view, i * element.bytes, little, reader);
    }
    return whole * element.bytes;
  };
}

/** Longest header that is read; numpy itself takes no more than 10,000 bytes unasked. */
const LONGEST_HEADER = 2 ** 20;

/** The header, and where the numbers begin; undefined where the bytes do not yet reach it. */
function readHeader(
  bytes: Uint8Array,
  length: number,
  name: string,
): { header: Header; start: number } | undefined {
  if (MAGIC.some((byte, i) => i < bytes.length && bytes[i] !== byte) || length < MAGIC.length) {
    throw formatError(name, bytes, "a .npy file", "Save it with numpy.save.");
  }
  if (length < 10) throw cutHeader(name);
  if (bytes.length < 12 && bytes.length < length) return undefined;
  const version = bytes[6];
  if (version < 1 || version > 3) {
    const fact = `${name}: is of .npy version ${version}; versions 1 to 3 are read`;
    throw new DataError(`${fact}. Save it again with numpy.save.`, { file: name, version });
  }
  const headerAt = version === 1 ? 10 : 12;
  if (length < headerAt) throw cutHeader(name);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = headerAt + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > length) throw cutHeader(name, `; ${start} bytes expected, ${length} found`);
  if (start > LONGEST_HEADER) {
    const fact = `${name}: has a header of ${start} bytes, at most ${LONGEST_HEADER} are read`;
    throw new DataError(`${fact}. ${CURE}`, { file: name });
  }
  if (start > bytes.length) return undefined;
  const text = new TextDecoder().decode(bytes.subarray(headerAt, start));
  return { header: parseHeader(text, name), start };
}

const cutHeader = (name: string, wanted: string = ""): DataError =>
  new DataError(`${name}: is cut off inside its header${wanted}. ${CURE}`, { file: name });

/**
 * Places in row-major order (last index fastest) of entries in column-major order (first index
 * fastest).
 */
function columnMajor(shape: readonly number[]): () => number {
  const strides: number[] = [];
  let stride = size(shape);
  for (const extent of shape) strides.push((stride /= extent || 1));
  const index = shape.map(() => 0);
  let at = 0;
  return () => {
    const place = at;
    for (let axis = 0; axis < shape.length; axis++) {
      at += strides[axis];
      if (++index[axis] < shape[axis]) break;
      at -= index[axis] * strides[axis];
      index[axis] = 0;
    }
    return place;
  };
}

/**
 * The bytes of a .npy file, version 1.0 (2.0 if the header needs it), row-major, little-endian;
 * the same bytes as numpy writes.
 * @param options.dtype  "f8" by default; "f4" rounds
 * @throws ConfigError naming the first entry that an integer type cannot hold exactly
 */
export function encodeNpy(array: Tensor, options: { dtype?: NpyDtype } = {}): Uint8Array {
  const dtype = options.dtype ?? "f8";
  if (!Object.hasOwn(npyElements, dtype)) {
    throw new ConfigError(
      `encodeNpy: dtype is "${dtype}"; it must be one of ${Object.keys(npyElements).join(", ")}.`,
      { dtype },
    );
  }
  const element = npyElements[dtype];
  const shape = array.shape.length === 1 ? `(${array.shape[0]},)` : `(${array.shape.join(", ")})`;
  const descr = `${element.bytes === 1 ? "|" : "<"}${dtype}`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const version = dictionary.length + 64 > 65535 ? 2 : 1;
  const headerAt = version === 1 ? 10 : 12;
  const start = Math.ceil((headerAt + dictionary.length + 1) / 64) * 64; // as numpy aligns
  const bytes = new Uint8Array(start + array.data.length * element.bytes).fill(
    0x20,
    headerAt,
    start,
  );
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  bytes[6] = version;
  if (version === 1) view.setUint16(8, start - headerAt, true);
  else view.setUint32(8, start - headerAt, true);
  bytes.set(new TextEncoder().encode(dictionary), headerAt);
  bytes[start - 1] = 0x0a;
  for (let k = 0; k < array.data.length; k++) {
    const value = array.data[k];
    if (
      element.range &&
      !(Number.isInteger(value) && value >= element.range[0] && value <= element.range[1])
    ) {
      const range = `${dtype} holds whole numbers from ${element.range[0]} to ${element.range[1]}`;
      throw new ConfigError(`encodeNpy: entry ${k} is ${value}; ${range}. Use f8.`, {
        entry: k,
        value,
      });
    }
    element.write(view, start + k * element.bytes, value);
  }
  return bytes;
}
