import type { LongRun } from "../../core/tasks/longRun.js";
import { type Tensor } from "../../core/tensor.js";
import { influenceSpread } from "../../hessian/resampling/influenceSpread.js";
import { determinedDirections, extrapolationScore } from "../../hessian/influence/extrapolation.js";
import { predictionGradients } from "../../hessian/influence/testGradients.js";
import { row, takeRows, tensor } from "../../core/tensor.js";
import { perSampleGradients, type Samples } from "../../nn/losses/risk.js";
import type { ExtrapolationAnswer, ExtrapolationFacts, UncertaintyAnswer } from "./document.js";
import { rowsOf, type NetworkContext, type Predicted } from "./networkContext.js";
import { percentileAmong } from "./plain.js";
import { influencesOf, type Trained } from "./trained.js";
import { explainedScalar, type Explained } from "../explained.js";

/** Points that gradients are made of at a time. */
const BLOCK = 64;
/** Training points that percentiles are among, at most. */
const AMONG = 1000;

/** Scores of points, of the minimal loss and of the prediction. */
interface Scores {
  readonly loss: Float64Array;
  readonly prediction: Float64Array;
}

/** LEES of every point, as percentiles among training points; undefined without eigenpairs. */
export async function extrapolations(
  context: NetworkContext,
  { problem, found }: Trained,
  training: Samples,
  { minimal }: Predicted,
  trainingMinimal: Explained,
  run: LongRun,
): Promise<{ facts: ExtrapolationFacts; answers: ExtrapolationAnswer[] } | undefined> {
  const { eigen, directions } = found;
  if (!eigen) return undefined;
  const among = evenly(training.x.shape[0], AMONG);
  const scored = (x: Tensor, what: Explained): Promise<Scores> =>
    scoresOf({ ...problem, eigen, directions }, x, what, run);
  const known = await scored(takeRows(problem.training.x, among), {
    ...trainingMinimal,
    target: takeRows(trainingMinimal.target, among),
  });
  const [ofLoss, ofPrediction] = [known.loss.slice().sort(), known.prediction.slice().sort()];
  const { loss, prediction } = await scored(problem.points.x, minimal);
  const answers = Array.from(loss, (score, t) => ({
    score,
    percentile: percentileAmong(ofLoss, score),
    predictionScore: prediction[t],
    predictionPercentile: percentileAmong(ofPrediction, prediction[t]),
  }));
  return { facts: factsOf(context, found, among.length, minimal.kind), answers };
}

async function scoresOf(
  {
    network,
    theta,
    eigen,
    directions,
  }: Trained["problem"] & { eigen: NonNullable<Trained["found"]["eigen"]>; directions: number },
  x: Tensor,
  { kind, loss, target }: Explained,
  run: LongRun,
): Promise<Scores> {
  const n = x.shape[0];
  const [ofLoss, ofPrediction] = [new Float64Array(n), new Float64Array(n)];
  for (let from = 0; from < n; from += BLOCK) {
    const count = Math.min(BLOCK, n - from);
    const block = { x: rowsOf(x, from, count), target: rowsOf(target, from, count) };
    const own = extrapolationScore(
      eigen,
      perSampleGradients(network, theta, block, { loss }),
      directions,
    );
    ofLoss.set(own, from);
    const margin =
      kind === "output"
        ? own
        : extrapolationScore(eigen, predictionGradients(network, theta, block.x), directions);
    ofPrediction.set(margin, from);
    run.tick(from + count, n, "extrapolation");
    await run.pause();
  }
  return { loss: ofLoss, prediction: ofPrediction };
}

/** Of the largest eigenvalue, both without the penalty: as `explain`. */
const DETERMINED = 0.01;

function factsOf(
  { question }: NetworkContext,
  { directions, eigen, extremes, exact, parameters }: Trained["found"],
  among: number,
  kind: Explained["kind"],
): ExtrapolationFacts {
  const { l2 = 0 } = question;
  const recommended = exact
    ? Math.min(parameters, determinedDirections(eigen!, l2 + DETERMINED * (extremes[1] - l2)))
    : Math.min(parameters, eigen!.values.length, directions);
  const why = exact
    ? "directions to which the data give a hundredth of the largest curvature or more"
    : "the largest eigenvalues that were found; the rest of the spectrum is not known";
  return { directions, recommended, why, among, blindSpots: blindSpotsOf(kind) };
}

function blindSpotsOf(kind: Explained["kind"]): string[] {
  const ofParameters =
    "LEES is a length of gradients with respect to the parameters: it sees what the training data leave undetermined in them, not whether an input lies among the training inputs.";
  if (kind === "output") return [ofParameters];
  return [
    ofParameters,
    "The gradient of a loss is that of the prediction times the probability of other classes, so its score is small wherever the network is confident, rightly or not: points of a class or phase that was never seen can score below the training points. The score of the prediction (hessian.predictionGradients) is without that factor; the larger of the two percentiles is what to look at.",
  ];
}

/** Up to `most` of n rows, evenly spaced. */
export function evenly(n: number, most: number): number[] {
  const count = Math.min(n, most);
  return Array.from({ length: count }, (_, k) => Math.floor((k * n) / count));
}

/** Operations of uncertainties with a matrix, and points of solvers that take long for each. */
const OPERATIONS = 2e10;
const FEW = 100;
/** Numbers of steps that are kept at a time. */
const STEPS = 2e7;

/** How many points get an uncertainty. */
export function uncertainPoints({ found, gradients }: Trained, points: number): number {
  const [n, P] = gradients.shape;
  const most = found.hessian ? Math.max(FEW, Math.floor(OPERATIONS / (n * P))) : FEW;
  return Math.min(points, most);
}

/** Linearised RUE of some points: Σ_r (I_r − Ī)² of their influences. */
export async function uncertainties(
  own: Trained,
  { explained }: Predicted,
  places: readonly number[],
  run: LongRun,
): Promise<Map<number, UncertaintyAnswer>> {
  const found = new Map<number, UncertaintyAnswer>();
  const P = own.gradients.shape[1];
  const block = Math.max(1, Math.min(places.length, Math.floor(STEPS / P)));
  for (let from = 0; from < places.length; from += block) {
    const some = places.slice(from, from + block);
    const influences = await influencesOf(own, await stepsOf(own, explained, some, run), run);
    some.forEach((place, k) => {
      const variance = influenceSpread(row(influences, k), own.gradients);
      found.set(place, { variance, spread: Math.sqrt(variance), of: explained.kind });
    });
    run.tick(from + some.length, places.length, "uncertainty");
  }
  return found;
}

/** (H + λ1)⁻¹ ∇L of points, without the penalty of a convention: [points, P]. */
export async function stepsOf(
  { problem, solver, found }: Trained,
  { loss, target }: Explained,
  places: readonly number[],
  run: LongRun,
): Promise<Tensor> {
  const { network, theta, points } = problem;
  const samples = { x: takeRows(points.x, places), target: takeRows(target, places) };
  const gradients = perSampleGradients(network, theta, samples, { loss });
  if (found.hessian) return solver.solveMany(gradients).x;
  const steps = tensor(gradients.shape);
  for (let k = 0; k < places.length; k++) {
    row(steps, k).set(solver.solve(row(gradients, k)).x);
    await run.pause();
  }
  return steps;
}

/** The minimal loss of training points, or their output. */
export const minimalOf = (
  { question }: NetworkContext,
  { outputs, coefficients }: Pick<Predicted, "outputs" | "coefficients">,
): Explained => explainedScalar({ output: outputs, coefficients }, undefined, question.loss);
