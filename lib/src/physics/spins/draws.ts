import type { Rng } from "../../core/random/rng.js";
import type { Arena } from "../../kernels/arena.js";

const DRAWS = 1024; // 8 kB of words stay in the first-level cache
const WORD = 2 ** 32;

/** Integers of an arena that `bulkDraws` takes. */
export const drawsRoom: number = 2 * DRAWS;

/** A stream drawn in bulk into an arena: numbers one by one, or as words for a kernel. */
export interface BulkDraws extends Pick<Rng, "uniform" | "integer"> {
  /** How many draws stand ready next to each other, `most` at most and one at least. */
  ready(most: number): number;
  /** Offset of the words of the next `count` draws, which are ready; they count as drawn. */
  take(count: number): number;
}

/**
 * The draws of a stream of `makeRng` from its beginning, the same bits as one at a time: Philox
 * blocks of a compiled kernel, 5 ns a number instead of 35.
 */
export function bulkDraws(rng: Rng, arena: Arena): BulkDraws {
  const { i32 } = arena;
  const [k0, k1, c2, c3] = rng.philox!.words;
  const words = arena.integers(drawsRoom);
  let block = 0;
  let next = DRAWS; // index of the draw to take among those in the buffer
  const ready = (most: number): number => {
    if (next === DRAWS) {
      const [low, high] = [block | 0, Math.floor(block / WORD) | 0];
      arena.philoxBlocks(DRAWS / 2, low, high, c2, c3, k0, k1, words);
      block += DRAWS / 2;
      next = 0;
    }
    return Math.min(most, DRAWS - next);
  };
  const take = (count: number): number => {
    const at = words + 2 * next;
    next += count;
    return at;
  };
  const one = (): number => {
    ready(1);
    return take(1);
  };
  return {
    ready,
    take,
    uniform: () => {
      const at = one();
      return ((i32[at] >>> 5) * 67108864 + (i32[at + 1] >>> 6)) * 2 ** -53;
    },
    integer: (n) => {
      // numbers above the last whole multiple of n are drawn again
      const limit = WORD - (WORD % n);
      for (;;) {
        const word = i32[one()] >>> 0;
        if (word < limit) return word % n;
      }
    },
  };
}
