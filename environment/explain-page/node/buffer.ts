// Stands for Node's Buffer in the page's worker, as far as the library reads with it.

type Source = string | ArrayLike<number> | ArrayBufferLike;

/** Bytes that numbers and texts are read from. */
export class Buffer extends Uint8Array {
  /** Parts of a buffer, and copies, are buffers. */
  static override from(source: unknown, coding?: unknown, length?: unknown): Buffer {
    const from = source as Source;
    if (typeof from === "string") return encoded(from, coding as string | undefined);
    if (from instanceof ArrayBuffer)
      return new Buffer(from, (coding as number | undefined) ?? 0, length as number | undefined);
    return new Buffer(Array.isArray(from) ? from : copied(from as ArrayLike<number>));
  }
  static alloc(length: number): Buffer {
    return new Buffer(length);
  }
  static allocUnsafe(length: number): Buffer {
    return new Buffer(length);
  }
  static byteLength(text: string): number {
    return new TextEncoder().encode(text).length;
  }
  static concat(parts: readonly Uint8Array[]): Buffer {
    const whole = new Buffer(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  override toString(coding = "utf8", from = 0, to = this.length): string {
    const part = this.subarray(from, to);
    if (coding === "utf8") return new TextDecoder("utf-8", { ignoreBOM: true }).decode(part);
    if (coding === "hex")
      return Array.from(part, (byte) => byte.toString(16).padStart(2, "0")).join("");
    let text = "";
    for (const byte of part) text += String.fromCharCode(byte);
    return text;
  }
  equals(other: Uint8Array): boolean {
    return this.length === other.length && this.every((byte, k) => byte === other[k]);
  }
  readUInt16LE(at = 0): number {
    return this.#view.getUint16(at, true);
  }
  readUInt32LE(at = 0): number {
    return this.#view.getUint32(at, true);
  }
  readInt32LE(at = 0): number {
    return this.#view.getInt32(at, true);
  }
  readBigUInt64LE(at = 0): bigint {
    return this.#view.getBigUint64(at, true);
  }
  readBigInt64LE(at = 0): bigint {
    return this.#view.getBigInt64(at, true);
  }
  readDoubleBE(at = 0): number {
    return this.#view.getFloat64(at);
  }
  readUIntLE(at: number, width: number): number {
    let value = 0;
    for (let k = width - 1; k >= 0; k--) value = 256 * value + this.#view.getUint8(at + k);
    return value;
  }

  get #view(): DataView {
    return new DataView(this.buffer, this.byteOffset, this.length);
  }
}

const copied = (from: ArrayLike<number>): Uint8Array<ArrayBuffer> => Uint8Array.from(from);

function encoded(text: string, coding = "utf8"): Buffer {
  if (coding === "latin1") return new Buffer(Array.from(text, (sign) => sign.charCodeAt(0)));
  return new Buffer(new TextEncoder().encode(text).buffer);
}
