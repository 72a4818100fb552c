/** Numbers of which nobody knows beforehand how many there are. */
export interface NumberBlocks {
  push(value: number): void;
  length(): number;
  /** All of them, in one piece; what is copied is let go. */
  end(): Float64Array;
}

/** 1 MiB: two of these are little, and millions of numbers are few of these. */
const BLOCK = 2 ** 17;

/**
 * Collects numbers in blocks: memory that is doubled and copied would hold three times what is
 * needed.
 */
export function numberBlocks(): NumberBlocks {
  const full: (Float64Array | undefined)[] = [];
  let block = new Float64Array(BLOCK);
  let at = 0;
  return {
    push(value) {
      if (at === BLOCK) {
        full.push(block);
        block = new Float64Array(BLOCK);
        at = 0;
      }
      block[at++] = value;
    },
    length: () => full.length * BLOCK + at,
    end() {
      const all = new Float64Array(full.length * BLOCK + at);
      all.set(block.subarray(0, at), full.length * BLOCK);
      for (let k = 0; k < full.length; k++) {
        all.set(full[k]!, k * BLOCK);
        full[k] = undefined;
      }
      return all;
    },
  };
}
