import { isGlobal, type PickleValue } from "./pickleValue.js";

/**
 * Kinds of numbers in storages, by the name of their class, and the bytes of one; those of a
 * fraction of a byte count as one.
 */
const types: Readonly<Record<string, readonly [type: string, bytes: number]>> = {
  Double: ["float64", 8],
  Float: ["float32", 4],
  Half: ["float16", 2],
  BFloat16: ["bfloat16", 2],
  Long: ["int64", 8],
  Int: ["int32", 4],
  Short: ["int16", 2],
  Char: ["int8", 1],
  Byte: ["uint8", 1],
  Bool: ["bool", 1],
  Untyped: ["uint8", 1],
  ComplexDouble: ["complex128", 16],
  ComplexFloat: ["complex64", 8],
  ComplexHalf: ["complex32", 4],
  QInt32: ["qint32", 4],
  QInt8: ["qint8", 1],
  QUInt8: ["quint8", 1],
  QUInt4x2: ["quint4x2", 1],
  QUInt2x4: ["quint2x4", 1],
};

function entryOf(own: PickleValue): readonly [string, number] | undefined {
  const name = isGlobal(own)
    ? /^torch(?:\.cuda|\.storage)? (\w+)Storage$/.exec(own.global)?.[1]
    : undefined;
  return name !== undefined && Object.hasOwn(types, name) ? types[name] : undefined;
}

/** "float32" of torch.FloatStorage; undefined for what is no storage that is known. */
export const typeOfStorage = (own: PickleValue): string | undefined => entryOf(own)?.[0];
/** 4 of torch.FloatStorage. */
export const bytesOfStorage = (own: PickleValue): number | undefined => entryOf(own)?.[1];
