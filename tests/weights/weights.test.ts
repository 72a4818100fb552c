import { describe, expect, it } from "vitest";
import { makeRng, oneHot, row, tensor, type Tensor } from "phaselens/core";
import * as hessian from "phaselens/hessian";
import { bootstrapParameters } from "phaselens/internal/hessian/resampling/bootstrap";
import * as nn from "phaselens/nn";
import { problems } from "../support/models.js";

const NAMES = ["relu perceptron, three classes", "tanh and softplus perceptron", "residual sum"];
/** As of a generator beyond leading order. */
const SIGNED = [1, -0.4, 2, 0.5, 1.3];
/** So that a quadratic risk has a minimum. */
const CONVEX = [1, -0.05, 2, 0.5, 1.3];
const of = (name: string, weights = SIGNED) => {
  const problem = problems[name](4);
  const samples: nn.Samples = { ...problem.samples, weights };
  return { ...problem, samples, options: { loss: problem.loss, l2: 0.1 } };
};
const largest = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs));
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  largest(Array.from(a, (value, k) => value - b[k])) / largest(b);

describe("the risk of weighted samples", () => {
  for (const name of NAMES) {
    it(`is Σ w L / Σ w with its penalty, and its derivatives are those of it: ${name}`, () => {
      const { network, theta, samples, loss, options } = of(name);
      const all = nn.losses(loss, nn.predict(network, theta, samples.x), samples.target);
      const total = SIGNED.reduce((sum, w) => sum + w, 0);
      const mean = all.reduce((sum, value, r) => sum + (SIGNED[r] * value) / total, 0);
      const half = 0.05 * theta.reduce((sum, value) => sum + value ** 2, 0);
      const here = nn.riskAndGradient(network, theta, samples, options);
      expect(here.risk).toBeCloseTo(mean + half, 12);

      const step = 1e-6;
      const beside = (p: number, sign: number): nn.RiskAndGradient => {
        const at = theta.slice();
        at[p] += sign * step;
        return nn.riskAndGradient(network, at, samples, options);
      };
      const P = theta.length;
      const gradient = new Float64Array(P);
      const curvature = tensor([P, P]);
      for (let p = 0; p < P; p++) {
        const [up, down] = [beside(p, 1), beside(p, -1)];
        gradient[p] = (up.risk - down.risk) / (2 * step);
        for (let q = 0; q < P; q++)
          curvature.data[p * P + q] = (up.gradient[q] - down.gradient[q]) / (2 * step);
      }
      expect(apart(here.gradient, gradient)).toBeLessThan(1e-7);
      for (const route of ["planned", "products"] as const) {
        const H = hessian.exactHessian(network, theta, samples, { ...options, route });
        expect(apart(H.data, curvature.data)).toBeLessThan(1e-7);
      }
    });
  }

  it("has a Hessian of chunks with weights of either sign in threads' portions too", async () => {
    const { network, theta, loss } = problems["relu perceptron, three classes"](4);
    const rng = makeRng(8);
    const n = 300;
    const x = tensor(
      [n, 4],
      Float64Array.from({ length: 4 * n }, () => rng.normal()),
    );
    const target = oneHot(
      Int32Array.from({ length: n }, () => rng.integer(3)),
      3,
    );
    const weights = Float64Array.from({ length: n }, () => rng.normal() + 0.5);
    const options = { loss, l2: 0.1 };
    const samples = { x, target, weights };
    const whole = hessian.exactHessian(network, theta, samples, options);
    const parts = await hessian.parallelHessian(network, theta, samples, { ...options, jobs: 1 });
    expect(apart(parts.data, whole.data)).toBeLessThan(1e-12);
    const threads = await hessian.parallelHessian(network, theta, samples, { ...options, jobs: 2 });
    expect(threads.data).toEqual(parts.data);
  });

  it("travels to threads with removals and bootstraps", async () => {
    const { network, theta, samples, options } = of("linear regression", CONVEX);
    const H = hessian.exactHessian(network, theta, samples, options);
    const problem = { network, theta, training: samples, options, damping: 1, hessian: H };
    const counts = hessian.bootstrap.counts(5, 4, makeRng(1), samples.weights);
    const groups = CONVEX.map((_, r) => [r]);
    const [here, there] = await Promise.all(
      [1, 2].map(async (jobs) => ({
        changes: (await hessian.removals(problem, samples, groups, { jobs })).changes,
        thetas: (await hessian.bootstrap.response(problem, counts, { jobs })).thetas,
      })),
    );
    expect(there).toEqual(here);
  });

  it("is minimised in single precision, from a source and in memory alike", () => {
    const { network, samples, loss } = problems["relu perceptron, three classes"](4);
    const weighted = { ...samples, weights: [1, 0.5, 2, 0.1, 3] };
    const source: nn.SampleSource = {
      count: 5,
      inputShape: [4],
      outputs: 3,
      weights: weighted.weights,
      readInput: (s, into, at) => into.set(row(samples.x, s), at),
      readTarget: (s, into, at) => into.set(row(samples.target, s), at),
    };
    const options = { loss, epochs: 20, batchSize: 2, stuck: false as const };
    const trained = (from: nn.Samples | nn.SampleSource, precision?: "float32"): nn.TrainResult =>
      nn.train(network, from, { ...options, rng: makeRng(3), precision });
    const memory = trained(weighted);
    expect(apart(trained(source).theta, memory.theta)).toBeLessThan(1e-12);
    expect(trained(source).loss).toBeCloseTo(memory.loss, 12);
    expect(apart(trained(weighted, "float32").theta, memory.theta)).toBeLessThan(1e-4);
    expect(apart(trained(samples).theta, memory.theta)).toBeGreaterThan(1e-3);
  });

  it("is not minimised by a backend that knows no weights", () => {
    const { network, samples, loss } = problems["linear regression"](4);
    const engine = {
      ...{ x: new Float64Array(15), target: new Float64Array(10), step: () => 0, losses: () => 0 },
      theta: () => new Float64Array(8),
      optimiser: () => ({ step: 0, moments: [] }),
    };
    const backend = { name: "Other", engine: () => engine };
    const options = { loss, epochs: 1, rng: makeRng(1), backend };
    expect(() => nn.train(network, { ...samples, weights: [1, 2, 1, 1, 1] }, options)).toThrow(
      "train: the backend Other knows no weights of samples. Train without it.",
    );
  });

  it("is refused where weights make no mean", () => {
    const { network, theta, samples, loss } = problems["linear regression"](4);
    const risk = (weights: number[]) => () =>
      nn.risk(network, theta, { ...samples, weights }, { loss });
    expect(risk([1, 2])).toThrow("risk: 2 weights for 5 samples. Give one for each.");
    expect(risk([1, 1, 1, -2, -1])).toThrow("the weights sum to 0; a mean needs a positive");
    expect(risk([1, NaN, 1, 1, 1])).toThrow("samples.weights: entry 1 is NaN");
    expect(() =>
      hessian.kroneckerCurvature(network, theta, { ...samples, weights: SIGNED }, { loss }),
    ).toThrow(
      "kroneckerCurvature: sample 1 has the weight -0.4; a Kronecker factor is a mean of squares",
    );
  });
});

describe("influence of weighted samples", () => {
  it("is what taking them away does, for weights of either sign", async () => {
    const { network, theta: start, samples, options } = of("linear regression", CONVEX);
    const { theta } = hessian.polish(network, start, samples, options);
    const H = hessian.exactHessian(network, theta, samples, options);
    const test = problems["linear regression"](9).samples;
    const gradients = nn.perSampleGradients(network, theta, samples, options);
    const points = hessian.testGradients(network, theta, test, options);
    const { influence } = hessian.influence(H, gradients, points);
    const weight = 1e-4; // so that the second order is small
    const { changes } = await hessian.removals(
      { network, theta, training: samples, options, damping: 0, hessian: H },
      test,
      SIGNED.map((_, r) => [r]),
      { jobs: 1, weight, tolerance: 1e-10 },
    );
    SIGNED.forEach((_, r) => {
      const predicted = Float64Array.from({ length: 5 }, (_, t) => influence.data[t * 5 + r]);
      const measured = row(changes, r).map((value) => value / weight);
      expect(apart(measured, predicted)).toBeLessThan(3e-3);
    });
  });

  it("is lost if the gradients come without their weights' sum", () => {
    const { network, theta, samples, options } = of("linear regression");
    const H = hessian.exactHessian(network, theta, samples, options);
    const gradients = nn.perSampleGradients(network, theta, samples, options);
    const some: nn.SampleGradients = { ...gradients, weights: Float64Array.of(1, 2) };
    expect(() => hessian.influence(H, some, gradients, { damping: 1 })).toThrow(
      "influence: 2 weights with the sum 4.4 for 5 training gradients.",
    );
  });
});

it("a bootstrap of weighted samples leads, to first order, where its risk has its minimum", () => {
  const { network, theta: start, samples, options } = of("linear regression", CONVEX);
  const { theta } = hessian.polish(network, start, samples, options);
  const H = hessian.exactHessian(network, theta, samples, options);
  const gradients = nn.perSampleGradients(network, theta, samples, options);
  const drawn = [2, 0, 1, 2, 0];
  const share = 1e-5;
  const counts = tensor(
    [1, 5],
    drawn.map((count) => 1 + share * (count - 1)),
  );
  const there = bootstrapParameters(theta, H, gradients, counts);
  const weights = CONVEX.map((weight, r) => weight * counts.data[r]);
  const again = hessian.polish(network, theta, { ...samples, weights }, options);
  const step = (to: Float64Array): Float64Array => to.map((value, p) => (value - theta[p]) / share);
  expect(apart(step(row(there, 0)), step(again.theta))).toBeLessThan(1e-4);
});

describe("weights of classes", () => {
  const labels: Tensor = oneHot([0, 2, 0, 1, 0, 0], 3);
  const x = tensor([6, 1]);

  it("multiply those of the samples", () => {
    const samples = { x, target: labels, weights: [1, 2, 1, 1, 1, 3] };
    const { weights } = nn.classWeighted(samples, [1, 5, 10], nn.softmaxCrossEntropy);
    expect(Array.from(weights)).toEqual([1, 20, 1, 5, 1, 3]);
    const yes = { x, target: tensor([6, 1], [1, 0, 0.5, 1, 0, 0]) };
    expect(Array.from(nn.classWeighted(yes, [1, 4], nn.logisticLoss).weights)).toEqual([
      4, 1, 2.5, 4, 1, 1,
    ]);
  });

  it("balance classes: each has the same sum, all together that of before", () => {
    const { weights } = nn.classWeighted({ x, target: labels }, "balanced", nn.softmaxCrossEntropy);
    expect(Array.from(weights)).toEqual([0.5, 2, 0.5, 2, 0.5, 0.5]);
  });

  it("are refused where there are no classes", () => {
    const values = { x, target: tensor([6, 1]) };
    expect(() => nn.classWeighted(values, [1, 2], nn.meanSquaredError)).toThrow(
      "tells no classes apart. Give the samples weights of their own.",
    );
    expect(() => nn.classWeighted({ x, target: labels }, [1, 2], nn.softmaxCrossEntropy)).toThrow(
      "classWeighted: 2 weights for 3 classes. Give one for each.",
    );
    expect(() =>
      nn.classWeighted(
        { x, target: oneHot([0, 0, 0, 0, 1, 1], 3) },
        "balanced",
        nn.softmaxCrossEntropy,
      ),
    ).toThrow("the weights of class 2 sum to 0");
  });
});

describe("accuracy and the best constant", () => {
  it("count by the weights", () => {
    const z = tensor([3, 2], [1, 0, 0, 1, 1, 0]);
    const target = oneHot([0, 0, 1], 2);
    expect(nn.accuracy(z, target, undefined, [3, 1, 0])).toBe(0.75);
    for (const loss of [nn.softmaxCrossEntropy, nn.meanSquaredError, nn.huberLoss()]) {
      const copies = oneHot([0, 0, 0, 1, 1], 2);
      const weighted = loss.constantRisk(oneHot([0, 1], 2), Float64Array.of(3, 2));
      expect(weighted).toBeCloseTo(loss.constantRisk(copies), 12);
    }
    const yes = tensor([2, 1], [1, 0]);
    const copies = tensor([5, 1], [1, 1, 1, 0, 0]);
    expect(nn.logisticLoss.constantRisk(yes, Float64Array.of(3, 2))).toBeCloseTo(
      nn.logisticLoss.constantRisk(copies),
      12,
    );
  });
});
