import { makeRng, tensor, type Tensor } from "phaselens/core";
import * as hessian from "phaselens/hessian";
import { dense, kaimingNormal, perSampleGradients, sequential, type Samples } from "phaselens/nn";
import {
  allow,
  anyList,
  batch,
  effort,
  count,
  either,
  fraction,
  integer,
  label,
  list,
  limit,
  nonNegative,
  positive,
  real,
  untouched,
  type Kind,
} from "./support/kinds.js";
import { made } from "./support/made.js";
import { classRisk, risk } from "./support/nets.js";
import { sweepRoom, type Entry } from "./support/sweep.js";

/** Six parameters, six points: what costs P³ or trains is called some thousand times. */
const network = sequential([dense(2, 2)]);
const P = network.parameterCount;
const POINTS = 6;
const start = kaimingNormal(network, makeRng(1));
const theta = (): Float64Array => start.slice();
const inputs = (): Tensor => tensor([POINTS, 2], [0.1, 1, 1, 0.2, 2, 1, 1, 2, -1, 0.3, 0.4, -2]);
const samples = (): Samples => ({
  x: inputs(),
  target: tensor([POINTS, 2], [0.2, 1, 1, 0, 1, 0.3, 0, 1, 0.5, 0.5, 1, -1]),
});
const labelled = (): Samples => ({
  x: inputs(),
  target: tensor([POINTS, 2], [1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1]),
});
/** The penalty alone: kinks have no minimum that is polished. */
const smooth = () => ({ loss: risk().loss, l2: 0.1 });
const matrix = hessian.exactHessian(network, start, samples(), smooth());
const gradients = perSampleGradients(network, start, samples(), smooth());
const H = (): Tensor => tensor(matrix.shape, matrix.data.slice());
const G = (): Tensor => tensor(gradients.shape, gradients.data.slice());
const operator = made(hessian.riskHessian(network, start, samples(), smooth()));
const eigen = () => hessian.spectrum(H());
const rng = () => makeRng(1);
const column = (): Tensor => tensor([POINTS, 1], [1, 3, 2, 5, 4, 7]);
const counts = (): Tensor => hessian.bootstrap.counts(POINTS, 3, rng());
const problem = () => ({
  network,
  theta: theta(),
  training: samples(),
  options: smooth(),
  damping: 5,
  hessian: H(),
});
/** Where workers would find it; this thread calls `compute`. */
const recipe = () => ({ module: "phaselens/papers/dawid2021", name: "recipes.ours" });
const ends = { signal: new AbortController().signal, onDone: () => {} };

const risky = (place: string): Record<string, Kind> => ({ [`${place}.l2`]: nonNegative });
const rowsOf = (place: string): Record<string, Kind> => ({ [place]: batch });
const solved = (solver: hessian.HessianSolver): unknown => solver.solve(theta()).x;
const applied = (one: hessian.SymmetricOperator): unknown => one.apply(theta());
const ofRisk: Entry = {
  valid: () => [network, theta(), samples(), smooth()],
  kinds: risky("3"),
};

const entries: Readonly<Record<string, Entry>> = {
  // without retraining, which draws 400 bootstraps a call; its options are those of `removals`
  audit: {
    valid: () => [
      network,
      theta(),
      samples(),
      {
        options: { ...smooth(), convention: "loss" },
        test: samples(),
        damping: 5,
        hessian: H(),
        curvature: "exact",
        exactLimit: 100,
        jobs: 1,
        onStep: () => {},
      },
    ],
    kinds: {
      ...risky("3.options"),
      "3.damping": nonNegative,
      "3.exactLimit": either(count, limit),
    },
  },
  "bootstrap.counts": { valid: () => [4, 3, rng()], kinds: { "0": effort, "1": effort } },
  "bootstrap.response": {
    valid: () => [
      problem(),
      counts(),
      { reduction: 0.1, stall: 0.1, maxEvaluations: 5, jobs: 1, ...ends },
    ],
    kinds: {
      ...risky("0.options"),
      "0.damping": nonNegative,
      "1": batch,
      "1.data[]": label,
      "2.reduction": positive,
      "2.stall": nonNegative,
    },
  },
  "bootstrap.retraining": {
    valid: () => [
      network,
      theta(),
      labelled(),
      recipe(),
      counts(),
      { seed: 1, start: "original", epochs: 1, jobs: 1, ...ends },
    ],
    kinds: {
      "3": untouched,
      "4": batch,
      "4.data[]": label,
      "5.seed": integer,
      "5.epochs": effort,
    },
  },
  detectionCurve: {
    valid: () => [
      [0.1, 0.9, 0.4],
      [1, 2],
    ],
    kinds: { "0": list, "1": list, "1[]": label },
  },
  exactHessian: {
    valid: () => [
      network,
      theta(),
      samples(),
      { ...smooth(), route: "products", backend: "typescript", onDone: () => {} },
    ],
    kinds: risky("3"),
  },
  extrapolationScore: {
    valid: () => [eigen(), G(), 2],
    kinds: { "1": batch },
  },
  foundAt: {
    valid: () => [hessian.detectionCurve([0.1, 0.9, 0.4], [1, 2]), 0.4],
    kinds: { "0.checked[]": fraction, "0.found[]": fraction, "1": fraction },
  },
  gaussNewton: { ...ofRisk, use: applied },
  gradientStream: {
    valid: () => [network, theta(), samples(), { ...smooth(), convention: "loss" }, 2],
    kinds: risky("3"),
    use: (stream: hessian.GradientStream) => [...stream.blocks()],
  },
  groupInfluence: {
    valid: () => [G(), [0, 2]],
    kinds: { "0": either(batch, allow("any number of points", "wider")), "1": list, "1[]": label },
  },
  hvp: {
    valid: () => [network, theta(), samples(), theta(), smooth()],
    kinds: risky("4"),
  },
  influence: {
    valid: () => [H(), G(), G(), { damping: 5, relatif: "exact", trainingSize: POINTS }],
    kinds: {
      "1": batch,
      "2": batch,
      "3.damping": nonNegative,
    },
  },
  kroneckerCurvature: {
    valid: () => [network, theta(), samples(), smooth(), { eigenvalues: "products" }],
    kinds: risky("3"),
    use: applied,
  },
  linearisedUncertainty: {
    valid: () => [H(), G(), G(), { damping: 5 }],
    kinds: { "1": batch, "2": batch, "3.damping": nonNegative },
  },
  lossesAt: {
    valid: () => [
      network,
      tensor([2, P], [...start, ...start]),
      samples(),
      risk().loss,
      { jobs: 1, ownLabels: false, ...ends },
    ],
    kinds: rowsOf("1"),
  },
  mislabel: {
    valid: () => [labelled(), { fraction: 0.4, rng: rng() }],
    kinds: {
      "0.x": allow("inputs of any shape", "wider", "one axis more"),
      "0.x.data[]": either(
        real,
        allow("is copied, whatever it is", "NaN", "Infinity", "-Infinity"),
      ),
      "0.target.data[]": label,
      "1.fraction": fraction,
    },
  },
  "dampings.paper": { valid: () => [H()] },
  parallelHessian: {
    valid: () => [network, theta(), samples(), { ...smooth(), jobs: 1, ...ends }],
    kinds: risky("3"),
  },
  polish: {
    valid: () => [
      network,
      theta(),
      samples(),
      { ...smooth(), tolerance: 1e-6, maxEvaluations: 50, onStep: () => {} },
    ],
    kinds: {
      ...risky("3"),
      "3.tolerance": positive,
      "3.maxEvaluations": allow("a search ends where it is at rest", "1099511627776", "1e+308"),
    },
  },
  predictionGradients: { valid: () => [network, theta(), inputs()], kinds: { "2": batch } },
  rankAgreement: {
    valid: () => [column(), column(), { rng: rng(), confidence: 0.9, rounding: [0] }],
    kinds: { "2.confidence": fraction, "2.rounding[]": nonNegative },
    use: ({ ties }: hessian.RankAgreement) => ties,
  },
  "dampings.relative": { valid: () => [network, H(), 0.1], kinds: { "2": nonNegative } },
  removals: {
    valid: () => [
      problem(),
      samples(),
      [[0], [1, 2]],
      { weight: 1, tolerance: 1e-4, stall: 0.1, maxEvaluations: 9, jobs: 1, ...ends },
    ],
    kinds: {
      ...risky("0.options"),
      "0.damping": nonNegative,
      "2": anyList,
      "2[]": list,
      "2[][]": label,
      "3.weight": allow("within (0, 1]", "0.5"),
      "3.tolerance": nonNegative,
      "3.stall": nonNegative,
      "3.maxEvaluations": allow("a search ends where it is at rest", "1099511627776", "1e+308"),
    },
  },
  resamplingStudy: {
    valid: () => [
      network,
      recipe(),
      labelled(),
      labelled(),
      [{ seed: 1, epochs: 1 }],
      { bootstraps: 2, extraDamping: 1, hessianRows: [0, 1], jobs: 1, ...ends },
    ],
    kinds: {
      "1": untouched,
      "3.x": batch, // the labels are those that a network predicts
      "3.target": either(batch, allow("labels that are not looked at", "wider")),
      "4": anyList,
      "4[].seed": integer,
      "4[].epochs": effort,
      "5.bootstraps": effort,
      "5.extraDamping": nonNegative,
      "5.hessianRows": list,
      "5.hessianRows[]": label,
    },
  },
  resamplingUncertainty: {
    valid: () => [
      network,
      theta(),
      { hessian: H(), trainGradients: G(), test: samples(), loss: risk().loss },
      {
        rng: rng(),
        bootstraps: 2,
        damping: 5,
        about: "mean",
        version: "truth",
        form: "linearised",
        ownLabels: false,
        jobs: 1,
        ...ends,
      },
    ],
    kinds: { "2.trainGradients": batch, "3.bootstraps": effort, "3.damping": nonNegative },
  },
  riskHessian: { ...ofRisk, use: applied },
  selfInfluence: {
    valid: () => [H(), G(), { damping: 5 }],
    kinds: { "1": batch, "2.damping": nonNegative },
  },
  "solvers.exact": {
    valid: () => [H(), { damping: 5 }],
    kinds: { "1.damping": nonNegative },
    use: solved,
  },
  "solvers.conjugateGradient": {
    valid: () => [operator, { damping: 5, tolerance: 1e-4, maxIterations: 50 }],
    kinds: {
      "1.damping": nonNegative,
      "1.tolerance": positive,
      "1.maxIterations": allow("ends at the tolerance", "1099511627776", "1e+308"),
    },
    use: solved,
  },
  "solvers.kronecker": {
    valid: () => [
      made(hessian.kroneckerCurvature(network, start, samples(), smooth())),
      { damping: 5 },
    ],
    kinds: { "1.damping": nonNegative },
    use: solved,
  },
  "solvers.lissa": {
    valid: () => [
      made({ whole: operator, draw: () => operator }),
      { damping: 5, scale: 20, depth: 100, repetitions: 1, tolerance: 0.9, rng: rng() },
    ],
    kinds: {
      "1.damping": nonNegative,
      "1.scale": positive,
      "1.depth": effort,
      "1.repetitions": effort,
      "1.tolerance": positive,
    },
    use: solved,
  },
  spectralDensity: {
    valid: () => [operator, { probes: 2, steps: 4, rng: rng(), points: 5, width: 0.1 }],
    kinds: { "1.probes": effort, "1.points": effort, "1.width": positive },
  },
  spectrum: {
    valid: () => [operator, { leading: 2, tolerance: 1e-6, maxSteps: 6, rng: rng() }],
    kinds: { "1.tolerance": positive },
  },
  spreadOfLosses: {
    valid: () => [G(), new Float64Array(P)],
    kinds: { "0": batch },
  },
  testGradients: {
    valid: () => [network, theta(), samples(), { ...smooth(), convention: "loss" }, "truth"],
    kinds: risky("3"),
  },
  testLosses: {
    valid: () => [network, theta(), labelled(), classRisk(), "truth"],
    kinds: { ...risky("3"), "2.target.data[]": nonNegative },
  },
  testSamples: {
    valid: () => [network, theta(), labelled(), "minimal", classRisk().loss],
    kinds: {
      "2.x": batch, // the label is what the network predicts
      "2.target": untouched,
    },
  },
  traceEstimate: {
    valid: () => [operator, { probes: 2, rng: rng() }],
    kinds: { "1.probes": effort },
  },
};

sweepRoom("hessian", hessian, entries);
