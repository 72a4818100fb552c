import { ConfigError } from "../../core/errors.js";
import type { LongRun } from "../../core/tasks/longRun.js";
import { makeRng } from "../../core/random/rng.js";
import type { Tensor } from "../../core/tensor.js";
import type { Network } from "../../nn/network/network.js";
import type { RiskOptions, Samples } from "../../nn/losses/risk.js";
import {
  chosenCurvature,
  type CurvatureChoice,
  type CurvatureChoiceOptions,
} from "../curvature/choice.js";
import { curvatureWords, type CurvatureFacts } from "../curvature/curvatureFacts.js";
import { aboutSeconds, estimatedSeconds, workOfAudit } from "../curvature/estimate.js";
import type { CurvatureProblem } from "../curvature/headProblem.js";
import { parallelHessian } from "../exact/parallelHessian.js";
import type { Damping } from "../solvers/damping.js";
import type { ExaminedCurvature } from "./examinedCurvature.js";
import { examinedFactors } from "./examinedFactors.js";
import { examinedMatrix } from "./examinedMatrix.js";
import { examinedProducts } from "./examinedProducts.js";

/** What of an audit's options the curvature depends on. */
interface CurvatureOptions extends CurvatureChoiceOptions {
  readonly options: RiskOptions;
  readonly hessian?: Tensor;
  readonly exactLimit?: number;
  readonly damping?: Damping;
  readonly jobs?: number;
  readonly retrain?: { readonly points: number; readonly jobs?: number };
  readonly onStep?: (words: string) => void;
}

/** Parameters of a matrix, unless something else is said. */
const EXACT_LIMIT = 3000;

/** @throws ConfigError for a head that there is not, or a Hessian given beside another curvature */
export function auditedChoice(
  network: Network,
  training: Samples,
  { hessian, exactLimit = EXACT_LIMIT, curvature, headAfter }: CurvatureOptions,
): CurvatureChoice {
  const [n, ...sample] = training.x.shape;
  if (hessian === undefined)
    return chosenCurvature(network, sample, n, exactLimit, { curvature, headAfter }, "audit");
  if ((curvature ?? "exact") === "exact" && headAfter === undefined)
    return { name: "exact", why: "the Hessian was given" };
  throw new ConfigError(
    `audit: a Hessian was given, which is no curvature "${curvature ?? "head"}". Leave one of them out.`,
  );
}

/** Says what is done and how long it takes, where somebody listens. */
export function tellEstimate(
  facts: CurvatureFacts,
  { network, theta, training, points }: CurvatureProblem,
  { options, retrain, onStep, hessian }: CurvatureOptions,
): void {
  if (!onStep) return;
  const removals = retrain?.points ?? 0;
  const [n, tests] = [training.x.shape[0], points.x.shape[0]];
  const work = workOfAudit(facts.name, n, tests, removals, hessian !== undefined);
  const seconds = estimatedSeconds(network, theta, training, options, work);
  const then = removals > 0 ? `, then ${removals} removals` : "";
  onStep(
    `${curvatureWords(facts)} (${facts.why}), over ${n} training points${then}; ${aboutSeconds(seconds)}`,
  );
}

/** The curvature of the choice, ready to be examined. */
export async function examinedCurvature(
  { name }: CurvatureChoice,
  problem: CurvatureProblem,
  { options, retrain, damping, hessian, jobs = retrain?.jobs }: CurvatureOptions,
  run: LongRun,
): Promise<ExaminedCurvature> {
  const { network, theta, training } = problem;
  const rng = makeRng(1, "audit, self-influence");
  if (name === "ekfac") return examinedFactors(problem, options, damping, rng, run);
  if (name === "cg") return examinedProducts(problem, options, damping, rng, run);
  const { loss, l2 } = options;
  const part = { loss, l2, jobs, ...run.part("Hessian") };
  const matrix = hessian ?? (await parallelHessian(network, theta, training, part));
  await run.pause();
  return examinedMatrix(network, matrix, damping, run);
}
