/**
 * Largest entry of each window after a ReLU and its place, the first of equals; if no entry is positive all are 0, and the first wins.
 * Which entry wins cannot be predicted, so that a comparison with a branch costs more than all else; windows of eight (2 × 2 × 2) are decided
 * without: the upper halves of positive doubles are ordered as integers, and their last three bits carry the entry. What those bits decide
 * wrongly, one window in some ten thousand, is seen and done again.
 *
 * @param f64, i32  two views of one memory, little-endian
 * @param row       place of the channel's first entry
 * @param first     [windows]: place of each window's first entry, from the row on
 * @param steps     [entries]: places of the entries of a window, from its first on
 * @param at        where results begin in `values` and in `places` (place of the winner, from the row on)
 */
export function rectifiedMaximum(
  f64: Float64Array, i32: Int32Array, row: number, first: Int32Array, low: number, high: number, steps: Int32Array,
  values: Float64Array, places: Int32Array, at: number,
): void {
  if (steps.length !== 8) {
    for (let f = low; f < high; f++) slowly(f64, row, first[f], steps, values, places, at + f);
    return;
  }
  const [, s1, s2, s3, s4, s5, s6, s7] = steps;
  for (let f = low; f < high; f++) {
    const c = row + first[f];
    const q = 2 * c + 1;
    let key = rank(i32[q], 7);
    key = larger(key, rank(i32[q + 2 * s1], 6));
    key = larger(key, rank(i32[q + 2 * s2], 5));
    key = larger(key, rank(i32[q + 2 * s3], 4));
    key = larger(key, rank(i32[q + 2 * s4], 3));
    key = larger(key, rank(i32[q + 2 * s5], 2));
    key = larger(key, rank(i32[q + 2 * s6], 1));
    key = larger(key, rank(i32[q + 2 * s7], 0));
    const step = steps[7 - (key & 7)];
    const best = f64[c + step];
    const wrong = f64[c] > best || f64[c + s1] > best || f64[c + s2] > best || f64[c + s3] > best ||
      f64[c + s4] > best || f64[c + s5] > best || f64[c + s6] > best || f64[c + s7] > best;
    if (wrong || !(best > 0)) {
      slowly(f64, row, first[f], steps, values, places, at + f);
      continue;
    }
    values[at + f] = best;
    places[at + f] = first[f] + step;
  }
}

/** Upper half of a double, 0 if negative, with the last bits replaced. */
const rank = (upper: number, bits: number): number => (upper & ~(upper >> 31) & ~7) | bits;

/** max(a, b) of integers ≥ 0. */
const larger = (a: number, b: number): number => {
  const difference = (a - b) | 0;
  return (a - (difference & (difference >> 31))) | 0;
};

function slowly(
  f64: Float64Array, row: number, first: number, steps: Int32Array, values: Float64Array, places: Int32Array, at: number,
): void {
  let best = 0;
  let winner = 0;
  for (let e = 0; e < steps.length; e++) {
    const value = f64[row + first + steps[e]];
    if (value > best) {
      best = value;
      winner = steps[e];
    }
  }
  values[at] = best;
  places[at] = first + winner;
}
