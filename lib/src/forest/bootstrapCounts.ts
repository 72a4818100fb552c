import { makeRng } from "../core/random/rng.js";

/** How often each of n samples is drawn for a tree, n draws with replacement: [n]. */
export function bootstrapCounts(n: number, seed: number, tree: number): Float64Array {
  const rng = makeRng(seed, `tree ${tree}/bootstrap`);
  const counts = new Float64Array(n);
  for (let draw = 0; draw < n; draw++) counts[rng.integer(n)]++;
  return counts;
}
