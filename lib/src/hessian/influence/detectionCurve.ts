import { fraction as inUnit, list, listOf, numbers, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError, ShapeError } from "../../core/errors.js";

/**
 * Checking the samples in some order: what part of the wrong ones is found after what part of all.
 * Both [n + 1], from 0 to 1.
 */
export interface DetectionCurve {
  readonly checked: Float64Array;
  readonly found: Float64Array;
}

/**
 * Fraction of the wrong samples found against the fraction checked, if those of the highest score
 * are looked at first. Among equal scores wrong ones come up evenly, as if drawn at random.
 * @param scores  [n], e.g. `selfInfluence` or the losses
 * @param wrong   rows of the wrong ones
 */
export function detectionCurve(
  scores: ArrayLike<number>,
  wrong: readonly number[],
): DetectionCurve {
  takes("detectionCurve", { scores: [scores, numbers()], wrong: [wrong, list] });
  const n = scores.length;
  const isWrong = new Uint8Array(n);
  for (const r of wrong) {
    if (!(Number.isInteger(r) && r >= 0 && r < n))
      throw new ShapeError(
        `detectionCurve: row ${r} is called wrong, but there are ${n} scores. Count rows from 0.`,
        {
          row: r,
          n,
        },
      );
    isWrong[r] = 1;
  }
  const total = isWrong.reduce((sum, v) => sum + v, 0);
  if (total === 0)
    throw new ConfigError(
      "detectionCurve: no row is wrong, so there is nothing to find. Name at least one.",
    );
  const order = Array.from({ length: n }, (_, r) => r).sort((a, b) => scores[b] - scores[a]);
  const found = new Float64Array(n + 1);
  // whole numbers are added, not shares, so that the last is 1 and none is larger
  for (let first = 0, next = 0, before = 0, here = 0; first < n; first = next, before += here) {
    here = 0;
    while (next < n && scores[order[next]] === scores[order[first]]) here += isWrong[order[next++]];
    for (let k = first; k < next; k++)
      found[k + 1] = (before + (here * (k + 1 - first)) / (next - first)) / total;
  }
  return { checked: Float64Array.from({ length: n + 1 }, (_, k) => k / n), found };
}

/** Fraction found when this fraction has been checked, by linear interpolation. */
export function foundAt(curve: DetectionCurve, fraction: number): number {
  const shares = listOf(inUnit, 2);
  takes("foundAt", {
    curve: [curve, record({ checked: shares, found: shares }, "what detectionCurve gives")],
    fraction: [fraction, inUnit],
  });
  const { checked, found } = curve;
  takes("foundAt", { "curve.found": [found, numbers(0, checked.length)] });
  const at = fraction * (checked.length - 1);
  const below = Math.min(Math.floor(at), checked.length - 2);
  return found[below] + (at - below) * (found[below + 1] - found[below]);
}
