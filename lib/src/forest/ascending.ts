const DIGIT = 11;
const BUCKETS = 1 << DIGIT;
const PASSES = 6; // 66 bits hold the 64 of a double

/**
 * Positions of the values in ascending order; equal ones, −0 and 0 among them, keep their order.
 * Radix sort over the bits: for the tens of thousands of samples of a column about ten times faster
 * than a sort with a comparison.
 * @param values  finite, [n]
 * @returns       [n]
 */
export function ascending(values: Float64Array): Int32Array {
  const n = values.length;
  const words = new Int32Array(2 * n);
  const view = new DataView(words.buffer);
  for (let i = 0; i < n; i++) {
    view.setFloat64(8 * i, values[i] + 0); // −0 + 0 is 0
    const high = view.getInt32(8 * i);
    const low = view.getInt32(8 * i + 4);
    // as unsigned numbers, so changed bits have the order of the doubles
    words[2 * i] = high < 0 ? ~high : high ^ 0x80000000;
    words[2 * i + 1] = high < 0 ? ~low : low;
  }
  let order = Int32Array.from({ length: n }, (_, i) => i);
  let next = new Int32Array(n);
  const place = new Int32Array(BUCKETS);
  for (let pass = 0; pass < PASSES; pass++) {
    place.fill(0);
    for (let i = 0; i < n; i++) place[digit(words, i, pass)]++;
    for (let bucket = 0, before = 0; bucket < BUCKETS; bucket++) {
      const count = place[bucket];
      place[bucket] = before;
      before += count;
    }
    for (let k = 0; k < n; k++) next[place[digit(words, order[k], pass)]++] = order[k];
    [order, next] = [next, order];
  }
  return order;
}

/** Bits pass·11 … pass·11 + 10 of the key; those that lie in both words are put together. */
function digit(words: Int32Array, i: number, pass: number): number {
  const shift = pass * DIGIT;
  if (shift >= 32) return (words[2 * i] >>> (shift - 32)) & (BUCKETS - 1);
  const low = words[2 * i + 1] >>> shift;
  return (shift + DIGIT > 32 ? low | (words[2 * i] << (32 - shift)) : low) & (BUCKETS - 1);
}
