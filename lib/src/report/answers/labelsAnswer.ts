import type { LongRun } from "../../core/tasks/longRun.js";
import { dot, row } from "../../core/tensor.js";
import type { LabelsAnswer } from "./document.js";
import { trainingAnswer } from "./influenceAnswer.js";
import type { NetworkContext, Predicted } from "./networkContext.js";
import { blocksOf, type Trained } from "./trained.js";

/** Labels that are listed: a twentieth of all, and at least and at most so many. */
const SHARE = 0.05;
const LEAST = 10;
const LISTED = 100;
/** How many labels of n are listed. */
export const labelsListed = (n: number): number =>
  Math.min(LISTED, Math.max(LEAST, Math.ceil(SHARE * n)));
/** Training points that are solved for one by one. */
const SOLVED = 2000;

/**
 * Training labels to check, by self-influence: how much the loss at a training point would rise
 * without it. By the loss where a solve for each would take too long.
 */
export async function labelsAnswer(
  context: NetworkContext,
  own: Trained,
  ofTraining: Predicted,
  run: LongRun,
): Promise<LabelsAnswer> {
  const losses = ofTraining.losses!;
  const scores = await selfInfluences(own, run);
  const by = scores ? "self-influence" : "loss";
  const ranking = scores ?? losses;
  const n = losses.length;
  const order = Array.from(losses.keys()).sort((a, b) => ranking[b] - ranking[a] || a - b);
  const rows = order.slice(0, labelsListed(n));
  return {
    by,
    words: scores
      ? "Training points on which the model's own loss depends most: (1/n) ∇L_rᵀ (H + λ1)⁻¹ ∇L_r. Large where the model holds to a label for that point's sake alone, as with wrong labels and outliers (Koh and Liang 2017)."
      : `Training points of the largest loss: self-influence takes a solve for each of ${n}, which this curvature has none of at a price.`,
    of: "training",
    checked: n,
    rows: rows.map((r) => {
      const { row: own, ...known } = trainingAnswer(context, ofTraining, r);
      return { row: own, score: ranking[r], loss: losses[r], ...known };
    }),
  };
}

async function selfInfluences(
  { own, solver, gradients, part, found }: Trained,
  run: LongRun,
): Promise<Float64Array | undefined> {
  if (own) return own;
  const [n] = gradients.shape;
  if (found.name !== "ekfac" || n > SOLVED) return undefined;
  const scores = new Float64Array(n);
  for (const { from, block } of blocksOf(gradients)) {
    for (let k = 0; k < block.shape[0]; k++) {
      const own = row(block, k);
      scores[from + k] = part(dot(own, solver.solve(own).x), from + k);
      run.tick(from + k + 1, n, "self-influence");
      await run.pause();
    }
  }
  return scores;
}
