import fc from "fast-check";
import { makeRng, row, spearman, tensor, type Tensor } from "phaselens/core";
import {
  audit,
  exactHessian,
  polish,
  rankAgreement,
  selfInfluence,
  testLosses,
  type AuditReport,
  type RemovalDraw,
} from "phaselens/hessian";
import {
  averagePool,
  conv1d,
  dense,
  elu,
  flatten,
  globalMaxPool,
  kaimingNormal,
  leakyRelu,
  maxPool,
  perSampleGradients,
  relu,
  sequential,
  sigmoid,
  softmaxCrossEntropy,
  softplus,
  tanh,
  train,
  adam,
  type ElementwiseLayer,
  type Layer,
  type Samples,
} from "phaselens/nn";
import { beforeAll, describe, expect, it } from "vitest";
import { drawBySize, inclusionProbabilities } from "../../lib/dist/hessian/removal/drawRemovals.js";
import { hasKinks } from "../../lib/dist/hessian/exact/hasKinks.js";
import { roundingOfLosses } from "../../lib/dist/hessian/removal/roundingOfLosses.js";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";
import { proximalResponse } from "phaselens/internal/hessian/removal/proximalResponse";
import { relativeDamping } from "phaselens/internal/hessian/solvers/relativeDamping";

const sizes = fc.array(
  fc.oneof(
    fc.constant(0),
    fc.double({ min: -8, max: 8, noNaN: true }).map((e) => 10 ** e),
  ),
  { minLength: 8, maxLength: 60 },
);

describe("points drawn by size", () => {
  it("have inclusion probabilities in proportion to it, none above 1, which sum to the number drawn", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.double({ min: -8, max: 8, noNaN: true }).map((e) => 10 ** e),
          { minLength: 5, maxLength: 60 },
        ),
        fc.integer({ min: 1, max: 60 }),
        (all, wanted) => {
          const count = Math.min(wanted, all.length);
          const pi = inclusionProbabilities(all, count);
          expect(pi.reduce((sum, p) => sum + p, 0)).toBeCloseTo(count, 9);
          expect(Math.max(...pi)).toBeLessThanOrEqual(1);
          const below = all.flatMap((size, k) => (pi[k] < 1 ? [pi[k] / size] : []));
          expectAllClose(
            below,
            below.map(() => below[0] ?? 0),
            { rtol: 1e-9 },
          );
          const factor = below[0] ?? Infinity;
          all.forEach((size, k) => {
            if (pi[k] === 1) expect(factor * size).toBeGreaterThan(1 - 1e-9);
          });
        },
      ),
    );
  });

  it("are as many as asked for, each once, ascending; those of size 0 only for want of others", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 60 }), fc.integer(), (all, wanted, seed) => {
        const count = Math.min(wanted, all.length);
        const rows = drawBySize(Float64Array.from(all), count, makeRng(seed));
        expect(rows.length).toBe(count);
        expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
        const sized = all.filter((size) => size > 0).length;
        expect(rows.filter((r) => !(all[r] > 0)).length).toBe(Math.max(0, count - sized));
      }),
    );
  });

  it("come with these frequencies (4 standard errors; false alarm below .2 %)", () => {
    const all = Float64Array.from({ length: 25 }, (_, k) => 1.4 ** k);
    const pi = inclusionProbabilities(Array.from(all), 6);
    const [draws, counts] = [4000, new Float64Array(25)];
    for (let d = 0; d < draws; d++) for (const r of drawBySize(all, 6, makeRng(d))) counts[r]++;
    counts.forEach((c, k) =>
      expect(Math.abs(c - draws * pi[k])).toBeLessThanOrEqual(
        4 * Math.sqrt(draws * pi[k] * (1 - pi[k])) + 1e-9,
      ),
    );
  });

  it("estimate the rank correlation in which each point counts by its size", () => {
    // Two quantities that agree for large points only: uniformly the correlation is low, weighted
    // by size it is high
    const n = 1500;
    const [a, noise, spread] = [
      randomTensor([n], 1).data,
      randomTensor([n], 2).data,
      randomTensor([n], 3).data,
    ];
    const weights = Float64Array.from(spread, (v) => Math.exp(3 * v));
    const b = a.map((v, k) => v + noise[k] * (weights[k] > 3 ? 0.2 : 3));
    const weighted = weightedSpearman(a, b, weights);
    expect(weighted - spearman(a, b)).toBeGreaterThan(0.3);
    const [draws, found] = [200, [] as number[]];
    for (let d = 0; d < draws; d++) {
      const rows = drawBySize(weights, 40, makeRng(d));
      found.push(
        spearman(
          rows.map((r) => a[r]),
          rows.map((r) => b[r]),
        ),
      );
    }
    const mean = found.reduce((sum, v) => sum + v / draws, 0);
    // 40 of 1500 points; capping and the small sample bias it by about .01
    expect(Math.abs(mean - weighted)).toBeLessThan(0.03);
  });
});

/**
 * Correlation of ranks in the distribution that gives each point its weight: the share of weight
 * below, half of its own.
 */
function weightedSpearman(a: Float64Array, b: Float64Array, weights: Float64Array): number {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const ranksOf = (values: Float64Array): Float64Array => {
    const order = Array.from(values.keys()).sort((i, j) => values[i] - values[j]);
    const ranks = new Float64Array(values.length);
    let below = 0;
    for (const k of order) {
      ranks[k] = (below + weights[k] / 2) / total;
      below += weights[k];
    }
    return ranks;
  };
  const [x, y] = [ranksOf(a), ranksOf(b)];
  const mean = (values: Float64Array): number =>
    values.reduce((sum, v, k) => sum + (weights[k] * v) / total, 0);
  const [mx, my] = [mean(x), mean(y)];
  const moment = (f: (k: number) => number): number =>
    x.reduce((sum, _, k) => sum + weights[k] * f(k), 0);
  return (
    moment((k) => (x[k] - mx) * (y[k] - my)) /
    Math.sqrt(moment((k) => (x[k] - mx) ** 2) * moment((k) => (y[k] - my) ** 2))
  );
}

/** Two clouds of points `gap` apart. */
function clouds(n: number, seed: number, gap: number): Samples {
  const x = randomTensor([n, 2], seed);
  const target = tensor([n, 2]);
  for (let s = 0; s < n; s++) {
    x.data[2 * s] += s % 2 === 0 ? -gap : gap;
    target.data[2 * s + (s % 2)] = 1;
  }
  return { x, target };
}

describe("the audit of a confident classifier", () => {
  const network = sequential([dense(2, 8), tanh(), dense(8, 2)]);
  const options = { loss: softmaxCrossEntropy };
  const [training, test] = [clouds(200, 1, 3), clouds(12, 2, 3)];
  const reports = new Map<RemovalDraw, AuditReport>();
  beforeAll(async () => {
    const { theta } = train(network, training, {
      ...options,
      epochs: 400,
      rng: makeRng(1),
      optimiser: adam({ learningRate: 0.01 }),
    });
    for (const draw of ["self-influence", "uniform"] as const) {
      reports.set(
        draw,
        await audit(network, theta, training, {
          options,
          test,
          retrain: { points: 16, rng: makeRng(3), jobs: 1, draw },
        }),
      );
    }
  });

  it("takes away the points that have an influence, and says which part of it they hold", () => {
    const [drawn, uniform] = ["self-influence", "uniform"].map(
      (draw) => reports.get(draw as RemovalDraw)!.response!,
    );
    expect(drawn.share).toBeGreaterThan(0.5);
    expect(uniform.share).toBeLessThan(drawn.share / 5);
    expect([drawn.draw, uniform.draw]).toEqual(["self-influence", "uniform"]);
    expect(reports.get("self-influence")!.text).toMatch(
      /16 points, drawn in proportion to √\(self-influence\), so that each counts by the influence that it can have \(\d/,
    );
    expect(reports.get("uniform")!.text).toMatch(/16 points, drawn uniformly \(/);
  });

  it("moves the network with every removal, to the minimum", () => {
    for (const { facts } of [...reports.values()].map(({ response }) => response!)) {
      for (const { length, ended } of facts) {
        expect(length).toBeGreaterThan(0);
        expect(ended).toBe("stationary");
      }
    }
  });

  it("draws uniformly only if asked to, and by nothing else", async () => {
    const theta = kaimingNormal(network, makeRng(1));
    const retrain = { points: 6, rng: makeRng(1), jobs: 1 };
    expect((await audit(network, theta, training, { options, test, retrain })).response!.draw).toBe(
      "self-influence",
    );
    await expect(
      audit(network, theta, training, {
        options,
        test,
        retrain: { ...retrain, draw: "loss" as "uniform" },
      }),
    ).rejects.toThrow(
      'audit: points are drawn by "loss"; it must be "self-influence" or "uniform".',
    );
  });
});

describe("ties within rounding", () => {
  const clear = randomTensor([20, 3], 1);
  const noise = randomTensor([20, 3], 2);
  /** The first twelve points change nothing, the others agree. */
  const faint = (values: Tensor, seed: Tensor): Tensor =>
    tensor(
      values.shape,
      values.data.map((v, k) => (k < 36 ? 1e-15 * seed.data[k] : v)),
    );

  it("are left out, not ranked by noise", () => {
    const [a, b] = [faint(clear, clear), faint(clear, noise)];
    const ranked = rankAgreement(a, b, { rng: makeRng(1) });
    const left = rankAgreement(a, b, { rng: makeRng(1), rounding: [1e-14, 1e-14, 1e-14] });
    expect(ranked.median).toBeLessThan(0.99);
    expect([left.median, left.ties, left.silent]).toEqual([1, 36, 0]);
    expect([ranked.ties, ranked.silent]).toEqual([0, 0]);
  });

  it("count where only one side is small: a change that was not predicted is no tie", () => {
    const b = tensor(
      clear.shape,
      clear.data.map((v, k) => (k < 30 ? 0 : v)),
    );
    const found = rankAgreement(clear, b, { rng: makeRng(1), rounding: [1e-14, 1e-14, 1e-14] });
    expect(found.ties).toBe(0);
    expect(found.median).toBeLessThan(0.9);
  });

  it("silence a test point of which fewer than five points are left", () => {
    const found = rankAgreement(faint(clear, clear), faint(clear, noise), {
      rng: makeRng(1),
      rounding: [1e-14, 10, 1e-14],
    });
    expect(found.perTest[1]).toBeNaN();
    expect(found.silent).toBe(1);
  });

  it("leave an audit without a judgement where nothing changes: a caution that says so", async () => {
    // the test points' class is decided by a bias of 400, so that no removal changes their loss of
    // e^−800 = 0
    const network = sequential([dense(2, 2)]);
    const training = clouds(30, 5, 1);
    const theta = Float64Array.of(0, 0, 0, 0, -400, 400);
    const test = {
      x: randomTensor([6, 2], 7),
      target: tensor(
        [6, 2],
        Array.from({ length: 12 }, (_, k) => k % 2),
      ),
    };
    const options = { loss: softmaxCrossEntropy, l2: 1 };
    const report = await audit(network, theta, training, {
      options,
      test,
      retrain: { points: 8, rng: makeRng(1), jobs: 1 },
    });
    expect(report.response).toMatchObject({
      verdict: "caution",
      agreement: { ties: 48, silent: 6 },
    });
    expect(report.text).toContain(
      "changes no test loss beyond rounding for five points or more, so there is nothing to rank.",
    );
  });

  it("are what a network's losses change by when its parameters go to the next doubles", () => {
    const network = sequential([dense(2, 8), tanh(), dense(8, 2)]);
    const options = { loss: softmaxCrossEntropy };
    const theta = kaimingNormal(network, makeRng(2), 3);
    const test = clouds(20, 9, 2);
    const rounding = roundingOfLosses(network, theta, test, options, makeRng(4));
    const before = testLosses(network, theta, test, options);
    let exceeding = 0;
    for (let trial = 0; trial < 50; trial++) {
      const stream = makeRng(trial, "others");
      const beside = theta.map((v) => v * (1 + (stream.uniform() < 0.5 ? -1 : 1) * Number.EPSILON));
      testLosses(network, beside, test, options).forEach((v, t) => {
        if (Math.abs(v - before[t]) > rounding[t]) exceeding++;
      });
    }
    expect(exceeding).toBeLessThan(20); // of 1000
    rounding.forEach((v, t) => expect(v).toBeLessThan(1e-12 * (1 + before[t])));
  });
});

describe("kinks", () => {
  const smoothByHand: ElementwiseLayer = { ...tanh(), name: "by hand" };
  const clipped: ElementwiseLayer = {
    kind: "elementwise",
    name: "clip",
    piecewiseLinear: true,
    outputShape: ([input]) => input,
    value: (x, y, count) => {
      for (let p = 0; p < count; p++) y[p] = Math.max(-1, Math.min(1, x[p]));
    },
    derivative: (x, _y, d, count) => {
      for (let p = 0; p < count; p++) d[p] = Math.abs(x[p]) < 1 ? 1 : 0;
    },
    secondDerivative: (_x, _y, d, count) => d.fill(0, 0, count),
  };
  it.each<[Layer, boolean]>([
    [relu(), true],
    [leakyRelu(0.1), true],
    [leakyRelu(1), false],
    [elu(0.5), true],
    [elu(), false],
    [tanh(), false],
    [sigmoid(), false],
    [softplus(), false],
    [maxPool(2), true],
    [globalMaxPool(), true],
    [averagePool(2), false],
    [clipped, true],
    [smoothByHand, false],
  ])("$name: $1", (layer, expected) => {
    const network = sequential([
      conv1d(1, 2, 3),
      layer,
      ...(layer.name.startsWith("global") ? [] : [flatten()]),
      dense(layer.name.startsWith("global") ? 2 : 4, 2),
    ]);
    expect(hasKinks(network)).toBe(expected);
  });

  const points = clouds(60, 11, 0.6);
  const options = { loss: softmaxCrossEntropy, l2: 1e-3 };
  const audited = async (activation: Layer, stall?: number): Promise<AuditReport> => {
    const network = sequential([dense(2, 6), activation, dense(6, 2)]);
    const { theta } = train(network, points, { ...options, epochs: 60, rng: makeRng(2) });
    return audit(network, theta, points, {
      options,
      test: clouds(8, 12, 0.6),
      retrain: { points: 12, rng: makeRng(1), jobs: 1, stall },
    });
  };

  it("are named of networks that have some, and of no other, however early a search may stall", async () => {
    const rough = await audited(relu());
    expect(rough.step).toMatchObject({ kinks: true, atRounding: 0 });
    expect(rough.step!.onKinks).toBeGreaterThan(0);
    expect(rough.text).toContain(`Of 12 minima ${rough.step!.onKinks} lie on kinks, `);
    const smooth = await audited(tanh(), 0.5);
    expect(smooth.step).toMatchObject({ kinks: false, onKinks: 0, atRounding: 0, givenUp: 0 });
    expect(smooth.response!.facts.every(({ ended }) => ended === "stationary")).toBe(true);
    expect(smooth.text).not.toContain("kink");
  });

  it("are no excuse of polish for a smooth network", () => {
    const network = sequential([dense(2, 6), tanh(), dense(6, 2)]);
    const theta = kaimingNormal(network, makeRng(1));
    expect(() => polish(network, theta, points, { ...options, tolerance: 1e-30 })).toThrow(
      /polish: .*; (the risk no longer falls, as at the limit of rounding|Allow more)/,
    );
  });

  it("do not matter to a response: a smooth one goes on to the tolerance", () => {
    const network = sequential([dense(2, 6), tanh(), dense(6, 2)]);
    const theta = kaimingNormal(network, makeRng(1));
    const hessian = exactHessian(network, theta, points, options);
    const damping = relativeDamping(network, hessian);
    const self = selfInfluence(hessian, perSampleGradients(network, theta, points, options), {
      damping,
    });
    const strongest = self.indexOf(Math.max(...self));
    const { ended, gradientNorm } = proximalResponse(
      { network, theta, training: points, options, damping, hessian },
      [strongest],
      { stall: 0.9 },
    );
    expect(ended).toBe("stationary");
    expect(gradientNorm.end).toBeLessThan(1e-8 * gradientNorm.start);
    expect(row(points.x, strongest).length).toBe(2);
  });
});
