import { core, hessian, nn } from "phaselens";
import { describe, expect, it } from "vitest";
import {
  criticalCoupling,
  crossing,
  histograms,
  weightsAt,
} from "../../environment/studies/bluecher2020-critical/crossing.mjs";
import {
  byInfluence,
  byNewtonStep,
  without,
} from "../../environment/studies/bluecher2020-critical/leaveGroupOut.mjs";

/**
 * Free theory of one variable: p(L; κ) ∝ e^{2κL − L²/2σ²} is a normal distribution of mean 2κσ²,
 * so that all moments are known at all κ.
 */
const WIDTH = 20;
const kappas = [-0.04, -0.02, 0, 0.02, 0.04];
const rng = core.makeRng(3, "critical study");
const bins = kappas.map((kappa) => ({
  kappa,
  links: Array.from({ length: 400 }, () => 2 * kappa * WIDTH ** 2 + WIDTH * rng.normal()),
}));
const all = histograms(bins);

describe("several ensembles as one", () => {
  it("give the mean of L at couplings between them, within four errors", () => {
    for (const kappa of [-0.03, 0.007, 0.015]) {
      const weights = weightsAt(all, kappa);
      expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
      const effective = 1 / core.dot(weights, weights);
      const error = WIDTH / Math.sqrt(effective);
      const mean = core.dot(weights, all.links);
      expect(Math.abs(mean - 2 * kappa * WIDTH ** 2)).toBeLessThan(4 * error);
    }
  });

  it("have the expected number of configurations of each coupling (the equation for f)", () => {
    const weights = kappas.map((kappa) => weightsAt(all, kappa));
    // w_i(κ_k) / Σ_j w_i(κ_j) is the probability that configuration i is of bin k
    bins.forEach(({ links }, k) => {
      const expected = all.links.reduce((sum, _, i) => {
        return sum + weights[k][i] / weights.reduce((total, w) => total + w[i], 0);
      }, 0);
      expect(expected).toBeCloseTo(links.length, 3);
    });
  });

  it("cross ½ where the mean of a step function does, with its slope", () => {
    const step = all.links.map((L) => Number(L > 8));
    const { kappa, slope } = crossing(all, step);
    // half of a normal distribution lies above its mean, 2κσ² = 8; slope 2σ²/(σ√2π)
    const expected = 8 / (2 * WIDTH ** 2);
    expect(Math.abs(kappa - expected)).toBeLessThan(0.004); // 1.25 σ/√(effective) is .0012
    expect(slope / ((2 * WIDTH) / Math.sqrt(2 * Math.PI))).toBeGreaterThan(0.85);
    expect(slope / ((2 * WIDTH) / Math.sqrt(2 * Math.PI))).toBeLessThan(1.15);
    expect(() => crossing(all, new Float64Array(step.length).fill(0.2))).toThrow(/Widen/);
  });
});

describe("κ_c of a classifier", () => {
  const network = nn.sequential([nn.dense(2, 3), nn.tanh(), nn.dense(3, 3)]);
  const x = core.tensor(
    [all.links.length, 2],
    Array.from(all.links).flatMap((L) => [L / 20, (L / 20) ** 2 / 4 + 0.3 * rng.normal()]),
  );

  it("has the derivative that differences give", () => {
    const target = core.oneHot(
      Array.from(all.links, (L) => Number(L > -8) + Number(L > 8)),
      3,
    );
    const options = { loss: nn.softmaxCrossEntropy, epochs: 20, rng: rng.fork("fit") };
    const { theta } = nn.train(network, { x, target }, options);
    const window = { x, histograms: all, phase: 2 };
    const { gradient } = criticalCoupling(network, theta, window);
    const step = 1e-4;
    const at = (p: number, by: number) => {
      const moved = theta.map((v, q) => (q === p ? v + by : v));
      return criticalCoupling(network, moved, window).kappa;
    };
    const size = Math.max(...gradient.map(Math.abs));
    gradient.forEach((g, p) => {
      const difference = (at(p, step) - at(p, -step)) / (2 * step);
      expect(Math.abs(g - difference)).toBeLessThan(1e-6 * size);
    });
  });
});

describe("a group that is left out", () => {
  const line = nn.sequential([nn.dense(2, 1)]);
  const n = 40;
  const x = core.tensor(
    [n, 2],
    Float64Array.from({ length: 2 * n }, () => rng.normal()),
  );
  const target = core.tensor(
    [n, 1],
    Float64Array.from({ length: n }, (_, k) => x.data[2 * k] + 0.5 * rng.normal()),
  );
  const options = { loss: nn.meanSquaredError, l2: 0.1 };
  const training = { x, target };
  const { theta } = hessian.polish(line, new Float64Array(3), training, options);
  const model = { network: line, theta, training, options };
  const functions = [0, 1, 2].map((p) => Float64Array.from([0, 1, 2], (q) => Number(p === q)));
  const found = (samples: nn.Samples) =>
    hessian.polish(line, theta, samples, { ...options, tolerance: 1e-12 }).theta;

  it("moves a ridge regression by one Newton step exactly", () => {
    const rows = [0, 3, 4, 5, 6, 7, 20, 21];
    const truth = found(without(training, rows));
    byNewtonStep(model, rows).forEach((v, p) => expect(v).toBeCloseTo(truth[p], 9));
  });

  it("moves it as group influence says to first order in the size of the group", () => {
    // copies of the data make one row a smaller part: the remainder falls with its square
    const errors = [1, 2, 4].map((copies) => {
      const indices = Array.from({ length: n * copies }, (_, k) => k % n);
      const more = { x: core.takeRows(x, indices), target: core.takeRows(target, indices) };
      const copied = { ...model, training: more };
      const [predicted] = byInfluence(copied, functions, [[7]]);
      const truth = found(without(more, [7])).map((v, p) => v - theta[p]);
      return Math.hypot(...predicted.map((v, p) => v - truth[p]));
    });
    expect(errors[0] / errors[1]).toBeGreaterThan(3.4);
    expect(errors[0] / errors[1]).toBeLessThan(4.8);
    expect(errors[1] / errors[2]).toBeGreaterThan(3.4);
    expect(errors[1] / errors[2]).toBeLessThan(4.8);
  });
});

describe("group influence where the inputs do not vary", () => {
  // the Hessian of a squared loss knows no targets: it is the same without the group, and the
  // first order is all there is
  it("is the Newton step, n/(n − m) included", () => {
    const network = nn.sequential([nn.dense(1, 1)]);
    const n = 12;
    const training = {
      x: core.tensor([n, 1], new Float64Array(n).fill(1)),
      target: core.tensor(
        [n, 1],
        Array.from({ length: n }, () => rng.normal()),
      ),
    };
    const options = { loss: nn.meanSquaredError, l2: 0.1 };
    const { theta } = hessian.polish(network, new Float64Array(2), training, options);
    const rows = [0, 3, 4, 7, 9];
    const units = [Float64Array.of(1, 0), Float64Array.of(0, 1)];
    const [said] = byInfluence({ network, theta, training, options }, units, [rows]);
    const exact = byNewtonStep({ network, theta, training, options }, rows);
    const size = Math.abs(exact[0] - theta[0]);
    expect(size).toBeGreaterThan(0.01);
    said.forEach((shift, p) => {
      expect(Math.abs(shift - (exact[p] - theta[p]))).toBeLessThan(1e-6 * size);
    });
  });
});
