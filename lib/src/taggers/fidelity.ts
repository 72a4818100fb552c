import { takes } from "../core/arguments/takes.js";
import { numbers } from "../core/arguments/kinds.js";
import { ShapeError } from "../core/errors.js";

/**
 * 1 − mean |Δscore| of two models on the same jets (Neubauer & Roy's repository): 1 if they say the
 * same of each.
 */
export function fidelity(scores: ArrayLike<number>, reference: ArrayLike<number>): number {
  takes("fidelity", { scores: [scores, numbers()], reference: [reference, numbers()] });
  if (scores.length !== reference.length || scores.length === 0) {
    throw new ShapeError(
      `fidelity: ${scores.length} scores and ${reference.length} of the reference. Both must be of the same jets, one or more.`,
    );
  }
  let sum = 0;
  for (let n = 0; n < scores.length; n++) sum += Math.abs(scores[n] - reference[n]);
  return 1 - sum / scores.length;
}
