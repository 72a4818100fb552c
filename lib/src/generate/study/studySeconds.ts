import { auditedChoice } from "../../hessian/audit/auditedCurvature.js";
import { estimatedSeconds, workOfAudit } from "../../hessian/curvature/estimate.js";
import { problemOf } from "../../hessian/curvature/headProblem.js";
import type { StudiedProblem } from "../../hessian/study/prepareRemovals.js";
import type { StudySpec } from "../../hessian/study/studyFormat.js";
import { takeSamples } from "../../nn/losses/weighed.js";
import type { StudyManifest } from "./studyManifest.js";
import { trainingOptions } from "./trainingOptions.js";

/** Passes over the training data of a training whose recipe names none. */
const PASSES = 20;

/**
 * About how long pieces take on one core, from small pieces of the work that are done and timed.
 * Trainings that stop early take less.
 */
export async function studySeconds(
  { training }: StudyManifest,
  problem: StudiedProblem,
  pieces: readonly StudySpec[],
): Promise<number> {
  const { network, theta, training: samples, options } = problem;
  const n = samples.x.shape[0];
  const removals = pieces.filter(({ set }) => set === "removals").length;
  let seconds = 0;
  if (removals > 0) {
    const choice = auditedChoice(network, samples, problem);
    const points = takeSamples(samples, [0]);
    const own = problemOf(choice, { network, theta, training: samples, points });
    const work = workOfAudit(choice.name, n, 1, removals, false);
    seconds += estimatedSeconds(own.network, own.theta, own.training, options, work);
  }
  if (removals === pieces.length) return seconds;
  const { loss, l2 = 0 } = options;
  const { epochs, steps, batchSize = 50 } = await trainingOptions(training!, { loss, l2 });
  const whole = epochs ?? (steps === undefined ? PASSES : (steps * batchSize) / n);
  let passes = 0;
  for (const { set, settings } of pieces) {
    if (set === "removals") continue;
    const own = settings.start === "original" ? (settings.epochs ?? 1) : settings.epochs;
    passes += (own as number | undefined) ?? whole;
  }
  const none = { products: 0, solves: 0, factorings: 0, matrix: false };
  return (
    seconds + estimatedSeconds(network, theta, samples, options, { ...none, gradients: passes })
  );
}
