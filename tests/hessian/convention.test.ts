import { dot, makeRng, norm, row, takeRows, tensor, type Tensor } from "phaselens/core";
import {
  audit,
  exactHessian,
  gradientStream,
  influence,
  linearisedUncertainty,
  polish,
  resamplingUncertainty,
  testGradients,
  testLosses,
} from "phaselens/hessian";
import { cholesky } from "phaselens/linalg";
import {
  dense,
  kaimingNormal,
  meanSquaredError,
  perSampleGradients,
  sequential,
  softmaxCrossEntropy,
  tanh,
  type GradientOptions,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";
import { axpy } from "phaselens/internal/core/tensor";

/**
 * Linear regression with L2, (1/n) Σ w_s (θ·(x_s, 1) − t_s)² + (l2/2)‖θ‖²: its minimum from the
 * normal equations, written out.
 */
const [N, D] = [25, 3];
const l2 = 0.4;
const line = sequential([dense(D, 1)]);
const risk = { loss: meanSquaredError, l2 };
const training = { x: randomTensor([N, D], 1), target: randomTensor([N, 1], 2) };
const test = { x: randomTensor([4, D], 3), target: randomTensor([4, 1], 4) };
const extended = (r: number): number[] => [...row(training.x, r), 1];

function normalMatrix(weights: readonly number[], n: number): Tensor {
  const matrix = tensor([D + 1, D + 1]);
  weights.forEach((w, s) =>
    extended(s).forEach((a, i) =>
      extended(s).forEach((b, j) => (matrix.data[i * (D + 1) + j] += (2 * w * a * b) / n)),
    ),
  );
  for (let i = 0; i <= D; i++) matrix.data[i * (D + 2)] += l2;
  return matrix;
}

function minimum(weights: readonly number[], n: number): Float64Array {
  const right = new Float64Array(D + 1);
  weights.forEach((w, s) =>
    axpy((2 * w * training.target.data[s]) / n, Float64Array.from(extended(s)), right),
  );
  return cholesky(normalMatrix(weights, n)).solve(right);
}

const whole = Array<number>(N).fill(1);
const less = (r: number, weight: number): number[] =>
  whole.map((w, s) => (s === r ? w - weight : w));
const theta = minimum(whole, N);
const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, p) => v - b[p]);

describe("leave-one-out on a quadratic risk with L2", () => {
  const H = exactHessian(line, theta, training, risk);
  const gradients = perSampleGradients(line, theta, training, risk);
  const solve = (g: Float64Array): Float64Array => cholesky(H).solve(g);

  it("the Hessian is that of the normal equations", () => {
    expectAllClose(H.data, normalMatrix(whole, N).data, { rtol: 1e-13, atol: 1e-14 });
  });

  it.each([0, 7, 24])(
    "the minimum without point %i is (1/n) H⁻¹∇L_r away, times 1/(1 − h_r), exactly",
    (r) => {
      const step = solve(row(gradients, r)).map((v) => v / N);
      const x = Float64Array.from(extended(r));
      // Sherman and Morrison 1950
      const leverage = (2 * dot(x, cholesky(normalMatrix(whole, N)).solve(x))) / N;
      for (const weight of [1, 0.1]) {
        const moved = difference(minimum(less(r, weight), N), theta);
        expectAllClose(
          moved,
          step.map((v) => (weight * v) / (1 - weight * leverage)),
          { rtol: 1e-10, atol: 1e-14 },
        );
      }
    },
  );

  it("influence is the change of the test losses to first order: the deviation falls with the square of the weight", () => {
    const { influence: pairs } = influence(H, gradients, testGradients(line, theta, test, risk));
    const before = testLosses(line, theta, test, risk);
    const deviation = (weight: number): number => {
      const after = testLosses(line, minimum(less(7, weight), N), test, risk);
      return norm(after.map((v, t) => v - before[t] - weight * pairs.data[t * N + 7]));
    };
    for (const weight of [1e-1, 1e-2]) {
      const ratio = deviation(weight) / deviation(weight / 10);
      expect(ratio).toBeGreaterThan(90);
      expect(ratio).toBeLessThan(115);
    }
    expect(deviation(1e-3)).toBeLessThan(1e-5 * norm(before));
  });

  it("with the penalty in the gradients it is not: the deviation falls with the weight itself", () => {
    const published: GradientOptions = { ...risk, convention: "dawid2021" };
    const pairs = influence(
      H,
      perSampleGradients(line, theta, training, published),
      testGradients(line, theta, test, published),
    ).influence;
    const before = testLosses(line, theta, test, risk);
    const deviation = (weight: number): number => {
      const after = testLosses(line, minimum(less(7, weight), N), test, risk);
      return norm(after.map((v, t) => v - before[t] - weight * pairs.data[t * N + 7]));
    };
    expect(deviation(1e-2) / deviation(1e-3)).toBeLessThan(11);
  });

  it("the mean over n − 1 points with l2 held adds l2 θ̃ to the removed point's gradient, the same step for every point", () => {
    for (const r of [3, 16]) {
      const penalised = row(gradients, r).map((v, p) => v + l2 * theta[p]);
      const step = solve(penalised).map((v) => v / N);
      const deviation = (weight: number): number =>
        norm(
          difference(minimum(less(r, weight), N - weight), theta).map(
            (v, p) => v - weight * step[p],
          ),
        );
      expect(deviation(1e-2) / deviation(1e-3)).toBeGreaterThan(90);
      expect(deviation(1e-2) / deviation(1e-3)).toBeLessThan(115);
    }
  });
});

describe("the convention of gradients", () => {
  const strong = { loss: softmaxCrossEntropy, l2: 0.05 };
  const network = sequential([dense(3, 4), tanh(), dense(4, 2)]);
  const points = (n: number, seed: number): { x: Tensor; target: Tensor } => {
    const x = randomTensor([n, 3], seed);
    const noise = randomTensor([n, 1], seed + 1);
    const target = tensor([n, 2]);
    for (let s = 0; s < n; s++)
      target.data[2 * s + (x.data[3 * s] - x.data[3 * s + 1] + noise.data[s] > 0 ? 1 : 0)] = 1;
    return { x, target };
  };
  const [learnt, asked] = [points(60, 1), points(6, 50)];
  const at = polish(network, kaimingNormal(network, makeRng(1, "w")), learnt, strong).theta;
  const published: GradientOptions = { ...strong, convention: "dawid2021" };
  const bare = { loss: softmaxCrossEntropy };

  it("is that of the loss alone by default, in every helper", () => {
    const alone = perSampleGradients(network, at, learnt, bare).data;
    expect(perSampleGradients(network, at, learnt, strong).data).toEqual(alone);
    expect(testGradients(network, at, learnt, strong).data).toEqual(alone);
    expect([...gradientStream(network, at, learnt, strong, 60).blocks()][0].data).toEqual(alone);
    const penalised = perSampleGradients(network, at, learnt, published).data;
    expectAllClose(
      penalised,
      alone.map((v, k) => v + strong.l2 * at[k % at.length]),
      { rtol: 1e-12, atol: 1e-15 },
    );
    expect(testGradients(network, at, learnt, published).data).toEqual(penalised);
    expect([...gradientStream(network, at, learnt, published, 60).blocks()][0].data).toEqual(
      penalised,
    );
  });

  it("is named, or refused", async () => {
    const wrong = { ...strong, convention: "Dawid" as "loss" };
    const message = 'convention is "Dawid"; it must be "loss" or "dawid2021".';
    expect(() => perSampleGradients(network, at, learnt, wrong)).toThrow(
      `perSampleGradients: ${message}`,
    );
    expect(() => testGradients(network, at, learnt, wrong)).toThrow(message);
    expect(() => gradientStream(network, at, learnt, wrong)).toThrow(`gradientStream: ${message}`);
    await expect(audit(network, at, learnt, { options: wrong, test: asked })).rejects.toThrow(
      `audit: ${message}`,
    );
  });

  it("of training points does not matter to resampling, whose weights sum to 0", async () => {
    const H = exactHessian(network, at, learnt, strong);
    const [one, other] = [strong, published].map((options) =>
      perSampleGradients(network, at, learnt, options),
    );
    const tested = testGradients(network, at, asked, strong);
    expectAllClose(linearisedUncertainty(H, one, tested), linearisedUncertainty(H, other, tested), {
      rtol: 1e-9,
    });
    const drawn = await Promise.all(
      [one, other].map((trainGradients) =>
        resamplingUncertainty(
          network,
          at,
          { hessian: H, trainGradients, test: asked, loss: bare.loss },
          { rng: makeRng(1, "r"), bootstraps: 20, jobs: 1 },
        ),
      ),
    );
    expectAllClose(drawn[0].uncertainty, drawn[1].uncertainty, { rtol: 1e-9 });
  });

  it("is the one that the audit judges, names and measures the other against", async () => {
    const retrain = { points: 20, jobs: 1, leaveOneOut: false };
    const [plain, penalised] = await Promise.all(
      [strong, published].map((options) =>
        audit(network, at, learnt, {
          options,
          test: asked,
          damping: 0.02,
          retrain: { ...retrain, rng: makeRng(4, "audit") },
        }),
      ),
    );
    for (const [report, options] of [
      [plain, strong],
      [penalised, published],
    ] as const) {
      const { rows, predicted } = report.response!;
      const pairs = influence(
        exactHessian(network, at, learnt, strong),
        perSampleGradients(network, at, learnt, options),
        testGradients(network, at, asked, options),
        { damping: 0.02 },
      ).influence;
      expectAllClose(
        predicted.data,
        rows.flatMap((r) => Array.from({ length: 6 }, (_, t) => pairs.data[t * 60 + r])),
        { rtol: 1e-9, atol: 1e-14 },
      );
    }
    expect([plain.convention, plain.response!.other!.convention]).toEqual(["loss", "dawid2021"]);
    expect([penalised.convention, penalised.response!.other!.convention]).toEqual([
      "dawid2021",
      "loss",
    ]);
    expect(plain.response!.agreement.median).toBeGreaterThan(0.98);
    expect(penalised.response!.agreement).toEqual(plain.response!.other!.agreement);
    expect(penalised.response!.agreement.median).toBeLessThan(plain.response!.agreement.median);
    expect(takeRows(plain.response!.measured, [0]).data).toEqual(
      takeRows(penalised.response!.measured, [0]).data,
    );
    expect(plain.text).toContain(
      "rank correlation of influence (gradients of the losses alone) with the proximal response",
    );
    expect(penalised.text).toContain(
      "rank correlation of influence (the penalty in all gradients, as in the published toolbox) with",
    );
    const without = await audit(network, at, learnt, {
      options: bare,
      test: asked,
      damping: 0.2,
      retrain: { ...retrain, rng: makeRng(4, "audit") },
    });
    expect(without.response!.other).toBeUndefined();
  });
});
