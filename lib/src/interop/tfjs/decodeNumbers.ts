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

/** A number of IEEE 754 half precision from its bits: sign, 5 of exponent, 10 of fraction. */
export function halfPrecision(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
