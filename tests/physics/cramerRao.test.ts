import {
  ConfigError,
  makeRng,
  mean,
  NumericalError,
  row,
  ShapeError,
  tensor,
  variance,
} from "phaselens/core";
import {
  cramerRaoBound,
  invertedNeighbours,
  lattice,
  measure,
  nearestNeighbourCorrelator,
  sampleEnsemble,
  type Ensemble,
} from "phaselens/physics";
import { describe, expect, it } from "vitest";

const shape = [6, 6, 6];
const cube = lattice(shape);
const links = 3 * cube.sites;

function ensemble(hoppingParameter: number, configurations: number): Ensemble {
  const parameters = {
    hoppingParameter,
    quarticCoupling: 1.1,
    fermionMass: 20,
    yukawaCoupling: 0.25,
  };
  const stride = 2;
  return sampleEnsemble({
    shape,
    parameters,
    fermions: "hopping",
    algorithm: "hmc",
    start: "ordered",
    configurations,
    stride,
    thermalisation: 50,
    seed: 8,
    set: "bound",
  });
}

describe("the Cramér-Rao bound of κ", () => {
  it("of independent sites is 1 / (2 ⟨φ²⟩ √links), exactly", () => {
    // λ = κ = g = 0 in Eq. (1): every φ(n) normal with variance ½, and products of different links
    // uncorrelated
    const rng = makeRng(1, "independent sites");
    const fields = tensor(
      [400, ...shape],
      Float64Array.from({ length: 400 * cube.sites }, () => rng.normal() * Math.SQRT1_2),
    );
    const { mean: bound, error, n } = cramerRaoBound(fields);
    const exact = 1 / Math.sqrt(links);
    expect(n).toBe(400);
    // relative error of a standard deviation: 1/√(2n) = 3.5 %
    expect(error / bound).toBeGreaterThan(0.025);
    expect(error / bound).toBeLessThan(0.05);
    expect(Math.abs(bound - exact)).toBeLessThan(4 * error); // false alarm 6e-5
  });

  it("is half the root of the inverse variance of Σ φφ′, spelt out", () => {
    const { fields } = ensemble(0.05, 12);
    const sums = Array.from({ length: 12 }, (_, c) => {
      const field = row(fields, c);
      const at = (t: number, x: number, y: number): number =>
        field[((t % 6) * 6 + (x % 6)) * 6 + (y % 6)];
      let sum = 0;
      for (let t = 0; t < 6; t++)
        for (let x = 0; x < 6; x++)
          for (let y = 0; y < 6; y++)
            sum += at(t, x, y) * (at(t + 1, x, y) + at(t, x + 1, y) + at(t, x, y + 1));
      return sum;
    });
    expect(cramerRaoBound(fields).mean).toBeCloseTo(1 / Math.sqrt(4 * variance(sums)), 12);
  });

  it("is the response of ⟨φφ′⟩ to κ: d⟨Σφφ′⟩/dκ = 2 Var Σφφ′ = 1/(2 δκ²)", () => {
    const step = 0.04;
    const value = (kappa: number): { mean: number; error2: number } => {
      const values = measure(
        ensemble(kappa, 600).fields,
        (field) => links * nearestNeighbourCorrelator(field, cube),
      );
      return { mean: mean(values), error2: variance(values) / values.length };
    };
    const [below, above] = [value(-step), value(step)];
    const response = (above.mean - below.mean) / (2 * step);
    const responseError = Math.sqrt(above.error2 + below.error2) / (2 * step);
    const bound = cramerRaoBound(ensemble(0, 600).fields);
    const fisher = 1 / (2 * bound.mean ** 2);
    const error = Math.hypot(responseError, (2 * fisher * bound.error) / bound.mean);
    expect(error / fisher).toBeLessThan(0.1);
    expect(Math.abs(response - fisher), `${response} and ${fisher}`).toBeLessThan(
      4 * error + 0.02 * fisher,
    ); // 2 %: curvature over the step
  });

  it("is refused for configurations that are all alike", () => {
    expect(() => cramerRaoBound(tensor([5, ...shape]))).toThrow(NumericalError);
    expect(() => cramerRaoBound(tensor([1, ...shape]))).toThrow(ConfigError);
  });
});

describe("κ from the nearest-neighbour correlator", () => {
  it("inverts a rising curve between its points, and stays at its ends beyond", () => {
    const inverse = invertedNeighbours([-0.2, 0, 0.1, 0.4], [-3, 0, 4, 5]);
    expect(
      [-9, -3, -1.5, 0, 1, 4, 4.5, 5, 6].map(inverse).map((kappa) => Number(kappa.toFixed(12))),
    ).toEqual([-0.2, -0.2, -0.1, 0, 0.025, 0.1, 0.25, 0.4, 0.4]);
  });

  it("pools points that fall where the curve rises to the nearest curve that rises", () => {
    // 3, 2, 2.5 → 2.5 at the middle κ; 6, 6 → 6
    const inverse = invertedNeighbours([0, 1, 2, 3, 4, 5], [1, 3, 2, 2.5, 6, 6]);
    expect([1, 2.5, 6].map(inverse)).toEqual([0, 2, 4.5]);
    expect(inverse(1.75)).toBe(1);
  });

  it("comes close to the bound on ensembles of its own", () => {
    const couplings = Array.from({ length: 13 }, (_, k) => -0.12 + 0.02 * k);
    const curve = couplings.map((kappa) =>
      mean(measure(ensemble(kappa, 80).fields, (field) => nearestNeighbourCorrelator(field, cube))),
    );
    const inverse = invertedNeighbours(couplings, curve);
    const { fields } = ensemble(0.01, 300);
    const kappas = measure(fields, (field) => inverse(nearestNeighbourCorrelator(field, cube)));
    const spread = Math.sqrt(variance(kappas));
    const { mean: bound, error } = cramerRaoBound(fields);
    // a standard deviation of 300 samples is known to 4 %, the slope of the curve to a few per cent
    expect(Math.abs(spread / bound - 1)).toBeLessThan(0.15 + error / bound);
    expect(Math.abs(mean(kappas) - 0.01)).toBeLessThan(4 * bound * Math.sqrt(1 / 80 + 1 / 300));
  }, 60_000);

  it("refuses points that say nothing", () => {
    expect(() => invertedNeighbours([0, 1], [1])).toThrow(ShapeError);
    expect(() => invertedNeighbours([0, 0], [1, 2])).toThrow("sort the points");
    expect(() => invertedNeighbours([0, 1], [2, 1])).toThrow("does not rise");
    expect(() => invertedNeighbours([], [])).toThrow(ConfigError);
    expect(() => invertedNeighbours([0, NaN], [2, 1])).toThrow(NumericalError);
    expect(() => invertedNeighbours([0, 1], [1, 2])(NaN)).toThrow(NumericalError);
  });
});
