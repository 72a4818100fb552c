import type { LongRun } from "../../core/tasks/longRun.js";
import { row, takeRows, tensor } from "../../core/tensor.js";
import { mostInfluential } from "../../figures/marks/mostInfluential.js";
import { conventionOf } from "../../nn/network/gradientConvention.js";
import type { InfluenceAnswer, TrainingAnswer } from "./document.js";
import type { NetworkContext, Predicted } from "./networkContext.js";
import { sampleOf } from "./plain.js";
import { predictionAnswer, targetAnswer } from "./predictionAnswer.js";
import { influencesOf, type Trained } from "./trained.js";
import { stepsOf } from "./trust.js";

/** Training points of each sign. */
const LISTED = 6;

const words: Readonly<Record<InfluenceAnswer["of"], string>> = {
  loss: "the loss at the label given: it would rise without those that helped, and fall without those that harmed",
  "minimal loss":
    "the loss at the label predicted: it would rise without those that helped, and fall without those that harmed",
  output:
    "the output itself: it would be larger without those listed as helped, and smaller without those listed as harmed",
};

/** The training points that matter most for one point, with what they are. */
export async function influenceAnswer(
  context: NetworkContext,
  own: Trained,
  { explained }: Predicted,
  ofTraining: Predicted,
  place: number,
  run: LongRun,
): Promise<InfluenceAnswer> {
  const steps = await stepsOf(own, explained, [place], run);
  const influences = row(await influencesOf(own, steps, run), 0);
  const penalty = penaltyOf(context, explained.kind);
  if (penalty > 0) {
    const shift = tensor(
      [1, own.problem.theta.length],
      own.problem.theta.map((v) => penalty * v),
    );
    const step = own.solver.solve(row(shift, 0)).x;
    const added = await influencesOf(own, tensor(shift.shape, step), run);
    for (let r = 0; r < influences.length; r++) influences[r] += added.data[r];
  }
  const ranked = mostInfluential(influences, LISTED);
  const list = (rows: readonly number[], sign: 1 | -1): TrainingAnswer[] =>
    rows
      .filter((r) => sign * influences[r] > 0)
      .map((r) => ({
        influence: influences[r],
        ...(own.lengths && { relatif: own.lengths[r] > 0 ? influences[r] / own.lengths[r] : 0 }),
        ...trainingAnswer(context, ofTraining, r),
      }));
  return {
    of: explained.kind,
    words: words[explained.kind],
    helped: list(ranked.helpful, 1),
    harmed: list(ranked.harmful, -1),
  };
}

/** l2 of a convention that has the penalty in the gradients of losses; an output has none. */
function penaltyOf({ question }: NetworkContext, kind: InfluenceAnswer["of"]): number {
  const { l2 = 0, convention } = question;
  const own = conventionOf({ convention }, "answers");
  return own === "dawid2021" && kind !== "output" ? l2 : 0;
}

/** A training point: row, prediction, label, input. */
export function trainingAnswer(
  { question, parts, trainingRow }: NetworkContext,
  { predictions, outputs }: Predicted,
  r: number,
): Omit<TrainingAnswer, "influence" | "relatif"> {
  const { classes, loss, training } = question;
  const { target: _given, ...label } = targetAnswer(
    classes,
    loss.output,
    training!.target!,
    r,
    predictions[r].predicted,
  );
  return {
    row: trainingRow(r),
    ...predictionAnswer(classes, predictions[r], Array.from(row(outputs, r))),
    ...label,
    input: sampleOf(parts.values(takeRows(training!.x, [r])), 0),
  };
}
