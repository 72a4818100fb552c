/** How a number lies in its bytes, as the datatype message of an HDF5 file says. */
export type BitLayout = IntegerLayout | FloatLayout;

interface Bits {
  /** Bytes of one number. */
  readonly bytes: number;
  /** The first bit that counts, and how many do; others are padding. */
  readonly offset: number;
  readonly precision: number;
}

export interface IntegerLayout extends Bits {
  readonly kind: "integer";
  readonly signed: boolean;
}

export interface FloatLayout extends Bits {
  readonly kind: "float";
  readonly sign: number;
  readonly exponent: readonly [first: number, count: number];
  readonly mantissa: readonly [first: number, count: number];
  readonly bias: number;
  /**
   * Whether the leading 1 of the mantissa is left out (IEEE), or stands in it (extended
   * precision).
   */
  readonly implied: boolean;
}

/** Classes of datatypes, by their number in the file. */
const [FIXED, FLOAT, BITFIELD, ENUM, ARRAY] = [0, 1, 4, 8, 10];

/**
 * The layout of the numbers of a datatype message, those of an enumeration or array too; undefined
 * for what are no numbers, and for a message that cannot be read.
 *
 *   class and version, 24 bits of flags, size, then by class (HDF5 File Format Specification 4.0,
 *   IV.A.2.d)
 */
export function bitLayout(message: Buffer, depth: number = 0): BitLayout | undefined {
  if (message.length < 8 || depth > 2) return undefined;
  const [kind, version] = [message[0] & 15, message[0] >> 4];
  const flags = message.readUIntLE(1, 3);
  const bytes = message.readUInt32LE(4);
  const properties = message.subarray(8);
  if (kind === ENUM) return bitLayout(properties, depth + 1);
  if (kind === ARRAY) {
    const axes = properties[0] ?? 0;
    return bitLayout(properties.subarray(version < 3 ? 4 + 8 * axes : 1 + 4 * axes), depth + 1);
  }
  if (properties.length < (kind === FLOAT ? 12 : 4)) return undefined;
  const [offset, precision] = [properties.readUInt16LE(0), properties.readUInt16LE(2)];
  if (precision === 0 || offset + precision > 8 * bytes) return undefined;
  const bits = { bytes, offset, precision };
  if (kind === FIXED || kind === BITFIELD) {
    return { kind: "integer", ...bits, signed: kind === FIXED && (flags & 8) !== 0 };
  }
  return kind === FLOAT ? floatLayout(bits, flags, properties) : undefined;
}

function floatLayout(bits: Bits, flags: number, properties: Buffer): FloatLayout | undefined {
  const vax = (flags & 0x41) === 0x41;
  const normalisation = (flags >> 4) & 3; // 0 or 1: the leading bit is there, 2: left out
  const [first, exponents, start, mantissas] = properties.subarray(4, 8);
  const fits = [first + exponents, start + mantissas, ((flags >> 8) & 255) + 1].every(
    (end) => end <= 8 * bits.bytes,
  );
  if (vax || normalisation > 2 || exponents === 0 || exponents > 30 || !fits) {
    return undefined;
  }
  return {
    kind: "float",
    ...bits,
    sign: (flags >> 8) & 255,
    exponent: [first, exponents],
    mantissa: [start, mantissas],
    bias: properties.readUInt32LE(8),
    implied: normalisation === 2,
  };
}
