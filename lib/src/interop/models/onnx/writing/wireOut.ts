/**
 * The wire format of protocol buffers, written (protobuf.dev, "Encoding"): what `wire.ts` reads.
 * A message is its fields one after the other.
 */
export type Part = Uint8Array;

/** A whole number of up to 64 bits, seven bits a byte, the lowest first; −1 takes ten bytes. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128);
  return [...bytes, Number(left)];
}

const [VARINT, BYTES, FOUR_BYTES] = [0, 2, 5];
const tag = (number: number, type: number): number[] => varint(number * 8 + type);

/** The fields of a message together. */
export function joined(...parts: readonly Part[]): Part {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A whole number. */
export const integer = (number: number, value: number): Part =>
  Uint8Array.from([...tag(number, VARINT), ...varint(value)]);

/** Bytes, or the fields of a message inside. */
export const bytes = (number: number, ...held: readonly Part[]): Part => {
  const length = held.reduce((sum, part) => sum + part.length, 0);
  return joined(Uint8Array.from([...tag(number, BYTES), ...varint(length)]), ...held);
};

export const text = (number: number, value: string): Part =>
  bytes(number, new TextEncoder().encode(value));

/** A number of single precision. */
export const float = (number: number, value: number): Part =>
  joined(Uint8Array.from(tag(number, FOUR_BYTES)), floatBytes([value]));

const LARGEST = 3.4028234663852886e38;

/** Numbers of single precision, the lowest byte first; what is beyond is the largest there is. */
export function floatBytes(values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (let k = 0; k < values.length; k++)
    view.setFloat32(4 * k, Math.min(Math.max(values[k], -LARGEST), LARGEST), true);
  return new Uint8Array(view.buffer);
}

/** Whole numbers of 64 bits, likewise. */
export function integerBytes(values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  for (let k = 0; k < values.length; k++) view.setBigInt64(8 * k, BigInt(values[k]), true);
  return new Uint8Array(view.buffer);
}
