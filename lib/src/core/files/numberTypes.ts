import type { IntegerReader } from "./largeIntegers.js";
import { npyReadable } from "./npyElements.js";

/** How a kind of number lies in a file, and how a double is made of it. */
export interface NumberType {
  readonly bytes: number;
  /**
   * @param little    whether the lowest byte comes first
   * @param integers  what is done with integers of 64 bits that no double equals
   */
  read(view: DataView, at: number, little: boolean, integers: IntegerReader): number;
}

/** Kinds of numbers by the names that NumPy, PyTorch and ml_dtypes give them. */
export type NumberTypeName =
  | "float64"
  | "float32"
  | "float16"
  | "bfloat16"
  | "float8_e4m3fn"
  | "float8_e5m2"
  | "float8_e4m3fnuz"
  | "float8_e5m2fnuz"
  | "float8_e8m0fnu"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint64"
  | "uint32"
  | "uint16"
  | "uint8"
  | "bool";

/** What the highest exponent of a small format means, see `smallFloats`. */
type Ends = "ieee" | "fn" | "fnuz";

/**
 * All values of a format of eight bits by their bits: a sign, E of the exponent, F of the fraction.
 *
 *   x = ±2^(e − bias) (1 + f / 2^F);   e = 0: x = ±2^(1 − bias) f / 2^F
 *
 * "ieee": the highest exponent is ∞ (f = 0) and NaN. "fn": it is finite, NaN where all bits are
 * set (OCP 8-bit Floating Point Specification 1.0). "fnuz": it is finite, NaN in the place of −0.
 */
function smallFloats(fractionBits: number, bias: number, ends: Ends): Float64Array {
  const highest = 2 ** (7 - fractionBits) - 1;
  const parts = 2 ** fractionBits;
  return Float64Array.from({ length: 256 }, (_, bits) => {
    const sign = bits >= 128 ? -1 : 1;
    const exponent = (bits >> fractionBits) & highest;
    const fraction = bits & (parts - 1);
    if (ends === "ieee" && exponent === highest) return fraction > 0 ? NaN : sign * Infinity;
    if (ends === "fn" && (bits & 127) === 127) return NaN;
    if (ends === "fnuz" && bits === 128) return NaN;
    if (exponent === 0) return sign * 2 ** (1 - bias) * (fraction / parts);
    return sign * 2 ** (exponent - bias) * (1 + fraction / parts);
  });
}

/** A format of eight bits; its table is made when the first such number is read. */
function tabled(make: () => Float64Array): NumberType {
  let values: Float64Array | undefined;
  return { bytes: 1, read: (view, at) => (values ??= make())[view.getUint8(at)] };
}

const bits = new Int32Array(1);
const bitsAsFloat = new Float32Array(bits.buffer);

/** The upper half of a float32. */
const bfloat16: NumberType = {
  bytes: 2,
  read(view, at, little) {
    bits[0] = view.getUint16(at, little) << 16;
    return bitsAsFloat[0];
  },
};

/** How each is read. */
export const numberTypes: Readonly<Record<NumberTypeName, NumberType>> = {
  float64: npyReadable.f8,
  float32: npyReadable.f4,
  float16: npyReadable.f2,
  bfloat16,
  float8_e4m3fn: tabled(() => smallFloats(3, 7, "fn")),
  float8_e5m2: tabled(() => smallFloats(2, 15, "ieee")),
  float8_e4m3fnuz: tabled(() => smallFloats(3, 8, "fnuz")),
  float8_e5m2fnuz: tabled(() => smallFloats(2, 16, "fnuz")),
  float8_e8m0fnu: tabled(() =>
    Float64Array.from({ length: 256 }, (_, e) => (e === 255 ? NaN : 2 ** (e - 127))),
  ),
  int64: npyReadable.i8,
  int32: npyReadable.i4,
  int16: npyReadable.i2,
  int8: npyReadable.i1,
  uint64: npyReadable.u8,
  uint32: npyReadable.u4,
  uint16: npyReadable.u2,
  uint8: npyReadable.u1,
  bool: { bytes: 1, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
};

/** Whether there is such a kind. */
export const isNumberType = (name: string): name is NumberTypeName =>
  Object.hasOwn(numberTypes, name);
