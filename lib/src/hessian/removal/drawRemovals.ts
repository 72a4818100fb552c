import { ConfigError } from "../../core/errors.js";
import type { Rng } from "../../core/random/rng.js";

/**
 * How training points are chosen for removal.
 *
 * "self-influence": with probabilities in proportion to √(self-influence), the length of a point's
 * step in the metric of the damped Hessian. By Cauchy and Schwarz |I(z_r, z_test)| ≤ √(I(z_r, z_r)
 * I(z_test, z_test)), so it is the influence that a point can have on anything, up to a factor that
 * all points share. A rank correlation over such a sample estimates the one over all training
 * points in which each counts by that weight. "uniform": all alike; for a confident classifier most
 * points drawn then change nothing.
 */
export type RemovalDraw = "self-influence" | "uniform";

const draws: readonly string[] = ["self-influence", "uniform"] satisfies RemovalDraw[];

/** @throws ConfigError for any other word */
export function checkDraw(draw: RemovalDraw, caller: string): void {
  if (draws.includes(draw)) return;
  const known = draws.map((name) => `"${name}"`).join(" or ");
  throw new ConfigError(
    `${caller}: points are drawn by ${JSON.stringify(draw)}; it must be ${known}.`,
    { draw },
  );
}

/**
 * Rows drawn without repetition with inclusion probabilities in proportion to their sizes, as far
 * as none exceeds 1, ascending: systematic sampling in random order (Madow 1949). Rows of size 0
 * are taken only if there are too few others.
 *
 * @param sizes  [n], ≥ 0
 */
export function drawBySize(sizes: Float64Array, count: number, rng: Rng): number[] {
  const order = Array.from(rng.fork("order").permutation(sizes.length));
  const [sized, empty] = [order.filter((r) => sizes[r] > 0), order.filter((r) => !(sizes[r] > 0))];
  const probabilities = inclusionProbabilities(
    sized.map((r) => sizes[r]),
    Math.min(count, sized.length),
  );
  const rows = sized.filter((_, k) => probabilities[k] === 1);
  let next = rng.fork("offset").uniform(); // marks at a random offset, 1 apart, on the line of the others' probabilities
  let passed = 0;
  sized.forEach((r, k) => {
    if (probabilities[k] === 1) return;
    passed += probabilities[k];
    if (passed <= next) return;
    rows.push(r);
    next++;
  });
  // the rows without size, or one that rounding of the last sum missed
  const missing = count - rows.length;
  rows.push(
    ...[...sized.filter((r) => !rows.includes(r)).reverse(), ...empty].slice(
      0,
      Math.max(0, missing),
    ),
  );
  return rows.slice(0, count).sort((a, b) => a - b);
}

/**
 * π_r in proportion to the sizes with Σ π_r = count and π_r ≤ 1: those that would exceed 1 are
 * certain, the rest share what is left.
 */
export function inclusionProbabilities(sizes: readonly number[], count: number): Float64Array {
  const largest = Math.max(...sizes);
  const shares = Float64Array.from(sizes, (size) => size / largest); // no overflow of the sum
  const certain = new Uint8Array(sizes.length);
  for (;;) {
    let [left, total] = [count, 0];
    shares.forEach((share, k) => (certain[k] ? left-- : (total += share)));
    const exceeding = Array.from(shares).flatMap((share, k) =>
      !certain[k] && left * share >= total ? [k] : [],
    );
    if (exceeding.length === 0 || total === 0)
      return shares.map((share, k) => (certain[k] ? 1 : (left * share) / total));
    for (const k of exceeding) certain[k] = 1;
  }
}
