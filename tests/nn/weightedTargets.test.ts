import { makeRng, row, takeRows, tensor } from "phaselens/core";
import * as h from "phaselens/hessian";
import { exactHessian, gaussNewton, kroneckerCurvature, parallelHessian } from "phaselens/hessian";
import { tfjsBackend } from "phaselens/interop";
import {
  binTargets,
  dense,
  kaimingNormal,
  labelBins,
  logisticLoss,
  perSampleGradients,
  relu,
  riskAndGradient,
  sequential,
  sgd,
  softmaxCrossEntropy,
  train,
  type Samples,
  type TrainOptions,
} from "phaselens/nn";
import { beforeAll, describe, expect, it } from "vitest";
import { tf } from "../interop/tfjs/tfjsModule.js";
import { expectAllClose, relativeToMaximum } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";
import { gaussNewtonDiagonal } from "phaselens/internal/hessian/exact/gaussNewtonDiagonal";
import { binTarget } from "phaselens/internal/nn/losses/bins";
import { inputGradients } from "phaselens/internal/nn/losses/risk";
import { riskHvp } from "phaselens/internal/nn/losses/riskProducts";
import { softmax } from "phaselens/internal/nn/losses/softmax";
import { proximalResponse } from "phaselens/internal/hessian/removal/proximalResponse";
import { bootstrapResponse } from "phaselens/internal/hessian/resampling/bootstrapResponse";

beforeAll(() => tf.ready());

/*
 * Shares that sum to k say what k samples of the same input say. So a set with such rows is one
 * with repeated rows that sum to 1, and all that is computed of it is N/n times that of the long.
 */
const network = sequential([dense(3, 5), relu(), dense(5, 4)], "weighted");
const theta = kaimingNormal(network, makeRng(1));
const n = 6;
const repeats = [1, 2, 3, 1, 4, 2];
const x = randomTensor([n, 3], 2);
const shares = softmax(randomTensor([n, 4], 3)); // rows that sum to 1
const weighted: Samples = {
  x,
  target: tensor(
    [n, 4],
    shares.data.map((p, k) => p * repeats[Math.floor(k / 4)]),
  ),
};
const rows = repeats.flatMap((times, s) => Array<number>(times).fill(s));
const repeated: Samples = { x: takeRows(x, rows), target: takeRows(shares, rows) };
const scale = rows.length / n;
const options = { loss: softmaxCrossEntropy };
const close = { rtol: 1e-10, atol: 1e-12 };
const scaled = (values: Float64Array): Float64Array => values.map((v) => scale * v);

describe("rows of targets that do not sum to 1 count as often as they sum to", () => {
  it("in the risk, its gradient and the products of its Hessian", () => {
    const [one, long] = [weighted, repeated].map((set) =>
      riskAndGradient(network, theta, set, options),
    );
    expect(one.risk).toBeCloseTo(scale * long.risk, 12);
    expectAllClose(one.gradient, scaled(long.gradient), close);
    const v = randomTensor([theta.length], 4).data;
    const [product, expected] = [weighted, repeated].map((set) =>
      riskHvp(network, theta, set, v, options),
    );
    expectAllClose(product, scaled(expected), close);
    const [gauss, newton] = [weighted, repeated].map((set) =>
      gaussNewton(network, theta, set, options).apply(v),
    );
    expectAllClose(gauss, scaled(newton), close);
  });

  it("in the gradients of samples, by parameters and by inputs", () => {
    const [one, long] = [weighted, repeated].map((set) =>
      perSampleGradients(network, theta, set, options),
    );
    const [into, there] = [weighted, repeated].map((set) =>
      inputGradients(network, theta, set, softmaxCrossEntropy),
    );
    rows.forEach((s, r) => {
      expectAllClose(
        row(one, s),
        row(long, r).map((g) => repeats[s] * g),
        close,
      );
      expectAllClose(
        row(into, s),
        row(there, r).map((g) => repeats[s] * g),
        close,
      );
    });
  });

  it("in the exact Hessian, alone and in parallel", async () => {
    const expected = scaled(exactHessian(network, theta, repeated, options).data);
    expectAllClose(exactHessian(network, theta, weighted, options).data, expected, close);
    expectAllClose(
      (await parallelHessian(network, theta, weighted, { ...options, jobs: 1 })).data,
      expected,
      close,
    );
  });

  it("in the trace of EK-FAC, which no choice of basis changes", () => {
    const trace = (set: Samples): number =>
      kroneckerCurvature(network, theta, set, options)
        .eigenvalues()
        .reduce((sum, s) => sum + s, 0);
    expect(trace(weighted)).toBeCloseTo(scale * trace(repeated), 10);
  });

  it.each([
    ["float64", {}],
    ["float32", { precision: "float32" }],
    ["TensorFlow.js", { backend: tfjsBackend(tf) }],
  ] as const)("in training, %s", (_, own) => {
    // whole sets are one step each, so N/n is a part of the learning rate
    const common: TrainOptions = { ...options, rng: makeRng(5), theta, steps: 20, stuck: false };
    const short = train(network, weighted, {
      ...common,
      ...own,
      batchSize: n,
      optimiser: sgd({ learningRate: 0.02 }),
    });
    const long = train(network, repeated, {
      ...common,
      batchSize: rows.length,
      optimiser: sgd({ learningRate: 0.02 * scale }),
    });
    expect(relativeToMaximum(short.theta, long.theta)).toBeLessThan(
      "steps" in own || _ !== "float64" ? 1e-5 : 1e-12,
    );
    expect(short.loss).toBeCloseTo(scale * long.loss, 4);
  });

  it("in the risk of the best constant output", () => {
    expect(softmaxCrossEntropy.constantRisk(weighted.target)).toBeCloseTo(
      scale * softmaxCrossEntropy.constantRisk(repeated.target),
      12,
    );
  });
});

describe("targets that a loss does not take", () => {
  const negative = tensor(
    [n, 4],
    weighted.target.data.map((t, k) => (k === 9 ? -t : t)),
  );
  const message = "the target of sample 2 at output 1 is -";
  it("are refused at each public edge", () => {
    const wrong = { x, target: negative };
    const v = new Float64Array(theta.length);
    const edges = [
      () => train(network, wrong, { ...options, rng: makeRng(1), epochs: 1 }),
      () => riskAndGradient(network, theta, wrong, options),
      () => riskHvp(network, theta, wrong, v, options),
      () => perSampleGradients(network, theta, wrong, options),
      () => inputGradients(network, theta, wrong, softmaxCrossEntropy),
      () => exactHessian(network, theta, wrong, options),
      () => gaussNewton(network, theta, wrong, options),
      () => kroneckerCurvature(network, theta, wrong, options),
    ];
    for (const edge of edges) expect(edge, String(edge)).toThrow(message);
  });
  it("are refused by everything of the Hessian that takes samples", async () => {
    const wrong = { x, target: negative };
    const good = { x, target: weighted.target };
    const hessian = exactHessian(network, theta, good, options);
    const rng = makeRng(2);
    const problem = { network, theta, training: wrong, options, damping: 20, hessian };
    const thetas = tensor([1, theta.length], theta);
    const counts = tensor([1, n], new Float64Array(n).fill(1));
    const gradients = perSampleGradients(network, theta, good, options);
    const input = { hessian, trainGradients: gradients, test: wrong, loss: softmaxCrossEntropy };
    const edges = [
      () => h.testLosses(network, theta, wrong, options),
      () => h.testGradients(network, theta, wrong, options),
      () => [...h.gradientStream(network, theta, wrong, options).blocks()],
      () => h.riskHessian(network, theta, wrong, options).apply(theta),
      () => gaussNewtonDiagonal(network, theta, wrong, options),
      () => h.polish(network, theta, wrong, options),
      () => parallelHessian(network, theta, wrong, options),
      () => h.lossesAt(network, thetas, wrong, softmaxCrossEntropy),
      () => proximalResponse(problem, [0]),
      () => h.removals(problem, good, [[0]], { jobs: 1 }),
      () => h.removals({ ...problem, training: good }, wrong, [[0]], { jobs: 1 }),
      () => bootstrapResponse(problem, counts),
      () => h.audit(network, theta, wrong, { options, test: good }),
      () => h.audit(network, theta, good, { options, test: wrong }),
      () =>
        h.resamplingUncertainty(network, theta, input, {
          rng,
          bootstraps: 2,
          damping: 20,
          version: "truth",
        }),
    ];
    for (const edge of edges) {
      const run = async (): Promise<unknown> => edge();
      await expect(run(), String(edge)).rejects.toThrow(message);
    }
  });
  it("are refused when they come from a source", () => {
    const source = {
      count: n,
      inputShape: [3],
      outputs: 4,
      readInput: (s: number, into: Float64Array | Float32Array, at: number) =>
        into.set(row(x, s), at),
      readTarget: (s: number, into: Float64Array, at: number) => into.set(row(negative, s), at),
    };
    expect(() => train(network, source, { ...options, rng: makeRng(1), epochs: 1 })).toThrow(
      `train: ${message}`,
    );
  });
  it("labels -1 and 1 of a sigmoid among them", () => {
    const one = sequential([dense(3, 1)]);
    const target = tensor([n, 1], [1, -1, 1, 1, -1, 1]);
    expect(() =>
      train(one, { x, target }, { loss: logisticLoss, rng: makeRng(1), epochs: 1 }),
    ).toThrow("here they are -1 and 1: write 0 for -1.");
  });
});

describe("smeared labels", () => {
  const bins = labelBins([-1, 0, 0.5, 2], 0.4);
  it("of many are distributions: those of Eq. (B4) over their sum", () => {
    const values = [-1, 0.3, 2.2];
    const found = binTargets(values, bins);
    values.forEach((value, s) => {
      const printed = binTarget(value, bins);
      const sum = printed.reduce((total, y) => total + y, 0);
      expectAllClose(
        row(found, s),
        printed.map((y) => y / sum),
        { rtol: 1e-13 },
      );
      expect(row(binTargets(values, bins, { normalised: false }), s)).toEqual(printed);
    });
  });
  it("are so far from all bins too", () => {
    expectAllClose(binTargets([40], bins).data, [0, 0, 0, 1], { atol: 1e-150 });
    expect(() => binTargets([Infinity], bins)).toThrow(
      "binTargets: values: entry 0 is Infinity; every entry must be a finite number.",
    );
  });
});
