import { halfPrecision } from "../../../core/files/halfPrecision.js";
import {
  integerReader,
  type IntegerReader,
  type LargeIntegers,
} from "../../../core/files/largeIntegers.js";
import type { BitLayout, FloatLayout, IntegerLayout } from "./datatype.js";

/**
 * Numbers from their bytes, little-endian, whatever bits they have: standard ones directly, others
 * by their sign, exponent and mantissa. What has more digits than a double is rounded.
 * @param large  what becomes of integers that no double equals
 * @param what   what errors call the dataset
 * @throws DataError naming the entry of such an integer
 */
export function decodeNumbers(
  bytes: Uint8Array,
  layout: BitLayout,
  count: number,
  large: LargeIntegers,
  what: string,
): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let k = 0;
  const integers = integerReader(large, () => `${what}: entry ${k} of what is read`);
  const read =
    layout.kind === "float" ? floatReader(view, layout) : integerAt(view, layout, integers);
  const values = new Float64Array(count);
  for (; k < count; k++) values[k] = read(k * layout.bytes);
  return values;
}

type Read = (at: number) => number;

function integerAt(view: DataView, layout: IntegerLayout, integers: IntegerReader): Read {
  const { bytes, offset, precision, signed } = layout;
  if (precision === 8 * bytes) {
    switch (bytes) {
      case 1:
        return signed ? (at) => view.getInt8(at) : (at) => view.getUint8(at);
      case 2:
        return signed ? (at) => view.getInt16(at, true) : (at) => view.getUint16(at, true);
      case 4:
        return signed ? (at) => view.getInt32(at, true) : (at) => view.getUint32(at, true);
      case 8:
        return (at) => (signed ? integers.signed : integers.unsigned)(view, at, true);
    }
  }
  return (at) => {
    const raw = (bits(view, at, bytes) >> BigInt(offset)) & mask(precision);
    return integers.of(signed ? BigInt.asIntN(precision, raw) : raw);
  };
}

function floatReader(view: DataView, layout: FloatLayout): Read {
  if (isIeee(layout, 10, 5)) return (at) => halfPrecision(view.getUint16(at, true));
  if (isIeee(layout, 23, 8)) return (at) => view.getFloat32(at, true);
  if (isIeee(layout, 52, 11)) return (at) => view.getFloat64(at, true);
  return (at) => floatOf(bits(view, at, layout.bytes), layout);
}

/** Sign, exponent and mantissa from the first bit down, as IEEE 754 has them. */
const isIeee = (layout: FloatLayout, mantissa: number, exponent: number): boolean =>
  8 * layout.bytes === mantissa + exponent + 1 &&
  layout.mantissa[1] === mantissa &&
  layout.mantissa[0] === 0 &&
  layout.exponent[0] === mantissa &&
  layout.exponent[1] === exponent &&
  layout.sign === mantissa + exponent &&
  layout.implied &&
  layout.bias === 2 ** (exponent - 1) - 1;

function floatOf(raw: bigint, { sign, exponent, mantissa, bias, implied }: FloatLayout): number {
  const field = ([first, count]: readonly [number, number]): bigint =>
    (raw >> BigInt(first)) & mask(count);
  const [power, digits] = [Number(field(exponent)), field(mantissa)];
  const signed = (raw >> BigInt(sign)) & 1n ? -1 : 1;
  const rest = implied ? digits : digits & mask(mantissa[1] - 1);
  if (power === 2 ** exponent[1] - 1) return rest === 0n ? signed * Infinity : NaN;
  const whole = implied && power > 0 ? digits + (1n << BigInt(mantissa[1])) : digits;
  const scale = Math.max(power, 1) - bias - mantissa[1] + (implied ? 0 : 1);
  // in two steps, as the power alone may leave the range of doubles
  const half = Math.trunc(scale / 2);
  return signed * Number(whole) * 2 ** half * 2 ** (scale - half);
}

const mask = (count: number): bigint => (1n << BigInt(count)) - 1n;

function bits(view: DataView, at: number, bytes: number): bigint {
  let value = 0n;
  for (let k = bytes - 1; k >= 0; k--) value = (value << 8n) | BigInt(view.getUint8(at + k));
  return value;
}
