// A classifier of the phases, trained where they are known, and how its two transitions move when
// a bin of training couplings is taken away.
import { core, hessian, nn } from "phaselens";
import { INPUTS, sampledBin, scaled, scaleOf } from "./configurations.mjs";
import { criticalCoupling, histograms } from "./crossing.mjs";
import { byInfluence, byNewtonStep, without } from "./leaveGroupOut.mjs";

const grid = (from, to, step) =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, k) =>
    Number((from + k * step).toFixed(4)),
  );

/** Couplings that are trained on, deep in the three phases. */
export const trained = [
  ...grid(-0.35, -0.23, 0.02),
  ...grid(-0.15, 0.13, 0.02),
  ...grid(0.23, 0.35, 0.02),
];
/** Couplings around either transition, and the phase whose probability is ½ there. */
const windows = [
  { kappas: grid(-0.23, -0.15, 0.01), phase: 0 },
  { kappas: grid(0.14, 0.22, 0.01), phase: 2 },
];
const TRAINING = 30;
const TEST = 100;
/** Training anew, the dearest part, without every third of the bins. */
const ANEW = 3;

/** AFM 0, PM 1, FM 2. */
const phaseOf = (kappa) => (kappa < -0.19 ? 0 : kappa < 0.18 ? 1 : 2);

/** What is sampled from a seed: training bins, and those around the transitions. */
export const sampledDiagram = (seed) => ({
  bins: trained.map((kappa) => sampledBin(kappa, "training", seed, TRAINING)),
  around: windows.map(({ kappas }) => kappas.map((kappa) => sampledBin(kappa, "test", seed, TEST))),
});

const architectures = {
  linear: () => nn.sequential([nn.dense(INPUTS, 3)]),
  perceptron: () => nn.sequential([nn.dense(INPUTS, 8), nn.tanh(), nn.dense(8, 3)]),
};

/** Training that ends where no gradient is left: what taking points away is defined for. */
const fitted = (network, samples, options, seed) => {
  const { theta } = nn.train(network, samples, {
    ...options,
    epochs: 60,
    batchSize: 50,
    stuck: false, // a training anew must end where it ends
    optimiser: nn.adam({ learningRate: 0.01 }),
    rng: core.makeRng(seed, "critical"),
  });
  return hessian.polish(network, theta, samples, options).theta;
};

/**
 * Shifts of both κ_c for each bin that is removed: by first-order influence, by a Newton step, by
 * searching the minimum from where it was, and, for every third bin, by training anew.
 * @param {ReturnType<typeof sampledDiagram>} sampled
 * @param {{ kind: string, l2: number, seed: number }} task
 */
export function movedTransitions({ bins, around }, { kind, l2, seed }) {
  const scale = scaleOf(bins);
  const labels = bins.flatMap(({ kappa, x }) => x.map(() => phaseOf(kappa)));
  const training = { x: scaled(bins, scale), target: core.oneHot(labels, 3) };
  const test = windows.map(({ phase }, w) => {
    return { phase, x: scaled(around[w], scale), histograms: histograms(around[w]) };
  });
  const [network, options] = [architectures[kind](), { loss: nn.softmaxCrossEntropy, l2 }];
  const theta = fitted(network, training, options, seed);
  const model = { network, theta, training, options };
  const here = test.map((window) => criticalCoupling(network, theta, window));
  const shiftsAt = (at) =>
    test.map((window, w) => criticalCoupling(network, at, window).kappa - here[w].kappa);
  const groups = bins.map((_, b) => Array.from({ length: TRAINING }, (_, k) => TRAINING * b + k));
  const influence = byInfluence(
    model,
    here.map(({ gradient }) => gradient),
    groups,
  );
  const removed = groups.map((rows, b) => {
    const left = without(training, rows);
    return {
      kappa: bins[b].kappa,
      influence: influence[b],
      newton: shiftsAt(byNewtonStep(model, rows)),
      searched: shiftsAt(hessian.polish(network, theta, left, options).theta),
      anew: b % ANEW === 0 ? shiftsAt(fitted(network, left, options, seed)) : null,
    };
  });
  return { critical: here.map(({ kappa }) => kappa), removed };
}
