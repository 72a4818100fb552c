import {
  callable,
  count,
  optional,
  record,
  stream,
  tensorOf,
  word,
} from "../core/arguments/kinds.js";
import { takes } from "../core/arguments/takes.js";
import { abortSignal, longRun, type LongRun } from "../core/tasks/longRun.js";
import type { Rng } from "../core/random/rng.js";
import type { Tensor } from "../core/tensor.js";
import { aDamping, anExactLimit } from "../hessian/arguments.js";
import { extrapolationScore } from "../hessian/influence/extrapolation.js";
import { gradientStream } from "../hessian/influence/gradientStream.js";
import { influence } from "../hessian/influence/influence.js";
import { linearisedUncertainty, resamplingUncertainty } from "../hessian/resampling/resampling.js";
import { aMethod } from "../lrp/arguments.js";
import { attribute, type Attribution } from "../lrp/methods/attribute.js";
import type { AttributionMethod } from "../lrp/methods/method.js";
import type { Start } from "../lrp/propagation/start.js";
import { aNetwork, riskOptions, someSamples } from "../nn/arguments.js";
import { losses } from "../nn/losses/loss.js";
import type { Network } from "../nn/network/network.js";
import type { GradientOptions } from "../nn/network/gradientConvention.js";
import { perSampleGradients, type Samples } from "../nn/losses/risk.js";
import {
  chosenCurvature,
  curvatureNames,
  type CurvatureChoice,
} from "../hessian/curvature/choice.js";
import { curvatureFacts, curvatureWords } from "../hessian/curvature/curvatureFacts.js";
import { aboutSeconds, estimatedSeconds, workOfInfluence } from "../hessian/curvature/estimate.js";
import { problemOf, type CurvatureProblem } from "../hessian/curvature/headProblem.js";
import { nodeOrName } from "../nn/network/head.js";
import { curvature, type Curvature, type CurvatureOptions } from "./curvature.js";
import { explainedScalar, type Explained } from "./explained.js";
import { influenceBySolver } from "./influenceBySolver.js";

/** Options of `explain`. */
export interface ExplainOptions extends CurvatureOptions {
  readonly method: AttributionMethod;
  /** Which output is explained (default the largest of each point, "arg-max"). */
  readonly start?: Start;
  /** Loss and penalty of the risk that was minimised, and the `convention` of gradients. */
  readonly risk: GradientOptions;
  /**
   * Labels of the points, [n, out]; without them the minimal loss of classes is explained, or the
   * output.
   */
  readonly target?: Tensor;
  /** Without training points there is relevance alone. */
  readonly training?: Samples;
  /** b of RUE (default 100). */
  readonly bootstraps?: number;
  readonly rng: Rng;
  /** Stops it, as `LongRunOptions` says (default: it runs to the end). */
  readonly signal?: AbortSignal;
  /** Told what is done next (default nobody is told). */
  readonly onStep?: (words: string) => void;
}

/** What the training data say about the points. */
export interface TrainingExplanation {
  readonly curvature: Curvature;
  /** I(z_r, z_test), [test, train]. */
  readonly influence: Tensor;
  /**
   * undefined for "cg", where it costs a solve for each training point; for "ekfac" the lengths in
   * it are estimated.
   */
  readonly relatif: Tensor | undefined;
  /** Relative standard error of those lengths; undefined where they are exact. */
  readonly relatifError: number | undefined;
  /** RUE of each point, [n]; of the output itself where that is explained. */
  readonly uncertainty: Float64Array;
  /** Its standard error; undefined where nothing was drawn. */
  readonly uncertaintyError: Float64Array | undefined;
  /** LEES of each point, [n]; undefined if the eigenpairs were not found. */
  readonly extrapolation: Float64Array | undefined;
}

/** What `explain` gives. */
export interface Explanation {
  readonly attribution: Attribution;
  readonly explained: Explained["kind"];
  /** The explained scalar of each point, [n]. */
  readonly scalar: Float64Array;
  readonly training: TrainingExplanation | undefined;
}

/** Numbers in the probes of RelatIF's lengths: 64 probes, fewer of very large networks. */
const PROBES = 64;
const PROBE_ENTRIES = 2e7;

/** Training gradients that are kept rather than made block by block: n P up to this, 400 MB. */
const KEPT = 5e7;

/** Labels, a penalty and a start are asked for where they are used. */
const explainOptions = record({
  method: aMethod,
  risk: riskOptions,
  target: optional(tensorOf(["n", "out"])),
  training: optional(someSamples),
  bootstraps: optional(count(2)),
  rng: stream,
  damping: optional(aDamping),
  directions: optional(count(1)),
  curvature: optional(word(curvatureNames)),
  headAfter: optional(nodeOrName),
  exactLimit: optional(anExactLimit),
  jobs: optional(count(1)),
  onDone: optional(callable),
  onStep: optional(callable),
  signal: optional(abortSignal),
});

/**
 * Relevance of each point's entries, and, with training data, the influence of training points on
 * it, its resampling uncertainty and its extrapolation score: what `attribute`, `influence`,
 * `resamplingUncertainty` and `extrapolationScore` give, each with the same Hessian.
 *
 * @param x  [n, …]
 * @throws ShapeError, ConfigError, NumericalError as these
 */
export async function explain(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  options: ExplainOptions,
): Promise<Explanation> {
  takes("explain", {
    network: [network, aNetwork],
    x: [x, tensorOf(["n", "…"])],
    options: [options, explainOptions],
  });
  return longRun("explain", { signal: options.signal, onDone: options.onDone }, (run) =>
    explained(network, theta, x, options, run),
  );
}

/** A curvature that was made already. */
export interface KnownCurvature {
  readonly choice: CurvatureChoice;
  readonly found: Curvature;
}

/** `explain` with a curvature that was made for the same training points and options. */
export function explainKnowing(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  options: ExplainOptions,
  known: KnownCurvature | undefined,
): Promise<Explanation> {
  return longRun("explain", { signal: options.signal, onDone: options.onDone }, (run) =>
    explained(network, theta, x, options, run, known),
  );
}

async function explained(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  options: ExplainOptions,
  run: LongRun,
  known?: KnownCurvature,
): Promise<Explanation> {
  const { method, start, risk, target, training, onStep } = options;
  onStep?.(`relevance of ${x.shape[0]} points by ${method.name}`);
  const attribution = attribute(network, theta, x, method, { start });
  const what = explainedScalar(attribution, target, risk.loss);
  const scalar = losses(what.loss, attribution.output, what.target);
  const relevance = { attribution, explained: what.kind, scalar };
  if (!training) return { ...relevance, training: undefined };

  await run.pause();
  const P = network.parameterCount;
  const chosen =
    known?.choice ??
    chosenCurvature(
      network,
      training.x.shape.slice(1),
      training.x.shape[0],
      options.exactLimit ?? 1500,
      options,
      "explain",
    );
  const whole = { network, theta, training, points: { x, target: what.target } };
  const problem = problemOf(chosen, whole);
  const probes =
    chosen.name === "ekfac" ? Math.max(8, Math.min(PROBES, Math.floor(PROBE_ENTRIES / P))) : 0;
  const facts = curvatureFacts(chosen, network);
  if (!known) {
    const seconds = estimatedSeconds(
      problem.network,
      problem.theta,
      problem.training,
      risk,
      workOfInfluence(chosen.name, training.x.shape[0], x.shape[0], probes),
    );
    onStep?.(
      `influence of ${training.x.shape[0]} training points on ${x.shape[0]} points: ${curvatureWords(facts)} (${facts.why}); ${aboutSeconds(seconds)}`,
    );
  }
  await run.pause();
  const found = known?.found ?? (await curvature(chosen, problem, risk, options, run));
  return {
    ...relevance,
    training: await fromTraining(problem, options, what, { ...facts, ...found }, probes, run),
  };
}

async function fromTraining(
  { network, theta, training, points: test }: CurvatureProblem,
  options: ExplainOptions,
  { kind, loss }: Explained,
  found: Curvature,
  probes: number,
  run: LongRun,
): Promise<TrainingExplanation> {
  const { risk, bootstraps = 100, rng, jobs, onStep, onDone } = options;
  const { hessian, solver, damping, eigen, directions } = found;
  // An output has no penalty, by either convention
  const convention = kind === "output" ? "loss" : risk.convention;
  const penalty = convention === "dawid2021" ? (risk.l2 ?? 0) : 0;
  const gradients = perSampleGradients(network, theta, test, { loss, l2: risk.l2, convention });
  const small = training.x.shape[0] * network.parameterCount <= KEPT;
  const trainGradients = small
    ? perSampleGradients(network, theta, training, risk)
    : gradientStream(network, theta, training, risk);
  const extrapolation = eigen && extrapolationScore(eigen, gradients, directions);
  onStep?.(`influence of ${training.x.shape[0]} training points`);
  const bare = penalty === 0 ? gradients : perSampleGradients(network, theta, test, { loss });
  if (!hessian) {
    const solved = onDone ?? run.part("solves").onDone;
    const points = { bare, theta, l2: penalty, probes, rng: rng.fork("lengths") };
    const pairs = await influenceBySolver(solver!, trainGradients, points, run, solved);
    return {
      ...pairs,
      curvature: found,
      relatifError: probes > 0 ? 1 / Math.sqrt(2 * probes) : undefined,
      uncertaintyError: undefined,
      extrapolation,
    };
  }
  await run.pause();
  const pairs = influence(hessian, trainGradients, gradients, { damping });
  await run.pause();
  onStep?.("uncertainty");
  const facts = {
    curvature: found,
    influence: pairs.influence,
    relatif: pairs.relatif,
    relatifError: undefined,
    extrapolation,
  };
  if (!("data" in trainGradients) || kind === "output") {
    return {
      ...facts,
      uncertainty: linearisedUncertainty(hessian, trainGradients, bare, { damping }),
      uncertaintyError: undefined,
    };
  }
  // the labels of a minimal loss are fixed already
  const drawn = await resamplingUncertainty(
    network,
    theta,
    { hessian, trainGradients, test, loss },
    {
      rng,
      bootstraps,
      damping,
      version: "truth",
      jobs,
      ...run.part("bootstraps"),
    },
  );
  return { ...facts, uncertainty: drawn.uncertainty, uncertaintyError: drawn.error };
}
