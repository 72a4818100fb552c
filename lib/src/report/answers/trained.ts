import type { LongRun } from "../../core/tasks/longRun.js";
import { dot, norm, row, tensor, type Tensor } from "../../core/tensor.js";
import { chosenCurvature, type CurvatureChoice } from "../../hessian/curvature/choice.js";
import { curvatureFacts, type CurvatureFacts } from "../../hessian/curvature/curvatureFacts.js";
import { problemOf, type CurvatureProblem } from "../../hessian/curvature/headProblem.js";
import { gradientStream, type GradientStream } from "../../hessian/influence/gradientStream.js";
import { partOfRisk } from "../../hessian/influence/partOfRisk.js";
import { factorisedSolver, type HessianSolver } from "../../hessian/solvers/solver.js";
import { makeRowProducts } from "../../linalg/rowProducts.js";
import type { GradientOptions } from "../../nn/network/gradientConvention.js";
import { perSampleGradients, type SampleGradients, type Samples } from "../../nn/losses/risk.js";
import { curvature, type Curvature } from "../curvature.js";
import type { NetworkContext, Predicted } from "./networkContext.js";

/** The curvature of a network's risk, and what inverts it, kept for every row that is asked for. */
export interface Trained {
  readonly choice: CurvatureChoice;
  readonly facts: CurvatureFacts;
  readonly found: Curvature;
  /** The network, or its head, with all points as it reads them. */
  readonly problem: CurvatureProblem;
  readonly solver: HessianSolver;
  readonly risk: GradientOptions;
  /** ∇L_r of the training points, or blocks of them. */
  readonly gradients: SampleGradients | GradientStream;
  /** What training point r has of a sum over the risk. */
  readonly part: (value: number, r: number) => number;
  /** ‖(H + λ1)⁻¹ ∇L_r‖, [n], and their relative standard error; undefined where not found. */
  readonly lengths: Float64Array | undefined;
  readonly lengthError: number | undefined;
  /** (1/n) ∇L_rᵀ (H + λ1)⁻¹ ∇L_r, [n], where each row was solved for. */
  readonly own: Float64Array | undefined;
}

/** Training gradients that are kept: n P up to this, 400 MB. */
const KEPT = 5e7;
const PROBES = 64;
const PROBE_ENTRIES = 2e7;

/** Parameters of a matrix, unless something else is said: as `explain`. */
export const EXACT_LIMIT = 1500;

/** Which curvature the question comes to. @throws ConfigError for a head that there is not */
export function choiceOf({ question }: NetworkContext, training: Samples): CurvatureChoice {
  const [n, ...sample] = training.x.shape;
  const limit = question.exactLimit ?? EXACT_LIMIT;
  return chosenCurvature(question.model.network, sample, n, limit, question, "answers");
}

/** Probes for lengths in RelatIF. */
export const probesOf = ({ name }: CurvatureChoice, P: number): number =>
  name === "ekfac" ? Math.max(8, Math.min(PROBES, Math.floor(PROBE_ENTRIES / P))) : 0;

export const riskOf = ({ question }: NetworkContext): GradientOptions => ({
  loss: question.loss,
  l2: question.l2,
  convention: question.convention,
});

export async function trained(
  context: NetworkContext,
  training: Samples,
  { explained }: Predicted,
  run: LongRun,
): Promise<Trained> {
  const { question, rng } = context;
  const { network, theta } = question.model;
  const choice = choiceOf(context, training);
  const points = { x: question.points.x, target: explained.target };
  const problem = problemOf(choice, { network, theta, training, points });
  const risk = riskOf(context);
  const { damping, directions, jobs } = question;
  const found = await curvature(choice, problem, risk, { damping, directions, jobs }, run);
  await run.pause();
  const small = training.x.shape[0] * problem.network.parameterCount <= KEPT;
  const gradients = small
    ? perSampleGradients(problem.network, problem.theta, problem.training, risk)
    : gradientStream(problem.network, problem.theta, problem.training, risk);
  const solver = found.solver ?? factorisedSolver(found.hessian!, found.damping, "answers");
  const part = partOfRisk("answers", gradients);
  const probes = probesOf(choice, network.parameterCount);
  const lengths = found.hessian
    ? await solvedLengths(solver, gradients, part, run)
    : probes > 0
      ? await probedLengths(solver, gradients, probes, rng.fork("lengths"), run)
      : undefined;
  return {
    choice,
    facts: curvatureFacts(choice, network),
    found: { ...curvatureFacts(choice, network), ...found },
    ...{ problem, solver, risk, gradients, part },
    lengths: lengths?.lengths,
    lengthError: lengths && probes > 0 ? 1 / Math.sqrt(2 * probes) : undefined,
    own: lengths?.own,
  };
}

/** Rows that are solved for at a time. */
const BLOCK = 128;

/** All training gradients, in blocks of a few rows, with the number of the first. */
export function* blocksOf(
  gradients: SampleGradients | GradientStream,
): Iterable<{ from: number; block: Tensor }> {
  if (!("data" in gradients)) {
    let from = 0;
    for (const block of gradients.blocks()) {
      yield { from, block };
      from += block.shape[0];
    }
    return;
  }
  const [n, P] = gradients.shape;
  for (let from = 0; from < n; from += BLOCK) {
    const count = Math.min(BLOCK, n - from);
    const data = gradients.data.subarray(from * P, (from + count) * P);
    yield { from, block: tensor([count, P], data) };
  }
}

interface Lengths {
  readonly lengths: Float64Array;
  readonly own?: Float64Array;
}

async function solvedLengths(
  solver: HessianSolver,
  gradients: SampleGradients | GradientStream,
  part: Trained["part"],
  run: LongRun,
): Promise<Required<Lengths>> {
  const [n] = gradients.shape;
  const [lengths, own] = [new Float64Array(n), new Float64Array(n)];
  for (const { from, block } of blocksOf(gradients)) {
    const { x } = solver.solveMany(block);
    for (let k = 0; k < block.shape[0]; k++) {
      lengths[from + k] = norm(row(x, k));
      own[from + k] = part(dot(row(block, k), row(x, k)), from + k);
    }
    run.tick(from + block.shape[0], n, "training points");
    await run.pause();
  }
  return { lengths, own };
}

/** Lengths from E[(zᵀ(H + λ1)⁻¹ ∇L_r)²] over normal z. */
async function probedLengths(
  solver: HessianSolver,
  gradients: SampleGradients | GradientStream,
  probes: number,
  rng: NetworkContext["rng"],
  run: LongRun,
): Promise<Lengths> {
  const [n, P] = gradients.shape;
  const steps = tensor([probes, P]);
  for (let k = 0; k < probes; k++) {
    const probe = rng.fork(`length ${k}`);
    const z = Float64Array.from({ length: P }, () => probe.normal());
    row(steps, k).set(solver.solve(z).x);
    run.tick(k + 1, probes, "lengths");
    await run.pause();
  }
  const products = makeRowProducts(steps);
  const lengths = new Float64Array(n);
  for (const { from, block } of blocksOf(gradients)) {
    const own = products(block);
    const [, width] = own.shape;
    for (let r = 0; r < width; r++) {
      let sum = 0;
      for (let k = 0; k < probes; k++) sum += own.data[k * width + r] ** 2;
      lengths[from + r] = Math.sqrt(sum / probes);
    }
    await run.pause();
  }
  return { lengths };
}

/** Products of steps [m, P] with all training gradients, by their parts of the risk: [m, n]. */
export async function influencesOf(
  { gradients, part }: Pick<Trained, "gradients" | "part">,
  steps: Tensor,
  run: LongRun,
): Promise<Tensor> {
  const [m, n] = [steps.shape[0], gradients.shape[0]];
  const products = makeRowProducts(steps);
  const found = tensor([m, n]);
  for (const { from, block } of blocksOf(gradients)) {
    const own = products(block);
    const [, width] = own.shape;
    for (let t = 0; t < m; t++)
      for (let r = 0; r < width; r++)
        found.data[t * n + from + r] = part(own.data[t * width + r], from + r);
    await run.pause();
  }
  return found;
}
