import fc from "fast-check";
import { makeRng, norm, row, tensor, type Tensor } from "phaselens/core";
import {
  audit,
  exactHessian,
  gaussNewton,
  influence,
  polish,
  removals,
  resamplingUncertainty,
  riskHessian,
  selfInfluence,
  testGradients,
  type AuditReport,
  type ScaledDamping,
} from "phaselens/hessian";
import { cholesky } from "phaselens/linalg";
import {
  conv1d,
  dense,
  flatten,
  kaimingNormal,
  meanSquaredError,
  perSampleGradients,
  predict,
  reshape,
  riskAndGradient,
  sequential,
  softmaxCrossEntropy,
  softplus,
  tanh,
  train,
  type Loss,
  type Network,
  type Samples,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";
import { gaussNewtonDiagonal } from "phaselens/internal/hessian/exact/gaussNewtonDiagonal";
import { parameterScale } from "phaselens/internal/hessian/exact/parameterScale";
import { minimise } from "phaselens/internal/hessian/removal/minimise";
import { toDense } from "phaselens/internal/linalg/operator";
import { proximalResponse } from "phaselens/internal/hessian/removal/proximalResponse";
import { conjugateGradientSolver } from "phaselens/internal/hessian/solvers/conjugateGradientSolver";
import { exactSolver } from "phaselens/internal/hessian/solvers/solver";
import { bootstrapResponse } from "phaselens/internal/hessian/resampling/bootstrapResponse";
import { bootstrapCounts } from "phaselens/internal/hessian/resampling/bootstrap";
import { paperDamping } from "phaselens/internal/hessian/solvers/damping";
import { relativeDamping } from "phaselens/internal/hessian/solvers/relativeDamping";

/** Units of the targets, of each of three features, and of the loss. */
interface Units {
  readonly target: number;
  readonly features: readonly number[];
  readonly loss: number;
}
const units = fc.record({
  target: fc.double({ min: -3, max: 3, noNaN: true }).map((e) => 10 ** e),
  features: fc.array(
    fc.double({ min: -3, max: 3, noNaN: true }).map((e) => 10 ** e),
    { minLength: 3, maxLength: 3 },
  ),
  loss: fc.double({ min: -3, max: 3, noNaN: true }).map((e) => 10 ** e),
});
const NATURAL: Units = { target: 1, features: [1, 1, 1], loss: 1 };

/** The squared error in other units: value, gradient and second derivatives times a factor. */
function lossIn(factor: number): Loss {
  const into = (out: Float64Array, by: number): void => out.forEach((v, p) => (out[p] = by * v));
  return {
    ...meanSquaredError,
    name: `squared error × ${factor}`,
    value: (z, t, n, out, to) => {
      meanSquaredError.value(z, t, n, out, to);
      into(to, factor);
    },
    gradient: (z, t, n, out, to) => {
      meanSquaredError.gradient(z, t, n, out, to);
      into(to, factor);
    },
    hessianProduct: (z, t, v, n, out, to) => {
      meanSquaredError.hessianProduct(z, t, v, n, out, to);
      into(to, factor);
    },
    factor: (z, t, k, n, out, to) => {
      meanSquaredError.factor(z, t, k, n, out, to);
      into(to, Math.sqrt(factor));
    },
  };
}

const network = sequential([dense(3, 5), tanh(), dense(5, 2)]);
const [WIDTH, HIDDEN] = [3, 5];
const LAST = WIDTH * HIDDEN + HIDDEN;

function points(n: number, seed: number): Samples {
  const x = randomTensor([n, WIDTH], seed);
  const noise = randomTensor([n, 2], seed + 1).data;
  const target = tensor([n, 2]);
  for (let s = 0; s < n; s++) {
    const [a, b, c] = row(x, s);
    target.data[2 * s] = Math.sin(a) + 0.5 * b * c + 0.2 * noise[2 * s];
    target.data[2 * s + 1] = Math.cos(b) - a + 0.2 * noise[2 * s + 1];
  }
  return { x, target };
}
const [training, test] = [points(50, 1), points(8, 60)];
const early = train(network, training, {
  loss: meanSquaredError,
  epochs: 60,
  rng: makeRng(1),
}).theta;

/** The same data and the same function in other units. */
function inUnits(samples: Samples, { target, features }: Units): Samples {
  return {
    x: tensor(
      samples.x.shape,
      samples.x.data.map((v, p) => v * features[p % WIDTH]),
    ),
    target: tensor(
      samples.target.shape,
      samples.target.data.map((v) => v * target),
    ),
  };
}
function thetaIn(theta: Float64Array, { target, features }: Units): Float64Array {
  return theta.map((v, p) =>
    p >= LAST ? v * target : p < WIDTH * HIDDEN ? v / features[p % WIDTH] : v,
  );
}

function audited(theta: Float64Array, u: Units, data: Samples = training): Promise<AuditReport> {
  return audit(network, thetaIn(theta, u), inUnits(data, u), {
    options: { loss: lossIn(u.loss) },
    test: inUnits(test, u),
    retrain: { points: 10, rng: makeRng(3, "audit"), jobs: 1 },
  });
}

/**
 * What a network of this kind says, with noise: a risk whose minimum lies near `teacher`, also
 * without a penalty.
 */
const teacher = kaimingNormal(network, makeRng(7, "teacher"), 1.5);
const inputs = randomTensor([200, WIDTH], 80);
const outputs = predict(network, teacher, inputs).data;
const taught = {
  x: inputs,
  target: tensor(
    [200, 2],
    randomTensor([200, 2], 90).data.map((v, p) => outputs[p] + 0.1 * v),
  ),
};

/** Where each value comes in the order of its row. */
const order = (table: Tensor): number[][] =>
  Array.from({ length: table.shape[0] }, (_, r) => {
    const values = row(table, r);
    return Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  });

function expectSameAudit(found: AuditReport, natural: AuditReport, u: Units): void {
  expect(found.verdict).toBe(natural.verdict);
  const verdicts = ({
    stationarity,
    spectrum,
    damping,
    solves,
    step,
    response,
  }: AuditReport): (string | undefined)[] =>
    [stationarity, spectrum, damping, solves, step, response].map((part) => part?.verdict);
  expect(verdicts(found)).toEqual(verdicts(natural));
  expect(found.spectrum.lambda).toBeCloseTo(natural.spectrum.lambda, 9);
  expect(found.spectrum.lowest).toBeCloseTo(natural.spectrum.lowest, 9);
  expectAllClose([found.stationarity.drift], [natural.stationarity.drift], {
    rtol: 1e-6,
    atol: 1e-7,
  }); // below, rounding
  expect(found.step!.remaining).toBeCloseTo(natural.step!.remaining, 6);
  expect(found.response!.rows).toEqual(natural.response!.rows);
  const losses = u.loss * u.target ** 2; // what changes of test losses are measured in
  for (const what of ["predicted", "measured"] as const) {
    const [a, b] = [found, natural].map((report) => report.response![what]);
    const largest = Math.max(...b.data.map(Math.abs));
    expectAllClose(
      a.data.map((v) => v / losses),
      b.data,
      { rtol: 1e-6, atol: 1e-7 * largest },
    );
    expect(order(a)).toEqual(order(b));
  }
  expect(found.response!.agreement.median).toBeCloseTo(natural.response!.agreement.median, 12);
  expect(found.response!.agreement.slope).toBeCloseTo(natural.response!.agreement.slope, 5);
  expect(found.response!.facts.map(({ ended }) => ended)).toEqual(
    natural.response!.facts.map(({ ended }) => ended),
  );
}

describe("targets, features and loss in other units, and the parameters with them", () => {
  it("leave every part of the audit as it is: of a network stopped early", async () => {
    const natural = await audited(early, NATURAL);
    await fc.assert(
      fc.asyncProperty(units, async (u) => expectSameAudit(await audited(early, u), natural, u)),
      { numRuns: 12 },
    );
  });

  it("and of a converged one, with leave-one-out", async () => {
    const { theta } = polish(network, teacher, taught, { loss: meanSquaredError });
    const natural = await audited(theta, NATURAL, taught);
    expect(natural.stationarity.verdict).toBe("pass");
    for (const target of [1, 0.1, 0.01]) {
      const u = { ...NATURAL, target };
      const found = await audited(theta, u, taught);
      expectSameAudit(found, natural, u);
      expect(found.leaveOneOut?.method).toBe(natural.leaveOneOut?.method);
    }
  });

  it("leave the ranking by influence and self-influence as it is; that with H + λ1 moves", () => {
    fc.assert(
      fc.property(units, (u) => {
        const tables = [NATURAL, u].map((here) => {
          const [theta, data, tested] = [
            thetaIn(early, here),
            inUnits(training, here),
            inUnits(test, here),
          ];
          const risk = { loss: lossIn(here.loss) };
          const H = exactHessian(network, theta, data, risk);
          const [gradients, asked] = [
            perSampleGradients(network, theta, data, risk),
            testGradients(network, theta, tested, risk),
          ];
          const damping = relativeDamping(network, H);
          return {
            pairs: influence(H, gradients, asked, { damping }).influence,
            self: selfInfluence(H, gradients, { damping }),
          };
        });
        const losses = u.loss * u.target ** 2;
        expectAllClose(
          tables[1].self.map((v) => v / losses),
          tables[0].self,
          { rtol: 1e-8, atol: 0 },
        );
        expect(order(tables[1].pairs)).toEqual(order(tables[0].pairs));
      }),
      { numRuns: 20 },
    );
    const ranks = [1, 0.01].map((target) => {
      const here = { ...NATURAL, target };
      const [theta, data] = [thetaIn(early, here), inUnits(training, here)];
      const risk = { loss: meanSquaredError };
      const H = exactHessian(network, theta, data, risk);
      return order(
        influence(
          H,
          perSampleGradients(network, theta, data, risk),
          testGradients(network, theta, inUnits(test, here), risk),
          { damping: paperDamping(H) },
        ).influence,
      );
    });
    expect(ranks[1]).not.toEqual(ranks[0]);
  });

  it("are no obstacle to polish, which ends at the same function", () => {
    const natural = polish(network, teacher, taught, { loss: meanSquaredError });
    expect(natural.relative).toBeLessThan(1e-8);
    fc.assert(
      fc.property(units, (u) => {
        const found = polish(network, thetaIn(teacher, u), inUnits(taught, u), {
          loss: lossIn(u.loss),
        });
        expect(found.risk / (u.loss * u.target ** 2)).toBeCloseTo(natural.risk, 10);
        expect(found.relative).toBeLessThan(1e-8);
      }),
      { numRuns: 8 },
    );
  });

  it("are no obstacle to minimise without a preconditioner", () => {
    fc.assert(
      fc.property(fc.integer({ min: -12, max: 12 }), fc.integer({ min: -12, max: 12 }), (e, g) => {
        // Rosenbrock's valley, x in units of its own and f in units of its own
        const [unit, height] = [10 ** e, 10 ** g];
        const valley = (x: Float64Array): { value: number; gradient: Float64Array } => {
          const [a, b] = [x[0] / unit, x[1] / unit];
          return {
            value: height * ((1 - a) ** 2 + 100 * (b - a * a) ** 2),
            gradient: Float64Array.of(
              (height / unit) * (-2 * (1 - a) - 400 * a * (b - a * a)),
              (height / unit) * 200 * (b - a * a),
            ),
          };
        };
        const { x, ended } = minimise(valley, Float64Array.of(-1.2 * unit, unit));
        expect(ended).toBe("stationary");
        expectAllClose(
          x.map((v) => v / unit),
          [1, 1],
          { rtol: 1e-8 },
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe("a damping with a scale", () => {
  const risk = { loss: meanSquaredError, l2: 0.01 };
  const H = exactHessian(network, early, training, risk);
  const P = network.parameterCount;
  const damping = relativeDamping(network, H, 0.2);
  const shifted = tensor([P, P], H.data.slice());
  for (let p = 0; p < P; p++) shifted.data[p * (P + 1)] += damping.lambda * damping.scale[p];
  const gradients = perSampleGradients(network, early, training, risk);

  it("is H + λ diag(m), in every solver", () => {
    const direct = cholesky(shifted).solveMany(gradients).data;
    const cg = conjugateGradientSolver(riskHessian(network, early, training, risk), {
      damping,
      tolerance: 1e-12,
    });
    expectAllClose(exactSolver(H, { damping }).solveMany(gradients).x.data, direct, {
      rtol: 1e-9,
      atol: 1e-12,
    });
    expectAllClose(
      exactSolver(H, { damping }).solve(row(gradients, 3)).x,
      row(tensor(gradients.shape, direct), 3),
      { rtol: 1e-9, atol: 1e-12 },
    );
    expectAllClose(cg.solveMany(gradients).x.data, direct, { rtol: 1e-7, atol: 1e-10 });
    const tested = testGradients(network, early, test, risk);
    const [a, b] = [
      influence(H, gradients, tested, { damping }).influence,
      influence(cg, gradients, tested, { damping }).influence,
    ];
    expectAllClose(a.data, b.data, { rtol: 1e-6, atol: 1e-9 });
  });

  it("holds the proximal response and the bootstrap response back along its scale", async () => {
    const problem = { network, theta: early, training, options: risk, damping, hessian: H };
    const predicted = cholesky(shifted)
      .solve(row(gradients, 11))
      .map((v) => v / 50);
    const deviation = (weight: number): number =>
      norm(
        proximalResponse(problem, [11], { weight, tolerance: 1e-12 }).step.map(
          (v, p) => v - weight * predicted[p],
        ),
      );
    expect(deviation(0.1) / deviation(0.01)).toBeGreaterThan(80);
    expect(deviation(0.1) / deviation(0.01)).toBeLessThan(125);
    // at the minimum of F its gradient, written out, vanishes
    const { step } = proximalResponse(problem, [11], { tolerance: 1e-10 });
    const at = early.map((v, p) => v + step[p]);
    const one = {
      x: tensor([1, 3], row(training.x, 11).slice()),
      target: tensor([1, 2], row(training.target, 11).slice()),
    };
    const [there, gone, here] = [
      riskAndGradient(network, at, training, risk),
      riskAndGradient(network, at, one, { loss: meanSquaredError }),
      riskAndGradient(network, early, training, risk),
    ].map(({ gradient }) => gradient);
    const left = there.map(
      (v, p) => v - gone[p] / 50 - here[p] + damping.lambda * damping.scale[p] * step[p],
    );
    expect(norm(left)).toBeLessThan(1e-8 * norm(gone));
    const counts = bootstrapCounts(50, 2, makeRng(1));
    const { thetas, remaining } = await bootstrapResponse(problem, counts, {
      jobs: 1,
      reduction: 1e-6,
      stall: 1e-12,
      maxEvaluations: 60,
    });
    expect(Math.max(...remaining)).toBeLessThan(1e-6);
    const moved = row(thetas, 0);
    const pull = new Float64Array(P);
    for (let s = 0; s < 50; s++) {
      const sample = {
        x: tensor([1, 3], row(training.x, s).slice()),
        target: tensor([1, 2], row(training.target, s).slice()),
      };
      riskAndGradient(network, moved, sample, { loss: meanSquaredError }).gradient.forEach(
        (v, p) => (pull[p] += (counts.data[s] * v) / 50),
      );
    }
    const rest = pull.map(
      (v, p) =>
        v +
        risk.l2 * moved[p] -
        here[p] +
        damping.lambda * damping.scale[p] * (moved[p] - early[p]),
    );
    expect(norm(rest)).toBeLessThan(1e-5 * norm(pull));
  });

  it("counts parameters by weights, biases, and each feature that a layer reads", () => {
    const graph = sequential([
      reshape([2, 3]),
      conv1d(2, 2, 2),
      softplus(),
      flatten(),
      dense(4, 1),
    ]);
    const diagonal = Float64Array.from({ length: graph.parameterCount }, (_, p) => p + 1);
    // conv weights [2, 2, 2]: channel 0 at 0 1 4 5, channel 1 at 2 3 6 7; its biases 8 9; dense
    // weights 10 … 13, its bias 14
    const m = parameterScale(graph, diagonal);
    expect(Array.from(m)).toEqual([
      3.5, 3.5, 5.5, 5.5, 3.5, 3.5, 5.5, 5.5, 9.5, 9.5, 12.5, 12.5, 12.5, 12.5, 15,
    ]);
    const dead = Float64Array.from(diagonal, (v, p) => (p >= 10 && p < 14 ? 0 : v));
    expect(parameterScale(graph, dead)[11]).toBeCloseTo((3.5 + 5.5 + 9.5 + 15) / 4, 12);
    expect(Array.from(parameterScale(graph, new Float64Array(15)))).toEqual(
      Array<number>(15).fill(1),
    );
  });

  it("may come from the Gauss-Newton diagonal: that of the matrix, column by column", () => {
    for (const [loss, out] of [
      [meanSquaredError, 2],
      [softmaxCrossEntropy, 3],
    ] as const) {
      const here = sequential([dense(3, 4), tanh(), dense(4, out)]);
      const theta = kaimingNormal(here, makeRng(2));
      const data = {
        x: training.x,
        target: tensor([50, out], randomTensor([50, out], 8).data.map(Math.abs)),
      };
      const options = { loss, l2: 0.3 };
      const matrix = toDense(gaussNewton(here, theta, data, options));
      const P = here.parameterCount;
      expectAllClose(
        gaussNewtonDiagonal(here, theta, data, options),
        Array.from({ length: P }, (_, p) => matrix.data[p * (P + 1)]),
        { rtol: 1e-11 },
      );
    }
  });

  it("has λ = max(0, −E₀) + share, by the spectrum of the scaled Hessian", () => {
    const { lambda, scale } = relativeDamping(network, H, 0.2);
    const least = (extra: number): void =>
      void exactSolver(H, { damping: { lambda: lambda - 0.2 + extra, scale } });
    expect(() => least(1e-9)).not.toThrow();
    if (lambda > 0.2) expect(() => least(-1e-6)).toThrow(/not positive definite/);
    expect(lambda).toBeGreaterThanOrEqual(0.2);
    const bowl = tensor([P, P]);
    for (let p = 0; p < P; p++) bowl.data[p * (P + 1)] = 7;
    expect(relativeDamping(network, bowl)).toEqual({
      lambda: 0.1,
      scale: new Float64Array(P).fill(7),
    });
  });

  it("is refused where it makes no sense, and must be that of the solver", () => {
    const wrong = (change: Partial<ScaledDamping>) => (): unknown =>
      influence(H, gradients, gradients, { damping: { ...damping, ...change } });
    expect(wrong({ lambda: -1 })).toThrow("influence: the damping must be ≥ 0, got -1.");
    expect(wrong({ scale: new Float64Array(3).fill(1) })).toThrow(
      "influence: the damping's scale has 3 entries for 32 parameters. Take both from one network.",
    );
    expect(wrong({ scale: damping.scale.map((m, p) => (p === 4 ? 0 : m)) })).toThrow(
      "influence: the damping's scale is 0 at parameter 4; it must be > 0.",
    );
    expect(() => relativeDamping(network, H, -0.1)).toThrow(
      "relativeDamping: share is -0.1; it must be a finite number ≥ 0",
    );
    expect(() => parameterScale(network, new Float64Array(3))).toThrow(
      "parameterScale: the diagonal has 3 entries for 32 parameters. Take both from one network.",
    );
    expect(() =>
      influence(exactSolver(H, { damping }), gradients, gradients, { damping: 0.2 }),
    ).toThrow(
      /influence: damping 0\.2 asked for, but the solver has 0\.\d+ of each group's mean curvature\. Make the solver with the damping wanted\./,
    );
    expect(() =>
      proximalResponse(
        {
          network,
          theta: early,
          training,
          options: risk,
          damping: 0.2,
          hessian: exactSolver(H, { damping }),
        },
        [0],
      ),
    ).toThrow(/Make them agree/);
  });

  it("is what the audit names and hands on", async () => {
    const report = await audit(network, early, training, { options: risk, test });
    expect(report.spectrum.damping).toEqual(relativeDamping(network, H));
    expect(report.text).toMatch(/damping λ = 0\.\d+ of each group's mean curvature\n/);
    const { influence: pairs } = influence(
      H,
      gradients,
      testGradients(network, early, test, risk),
      { damping: report.spectrum.damping },
    );
    expect(pairs.shape).toEqual([8, 50]);
    const plain = await audit(network, early, training, { options: risk, test, damping: 0.5 });
    expect(plain.spectrum).toMatchObject({ damping: 0.5, lambda: 0.5 });
    expect(plain.text).toContain("damping λ = 0.5\n");
    const { changes } = await removals(
      { network, theta: early, training, options: risk, damping, hessian: H },
      test,
      [[1], [2]],
      { jobs: 2 },
    );
    const here = await removals(
      { network, theta: early, training, options: risk, damping, hessian: H },
      test,
      [[1], [2]],
      { jobs: 1 },
    );
    expect(changes).toEqual(here.changes);
    const rue = await resamplingUncertainty(
      network,
      early,
      { hessian: H, trainGradients: gradients, test, loss: meanSquaredError },
      { rng: makeRng(1), bootstraps: 5, damping, version: "truth", jobs: 1 },
    );
    expect(rue.uncertainty.every((v) => v > 0)).toBe(true);
  });
});

/** A network's parameters, for the reader: 15 weights, 5 biases, 10 weights, 2 biases. */
it("the network of these tests has 32 parameters", () => {
  const shaped: Network = network;
  expect([shaped.parameterCount, kaimingNormal(shaped, makeRng(1)).length]).toEqual([32, 32]);
});
