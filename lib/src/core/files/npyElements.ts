import { halfPrecision } from "./halfPrecision.js";
import type { IntegerReader } from "./largeIntegers.js";

/**
 * Element types that are written, by numpy's names: doubles, singles, integers of 8, 4, 2 and 1
 * bytes with and without sign, booleans.
 */
export type NpyDtype = "f8" | "f4" | "i8" | "i4" | "i2" | "i1" | "u8" | "u4" | "u2" | "u1" | "b1";

/** How numbers of one type lie in a file. */
export interface NpyElement {
  readonly bytes: number;
  /** Whole numbers that are written; absent for floating point. */
  readonly range?: readonly [number, number];
  read(view: DataView, at: number, little: boolean, integers: IntegerReader): number;
  write(view: DataView, at: number, value: number): void;
}

const SAFE = Number.MAX_SAFE_INTEGER; // beyond it doubles skip integers
const signedRange = (bits: number): readonly [number, number] => [
  -(2 ** (bits - 1)),
  2 ** (bits - 1) - 1,
];
const unsignedRange = (bits: number): readonly [number, number] => [0, 2 ** bits - 1];

/** Types that are read and written. */
export const npyElements: Readonly<Record<NpyDtype, NpyElement>> = {
  f8: {
    bytes: 8,
    read: (view, at, little) => view.getFloat64(at, little),
    write: (view, at, value) => view.setFloat64(at, value, true),
  },
  f4: {
    bytes: 4,
    read: (view, at, little) => view.getFloat32(at, little),
    write: (view, at, value) => view.setFloat32(at, value, true),
  },
  i8: {
    bytes: 8,
    range: [-SAFE, SAFE],
    read: (view, at, little, integers) => integers.signed(view, at, little),
    write: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  },
  i4: {
    bytes: 4,
    range: signedRange(32),
    read: (view, at, little) => view.getInt32(at, little),
    write: (view, at, value) => view.setInt32(at, value, true),
  },
  i2: {
    bytes: 2,
    range: signedRange(16),
    read: (view, at, little) => view.getInt16(at, little),
    write: (view, at, value) => view.setInt16(at, value, true),
  },
  i1: {
    bytes: 1,
    range: signedRange(8),
    read: (view, at) => view.getInt8(at),
    write: (view, at, value) => view.setInt8(at, value),
  },
  u8: {
    bytes: 8,
    range: [0, SAFE],
    read: (view, at, little, integers) => integers.unsigned(view, at, little),
    write: (view, at, value) => view.setBigUint64(at, BigInt(value), true),
  },
  u4: {
    bytes: 4,
    range: unsignedRange(32),
    read: (view, at, little) => view.getUint32(at, little),
    write: (view, at, value) => view.setUint32(at, value, true),
  },
  u2: {
    bytes: 2,
    range: unsignedRange(16),
    read: (view, at, little) => view.getUint16(at, little),
    write: (view, at, value) => view.setUint16(at, value, true),
  },
  u1: {
    bytes: 1,
    range: unsignedRange(8),
    read: (view, at) => view.getUint8(at),
    write: (view, at, value) => view.setUint8(at, value),
  },
  b1: {
    bytes: 1,
    range: [0, 1],
    read: (view, at) => view.getUint8(at),
    write: (view, at, value) => view.setUint8(at, value),
  },
};

/** Types that are read: those written, and half precision. */
export const npyReadable: Readonly<Record<string, Pick<NpyElement, "bytes" | "read">>> = {
  ...npyElements,
  f2: { bytes: 2, read: (view, at, little) => halfPrecision(view.getUint16(at, little)) },
};
