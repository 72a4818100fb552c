import type { Views } from "../views.js";

/**
 * Single-site updates of Ising spins, one after the other: a spin σ whose neighbours add up to s
 * flips where its uniform number is below the entry s + degree of the list of its sign.
 * @param neighbours sites around each of those in `order`, `[count, degree]`
 * @param spins      ±1, one a site
 * @param flip       probabilities, `[2, 2·degree + 1]`: of spins down, then of spins up
 * @param words      two a site, a draw of a Philox stream: the uniform number that it stands for
 * @param sums       adds up what has changed: flips, Σ σσ′ over the links, Σ σ
 */
export function spinSweep(
  { f64, i32 }: Views,
  count: number,
  degree: number,
  neighbours: number,
  order: number,
  spins: number,
  flip: number,
  words: number,
  sums: number,
): void {
  for (let k = 0; k < count; k++) {
    const site = spins + i32[order + k];
    let around = 0;
    for (let j = 0; j < degree; j++) around += i32[spins + i32[neighbours + k * degree + j]];
    const spin = i32[site];
    const entry = around + degree + (spin > 0 ? 2 * degree + 1 : 0);
    const [first, second] = [i32[words + 2 * k], i32[words + 2 * k + 1]];
    const uniform = ((first >>> 5) * 67108864 + (second >>> 6)) * 2 ** -53;
    if (!(uniform < f64[flip + entry])) continue;
    i32[site] = -spin;
    i32[sums]++;
    i32[sums + 1] -= 2 * spin * around;
    i32[sums + 2] -= 2 * spin;
  }
}
