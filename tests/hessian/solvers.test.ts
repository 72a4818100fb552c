import {
  ConfigError,
  makeRng,
  norm,
  NotConvergedError,
  NumericalError,
  row,
  ShapeError,
  takeRows,
  tensor,
  type PhaselensError,
  type Tensor,
} from "phaselens/core";
import {
  exactHessian,
  extrapolationScore,
  gradientStream,
  influence,
  riskHessian,
  spectrum,
  testGradients,
  type LissaOptions,
  type SampledOperator,
} from "phaselens/hessian";
import { damped, symmetricEigenvalues, type SymmetricOperator } from "phaselens/linalg";
import { perSampleGradients, type Network, type RiskOptions, type Samples } from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose, relativeToMaximum } from "../support/allclose.js";
import { authorSetup } from "../support/dawid.js";
import { product, withSpectrum } from "../support/matrices.js";
import { describeWithReference } from "../support/reference.js";
import { smallConvolution } from "./smallConvolution.js";
import { sampledRiskHessian } from "phaselens/internal/hessian/exact/sampledHessian";
import { determinedDirections } from "phaselens/internal/hessian/influence/extrapolation";
import { spectralPreconditioner } from "phaselens/internal/hessian/solvers/spectralPreconditioner";
import { conjugateGradientSolver } from "phaselens/internal/hessian/solvers/conjugateGradientSolver";
import { exactSolver } from "phaselens/internal/hessian/solvers/solver";
import { lissaSolver } from "phaselens/internal/hessian/solvers/lissaSolver";
import { denseOperator } from "phaselens/internal/linalg/operator";

const { network, theta, samples, options, hessian, damping, training, test } = smallConvolution();
const operator = riskHessian(network, theta, samples, options);
const exact = influence(hessian, training, test, { damping });

/** What `run` throws. */
function failure(run: () => unknown): PhaselensError {
  try {
    run();
  } catch (error) {
    return error as PhaselensError;
  }
  throw new Error("nothing was thrown");
}

describe("influence from products", () => {
  it("by conjugate gradients is the exact one to 1e-8 of the largest value, with one solve a test point", () => {
    const result = influence(operator, training, test, { damping });
    expect(relativeToMaximum(result.influence.data, exact.influence.data)).toBeLessThan(1e-8);
    expect(relativeToMaximum(result.similarity.data, exact.similarity.data)).toBeLessThan(1e-8);
    expect(result.solves).toMatchObject({ method: "conjugate gradients", damping, count: 4 });
    expect(result.solves.relativeResidual).toBeLessThan(1e-10);
    expect("relatif" in result).toBe(false);
  });

  it("and RelatIF, with one solve a training point", () => {
    const result = influence(operator, training, test, { damping, relatif: "exact" });
    expect(relativeToMaximum(result.relatif.data, exact.relatif.data)).toBeLessThan(1e-8);
    expect(result.solves.count).toBe(60);
  });

  it("reports true residuals", () => {
    const solver = conjugateGradientSolver(operator, { damping, tolerance: 1e-4 });
    const { x, relativeResidual } = solver.solve(row(test, 0));
    const image = damped(operator, { damping }).apply(x);
    expect(norm(image.map((value, p) => value - row(test, 0)[p])) / norm(row(test, 0))).toBeCloseTo(
      relativeResidual!,
      14,
    );
  });

  it("takes training gradients as a stream of blocks, the last one shorter", () => {
    const stream = gradientStream(network, theta, samples, options, 25);
    const blocks = [...stream.blocks()];
    expect(blocks.map((block) => block.shape[0])).toEqual([25, 25, 10]);
    expect(blocks.flatMap((block) => Array.from(block.data))).toEqual(Array.from(training.data));
    for (const relatif of ["exact", "none"] as const) {
      const [whole, streamed] = [training, stream].map((gradients) =>
        influence(hessian, gradients, test, { damping, relatif }),
      );
      expect(relativeToMaximum(streamed.influence.data, whole.influence.data)).toBeLessThan(1e-14);
    }
    expectAllClose(influence(hessian, stream, test, { damping }).relatif.data, exact.relatif.data, {
      rtol: 1e-12,
      atol: 1e-16,
    });
  });

  it("takes more training gradients than are multiplied at a time", () => {
    const many = takeRows(
      training,
      Array.from({ length: 600 }, (_, r) => r % 60),
    );
    const { influence: values } = influence(hessian, many, test, {
      damping,
      relatif: "none",
      trainingSize: 600,
    });
    for (let t = 0; t < 4; t++)
      for (let r = 0; r < 600; r++)
        expect(10 * values.data[600 * t + r]).toBeCloseTo(
          exact.influence.data[60 * t + (r % 60)],
          10,
        );
  });

  it("for some training points only, keeps the n of the risk", () => {
    const rows = [3, 41];
    const some = influence(operator, takeRows(training, rows), test, {
      damping,
      relatif: "exact",
      trainingSize: 60,
    });
    for (let t = 0; t < 4; t++) {
      rows.forEach((r, k) => {
        expect(some.influence.data[2 * t + k]).toBeCloseTo(exact.influence.data[60 * t + r], 8);
        expect(some.relatif.data[2 * t + k]).toBeCloseTo(exact.relatif.data[60 * t + r], 8);
      });
    }
  });

  it("with a solver that factorises is the same to the last bit", () => {
    expect(
      influence(exactSolver(hessian, { damping }), training, test, { relatif: "exact" }),
    ).toEqual(exact);
  });

  it("estimates the lengths of RelatIF from probes within the error it states", () => {
    const probes = 200;
    const estimated = influence(denseOperator(hessian), training, test, {
      damping,
      relatif: { probes, rng: makeRng(1) },
    });
    const deviations = Array.from(
      estimated.relatif.data,
      (value, k) => exact.relatif.data[k] / value - 1,
    ).slice(0, 60);
    const spread = Math.sqrt(deviations.reduce((sum, d) => sum + d * d, 0) / 60);
    // .05; training points share the probes, so deviations are correlated
    const stated = 1 / Math.sqrt(2 * probes);
    expect(spread).toBeGreaterThan(stated / 3);
    expect(spread).toBeLessThan(stated * 2);
    expect(estimated.solves.count).toBe(4 + probes);
  });

  it("refuses what does not fit", () => {
    expect(() => influence(operator, tensor([2, 3]), test)).toThrow(ShapeError);
    expect(() =>
      influence(exactSolver(hessian, { damping }), training, test, { damping: 7 }),
    ).toThrow(
      `influence: damping 7 asked for, but the solver has ${damping}. Make the solver with the damping wanted.`,
    );
    expect(() => influence(operator, training, test, { damping: -1 })).toThrow(
      "influence: the damping must be ≥ 0, got -1.",
    );
    expect(() => influence(operator, training, test, { damping, trainingSize: 10 })).toThrow(
      "trainingSize is 10, but there are 60 training gradients",
    );
    expect(() => exactSolver(hessian, { damping }).solveMany(tensor([2, 3]))).toThrow(ShapeError);
    expect(() => conjugateGradientSolver(operator, { damping }).solveMany(tensor([2, 3]))).toThrow(
      "right-hand sides must have shape [samples, ",
    );
  });
});

describe("conjugate gradients that do not converge", () => {
  it("say residual, iterations and a damping with which they do", () => {
    const error = failure(() =>
      influence(conjugateGradientSolver(operator, { damping, maxIterations: 12 }), training, test),
    );
    expect(error).toBeInstanceOf(NotConvergedError);
    expect(error.message).toMatch(
      /^conjugateGradientSolver: relative residual \d\.\d\de[-+]\d+ after 12 iterations with damping 0\.\d+, 1e-10 asked for\./,
    );
    expect(error.message).toMatch(
      /Try a damping of [\d.]+, for which 12 iterations are enough, a preconditioner, or more iterations\.$/,
    );
    expect(error.details).toMatchObject({ iterations: 12 });
    const enough = error.details.damping as number;
    expect(enough).toBeGreaterThan(damping);
    const { solves } = influence(
      conjugateGradientSolver(operator, { damping: enough, maxIterations: 12 }),
      training,
      test,
    );
    expect(solves.relativeResidual).toBeLessThanOrEqual(1e-10);
  });

  it("say so where rounding and not the number of iterations is the limit", () => {
    const error = failure(() =>
      conjugateGradientSolver(operator, { damping, tolerance: 1e-30 }).solve(row(test, 0)),
    );
    expect(error).toBeInstanceOf(NotConvergedError);
    expect(error.message).toMatch(
      /relative residual \d.* after \d+ iterations .* Rounding leaves no less. Loosen the tolerance to \de-\d+, or try a damping of/,
    );
  });

  it("name the whole damping where the Hessian is indefinite, and that damping does", () => {
    const lowest = symmetricEigenvalues(hessian)[0];
    const error = failure(() => influence(operator, training, test, { damping: -lowest / 2 }));
    expect(error).toBeInstanceOf(NumericalError);
    expect(error.message).toMatch(
      /with damping 0\.\d+; the damped Hessian is not positive definite. Use a damping λ > 0\.\d+/,
    );
    expect(error.details.damping as number).toBeGreaterThan(-lowest * 0.999);
    expect(error.details.damping as number).toBeLessThan(-lowest * 1.1);
  });

  it("pass NaN on as an error", () => {
    const broken = { dimension: operator.dimension, apply: (v: Float64Array) => v.map(() => NaN) };
    expect(() => influence(broken, training, test, { damping })).toThrow(NumericalError);
  });
});

describe("the spectral preconditioner", () => {
  const outliers = denseOperator(
    withSpectrum(
      Array.from({ length: 120 }, (_, k) => (k < 8 ? 100 - 9 * k : 1 / (1 + k))),
      makeRng(3),
    ),
  );
  const b = test.data.slice(0, 120);
  it("leaves the answer alone and saves more than a third of the iterations where eigenvalues stand out", () => {
    const plain = conjugateGradientSolver(outliers, { damping: 0.01 }).solve(b);
    const preconditioner = spectralPreconditioner(spectrum(outliers, { leading: 20 }), {
      damping: 0.01,
    });
    const preconditioned = conjugateGradientSolver(outliers, {
      damping: 0.01,
      preconditioner,
    }).solve(b);
    expect(relativeToMaximum(preconditioned.x, plain.x)).toBeLessThan(1e-7);
    expect(preconditioned.iterations).toBeLessThan((plain.iterations * 2) / 3);
  });
  it("with all eigenpairs is the inverse but for a factor: one iteration", () => {
    const preconditioner = spectralPreconditioner(spectrum(hessian), { damping });
    expect(
      conjugateGradientSolver(operator, { damping, preconditioner }).solve(row(test, 1)).iterations,
    ).toBeLessThanOrEqual(2);
  });
  it("refuses eigenvalues that the damping does not lift above 0", () => {
    expect(() => spectralPreconditioner(spectrum(hessian), { damping: 0 })).toThrow(ConfigError);
  });
});

describe("LiSSA", () => {
  const whole: SampledOperator = {
    whole: denseOperator(hessian),
    draw: () => denseOperator(hessian),
  };
  const top = symmetricEigenvalues(hessian)[hessian.shape[0] - 1] + damping;
  const solver = (
    settings: Partial<LissaOptions> = {},
    batches = whole,
    strong = damping,
  ): ReturnType<typeof lissaSolver> =>
    lissaSolver(batches, {
      damping: strong,
      scale: 1.2 * top,
      depth: 2000,
      rng: makeRng(5),
      ...settings,
    });

  it("with the whole Hessian for each batch is the truncated Neumann series", () => {
    const P = hessian.shape[0];
    const factor = tensor([P, P]); // 1 − (H + λ1)/σ
    for (let i = 0; i < P; i++)
      for (let j = 0; j < P; j++)
        factor.data[i * P + j] =
          (i === j ? 1 - damping / (1.2 * top) : 0) - hessian.data[i * P + j] / (1.2 * top);
    let term: Tensor = { shape: [P, 1], data: row(test, 0) };
    const sum = term.data.slice();
    for (let j = 1; j <= 7; j++) {
      term = product(factor, term);
      for (let p = 0; p < P; p++) sum[p] += term.data[p];
    }
    const { x, iterations } = solver({ depth: 7, tolerance: 10 }).solve(row(test, 0));
    expect(
      relativeToMaximum(
        x,
        sum.map((value) => value / (1.2 * top)),
      ),
    ).toBeLessThan(1e-12);
    expect(iterations).toBe(7);
  });

  it("comes within 1e-4 of the exact influence in 2000 terms, and not within a tenth in 10", () => {
    const error = (depth: number): number =>
      relativeToMaximum(
        influence(solver({ depth, tolerance: 10 }), training, takeRows(test, [0])).influence.data,
        row(exact.influence, 0),
      );
    expect(error(2000)).toBeLessThan(1e-4);
    expect(error(10)).toBeGreaterThan(0.1);
  });

  it("draws batches whose mean is the whole: one of all samples is it", () => {
    const { whole: risk, draw } = sampledRiskHessian(network, theta, samples, options, 60);
    expectAllClose(draw(makeRng(1)).apply(theta), risk.apply(theta), { rtol: 1e-10, atol: 1e-12 });
  });

  it("from batches of a third, averaged, comes within a tenth where the damping is strong, the same each time", () => {
    const strong = 1;
    const reference = influence(hessian, training, test, { damping: strong });
    const batches = sampledRiskHessian(network, theta, samples, options, 20);
    const run = (depth: number, repetitions: number): ReturnType<typeof influence> =>
      influence(
        solver({ depth, repetitions, scale: 3 * top, tolerance: 10 }, batches, strong),
        training,
        test,
      );
    const result = run(150, 8);
    expect(result.solves.relativeResidual).toBeLessThan(0.2);
    expect(relativeToMaximum(result.influence.data, reference.influence.data)).toBeLessThan(0.1);
    expect(result.solves).toMatchObject({ method: "LiSSA", iterations: 4 * 8 * 150 });
    expect(run(20, 2).influence.data).toEqual(run(20, 2).influence.data);
  });

  it("notices that it diverges, and names a scale that does not", () => {
    const error = failure(() => solver({ scale: top / 3 }).solve(row(test, 0)));
    expect(error).toBeInstanceOf(NotConvergedError);
    expect(error.message).toMatch(
      /^lissaSolver: the recursion diverges after \d+ iterations, relative residual .* Try scale [\d.]+ and a damping of [\d.]+/,
    );
    expect(error.details.relativeResidual as number).toBeGreaterThan(0);
    expect(
      solver({ scale: error.details.scale as number }).solve(row(test, 0)).relativeResidual,
    ).toBeLessThan(0.1);
  });

  it("notices a negative direction, and names scale and damping that do", () => {
    const negative = row(spectrum(hessian).vectors, 0).slice();
    const error = failure(() => solver({}, whole, 0).solve(negative));
    expect(error.message).toMatch(/the recursion diverges/);
    const { scale, damping: enough } = error.details as { scale: number; damping: number };
    expect(enough).toBeGreaterThan(-symmetricEigenvalues(hessian)[0]);
    expect(
      solver({ scale, depth: 5000 }, whole, enough).solve(negative).relativeResidual,
    ).toBeLessThan(0.1);
  });

  it("that stops too early says at which depth or damping it would not, and both do", () => {
    const error = failure(() => solver({ depth: 20, tolerance: 0.01 }).solve(row(test, 0)));
    expect(error).toBeInstanceOf(NotConvergedError);
    expect(error.message).toMatch(
      /relative residual 0?\.?\d.* after 20 iterations with scale .*, 0.01 asked for. Try depth \d+ or a damping of/,
    );
    const { depth, damping: enough } = error.details as { depth: number; damping: number };
    expect(solver({ depth, tolerance: 0.01 }).solve(row(test, 0)).relativeResidual).toBeLessThan(
      0.01,
    );
    expect(
      solver({ depth: 20, tolerance: 0.01, scale: top + enough }, whole, enough).solve(row(test, 0))
        .relativeResidual,
    ).toBeLessThan(0.05);
  });

  it("answers 0 for 0 and refuses settings outside their domain", () => {
    expect(
      solver()
        .solve(new Float64Array(hessian.shape[0]))
        .x.every((value) => value === 0),
    ).toBe(true);
    expect(() => solver({ scale: 0 })).toThrow(
      "lissaSolver: scale must be > 0, got 0. Take the largest eigenvalue plus damping.",
    );
    expect(() => solver({ depth: 0 })).toThrow(
      "lissaSolver: depth is 0; it must be a whole number ≥ 1.",
    );
    expect(() => sampledRiskHessian(network, theta, samples, options, 61)).toThrow(
      "batchSize must be a whole number from 1 to the 60 samples, got 61.",
    );
  });
});

describe("extrapolation score from the upper end of the spectrum", () => {
  const full = spectrum(hessian);
  const upper = spectrum(operator, { leading: 9, tolerance: 1e-12 });
  it("is that of the whole spectrum to 1e-8, for every m that it reaches", () => {
    for (let m = 0; m <= 9; m++)
      expect(
        relativeToMaximum(extrapolationScore(upper, test, m), extrapolationScore(full, test, m)),
      ).toBeLessThan(1e-8);
  });
  it("refuses an m beyond the eigenpairs known, and a threshold below them", () => {
    expect(() => extrapolationScore(upper, test, 10)).toThrow(
      "extrapolationScore: m must be a whole number from 0 to 9, the number of eigenpairs known, got 10.",
    );
    const between = (upper.values[0] + upper.values[1]) / 2;
    expect(determinedDirections(upper, between)).toBe(determinedDirections(full, between));
    expect(() => determinedDirections(upper, upper.values[0] / 2)).toThrow(
      /all 9 eigenvalues known lie above .* Ask spectrum for more of them/,
    );
  });
});

describeWithReference("the authors' network on every tenth of its training states", () => {
  // the body of a skipped suite runs too: nothing is read before its tests do
  interface Setup {
    cnn: Network;
    weights: Float64Array;
    risk: RiskOptions;
    states: Samples;
    matrix: Tensor;
    products: SymmetricOperator;
    gradients: Tensor;
  }
  const setup = (): Setup => {
    const {
      network: cnn,
      theta: weights,
      training: all,
      options: risk,
      test: testSet,
    } = authorSetup();
    const every = (set: Samples, step: number): Samples => {
      const rows = Array.from({ length: Math.floor(set.x.shape[0] / step) }, (_, k) => k * step);
      return { x: takeRows(set.x, rows), target: takeRows(set.target, rows) };
    };
    const states = every(all, 10);
    const gradients = testGradients(
      cnn,
      weights,
      every(testSet("test_even_more_50x925_f64.npy"), 20),
      risk,
    );
    const [matrix, products] = [
      exactHessian(cnn, weights, states, risk),
      riskHessian(cnn, weights, states, risk),
    ];
    return { cnn, weights, risk, states, matrix, products, gradients };
  };

  it("influence by conjugate gradients is the exact one to 1e-8, gradients streamed", () => {
    const { cnn, weights, risk, states, matrix, products, gradients } = setup();
    const strength = 0.1 - symmetricEigenvalues(matrix)[0];
    const reference = influence(matrix, perSampleGradients(cnn, weights, states, risk), gradients, {
      damping: strength,
    });
    const result = influence(products, gradientStream(cnn, weights, states, risk), gradients, {
      damping: strength,
    });
    expect(relativeToMaximum(result.influence.data, reference.influence.data)).toBeLessThan(1e-8);
  });

  it("LEES at m = 2 and 12 by Lanczos is the exact one to 1e-8", () => {
    const { matrix, products, gradients } = setup();
    const [full, upper] = [spectrum(matrix), spectrum(products, { leading: 12, tolerance: 1e-12 })];
    for (const m of [2, 12])
      expect(
        relativeToMaximum(
          extrapolationScore(upper, gradients, m),
          extrapolationScore(full, gradients, m),
        ),
      ).toBeLessThan(1e-8);
  });
});
