import { makeRng, row, tensor, type Tensor } from "phaselens/core";
import * as hessian from "phaselens/hessian";
import * as nn from "phaselens/nn";
import type { Entry, Found, Given } from "./cases.js";

const risk = ({ loss }: Given) => ({ loss, l2: 0.03 });
const DAMPING = 3;
const numbers = (values: ArrayLike<number>): number[] => Array.from(values);
const direction = ({ theta }: Given): Float64Array => theta.map((_, p) => Math.sin(p + 1));

/** Points of their own, alike for any samples. */
const test = ({ samples }: Given): nn.Samples => {
  const rng = makeRng(5, "test points");
  const x = tensor([3, ...samples.x.shape.slice(1)]);
  const target = tensor([3, samples.target.shape[1]]);
  x.data.forEach((_, p) => (x.data[p] = rng.normal()));
  for (let t = 0; t < 3; t++) row(target, t)[t % target.shape[1]] = 1;
  return { x, target };
};

const matrix = (given: Given): Tensor =>
  hessian.exactHessian(given.network, given.theta, given.samples, risk(given));
const gradients = (given: Given): nn.SampleGradients =>
  nn.perSampleGradients(given.network, given.theta, given.samples, risk(given));
const testGradients = (given: Given): Tensor =>
  hessian.testGradients(given.network, given.theta, test(given), risk(given));
const problem = (given: Given) => ({
  network: given.network,
  theta: given.theta,
  training: given.samples,
  options: risk(given),
  damping: DAMPING,
  hessian: matrix(given),
});

/** [test, train] by training points. */
function turned({ shape: [tests, train], data }: Tensor): Tensor {
  const rows = tensor([train, tests]);
  for (let t = 0; t < tests; t++)
    for (let r = 0; r < train; r++) rows.data[r * tests + t] = data[t * train + r];
  return rows;
}

const ofOperator =
  (make: (given: Given) => hessian.SymmetricOperator) =>
  (given: Given): Found => ({ whole: numbers(make(given).apply(direction(given))) });
const perSample = "the loss of one sample, which has no weight";

export const hessianEntries: Readonly<Record<string, Entry>> = {
  "hessian.exactHessian": {
    problems: ["relu perceptron, three classes", "branches joined, smooth and not", "conv3d"],
    of: (given) => ({
      whole: (["planned", "products"] as const).flatMap((route) =>
        numbers(
          hessian.exactHessian(given.network, given.theta, given.samples, {
            ...risk(given),
            route,
          }).data,
        ),
      ),
    }),
  },
  "hessian.parallelHessian": {
    of: async (given) => {
      const { network, theta, samples } = given;
      const options = { ...risk(given), jobs: 1 };
      return {
        whole: numbers((await hessian.parallelHessian(network, theta, samples, options)).data),
      };
    },
  },
  "hessian.riskHessian": {
    of: ofOperator((given) =>
      hessian.riskHessian(given.network, given.theta, given.samples, risk(given)),
    ),
  },
  "hessian.hvp": {
    of: (given) => ({
      whole: numbers(
        hessian.hvp(given.network, given.theta, given.samples, direction(given), risk(given)),
      ),
    }),
  },
  "hessian.gaussNewton": {
    of: ofOperator((given) =>
      hessian.gaussNewton(given.network, given.theta, given.samples, risk(given)),
    ),
  },
  "hessian.kroneckerCurvature": {
    problems: [
      "relu perceptron, three classes",
      "conv1d with global average (Dawid, Fig. 7b, in small)",
    ],
    of: (given) => {
      const { network, theta, samples } = given;
      const made = hessian.kroneckerCurvature(network, theta, samples, risk(given));
      return { whole: numbers(made.apply(direction(given))) };
    },
  },
  "hessian.influence": {
    additive: true,
    rounds: true,
    of: (given) => {
      const { influence, relatif } = hessian.influence(
        matrix(given),
        gradients(given),
        testGradients(given),
        { damping: DAMPING },
      );
      const [plain, scaled] = [turned(influence), turned(relatif)];
      const n = plain.shape[0];
      const rows = tensor([n, 6]);
      for (let r = 0; r < n; r++) {
        row(rows, r).set(row(plain, r));
        row(rows, r).set(row(scaled, r), 3);
      }
      return { whole: [], rows };
    },
  },
  "hessian.gradientStream": {
    additive: true,
    rounds: true,
    of: (given) => {
      const { network, theta, samples } = given;
      const stream = hessian.gradientStream(network, theta, samples, risk(given), 2);
      const { influence } = hessian.influence(matrix(given), stream, testGradients(given), {
        damping: DAMPING,
      });
      return { whole: [], rows: turned(influence) };
    },
  },
  "hessian.selfInfluence": {
    rounds: true,
    additive: true,
    of: (given) => {
      const own = hessian.selfInfluence(matrix(given), gradients(given), { damping: DAMPING });
      return { whole: [], rows: tensor([own.length, 1], own) };
    },
  },
  "hessian.testSamples": perSample,
  "hessian.testLosses": perSample,
  "hessian.testGradients": perSample,
  "hessian.lossesAt": perSample,
  "hessian.mislabel": {
    drawn: "labels are changed at random rows",
    problems: ["relu perceptron, three classes"],
    of: (given) => {
      const { samples } = hessian.mislabel(
        { ...given.samples, weights: given.samples.weights },
        { fraction: 0.4, rng: makeRng(1) },
      );
      const same = samples.weights === given.samples.weights;
      return { whole: [same ? 1 : 0] };
    },
  },
  "hessian.polish": {
    problems: ["linear regression"],
    of: (given) => {
      const { network, theta, samples } = given;
      const found = hessian.polish(network, theta, samples, risk(given));
      return { whole: [...found.theta, found.risk] };
    },
  },
  "hessian.removals": {
    problems: ["linear regression"],
    of: async (given) => {
      const { changes } = await hessian.removals(problem(given), test(given), [[0]], { jobs: 1 });
      return { whole: numbers(changes.data) };
    },
  },
  "hessian.bootstrap.response": {
    drawn: "an event of weight 2 is drawn once, two copies each for itself",
    problems: ["linear regression"],
    of: async (given) => {
      const { weights } = given.samples;
      const n = given.samples.x.shape[0];
      const counts = hessian.bootstrap.counts(n, 3, makeRng(1), weights);
      const { thetas } = await hessian.bootstrap.response(problem(given), counts, { jobs: 1 });
      return { whole: numbers(thetas.data) };
    },
  },
  "hessian.bootstrap.retraining": {
    drawn: "an event of weight 2 is drawn once, two copies each for itself",
    problems: ["dropout is off outside training"],
    of: async ({ network, theta, samples }) => {
      const n = samples.x.shape[0];
      const counts = hessian.bootstrap.counts(n, 2, makeRng(1), samples.weights);
      const recipe = { module: "phaselens/papers/dawid2021", name: "recipes.ours" };
      const options = { seed: 1, start: "original" as const, jobs: 1 };
      const thetas = await hessian.bootstrap.retraining(
        network,
        theta,
        samples,
        recipe,
        counts,
        options,
      );
      return { whole: numbers(thetas.data) };
    },
  },
  "hessian.resamplingUncertainty": {
    drawn: "an event of weight 2 is drawn once, two copies each for itself",
    of: async (given) => {
      const { network, theta, loss } = given;
      const input = {
        hessian: matrix(given),
        trainGradients: gradients(given),
        test: test(given),
        loss,
      };
      const options = { rng: makeRng(1), bootstraps: 5, damping: DAMPING, jobs: 1 };
      const found = await hessian.resamplingUncertainty(network, theta, input, options);
      return { whole: [...found.uncertainty, ...found.losses.data] };
    },
  },
  "hessian.linearisedUncertainty": {
    rounds: true,
    drawn: "an event of weight 2 fluctuates as one, two copies each for itself",
    of: (given) => ({
      whole: numbers(
        hessian.linearisedUncertainty(matrix(given), gradients(given), testGradients(given), {
          damping: DAMPING,
        }),
      ),
    }),
  },
  "hessian.resamplingStudy": {
    drawn: "a recipe of batches, and bootstraps",
    problems: ["dropout is off outside training"],
    of: async (given) => {
      const recipe = { module: "phaselens/papers/dawid2021", name: "recipes.ours" };
      const runs = [{ seed: 1, epochs: 2 }];
      const options = { bootstraps: 3, jobs: 1 };
      const { network, samples } = given;
      const [study] = await hessian.resamplingStudy(
        network,
        recipe,
        samples,
        test(given),
        runs,
        options,
      );
      return { whole: [...study.theta, study.damping, ...study.uncertainty] };
    },
  },
  "hessian.audit": {
    problems: ["linear regression"],
    of: async (given) => {
      const { network, theta, samples } = given;
      const report = await hessian.audit(network, theta, samples, {
        options: risk(given),
        test: test(given),
        damping: DAMPING,
        jobs: 1,
      });
      const { stationarity, spectrum, damping } = report;
      return {
        whole: [
          stationarity.gradientNorm,
          stationarity.meanPointGradient,
          stationarity.relative,
          spectrum.lowest,
          spectrum.highest,
          ...damping!.rows.map((one) => one.conditionNumber),
        ],
      };
    },
  },
};
