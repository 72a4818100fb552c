import { shown } from "../oneOf.js";
import { takes } from "../arguments/takes.js";
import { text } from "../arguments/kinds.js";
import { ConfigError } from "../errors.js";
import { murmurHash3 } from "../cache/hash.js";
import { philox4x32 } from "./philox.js";
import { normalFrom } from "./ziggurat.js";

/** A stream of random numbers, the same for the same seed and labels on every machine. */
export interface Rng {
  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  uniform(): number;
  /** Normal with mean 0 and variance 1. */
  normal(): number;
  /** Uniform in 0 … n − 1, without bias. */
  integer(n: number): number;
  /** 0 … n − 1 in random order, every order equally likely. */
  permutation(n: number): Int32Array;
  /**
   * The stream of this name below this one; it depends on the labels alone, never on how many
   * numbers were drawn.
   */
  fork(label: string): Rng;
  /**
   * Where a Philox stream stands, for code that draws many numbers at once. Absent from streams of
   * another kind.
   */
  readonly philox?: PhiloxStream;
}

/**
 * A Philox4x32-10 stream as blocks of two draws: draw k is the half k mod 2, two words, of the
 * block with the counter ⌊k/2⌋.
 */
export interface PhiloxStream {
  /** `[4]`: the key, then the upper half of the counter. */
  readonly words: Uint32Array;
  /**
   * 64-bit draws taken so far; a uniform number takes one, a normal number one or, seldom, more.
   */
  readonly drawn: number;
  /** Goes on as if `draws` more had been taken. */
  skip(draws: number): void;
}

const WORD = 2 ** 32;
const LARGEST = 2 ** 53;

/** Philox4x32-10 in counter mode; each draw takes half a block, 64 bits. */
class PhiloxRng implements Rng, PhiloxStream {
  readonly words: Uint32Array;
  readonly #seed: number;
  readonly #path: string;
  readonly #block: Uint32Array = new Uint32Array(4);
  #low = 0;
  #high = 0;
  #used = 4;

  constructor(seed: number, path: string) {
    this.#seed = seed;
    this.#path = path;
    this.words = murmurHash3(new TextEncoder().encode(`${seed}/${path}`));
  }

  /** Index in #block of the next two unused words. */
  #take(): number {
    if (this.#used === 4) {
      philox4x32(
        this.#low,
        this.#high,
        this.words[2],
        this.words[3],
        this.words[0],
        this.words[1],
        this.#block,
      );
      this.#low = (this.#low + 1) | 0;
      if (this.#low === 0) this.#high = (this.#high + 1) | 0;
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += 2;
    return at;
  }

  get philox(): PhiloxStream {
    return this;
  }

  get drawn(): number {
    return 2 * ((this.#high >>> 0) * WORD + (this.#low >>> 0)) - (4 - this.#used) / 2;
  }

  skip(draws: number): void {
    const target = this.drawn + draws;
    const block = Math.floor(target / 2);
    this.#low = block | 0;
    this.#high = Math.floor(block / WORD) | 0;
    this.#used = 4;
    if (target % 2 === 1) this.#take();
  }

  uniform(): number {
    const at = this.#take();
    return ((this.#block[at] >>> 5) * 67108864 + (this.#block[at + 1] >>> 6)) / LARGEST;
  }

  normal(): number {
    for (;;) {
      const at = this.#take();
      const first = this.#block[at];
      const second = this.#block[at + 1];
      const signed = ((first >>> 5) * 67108864 + (second >>> 6)) * 2 ** -52 - 1;
      // the 11 bits which that number leaves over choose the layer, so both are independent
      const value = normalFrom(signed, (second & 63) | ((first & 1) << 6), this);
      if (value !== undefined) return value;
    }
  }

  integer(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= LARGEST)) {
      throw new ConfigError(`integer: n is ${n}; it must be a whole number from 1 to 2^53.`, { n });
    }
    // numbers above the last whole multiple of n are drawn again: that keeps every residue equally
    // likely
    if (n <= WORD) {
      const limit = WORD - (WORD % n);
      for (;;) {
        const word = this.#block[this.#take()];
        if (word < limit) return word % n;
      }
    }
    const limit = LARGEST - (LARGEST % n);
    for (;;) {
      const value = this.uniform() * LARGEST;
      if (value < limit) return value % n;
    }
  }

  permutation(n: number): Int32Array {
    if (!(Number.isInteger(n) && n >= 0 && n < 2 ** 31)) {
      throw new ConfigError(
        `permutation: n is ${n}; it must be a whole number from 0 to 2^31 - 1.`,
        { n },
      );
    }
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  fork(label: string): Rng {
    if (typeof label !== "string" || label === "") {
      throw new ConfigError(
        `fork: the label is ${JSON.stringify(label)}; name what the stream is for, e.g. rng.fork("shuffle").`,
        { label },
      );
    }
    return new PhiloxRng(this.#seed, this.#path === "" ? label : `${this.#path}/${label}`);
  }
}

/**
 * The random stream of a seed and a path of labels.
 *
 * The 128 bits of MurmurHash3_x86_128 (hash seed 0) of the UTF-8 text `<seed>/<label>/<label>…` are
 * the 64-bit key of Philox4x32-10 and the upper half of its counter; the lower half counts blocks.
 * So a stream is a function of seed and labels alone, and two streams meet only if two texts
 * collide in all 128 bits.
 * `makeRng(1, "a/b")`, `makeRng(1).fork("a/b")` and `makeRng(1).fork("a").fork("b")` are the same
 * stream.
 * @param seed  any integer of magnitude below 2⁵³
 * @throws ConfigError if `seed` is not such an integer
 * @example
 * ```ts
 * import { core } from "phaselens";
 * const rng = core.makeRng(1);
 * console.log(rng.uniform() === core.makeRng(1).uniform()); // → true
 * const noise = rng.fork("noise"); // a stream of its own, whatever rng draws
 * console.log(Number.isFinite(noise.normal())); // → true
 * ```
 */
export function makeRng(seed: number, path: string = ""): Rng {
  if (!Number.isSafeInteger(seed)) {
    throw new ConfigError(
      `makeRng: the seed is ${shown(seed)}; it must be an integer of magnitude below 2^53.`,
      { seed },
    );
  }
  takes("makeRng", { path: [path, text] });
  return new PhiloxRng(seed, path);
}
