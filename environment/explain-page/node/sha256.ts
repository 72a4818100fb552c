// SHA-256 (FIPS 180-4), piece by piece: the browser's own takes a whole file, and answers later.

/** First 32 bits of the fractions of the square roots, or cube roots, of the first primes. */
function fractions(count: number, root: (prime: number) => number): Uint32Array {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++)
    if (!Array.from({ length: n }, (_, k) => k).some((k) => k > 1 && n % k === 0))
      found.push((root(n) % 1) * 2 ** 32);
  return Uint32Array.from(found);
}
const K = fractions(64, Math.cbrt);
const START = fractions(8, Math.sqrt);

const turned = (value: number, by: number): number => (value >>> by) | (value << (32 - by));

export class Sha256 {
  readonly #state = Uint32Array.from(START);
  readonly #block = new Uint8Array(64);
  readonly #words = new Uint32Array(64);
  #kept = 0;
  #length = 0;

  update(content: Uint8Array | string): this {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    this.#length += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const count = Math.min(64 - this.#kept, bytes.length - at);
      this.#block.set(bytes.subarray(at, at + count), this.#kept);
      this.#kept += count;
      at += count;
      if (this.#kept === 64) this.#mix();
    }
    return this;
  }

  /** Hexadecimal, whatever is asked. */
  digest(): string {
    const bits = 8 * this.#length;
    const rest = new Uint8Array(((119 - (this.#length % 64)) % 64) + 9);
    rest[0] = 128;
    const view = new DataView(rest.buffer);
    view.setUint32(rest.length - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(rest.length - 4, bits >>> 0);
    this.update(rest);
    return Array.from(this.#state, (word) => word.toString(16).padStart(8, "0")).join("");
  }

  #mix(): void {
    const w = this.#words;
    const view = new DataView(this.#block.buffer);
    for (let t = 0; t < 16; t++) w[t] = view.getUint32(4 * t);
    for (let t = 16; t < 64; t++) {
      const [a, b] = [w[t - 15], w[t - 2]];
      const s0 = turned(a, 7) ^ turned(a, 18) ^ (a >>> 3);
      const s1 = turned(b, 17) ^ turned(b, 19) ^ (b >>> 10);
      w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = this.#state;
    for (let t = 0; t < 64; t++) {
      const sum = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
      const one = (h + sum + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
      const two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, k) => (this.#state[k] += value));
    this.#kept = 0;
  }
}
