import { readFileSync } from "node:fs";
import {
  correlation,
  dot,
  makeRng,
  readNpy,
  row,
  spearman,
  takeRows,
  tensor,
  variance,
  type Tensor,
} from "phaselens/core";
import {
  exactHessian,
  linearisedUncertainty,
  lossesAt,
  parallelHessian,
  resamplingStudy,
  resamplingUncertainty,
  spreadOfLosses,
  testGradients,
  testSamples,
  type ResamplingOptions,
} from "phaselens/hessian";
import { cholesky } from "phaselens/linalg";
import {
  conv1d,
  dense,
  globalAveragePool,
  meanSquaredError,
  parameterBlocks,
  perSampleGradients,
  relu,
  riskAndGradient,
  sequential,
  softmaxCrossEntropy,
  train,
  trainMany,
  type Network,
  type RiskOptions,
  type Samples,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { authorSetup } from "../support/dawid.js";
import { problems, randomTensor } from "../support/models.js";
import { describeWithReference, referencePath } from "../support/reference.js";
import { axpy } from "phaselens/internal/core/tensor";
import {
  bootstrapParameters,
  bootstrapCounts,
} from "phaselens/internal/hessian/resampling/bootstrap";
import { exactSolver } from "phaselens/internal/hessian/solvers/solver";
import { bootstrapResponse } from "phaselens/internal/hessian/resampling/bootstrapResponse";
import { bootstrapRetraining } from "phaselens/internal/hessian/resampling/bootstrapRetraining";
import { paperDamping } from "phaselens/internal/hessian/solvers/damping";
import { cnnRecipe } from "phaselens/internal/papers/dawid2021/cnnRecipes";

/**
 * Minimum of Σ_r (counts_r / n) L_r + penalty by Newton's method, from `theta`; exact to rounding
 * for a convex risk.
 */
function refit(
  network: Network,
  samples: Samples,
  options: RiskOptions,
  counts: ArrayLike<number>,
  theta: Float64Array,
): Float64Array {
  const rows = Array.from(counts).flatMap((count, r) => Array<number>(count).fill(r));
  const drawn = { x: takeRows(samples.x, rows), target: takeRows(samples.target, rows) };
  const at = theta.slice();
  for (let step = 0; step < 20; step++) {
    const newton = cholesky(exactHessian(network, at, drawn, options)).solve(
      riskAndGradient(network, at, drawn, options).gradient,
    );
    axpy(-1, newton, at);
    if (Math.max(...newton.map(Math.abs)) < 1e-13) break;
  }
  return at;
}

/** A model at the minimum of a convex risk, with all that RUE needs. */
function atMinimum(network: Network, samples: Samples, test: Samples, options: RiskOptions) {
  const theta = refit(
    network,
    samples,
    options,
    Array<number>(samples.x.shape[0]).fill(1),
    new Float64Array(network.parameterCount),
  );
  const input = {
    hessian: exactHessian(network, theta, samples, options),
    trainGradients: perSampleGradients(network, theta, samples, options),
    test,
    loss: options.loss,
  };
  return { network, theta, samples, options, input };
}

const labelled = (n: number, seed: number): Samples => {
  const x = randomTensor([n, 3], seed);
  const noise = randomTensor([n, 1], seed + 1);
  const target = tensor([n, 2]);
  for (let s = 0; s < n; s++)
    target.data[2 * s + (row(x, s)[0] - row(x, s)[1] + noise.data[s] > 0 ? 1 : 0)] = 1;
  return { x, target };
};
const noisyLine = (n: number, seed: number): Samples => {
  const [x, target] = [randomTensor([n, 3], seed), randomTensor([n, 1], seed + 1)];
  for (let s = 0; s < n; s++) target.data[s] += row(x, s)[0] - 2 * row(x, s)[2];
  return { x, target };
};

const regression = atMinimum(sequential([dense(3, 1)]), noisyLine(40, 1), noisyLine(5, 11), {
  loss: meanSquaredError,
});
const classification = atMinimum(sequential([dense(3, 2)]), labelled(300, 1), labelled(6, 50), {
  loss: softmaxCrossEntropy,
  l2: 0.05,
});
const run = ({ network, theta, input }: typeof regression, options: Partial<ResamplingOptions>) =>
  resamplingUncertainty(network, theta, input, {
    rng: makeRng(1, "resampling"),
    bootstraps: 200,
    version: "truth",
    ...options,
  });

describe("bootstrap samples", () => {
  it("hold n points each, and are the same however many are drawn", () => {
    const many = bootstrapCounts(50, 40, makeRng(3));
    for (let b = 0; b < 40; b++) expect(row(many, b).reduce((sum, count) => sum + count)).toBe(50);
    expect(bootstrapCounts(50, 7, makeRng(3)).data).toEqual(many.data.subarray(0, 7 * 50));
  });

  it("count each point once on average with variance 1 − 1/n and covariance −1/n (|z| < 4; false alarm 2e-4 in all)", () => {
    const b = 4000;
    const counts = bootstrapCounts(10, b, makeRng(5));
    const column = (r: number): number[] =>
      Array.from({ length: b }, (_, k) => counts.data[10 * k + r] - 1);
    const z = (values: number[], expected: number): number =>
      Math.abs(values.reduce((a, v) => a + v, 0) / b - expected) / Math.sqrt(variance(values) / b);
    expect(z(column(4), 0)).toBeLessThan(4);
    expect(
      z(
        column(4).map((v) => v * v),
        0.9,
      ),
    ).toBeLessThan(4);
    expect(
      z(
        column(4).map((v, k) => v * column(7)[k]),
        -0.1,
      ),
    ).toBeLessThan(4);
  });
});

describe("RUE of a quadratic risk", () => {
  const { network, theta, input } = regression;
  const gradients = testGradients(network, theta, input.test, { loss: meanSquaredError });

  /** gᵀ H⁻¹ Σ H⁻¹ g / n with Σ the covariance of the training gradients, entry by entry. */
  const analytic = Array.from({ length: 5 }, (_, t) => {
    const [n, P] = input.trainGradients.shape;
    const step = cholesky(input.hessian).solve(row(gradients, t));
    let sum = 0;
    for (let p = 0; p < P; p++) {
      for (let q = 0; q < P; q++) {
        let [pq, meanP, meanQ] = [0, 0, 0];
        for (let r = 0; r < n; r++) {
          const [a, b] = [row(input.trainGradients, r)[p], row(input.trainGradients, r)[q]];
          pq += (a * b) / n;
          meanP += a / n;
          meanQ += b / n;
        }
        sum += (step[p] * (pq - meanP * meanQ) * step[q]) / n;
      }
    }
    return sum;
  });

  it("is gᵀH⁻¹ΣH⁻¹g / n without bootstraps", () => {
    expectAllClose(
      linearisedUncertainty(input.hessian, input.trainGradients, gradients),
      analytic,
      { rtol: 1e-11 },
    );
  });

  it("tends to it with bootstraps, linearised, about either centre, within 4 standard errors of 2 % (false alarm 6e-4)", async () => {
    for (const about of ["original", "mean"] as const) {
      const { uncertainty, error } = await run(regression, {
        form: "linearised",
        bootstraps: 4000,
        about,
      });
      uncertainty.forEach((value, t) => {
        expect(Math.abs(value - analytic[t]) / error[t]).toBeLessThan(4);
        expect(error[t] / value).toBeGreaterThan(0.018);
        expect(error[t] / value).toBeLessThan(0.035);
      });
    }
  });

  it("tends to it away from the minimum too, where the training gradients do not add up to zero", async () => {
    const away = theta.map((v, p) => v + 0.3 * (p + 1));
    const shifted = {
      ...input,
      trainGradients: perSampleGradients(network, away, regression.samples, {
        loss: meanSquaredError,
      }),
    };
    const expected = linearisedUncertainty(
      input.hessian,
      shifted.trainGradients,
      testGradients(network, away, input.test, { loss: meanSquaredError }),
    );
    const options = {
      rng: makeRng(2, "away"),
      bootstraps: 2000,
      version: "truth",
      form: "linearised",
    } as const;
    const { uncertainty, error } = await resamplingUncertainty(network, away, shifted, options);
    uncertainty.forEach((value, t) =>
      expect(Math.abs(value - expected[t]) / error[t]).toBeLessThan(4),
    );
  });

  it("states standard errors that cover: of 200 studies of 50 bootstraps, |z| > 2 in less than 15 % (5 to 9 % expected of a skewed estimate)", async () => {
    let [outside, all] = [0, 0];
    for (let study = 0; study < 200; study++) {
      const { uncertainty, error } = await run(regression, {
        form: "linearised",
        bootstraps: 50,
        rng: makeRng(study, "study"),
      });
      outside += Math.abs(uncertainty[0] - analytic[0]) > 2 * error[0] ? 1 : 0;
      all++;
    }
    expect(outside / all).toBeLessThan(0.15);
    expect(outside / all).toBeGreaterThan(0.005);
  });

  it("takes the one Newton step that retraining takes when the inputs do not vary: θ′_b is the refitted mean", () => {
    const mean = sequential([dense(1, 1)]);
    // only the bias matters: the risk is Σ (bias − t)² / n
    const x = tensor([30, 1], new Float64Array(30));
    const target = randomTensor([30, 1], 8);
    const options = { loss: meanSquaredError, l2: 0.1 };
    const one = refit(mean, { x, target }, options, Array<number>(30).fill(1), new Float64Array(2));
    const counts = bootstrapCounts(30, 6, makeRng(2));
    const thetas = bootstrapParameters(
      one,
      exactHessian(mean, one, { x, target }, options),
      perSampleGradients(mean, one, { x, target }, options),
      counts,
    );
    for (let b = 0; b < 6; b++)
      expectAllClose(row(thetas, b), refit(mean, { x, target }, options, row(counts, b), one), {
        rtol: 1e-12,
        atol: 1e-14,
      });
  });

  it("has the bias–variance identity between its two centres", async () => {
    const [original, mean] = [await run(regression, {}), await run(regression, { about: "mean" })];
    expect(mean.losses).toEqual(original.losses);
    original.uncertainty.forEach((value, t) => {
      const average = Array.from(
        { length: 200 },
        (_, b) => row(original.losses, b)[t] / 200,
      ).reduce((a, v) => a + v);
      expectAllClose(
        [value],
        [(mean.uncertainty[t] * 199) / 200 + (average - original.original[t]) ** 2],
        { rtol: 1e-11 },
      );
    });
  });

  it("is the same from a matrix and from a solver, which brings its own damping", async () => {
    const solver = exactSolver(input.hessian, { damping: 0.7 });
    const bySolver = await resamplingUncertainty(
      network,
      theta,
      { ...input, hessian: solver },
      { rng: makeRng(1, "resampling"), bootstraps: 20, version: "truth" },
    );
    expect(bySolver).toEqual(await run(regression, { bootstraps: 20, damping: 0.7 }));
  });
});

describe("RUE and networks that are really trained anew", () => {
  it("agree on a convex risk: the same bootstrap samples, losses correlated beyond .98 at each point, variances within 15 %", async () => {
    const { network, theta, samples, options, input } = classification;
    const rng = makeRng(9, "refits");
    const counts = bootstrapCounts(300, 100, rng);
    const refitted = tensor([100, network.parameterCount]);
    for (let b = 0; b < 100; b++)
      row(refitted, b).set(refit(network, samples, options, row(counts, b), theta));
    const truth = await lossesAt(network, refitted, input.test, softmaxCrossEntropy, { jobs: 1 });
    const estimated = await resamplingUncertainty(network, theta, input, {
      rng,
      bootstraps: 100,
      version: "truth",
      about: "mean",
      jobs: 1,
    });
    const column = (values: Tensor, t: number): number[] =>
      Array.from({ length: 100 }, (_, b) => row(values, b)[t]);
    for (let t = 0; t < 6; t++)
      expect(correlation(column(truth, t), column(estimated.losses, t))).toBeGreaterThan(0.98);
    const { uncertainty } = spreadOfLosses(truth);
    expectAllClose(estimated.uncertainty, uncertainty, { rtol: 0.15 });
    expect(spearman(estimated.uncertainty, uncertainty)).toBe(1);
  });

  it("bootstrapResponse without damping ends where Newton's method ends on each sample, and at θ̃ on the original one", async () => {
    const { network, theta, samples, options, input } = classification;
    const counts = bootstrapCounts(300, 4, makeRng(6));
    row(counts, 3).fill(1);
    const problem = {
      network,
      theta,
      training: samples,
      options,
      damping: 0,
      hessian: input.hessian,
    };
    const search = { reduction: 1e-9, stall: 1e-12, maxEvaluations: 60 };
    const [one, two] = await Promise.all(
      [1, 2].map((jobs) => bootstrapResponse(problem, counts, { ...search, jobs })),
    );
    expect(two).toEqual(one);
    // both steps are fixed up to θ's own distance from the minimum, so the tilt by ∇ℜ(θ̃) ≈ 1e-14
    // does not show
    for (let b = 0; b < 4; b++)
      expectAllClose(row(one.thetas, b), refit(network, samples, options, row(counts, b), theta), {
        rtol: 1e-6,
        atol: 1e-8,
      });
    expectAllClose(row(one.thetas, 3), theta, { rtol: 1e-12, atol: 1e-12 });
  });

  it("bootstrapResponse gives the original network back from the original sample, wherever the training stopped", async () => {
    const { network, samples, options } = classification;
    const away = randomTensor([8], 3).data;
    const problem = {
      network,
      theta: away,
      training: samples,
      options,
      damping: 0.5,
      hessian: exactHessian(network, away, samples, options),
    };
    const { thetas } = await bootstrapResponse(
      problem,
      tensor([1, 300], Array<number>(300).fill(1)),
      { jobs: 1 },
    );
    expectAllClose(row(thetas, 0), away, { rtol: 1e-12 });
  });

  it("bootstrapResponse starts with the step of Eq. (4): both agree to second order where the damping is large", async () => {
    const { network, theta, samples, options, input } = classification;
    const counts = bootstrapCounts(300, 5, makeRng(8));
    const [damping, problem] = [
      50,
      { network, theta, training: samples, options, hessian: input.hessian },
    ];
    const { thetas } = await bootstrapResponse({ ...problem, damping }, counts, {
      reduction: 1e-9,
      stall: 1e-12,
      jobs: 1,
    });
    const linear = bootstrapParameters(theta, input.hessian, input.trainGradients, counts, damping);
    const step = (values: Tensor): Float64Array => values.data.map((v, k) => v - theta[k % 8]);
    expectAllClose(step(thetas), step(linear), {
      rtol: 0,
      atol: 5e-3 * Math.max(...step(linear).map(Math.abs)),
    });
  });

  it("bootstrapRetraining trains on the samples that it is given, from θ̃ or from the start", async () => {
    const { network, theta, samples } = problems["relu perceptron, three classes"](4);
    const recipe = { module: "phaselens/papers/dawid2021", name: "recipes.ours" };
    const counts = tensor([2, 5], [1, 1, 1, 1, 1, 0, 3, 0, 1, 1]);
    const warm = await bootstrapRetraining(network, theta, samples, recipe, counts, {
      seed: 3,
      start: "original",
      epochs: 2,
      jobs: 1,
    });
    const drawn = {
      x: takeRows(samples.x, [1, 1, 1, 3, 4]),
      target: takeRows(samples.target, [1, 1, 1, 3, 4]),
    };
    const rng = makeRng(3, network.name);
    const expected = train(network, drawn, {
      ...cnnRecipe.options,
      stopAt: undefined,
      stuck: false,
      epochs: 2,
      theta,
      rng,
    });
    expect(row(warm, 1)).toEqual(expected.theta);
    const cold = await bootstrapRetraining(network, theta, samples, recipe, counts, {
      seed: 3,
      start: "scratch",
      jobs: 1,
    });
    expect(row(cold, 0)).toEqual(train(network, samples, { ...cnnRecipe.options, rng }).theta);
    await expect(
      bootstrapRetraining(network, theta, samples, recipe, tensor([2, 4]), {
        seed: 3,
        start: "original",
      }),
    ).rejects.toThrow(
      "bootstrapRetraining: counts must have shape [bootstraps, 5], one column a sample, got [2,4].",
    );
  });
});

describe("the number of workers", () => {
  const network = sequential(
    [conv1d(1, 3, 5), relu(), conv1d(3, 4, 3), relu(), globalAveragePool(), dense(4, 2)],
    "small",
  );
  const theta = randomTensor([network.parameterCount], 2).data;
  const target = tensor([300, 2]);
  for (let s = 0; s < 300; s++) target.data[2 * s + (s % 2)] = 1;
  const samples = { x: randomTensor([300, 1, 16], 3), target };
  const test = { x: takeRows(samples.x, [3, 4, 5]), target: takeRows(target, [3, 4, 5]) };
  const risk = { loss: softmaxCrossEntropy, l2: 1e-3 };
  const hessian = exactHessian(network, theta, samples, risk);
  const input = {
    hessian,
    trainGradients: perSampleGradients(network, theta, samples, risk),
    test,
    loss: risk.loss,
  };
  const options = { rng: makeRng(4), damping: paperDamping(hessian) + 1 };

  it("changes no digit of RUE, nor does the number of bootstraps change a single one of them", async () => {
    const [one, two, three] = await Promise.all(
      [1, 2, 3].map((jobs) =>
        resamplingUncertainty(network, theta, input, { ...options, bootstraps: 150, jobs }),
      ),
    );
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    const fewer = await resamplingUncertainty(network, theta, input, {
      ...options,
      bootstraps: 40,
    });
    expectAllClose(fewer.losses.data, one.losses.data.subarray(0, fewer.losses.data.length), {
      rtol: 1e-12,
    });
  });

  it("changes no digit of a Hessian shared out, which is the exact one", async () => {
    const [one, two, three] = await Promise.all(
      [1, 2, 3].map((jobs) => parallelHessian(network, theta, samples, { ...risk, jobs })),
    );
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    expectAllClose(one.data, hessian.data, { rtol: 1e-10, atol: 1e-13 });
  });

  it("changes no digit of a study, each network of which is what the single steps give", async () => {
    const [x, y] = [randomTensor([40, 1, 16], 7), tensor([40, 2])];
    for (let s = 0; s < 40; s++) {
      y.data[2 * s + (s % 2)] = 1;
      for (let f = 0; f < 16; f++) x.data[16 * s + f] += s % 2 === 0 ? 2 : -2;
    }
    const easy = { x, target: y };
    const recipe = { module: "phaselens/papers/dawid2021", name: "recipes.ours" };
    const hessianRows = [0, 1, 2, 3, 10, 11];
    const studied = { bootstraps: 10, hessianRows };
    const [one, two] = await Promise.all(
      [1, 2].map((jobs) =>
        resamplingStudy(network, recipe, easy, test, [{ seed: 1 }, { seed: 2 }], {
          ...studied,
          jobs,
        }),
      ),
    );
    expect(two).toEqual(one);
    const [{ theta: trained }] = await trainMany(network, easy, recipe, [{ seed: 2 }], { jobs: 1 });
    const { risk: penalised } = cnnRecipe;
    const H = exactHessian(
      network,
      trained,
      { x: takeRows(x, hessianRows), target: takeRows(y, hessianRows) },
      penalised,
    );
    const damping = paperDamping(H) + 1;
    const alone = await resamplingUncertainty(
      network,
      trained,
      {
        hessian: H,
        trainGradients: perSampleGradients(network, trained, easy, penalised),
        test,
        loss: softmaxCrossEntropy,
      },
      { rng: makeRng(2, "resampling"), bootstraps: 10, damping },
    );
    expect(one[1]).toMatchObject({
      theta: trained,
      damping,
      uncertainty: alone.uncertainty,
      error: alone.error,
    });
    expect(one[0].theta).not.toEqual(trained);
    await expect(
      resamplingStudy(network, recipe, easy, test, [{ seed: 1 }], {
        bootstraps: 10,
        hessianRows: [40],
      }),
    ).rejects.toThrow(
      "resamplingStudy: hessianRows asks for row 40; rows must be whole numbers 0 … 39.",
    );
  });

  it("asks for one thread where a layer cannot be sent to others", async () => {
    const own = sequential([
      conv1d(1, 3, 5),
      { ...relu(), name: "swish" },
      globalAveragePool(),
      dense(3, 2),
    ]);
    const thetas = randomTensor([70, own.parameterCount], 1);
    await expect(lossesAt(own, thetas, test, risk.loss)).rejects.toThrow(
      /"swish" is no layer of this library.*jobs: 1/,
    );
    expect((await lossesAt(own, thetas, test, risk.loss, { jobs: 1 })).shape).toEqual([70, 3]);
  });
});

describe("bad input", () => {
  const { network, theta, input } = classification;
  const options = { rng: makeRng(1), bootstraps: 10 };
  it("is named with its cure", async () => {
    await expect(
      resamplingUncertainty(network, theta, input, { ...options, bootstraps: 1 }),
    ).rejects.toThrow(
      "resamplingUncertainty: the number of bootstraps must be a whole number ≥ 2, got 1. A variance needs two.",
    );
    await expect(
      resamplingUncertainty(network, theta, { ...input, trainGradients: tensor([3, 4]) }, options),
    ).rejects.toThrow(
      "resamplingUncertainty: trainGradients must have shape [samples, 8], got [3,4].",
    );
    await expect(
      resamplingUncertainty(network, theta, { ...input, hessian: tensor([4, 4]) }, options),
    ).rejects.toThrow(
      "resamplingUncertainty: the Hessian is 4 × 4 but theta has 8 entries. Take both from one network.",
    );
    await expect(
      resamplingUncertainty(
        network,
        theta,
        { ...input, test: { x: tensor([1, 5]), target: tensor([1, 2]) } },
        options,
      ),
    ).rejects.toThrow(/\[5\]|\[3\]/);
    await expect(
      resamplingUncertainty(network, theta, input, { ...options, damping: -1 }),
    ).rejects.toThrow("resamplingUncertainty: the damping must be ≥ 0, got -1.");
    expect(() =>
      bootstrapParameters(theta, input.hessian, input.trainGradients, tensor([2, 5])),
    ).toThrow(
      "bootstrapParameters: counts must have shape [bootstraps, 300], one column a training point, got [2,5].",
    );
    expect(() => spreadOfLosses(tensor([3, 1], [1, NaN, 2]))).toThrow(
      "the loss of test point 0 is NaN at bootstrap 1",
    );
  });
  it("an indefinite Hessian asks for the damping that would do", async () => {
    const saddle = tensor(input.hessian.shape, input.hessian.data.slice());
    for (let p = 0; p < 8; p++) saddle.data[9 * p] -= 0.5;
    await expect(
      resamplingUncertainty(network, theta, { ...input, hessian: saddle }, options),
    ).rejects.toThrow(
      /resamplingUncertainty: the Hessian's lowest eigenvalue is -0\.4\d+, so with damping 0 it is not positive definite\. Use a damping λ > 0\.4/,
    );
  });
});

describe("labels taken as true", () => {
  it("kept from θ̃, a flipped prediction costs more than log 2; chosen anew by each θ′_b, never more", async () => {
    const { network, theta, input } = classification;
    const thetas = tensor(
      [1, 8],
      theta.map((v) => -v),
    ); // every prediction flips
    const { original } = await run(classification, { version: "minimal", bootstraps: 2 });
    const kept = await lossesAt(
      network,
      thetas,
      testSamples(network, theta, input.test, "minimal"),
      softmaxCrossEntropy,
    );
    const own = await lossesAt(network, thetas, input.test, softmaxCrossEntropy, {
      ownLabels: true,
    });
    expect(Math.min(...kept.data)).toBeGreaterThan(Math.log(2));
    expect(Math.max(...own.data)).toBeLessThan(Math.log(2));
    expect(Math.max(...original)).toBeLessThan(Math.log(2));
  });
});

describeWithReference("the authors' network, Hessian and data", () => {
  const { network, theta, training, options, test } = authorSetup();
  const risk = { ...options, convention: "dawid2021" } as const;
  const hessian = readNpy(referencePath("dawid2021/author_hessian_740_f32.npy"));
  const even = test("test_even_more_50x925_f64.npy");
  const order = readNpy(referencePath("dawid2021/author_mask_1000.npy")).data;
  // their order of points
  const trainGradients = takeRows(perSampleGradients(network, theta, training, risk), order);
  const input = { hessian, trainGradients, test: even, loss: softmaxCrossEntropy };
  const json = (file: string): unknown =>
    JSON.parse(readFileSync(referencePath(`dawid2021/${file}`), "utf8"));
  const proper = json("ours_rue_proper_even_more_b200.json") as Record<
    "vt" | "vm" | "lin",
    number[]
  >;

  it("the damping of the paper for RUE is theirs", () => {
    expect(paperDamping(hessian) + 1).toBeCloseTo(1.2, 1);
  });

  // The other side has b = 200 too and the same relative error; its 50 values rise and fall
  // together, so that 4 standard errors of the difference are passed by chance in less than 50 ·
  // 6e-5 = .3 % of all seeds.
  it.each([
    ["true", "vt", { version: "truth" }],
    ["minimal", "vm", { version: "minimal", ownLabels: true }],
  ] as const)(
    "RUE of the %s loss about the mean agrees with an independent code within Monte Carlo error",
    async (_, key, options) => {
      const { uncertainty, error } = await resamplingUncertainty(network, theta, input, {
        rng: makeRng(1, "rue"),
        bootstraps: 200,
        damping: 1.2,
        about: "mean",
        ...options,
      });
      uncertainty.forEach((value, t) => {
        expect(
          Math.abs(value - proper[key][t]) / (Math.SQRT2 * error[t]),
          `test point ${t}`,
        ).toBeLessThan(4);
        expect(error[t] / value).toBeLessThan(0.25);
      });
    },
  );

  it("keeping the label predicted at θ̃ changes only the point on the boundary, which it calls less certain", async () => {
    const options = {
      rng: makeRng(1, "rue"),
      bootstraps: 200,
      damping: 1.2,
      about: "mean",
    } as const;
    const [kept, own] = [
      await resamplingUncertainty(network, theta, input, options),
      await resamplingUncertainty(network, theta, input, { ...options, ownLabels: true }),
    ];
    const changed = Array.from(kept.uncertainty.keys()).filter(
      (t) => Math.abs(kept.uncertainty[t] / own.uncertainty[t] - 1) > 0.05,
    );
    expect(changed).toEqual([27]); // the first one that the network gets right
    expect(kept.uncertainty[27]).toBeGreaterThan(1.3 * own.uncertainty[27]);
  });

  it("linearised RUE without bootstraps is the independent code's to 1e-6", () => {
    // with the L2 term, as there
    const gradients = testGradients(network, theta, even, risk, "minimal");
    expectAllClose(
      linearisedUncertainty(hessian, trainGradients, gradients, { damping: 1.2 }),
      proper.lin,
      { rtol: 1e-6, atol: 0 },
    );
  });

  it("with bootstraps it differs from that by their error alone (4 standard errors; false alarm below .3 %)", async () => {
    const { uncertainty, error } = await resamplingUncertainty(network, theta, input, {
      rng: makeRng(1, "rue"),
      bootstraps: 400,
      damping: 1.2,
      form: "linearised",
    });
    uncertainty.forEach((value, t) =>
      expect(Math.abs(value - proper.lin[t]) / error[t], `test point ${t}`).toBeLessThan(4),
    );
  });

  /**
   * What the published files hold. A `continue` skips all bootstraps but the first, so the variance
   * is that of L₁ and 49 zeros, L₁² (1/50 − 1/50²) = 0.0196·L₁². L₁ includes a penalty that adds up
   * the norms of the first k parameter blocks for every k, and the minimal loss takes the label
   * that θ′₁ predicts.
   */
  it("the published files are 0.0196·L₁² of the first bootstrap to 4e-6: no variance", async () => {
    const published = json("author_lees_rue_op.json") as {
      rue_shipped: Record<"true" | "minimal", number[]>;
      rue_bootstrap_weights_seed0_first: number[];
    };
    const thetas = bootstrapParameters(
      theta,
      hessian,
      trainGradients,
      tensor([1, 1000], published.rue_bootstrap_weights_seed0_first),
      1.2,
    );
    let [norms, penalty] = [0, 0];
    for (const { offset, shape } of parameterBlocks(network)) {
      const block = thetas.data.subarray(offset, offset + shape.reduce((a, b) => a * b, 1));
      norms += dot(block, block);
      penalty += (0.05 / 2 / 1000) * norms;
    }
    for (const [version, ownLabels] of [
      ["true", false],
      ["minimal", true],
    ] as const) {
      const first = row(
        await lossesAt(network, thetas, even, softmaxCrossEntropy, { ownLabels }),
        0,
      );
      expectAllClose(
        first.map((loss) => 0.0196 * (loss + penalty) ** 2),
        published.rue_shipped[version],
        { rtol: 4e-6, atol: 0 },
      );
    }
  });

  it("and are 2 to 70 times as large as the variance", () => {
    const { rue_shipped: shipped } = json("author_lees_rue_op.json") as {
      rue_shipped: Record<"true" | "minimal", number[]>;
    };
    const ratios = proper.vt.map((value, t) => shipped.true[t] / value);
    expect(Math.min(...ratios)).toBeGreaterThan(2);
    expect(Math.max(...ratios)).toBeLessThan(70);
  });
});
