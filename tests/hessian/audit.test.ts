import { dot, makeRng, norm, row, takeRows, tensor, type Tensor } from "phaselens/core";
import {
  audit,
  detectionCurve,
  exactHessian,
  foundAt,
  groupInfluence,
  influence,
  mislabel,
  polish,
  rankAgreement,
  removals,
  selfInfluence,
  type AuditReport,
} from "phaselens/hessian";
import { cholesky } from "phaselens/linalg";
import {
  dense,
  kaimingNormal,
  losses,
  perSampleGradients,
  predict,
  relu,
  riskAndGradient,
  sequential,
  softmaxCrossEntropy,
  tanh,
  train,
  type Samples,
} from "phaselens/nn";
import { beforeAll, describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { diagonalMatrix } from "../support/matrices.js";
import { randomTensor } from "../support/models.js";
import { axpy } from "phaselens/internal/core/tensor";
import { auditThresholds } from "phaselens/internal/hessian/audit/auditThresholds";
import { minimise } from "phaselens/internal/hessian/removal/minimise";
import { proximalResponse } from "phaselens/internal/hessian/removal/proximalResponse";
import { cnnRecipe } from "phaselens/internal/papers/dawid2021/cnnRecipes";

const loss = softmaxCrossEntropy;

function points(n: number, seed: number): Samples {
  const x = randomTensor([n, 3], seed);
  const noise = randomTensor([n, 1], seed + 1);
  const target = tensor([n, 2]);
  for (let s = 0; s < n; s++)
    target.data[2 * s + (row(x, s)[0] - row(x, s)[1] + noise.data[s] > 0 ? 1 : 0)] = 1;
  return { x, target };
}

const without = (samples: Samples, gone: readonly number[]): Samples => {
  const rows = Array.from(samples.x.shape[0] === 0 ? [] : Array(samples.x.shape[0]).keys()).filter(
    (r) => !gone.includes(r),
  );
  return { x: takeRows(samples.x, rows), target: takeRows(samples.target, rows) };
};

const logistic = sequential([dense(3, 2)]);
const convex = { loss, l2: 0.05 };
const [training, test] = [points(60, 1), points(6, 50)];

/**
 * Slow twin of `proximalResponse` for a convex risk: Newton's method on F written from its
 * definition, with the Hessians of the remaining points summed one by one.
 */
function newtonResponse(
  theta: Float64Array,
  removed: readonly number[],
  damping: number,
): Float64Array {
  const P = theta.length;
  const rest = without(training, removed);
  const share = rest.x.shape[0] / 60;
  const tilt = riskAndGradient(logistic, theta, training, convex).gradient;
  const at = theta.slice();
  for (let step = 0; step < 30; step++) {
    const gradient = riskAndGradient(logistic, at, rest, { loss }).gradient.map(
      (v, p) => share * v + convex.l2 * at[p] - tilt[p] + damping * (at[p] - theta[p]),
    );
    const hessian = exactHessian(logistic, at, rest, { loss });
    for (let p = 0; p < P * P; p++) hessian.data[p] *= share;
    for (let p = 0; p < P; p++) hessian.data[p * P + p] += convex.l2 + damping;
    axpy(-1, cholesky(hessian).solve(gradient), at);
  }
  return at.map((v, p) => v - theta[p]);
}

describe("the proximal response on a convex risk", () => {
  const theta = kaimingNormal(logistic, makeRng(3, "start")); // far from any minimum
  const damping = 0.3;
  const hessian = exactHessian(logistic, theta, training, convex);
  const problem = { network: logistic, theta, training, options: convex, damping, hessian };
  const gradients = perSampleGradients(logistic, theta, training, { loss });

  it("is the minimum that Newton's method finds, for one point and for a group, wherever training stopped", () => {
    for (const group of [[7], [0, 1, 2, 30, 59]]) {
      const response = proximalResponse(problem, group);
      expect(response.ended).toBe("stationary");
      expect(response.gradientNorm.end).toBeLessThan(1e-8);
      expectAllClose(response.step, newtonResponse(theta, group, damping), {
        rtol: 1e-6,
        atol: 1e-8,
      });
    }
  });

  it("is (weight/n)(H + λ1)⁻¹∇L_r in the limit of a small weight, the deviation falling with its square", () => {
    const exact = tensor(
      hessian.shape,
      hessian.data.map((v, p) => v + (p % 9 === 0 ? damping : 0)),
    );
    const predicted = cholesky(exact)
      .solve(row(gradients, 11))
      .map((v) => v / 60);
    const deviation = (weight: number): number => {
      const { step } = proximalResponse(problem, [11], { weight, tolerance: 1e-14 });
      return norm(step.map((v, p) => v - weight * predicted[p]));
    };
    expect(deviation(0.1) / deviation(0.01)).toBeGreaterThan(80);
    expect(deviation(0.1) / deviation(0.01)).toBeLessThan(125);
    expect(deviation(0.1)).toBeLessThan(0.01 * norm(predicted));
  });

  it("changes the test losses as `removals` says, the same in one thread and in two", async () => {
    const groups = [[4], [5], [6, 7, 8]];
    const [here, there] = await Promise.all(
      [1, 2].map((jobs) => removals(problem, test, groups, { jobs })),
    );
    expect(there).toEqual(here);
    const before = losses(loss, predict(logistic, theta, test.x), test.target);
    groups.forEach((group, g) => {
      const after = losses(
        loss,
        predict(
          logistic,
          theta.map((v, p) => v + newtonResponse(theta, group, damping)[p]),
          test.x,
        ),
        test.target,
      );
      expectAllClose(
        row(here.changes, g),
        after.map((v, t) => v - before[t]),
        { rtol: 1e-5, atol: 1e-8 },
      );
    });
  });

  it("follows the sum of influences for a group", async () => {
    const pairs = influence(
      hessian,
      gradients,
      perSampleGradients(logistic, theta, test, { loss }),
      { damping },
    ).influence;
    const predicted = groupInfluence(pairs, [20, 21, 22]);
    const { changes } = await removals(problem, test, [[20, 21, 22]], { jobs: 1 });
    predicted.forEach((value, t) =>
      expect(Math.abs(value - changes.data[t])).toBeLessThan(
        0.15 * Math.max(...predicted.map(Math.abs)),
      ),
    );
    expectAllClose(
      predicted,
      Array.from(
        { length: 6 },
        (_, t) => pairs.data[t * 60 + 20] + pairs.data[t * 60 + 21] + pairs.data[t * 60 + 22],
      ),
    );
  });

  it("names rows, weights and dampings that make no sense", () => {
    expect(() => proximalResponse(problem, [60])).toThrow(
      "proximalResponse: there is no training point 60; they are numbered 0 … 59.",
    );
    expect(() => proximalResponse(problem, [])).toThrow(
      "proximalResponse: cannot remove 0 of 60 training points. Name at least one, each once, and not all.",
    );
    expect(() => proximalResponse(problem, [3, 3])).toThrow(/cannot remove 2 of 60/);
    expect(() => proximalResponse(problem, [3], { weight: 2 })).toThrow(
      "proximalResponse: weight is 2; it must be above 0 and at most 1.",
    );
    expect(() => proximalResponse({ ...problem, damping: -1 }, [3])).toThrow(/damping must be ≥ 0/);
    expect(() => groupInfluence(tensor([2, 3]), [3])).toThrow(
      "groupInfluence: there is no training point 3; they are numbered 0 … 2.",
    );
  });
});

describe("minimise", () => {
  // Rosenbrock's valley: minimum 0 at (1, 1), reached from (−1.2, 1) around a bend
  const rosenbrock = ([a, b]: Float64Array): { value: number; gradient: Float64Array } => ({
    value: (1 - a) ** 2 + 100 * (b - a * a) ** 2,
    gradient: Float64Array.of(-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)),
  });
  it("finds the end of Rosenbrock's valley", () => {
    const { x, ended, gradientNorm } = minimise(rosenbrock, Float64Array.of(-1.2, 1));
    expect(ended).toBe("stationary");
    expect(gradientNorm).toBeLessThan(1e-8);
    expectAllClose(x, [1, 1], { rtol: 1e-8 });
  });
  it("stops on a kink, where no gradient vanishes", () => {
    const kinked = (x: Float64Array): { value: number; gradient: Float64Array } => ({
      value: 3 * Math.abs(x[0] - 1) + (x[1] - 2) ** 2,
      gradient: Float64Array.of(3 * Math.sign(x[0] - 1 || 1), 2 * (x[1] - 2)),
    });
    const { x, ended, gradientNorm } = minimise(kinked, Float64Array.of(4.1, 0), { stall: 1e-3 });
    expect(ended).toBe("stalled");
    expect(gradientNorm).toBeGreaterThan(2.9);
    expectAllClose(x, [1, 2], { atol: 1e-2 });
  });
  it("says when it ran out of evaluations, and meets negative curvature where there is some", () => {
    expect(minimise(rosenbrock, Float64Array.of(-1.2, 1), { maxEvaluations: 5 })).toMatchObject({
      ended: "evaluations",
      evaluations: 5,
    });
    const doubleWell = ([a]: Float64Array): { value: number; gradient: Float64Array } => ({
      value: (a * a - 1) ** 2,
      gradient: Float64Array.of(4 * a * (a * a - 1)),
    });
    const { x, negativeCurvature } = minimise(doubleWell, Float64Array.of(0.05));
    expect(x[0]).toBeCloseTo(1, 8);
    expect(negativeCurvature).toBe(true);
  });
  it("refuses a start where the function is not finite", () => {
    expect(() =>
      minimise(() => ({ value: NaN, gradient: new Float64Array(1) }), new Float64Array(1)),
    ).toThrow("minimise: the function is NaN at the start.");
  });
});

describe("polish", () => {
  it("reaches the minimum of a smooth network to the tolerance asked for", () => {
    const network = sequential([dense(3, 4), tanh(), dense(4, 2)]);
    const options = { loss, l2: 0.02 };
    const { theta, gradientNorm } = polish(
      network,
      kaimingNormal(network, makeRng(1, "w")),
      training,
      { ...options, tolerance: 1e-10 },
    );
    expect(gradientNorm).toBeLessThan(1e-10);
    expect(norm(riskAndGradient(network, theta, training, options).gradient)).toBeLessThan(1e-10);
  });
  it("refuses l1, whose minimum is no stationary point, in every form and also where a risk is handed on whole", () => {
    const theta = kaimingNormal(logistic, makeRng(1, "w"));
    for (const l1 of [0.05, new Float64Array(8).fill(0.05), { firstLayer: 0.05 }]) {
      const risk = { loss, l2: 0.02, l1 };
      expect(() => polish(logistic, theta, training, risk)).toThrow(
        "polish: l1 is 0.05, and its risk has a kink",
      );
    }
    const none = { loss, l2: 0.02, l1: 0 };
    expect(polish(logistic, theta, training, none).relative).toBeLessThan(1e-8);
  });
  it("does not claim a minimum it has not reached", () => {
    const network = sequential([dense(3, 8), relu(), dense(8, 2)]);
    expect(() =>
      polish(network, kaimingNormal(network, makeRng(2, "w")), training, {
        loss,
        l2: 1e-3,
        maxEvaluations: 12,
      }),
    ).toThrow(/polish: \|∇ℜ\| = .* after 12 evaluations, 1e-8 asked for; Allow more evaluations/);
  });
});

describe("the audit", () => {
  const network = sequential([dense(3, 4), tanh(), dense(4, 2)]);
  const options = { loss, l2: 0.02 };
  const retrain = { points: 20, jobs: 1 };
  const rng = (): ReturnType<typeof makeRng> => makeRng(4, "audit");
  let converged: AuditReport;
  let early: AuditReport;
  beforeAll(async () => {
    const start = kaimingNormal(network, makeRng(1, "w"));
    const { theta } = polish(network, start, training, options);
    converged = await audit(network, theta, training, {
      options,
      test,
      damping: 0.02,
      retrain: { ...retrain, rng: rng() },
    });
    early = await audit(network, start, training, {
      options,
      test,
      retrain: { ...retrain, rng: rng() },
    });
  });

  it("passes a converged model, whose influence is what retraining does", () => {
    expect(converged.verdict).toBe("pass");
    expect(converged.stationarity.drift).toBeLessThan(1e-4);
    expect(converged.response?.agreement.median).toBeGreaterThan(0.98);
    expect(converged.leaveOneOut).toMatchObject({ method: "stationary" });
    expect(converged.leaveOneOut?.agreement.median).toBeGreaterThan(0.9);
    expect(converged.text).toMatch(
      /^Audit of influence functions: 26 parameters, 60 training points, 6 test points, damping λ = 0\.02\nPASS: /,
    );
  });

  it("trains a model that is no minimum anew without each point, where it is told the recipe", async () => {
    const start = kaimingNormal(network, makeRng(1, "w"));
    const seeded = { seed: 7, path: "left out" };
    const recipe = { module: "phaselens/papers/dawid2021", name: "recipes.ours", ...seeded };
    const { leaveOneOut } = await audit(network, start, training, {
      options,
      test,
      retrain: { points: 5, jobs: 1, recipe, rng: rng() },
    });
    expect(leaveOneOut).toMatchObject({ method: "recipe" });
    const { rows, measured } = leaveOneOut!;
    const lossesAt = (theta: Float64Array): Float64Array =>
      losses(loss, predict(network, theta, test.x), test.target);
    const before = lossesAt(start);
    rows.forEach((r, k) => {
      const { theta } = train(network, without(training, [r]), {
        ...cnnRecipe.options,
        rng: makeRng(seeded.seed, seeded.path),
      });
      const after = lossesAt(theta);
      expectAllClose(
        row(measured, k),
        after.map((value, t) => value - before[t]),
        { atol: 1e-12 },
      );
    });
  });

  it("calls a model that is no minimum not stationary, even where influence follows the proximal response", () => {
    expect(early.stationarity.verdict).toBe("fail");
    expect(early.stationarity.drift).toBeGreaterThan(1);
    expect(early.verdict).not.toBe("pass");
    expect(early.leaveOneOut).toBeUndefined();
    expect(early.text).toContain("the model is no minimum");
    expect(early.text).toContain("- stationarity: fail. |∇ℜ| = ");
  });

  it("states every threshold it judges by", () => {
    const words = converged.text;
    expect(words).toContain("(pass: below 0.1, caution: below 1 times)");
    expect(words).toContain("(pass: above 0.9, caution: above 0.7)");
    expect(words).toContain("95 % interval (bootstrap of the points)");
    expect(auditThresholds.response).toEqual([0.9, 0.7]);
  });

  it("fails an indefinite H + λ1 with the damping that would do, and examines nothing else", async () => {
    const hessian = diagonalMatrix([-0.5, ...Array<number>(25).fill(1)]);
    const report = await audit(network, new Float64Array(26).fill(0.1), training, {
      options,
      test,
      hessian,
      damping: 0.3,
    });
    expect(report).toMatchObject({
      verdict: "fail",
      spectrum: { verdict: "fail", smallestDamping: 0.5, negative: { count: 1, sum: -0.5 } },
      solves: undefined,
    });
    expect(report.text).toContain("H + λ1 is not positive definite. Use a damping above 0.5");
    const admissible = await audit(network, new Float64Array(26).fill(0.1), training, {
      options,
      test,
      hessian,
      damping: 0.51,
    });
    expect(admissible.spectrum).toMatchObject({ verdict: "caution", damping: 0.51, lambda: 0.51 });
    expect(admissible.text).toContain("the softest direction outweighs all others");
  });

  it("never passes what was not retrained", async () => {
    const { theta } = polish(network, kaimingNormal(network, makeRng(1, "w")), training, options);
    const report = await audit(network, theta, training, { options, test, damping: 0.02 });
    expect(report.verdict).toBe("caution");
    expect(report.text).toContain("nothing was retrained");
  });

  it("does not pass a Hessian that is not the model's, since influence then predicts little", async () => {
    const start = kaimingNormal(network, makeRng(1, "w"));
    const { theta } = polish(network, start, training, options);
    const wild = randomTensor([26, 26], 9).data;
    const wrong: Tensor = tensor([26, 26]);
    for (let i = 0; i < 26; i++)
      for (let j = 0; j < 26; j++)
        for (let k = 0; k < 26; k++)
          wrong.data[i * 26 + j] += 4 * wild[i * 26 + k] * wild[j * 26 + k];
    const report = await audit(network, theta, training, {
      options,
      test,
      hessian: wrong,
      damping: 0.02,
      retrain: { ...retrain, rng: rng() },
    });
    expect(report.response?.agreement.median).toBeLessThan(0.9);
    expect(report.step?.remaining).toBeGreaterThan(0.5);
    expect(report.verdict).not.toBe("pass");
  });

  it("gives the residuals and condition numbers of its systems", () => {
    expect(converged.solves?.residual).toBeLessThan(1e-12);
    expect(converged.solves?.count).toBe(26);
    expect(converged.spectrum.conditionNumber).toBeCloseTo(
      (converged.spectrum.highest + 0.02) / (converged.spectrum.lowest + 0.02),
      8,
    );
    expect(converged.damping?.rows.map(({ damping }) => damping)).toEqual([
      0.005, 0.01, 0.02, 0.04, 0.08,
    ]);
  });

  it("is the same twice, and refuses samples that are too small", async () => {
    const start = kaimingNormal(network, makeRng(1, "w"));
    expect(
      await audit(network, start, training, { options, test, retrain: { ...retrain, rng: rng() } }),
    ).toEqual(early);
    await expect(
      audit(network, start, training, { options, test, retrain: { points: 3, rng: rng() } }),
    ).rejects.toThrow(
      "audit: retrain.points is 3; it must be a whole number from 5 to 60, the number of training points.",
    );
    await expect(
      audit(
        network,
        start.map(() => NaN),
        training,
        { options, test },
      ),
    ).rejects.toThrow(/NaN/);
  });
});

describe("rank agreement", () => {
  const table = (seed: number): Tensor => randomTensor([30, 3], seed);
  it("is 1 for any increasing change of the values, and near 0 for independent ones", () => {
    const a = table(1);
    const same = rankAgreement(
      a,
      tensor(
        a.shape,
        a.data.map((v) => Math.exp(v)),
      ),
      { rng: makeRng(1, "b") },
    );
    expectAllClose([same.median, same.least, ...same.interval], [1, 1, 1, 1]);
    const other = rankAgreement(a, table(2), { rng: makeRng(1, "b") });
    expect(other.interval[0]).toBeLessThan(0);
    expect(other.interval[1]).toBeGreaterThan(0);
  });
  it("the interval covers the median of all points about as often as it says", () => {
    // Normal pairs of correlation r have the rank correlation (6/π) asin(r/2). Of 60 intervals of
    // 90 % 54 ± 2.3 should cover it; those of a bootstrap of 30 points are somewhat short, and
    // fewer than 44 would still be chance 1e-5
    const noisy = (n: number, seed: number): [Tensor, Tensor] => {
      const [x, noise] = [randomTensor([n, 1], seed), randomTensor([n, 1], seed + 5000)];
      return [
        x,
        tensor(
          x.shape,
          x.data.map((v, k) => v + 0.8 * noise.data[k]),
        ),
      ];
    };
    const truth = (6 / Math.PI) * Math.asin(1 / Math.sqrt(1.64) / 2);
    let covered = 0;
    for (let k = 0; k < 60; k++) {
      const {
        interval: [low, high],
      } = rankAgreement(...noisy(30, 10 + k), { rng: makeRng(k, "b"), confidence: 0.9 });
      if (low <= truth && truth <= high) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(44);
  });
  it("leaves out test points on which nothing changes", () => {
    const a = table(1);
    const b = tensor(
      a.shape,
      a.data.map((v, k) => (k % 3 === 1 ? 0 : v)),
    );
    const { median, perTest } = rankAgreement(a, b, { rng: makeRng(1, "b") });
    expect(median).toBe(1);
    expect(perTest[1]).toBeNaN();
  });
});

describe("mislabelled points", () => {
  it("self-influence is the diagonal of influence of the training points on themselves", () => {
    const theta = kaimingNormal(logistic, makeRng(3, "start"));
    const gradients = perSampleGradients(logistic, theta, training, { loss });
    const hessian = exactHessian(logistic, theta, training, convex);
    const pairs = influence(hessian, gradients, gradients, { damping: 0.1 }).influence;
    const self = selfInfluence(hessian, gradients, { damping: 0.1 });
    expectAllClose(
      self,
      Array.from({ length: 60 }, (_, r) => pairs.data[r * 60 + r]),
      { rtol: 1e-10 },
    );
    expect(self.every((v) => v > 0)).toBe(true);
  });

  it("flips the labels of the rows it names and of no others", () => {
    const { samples, rows } = mislabel(training, { fraction: 0.1, rng: makeRng(1, "flip") });
    expect(rows.length).toBe(6);
    for (let r = 0; r < 60; r++)
      expect(dot(row(samples.target, r), row(training.target, r))).toBe(rows.includes(r) ? 0 : 1);
    expect(samples.x).toBe(training.x);
    expect(() => mislabel(training, { fraction: 0.001, rng: makeRng(1, "flip") })).toThrow(
      "mislabel: a fraction of 0.001 is 0 of 60 samples. Choose one between 1/n and 1.",
    );
    expect(() =>
      mislabel(
        { ...training, target: tensor([60, 2]) },
        { fraction: 0.1, rng: makeRng(1, "flip") },
      ),
    ).toThrow(/is \[0,0\], not one-hot/);
  });

  it("the detection curve counts: by hand, with ties shared evenly", () => {
    const { checked, found } = detectionCurve([5, 1, 3, 3, 0], [0, 3]);
    expectAllClose(checked, [0, 0.2, 0.4, 0.6, 0.8, 1]);
    expectAllClose(found, [0, 0.5, 0.75, 1, 1, 1]);
    expect(foundAt({ checked, found }, 0.3)).toBeCloseTo(0.625, 12);
    for (const fraction of [-0.1, 1.5, NaN])
      expect(() => foundAt({ checked, found }, fraction)).toThrow(
        `foundAt: fraction is ${fraction}; it must be a number in [0, 1].`,
      );
    expect([foundAt({ checked, found }, 0), foundAt({ checked, found }, 1)]).toEqual([0, 1]);
    expect(() => detectionCurve([1, 2], [])).toThrow("detectionCurve: no row is wrong");
    expect(() => detectionCurve([1, 2], [2])).toThrow(
      "detectionCurve: row 2 is called wrong, but there are 2 scores.",
    );
  });

  it("no curve goes beyond 1, and each ends there, whatever the number of wrong ones", () => {
    for (let wrong = 1; wrong <= 120; wrong++) {
      const scores = Array.from({ length: 2 * wrong }, (_, n) => -n);
      const rows = Array.from({ length: wrong }, (_, n) => n);
      const curve = detectionCurve(scores, rows);
      expect(Math.max(...curve.found), `${wrong} wrong`).toBe(1);
      expect(foundAt(curve, 1)).toBe(1);
    }
  });

  it("self-influence finds flipped labels of a convex model far sooner than chance", () => {
    const many = points(300, 70);
    const clean = { x: many.x, target: tensor([300, 2]) };
    for (let s = 0; s < 300; s++)
      clean.target.data[2 * s + (row(many.x, s)[0] > row(many.x, s)[1] ? 1 : 0)] = 1;
    const { samples, rows } = mislabel(clean, { fraction: 0.05, rng: makeRng(2, "flip") });
    const { theta } = polish(logistic, new Float64Array(8), samples, { loss, l2: 0.01 });
    const self = selfInfluence(
      exactHessian(logistic, theta, samples, { loss, l2: 0.01 }),
      perSampleGradients(logistic, theta, samples, { loss }),
    );
    expect(foundAt(detectionCurve(self, rows), 0.2)).toBeGreaterThan(0.6);
  });
});
