import { readFileSync } from "node:fs";
import { correlation, readNpy, row, takeRows, tensor, type Tensor } from "phaselens/core";
import {
  exactHessian,
  extrapolationScore,
  gradientStream,
  influence,
  selfInfluence,
  solvers,
  spectrum,
  testGradients,
  testLosses,
} from "phaselens/hessian";
import { cholesky } from "phaselens/linalg";
import {
  accuracy,
  dense,
  losses,
  perSampleGradients,
  predict,
  predictedLabels,
  riskAndGradient,
  sequential,
  softmaxCrossEntropy,
  type Samples,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose, relativeToMaximum } from "../support/allclose.js";
import { authorSetup } from "../support/dawid.js";
import { randomTensor } from "../support/models.js";
import { describeWithReference, referencePath } from "../support/reference.js";
import { axpy } from "phaselens/internal/core/tensor";
import { influenceOfSteps } from "phaselens/internal/hessian/influence/influenceOfSteps";
import { determinedDirections } from "phaselens/internal/hessian/influence/extrapolation";
import { paperDamping } from "phaselens/internal/hessian/solvers/damping";

// Logistic regression with L2: a convex risk whose minimum Newton's method finds to machine
// precision.
const network = sequential([dense(3, 2)]);
const options = { loss: softmaxCrossEntropy, l2: 0.05 };

function points(n: number, seed: number): Samples {
  const x = randomTensor([n, 3], seed);
  const noise = randomTensor([n, 1], seed + 1);
  const target = tensor([n, 2]);
  for (let s = 0; s < n; s++)
    target.data[2 * s + (row(x, s)[0] - row(x, s)[1] + noise.data[s] > 0 ? 1 : 0)] = 1;
  return { x, target };
}

/**
 * Minimum of the mean loss of `samples`, the sample `reweighted` counted `weight` times in a mean
 * over n = `count`.
 */
function fit(samples: Samples, count: number, reweighted = -1, weight = 1): Float64Array {
  const theta = new Float64Array(network.parameterCount);
  for (let step = 0; step < 50; step++) {
    const gradient = new Float64Array(theta.length);
    const each = perSampleGradients(network, theta, samples, { loss: softmaxCrossEntropy });
    const n = samples.x.shape[0];
    for (let s = 0; s < n; s++)
      axpy((s === reweighted ? weight : 1) / count, row(each, s), gradient);
    const hessian = exactHessian(network, theta, samples, { loss: softmaxCrossEntropy });
    for (let k = 0; k < hessian.data.length; k++) hessian.data[k] *= n / count;
    if (reweighted >= 0) {
      const [x, target] = [samples.x, samples.target].map((all) => takeRows(all, [reweighted]));
      const one = exactHessian(network, theta, { x, target }, { loss: softmaxCrossEntropy });
      axpy((weight - 1) / count, one.data, hessian.data);
    }
    axpy(options.l2, theta, gradient);
    for (let p = 0; p < theta.length; p++) hessian.data[p * theta.length + p] += options.l2;
    const newton = cholesky(hessian).solve(gradient);
    axpy(-1, newton, theta);
    if (Math.max(...newton.map(Math.abs)) < 1e-14) break;
  }
  return theta;
}

describe("influence on a convex risk", () => {
  const [train, test] = [points(60, 1), points(5, 50)];
  const theta = fit(train, 60);
  const hessian = exactHessian(network, theta, train, options);
  const trainGradients = perSampleGradients(network, theta, train, { loss: softmaxCrossEntropy });
  const gradients = perSampleGradients(network, theta, test, { loss: softmaxCrossEntropy });
  const result = influence(hessian, trainGradients, gradients);
  const testLoss = (at: Float64Array): Float64Array =>
    losses(softmaxCrossEntropy, predict(network, at, test.x), test.target);

  it("starts from a minimum", () => {
    expect(
      Math.max(...riskAndGradient(network, theta, train, options).gradient.map(Math.abs)),
    ).toBeLessThan(1e-14);
  });

  it("is the derivative of the test loss as a training point loses weight", () => {
    const h = 1e-4;
    for (const r of [0, 17, 59]) {
      const [less, more] = [testLoss(fit(train, 60, r, 1 - h)), testLoss(fit(train, 60, r, 1 + h))];
      const derivative = less.map((v, t) => (v - more[t]) / (2 * h));
      expectAllClose(
        derivative.map((_, t) => result.influence.data[t * 60 + r]),
        derivative,
        { rtol: 1e-5, atol: 1e-10 },
      );
    }
  });

  it("correlates with exact leave-one-out retraining beyond .99, for each test point", () => {
    const base = testLoss(theta);
    const exact = Array.from({ length: 60 }, (_, r) =>
      testLoss(fit(train, 60, r, 0)).map((v, t) => v - base[t]),
    );
    for (let t = 0; t < 5; t++) {
      const rho = correlation(
        Array.from(row(result.influence, t)),
        exact.map((change) => change[t]),
      );
      expect(rho).toBeGreaterThan(0.99);
    }
  });

  it("relatif does not change when a training gradient is rescaled; similarity is (n I)²", () => {
    const scaled = influence(
      hessian,
      tensor(
        [60, 8],
        trainGradients.data.map((g) => 7 * g),
      ),
      gradients,
    );
    expectAllClose(scaled.relatif.data, result.relatif.data, { rtol: 1e-9, atol: 1e-13 });
    expectAllClose(
      result.similarity.data,
      result.influence.data.map((v) => (60 * v) ** 2),
      { rtol: 1e-12 },
    );
  });

  it("does not depend on how test points are batched", () => {
    expectAllClose(
      influence(hessian, trainGradients, takeRows(gradients, [3])).influence.data,
      row(result.influence, 3),
      { rtol: 1e-12, atol: 1e-15 },
    );
  });

  it("is the same by steps of several dampings in one pass over a stream of gradients", () => {
    const dampings = [0.1, 1];
    const tables = dampings.map((damping) =>
      influence(hessian, trainGradients, gradients, { damping }),
    );
    const steps = dampings.flatMap((damping) => [
      ...solvers.exact(hessian, { damping }).solveMany(gradients).x.data,
    ]);
    const stream = gradientStream(network, theta, train, options, 7);
    expectAllClose(
      influenceOfSteps(tensor([10, 8], steps), stream, "test").data,
      tables.flatMap((table) => [...table.influence.data]),
      { rtol: 1e-11, atol: 1e-15 },
    );
  });

  it("of points on themselves takes gradients block by block", () => {
    const stream = gradientStream(network, theta, train, options, 7);
    const whole = selfInfluence(hessian, trainGradients, { damping: 0.1 });
    expectAllClose(selfInfluence(hessian, stream, { damping: 0.1 }), whole, {
      rtol: 1e-12,
      atol: 0,
    });
  });

  it("refuses a stream where test gradients have to be there at once", () => {
    const stream = gradientStream(network, theta, train, options, 7) as never;
    expect(() => influence(hessian, trainGradients, stream)).toThrow("influence: testGradients");
    expect(() => extrapolationScore(spectrum(hessian), stream, 2)).toThrow(
      "extrapolationScore: testGradients",
    );
  });

  it("gives a point without gradient no influence and no relatif", () => {
    const none = tensor([2, 8]);
    expect(Array.from(influence(hessian, none, gradients).relatif.data).every((v) => v === 0)).toBe(
      true,
    );
  });
});

describe("a Hessian that is not positive definite", () => {
  const saddle = tensor([2, 2], [1, 0, 0, -0.5]);
  const g = tensor([1, 2], [0, 1]);
  it("is refused with the damping that would do", () => {
    expect(() => influence(saddle, g, g)).toThrow(
      "influence: the Hessian's lowest eigenvalue is -0.5000, so with damping 0 it is not positive definite. Use a damping λ > 0.5000; the paper takes |E₀| + 0.01 = 0.5100.",
    );
    expect(paperDamping(saddle)).toBeCloseTo(0.51, 12);
    expect(influence(saddle, g, g, { damping: 1 }).influence.data[0]).toBeCloseTo(2, 12);
  });
  it("and wrong shapes or dampings are named", () => {
    expect(() => influence(saddle, tensor([3, 4]), g)).toThrow(
      "influence: trainGradients must have shape [samples, 2], got [3,4].",
    );
    expect(() => influence(saddle, g, g, { damping: -1 })).toThrow(
      "influence: the damping must be ≥ 0, got -1.",
    );
    expect(() => influence(tensor([2, 2], [1, 0, 0, NaN]), g, g)).toThrow(/NaN/);
  });
});

describe("extrapolation score", () => {
  const diagonal = spectrum(tensor([4, 4], [5, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0.02, 0, 0, 0, 0, -0.1]));
  it("vanishes for gradients inside the directions removed, and is the norm for m = 0", () => {
    const g = tensor([2, 4], [2, -1, 0, 0, 0, 0, 3, 4]);
    expectAllClose(extrapolationScore(diagonal, g, 2), [0, 5], { atol: 1e-14 });
    expectAllClose(extrapolationScore(diagonal, g, 3), [0, 4], { atol: 1e-14 });
    expectAllClose(extrapolationScore(diagonal, g, 0), [Math.sqrt(5), 5]);
    expectAllClose(extrapolationScore(diagonal, g, 4), [0, 0], { atol: 1e-14 });
  });
  it("never grows with m", () => {
    const A = randomTensor([6, 6], 3);
    const eigen = spectrum(
      tensor(
        [6, 6],
        A.data.map((v, p) => v + A.data[(p % 6) * 6 + Math.floor(p / 6)]),
      ),
    );
    const g = randomTensor([3, 6], 4);
    for (let m = 1; m <= 6; m++) {
      const [wide, narrow] = [extrapolationScore(eigen, g, m - 1), extrapolationScore(eigen, g, m)];
      narrow.forEach((score, t) => expect(score).toBeLessThanOrEqual(wide[t] + 1e-14));
    }
  });
  it("keeps the two largest directions out whatever the threshold", () => {
    expect([10, 4, 1, 0.01].map((threshold) => determinedDirections(diagonal, threshold))).toEqual([
      2, 2, 2, 3,
    ]);
  });
  it("refuses an m that is no number of directions", () => {
    expect(() => extrapolationScore(diagonal, tensor([1, 4]), 5)).toThrow(
      "extrapolationScore: m must be a whole number from 0 to 4, the number of parameters, got 5.",
    );
  });
});

describeWithReference("the authors' network, Hessian and data", () => {
  const { network: cnn, theta, training, options, test } = authorSetup();
  const risk = { ...options, convention: "dawid2021" } as const;
  const shipped: Tensor = readNpy(referencePath("dawid2021/author_hessian_740_f32.npy"));
  const even = test("test_even_more_50x925_f64.npy");
  // published columns are shuffled
  const order = readNpy(referencePath("dawid2021/author_mask_1000.npy")).data;
  const published = (file: string): Float64Array =>
    readNpy(referencePath(`dawid2021/${file}`)).data;

  it("accuracy .88, rows 21 to 26 wrong", () => {
    const outputs = predict(cnn, theta, even.x);
    expect(accuracy(outputs, even.target)).toBe(0.88);
    const wanted = predictedLabels(even.target);
    expect(
      Array.from(predictedLabels(outputs)).flatMap((label, n) => (label === wanted[n] ? [] : [n])),
    ).toEqual([21, 22, 23, 24, 25, 26]);
  });

  it("influence and RelatIF within 5e-5 of the maximum over all 50 000 pairs", () => {
    const trainGradients = takeRows(perSampleGradients(cnn, theta, training, risk), order);
    const result = influence(shipped, trainGradients, testGradients(cnn, theta, even, risk), {
      damping: 0.2,
    });
    expect(
      relativeToMaximum(result.influence.data, published("author_influence_50x1000_f64.npy")),
    ).toBeLessThan(5e-5);
    expect(
      relativeToMaximum(result.relatif.data, published("author_relatif_50x1000_f64.npy")),
    ).toBeLessThan(5e-5);
  });

  it("LEES within 2e-6 for four thresholds and both versions of the loss", () => {
    const { lees, lees_m } = JSON.parse(
      readFileSync(referencePath("dawid2021/author_lees_rue_op.json"), "utf8"),
    ) as { lees: Record<string, number[]>; lees_m: number[] };
    const eigen = spectrum(shipped);
    const thresholds = [1, 0.1, 0.01, 0.001];
    expect(thresholds.map((threshold) => determinedDirections(eigen, threshold))).toEqual(lees_m);
    for (const [key, values] of Object.entries(lees)) {
      const [threshold, version] = key.split("_");
      const gradients = testGradients(
        cnn,
        theta,
        even,
        risk,
        version === "min" ? "minimal" : "truth",
      );
      const scores = extrapolationScore(
        eigen,
        gradients,
        determinedDirections(eigen, Number(threshold)),
      );
      expect(Math.max(...scores.map((score, t) => Math.abs(score - values[t]))), key).toBeLessThan(
        2e-6,
      );
    }
  });

  it("the minimal loss never exceeds the true one", () => {
    const [minimal, truth] = [
      testLosses(cnn, theta, even, risk, "minimal"),
      testLosses(cnn, theta, even, risk),
    ];
    minimal.forEach((value, t) => expect(value).toBeLessThanOrEqual(truth[t] + 1e-12));
  });
});
