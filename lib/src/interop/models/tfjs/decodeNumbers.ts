import { halfPrecision } from "../../../core/files/halfPrecision.js";

interface NumberType {
  readonly bytes: number;
  read(view: DataView, at: number): number;
}

/** How numbers may be stored, little-endian; quantised ones as whole numbers. */
export const numberTypes: Readonly<Record<string, NumberType>> = {
  float32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  int32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  bool: { bytes: 1, read: (view, at) => view.getUint8(at) },
  uint8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  uint16: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  float16: { bytes: 2, read: (view, at) => halfPrecision(view.getUint16(at, true)) },
};

/** `count` numbers of a type. */
export function decodeNumbers(type: string, bytes: Uint8Array, count: number): Float32Array {
  const { bytes: width, read } = numberTypes[type];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: count }, (_, p) => read(view, width * p));
}
