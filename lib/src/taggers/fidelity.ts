import { takes } from "../core/arguments/takes.js";
import { numbers } from "../core/arguments/kinds.js";
import { mean } from "../core/statistics/statistics.js";
import { ShapeError } from "../core/errors.js";

/**
 * 1 − mean |Δscore| of two models on the same jets (Neubauer & Roy's repository): 1 if they say the
 * same of each.
 * @param weights  of the jets (default: all alike)
 */
export function fidelity(
  scores: ArrayLike<number>,
  reference: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  takes("fidelity", { scores: [scores, numbers()], reference: [reference, numbers()] });
  if (scores.length !== reference.length || scores.length === 0) {
    throw new ShapeError(
      `fidelity: ${scores.length} scores and ${reference.length} of the reference. Both must be of the same jets, one or more.`,
    );
  }
  if (weights !== undefined)
    return (
      1 -
      mean(
        Float64Array.from(scores, (score, n) => Math.abs(score - reference[n])),
        weights,
      )
    );
  let sum = 0;
  for (let n = 0; n < scores.length; n++) sum += Math.abs(scores[n] - reference[n]);
  return 1 - sum / scores.length;
}
