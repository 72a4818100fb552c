import { ConfigError, makeRng, ShapeError, tensor, type Tensor } from "phaselens/core";
import { cholesky } from "phaselens/linalg";
import { lattice } from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { randomField } from "../support/latticeFields.js";
import { product, transpose } from "../support/matrices.js";
import { diracLogDeterminant } from "phaselens/internal/physics/fermions/diracLogDeterminant";
import { denseDirac, diracOperator } from "phaselens/internal/physics/fermions/diracOperator";
import { staggeredPhases } from "phaselens/internal/physics/lattice/staggeredPhases";

const shapes = [
  [4, 4],
  [6, 4],
  [4, 4, 4],
  [4, 6, 8],
  [8, 4, 4],
  [4, 4, 4, 4],
  [4, 6, 4, 4],
];
const parameters = { fermionMass: 1.5, yukawaCoupling: 0.6 };

/**
 * Eq. (2) entry by entry, from coordinates: δ functions modulo the extents, phases as the paper
 * defines them.
 */
function byDefinition(shape: readonly number[], field: Float64Array): Tensor {
  const volume = field.length;
  const matrix = tensor([volume, volume]);
  const coordinates = (site: number): number[] => {
    const n: number[] = [];
    for (let axis = shape.length - 1, rest = site; axis >= 0; axis--) {
      n[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return n;
  };
  const at = Array.from({ length: volume }, (_, site) => coordinates(site));
  const apart = (n: number[], m: number[], mu: number, step: number): boolean =>
    shape.every(
      (extent, axis) => (n[axis] - m[axis] + (axis === mu ? step : 0) + 2 * extent) % extent === 0,
    );
  for (let i = 0; i < volume; i++) {
    for (let j = 0; j < volume; j++) {
      let entry = 0;
      for (let mu = 0; mu < shape.length; mu++) {
        const eta = at[i].slice(0, mu).reduce((sign, coordinate) => sign * (-1) ** coordinate, 1);
        entry +=
          0.5 * eta * (Number(apart(at[i], at[j], mu, 1)) - Number(apart(at[i], at[j], mu, -1)));
      }
      if (i === j) entry += parameters.fermionMass + parameters.yukawaCoupling * field[i];
      matrix.data[i * volume + j] = entry;
    }
  }
  return matrix;
}

describe("staggeredPhases", () => {
  it("are 1, (−1)^{n_1}, (−1)^{n_1 + n_2}, (−1)^{n_1 + n_2 + n_3}, by hand", () => {
    const phases = staggeredPhases(lattice([4, 4, 4, 4]));
    const at = (a: number, b: number, c: number, d: number): number[] => {
      const site = ((a * 4 + b) * 4 + c) * 4 + d;
      return Array.from(phases.subarray(4 * site, 4 * site + 4));
    };
    expect(at(0, 0, 0, 0)).toEqual([1, 1, 1, 1]);
    expect(at(1, 0, 0, 0)).toEqual([1, -1, -1, -1]);
    expect(at(0, 1, 0, 3)).toEqual([1, 1, -1, -1]);
    expect(at(1, 1, 0, 2)).toEqual([1, -1, 1, 1]);
    expect(at(3, 2, 1, 1)).toEqual([1, -1, -1, 1]);
  });
});

describe("diracOperator", () => {
  describe.each(["auto", "typescript"] as const)("backend %s", (backend) => {
    it.each(shapes)("[%s …] › is Eq. (2), entry by entry, and its transpose", (...shape) => {
      const sites = lattice(shape);
      const field = randomField(sites);
      const operator = diracOperator(sites, field, parameters, { backend });
      const matrix = byDefinition(shape, field);
      expectAllClose(denseDirac(operator).data, matrix.data, { rtol: 1e-15, atol: 1e-15 });
      const x = randomField(sites, makeRng(2));
      const column = tensor([sites.sites, 1], x);
      expectAllClose(operator.apply(x), product(matrix, column).data, { rtol: 1e-12, atol: 1e-13 });
      expectAllClose(operator.applyTransposed(x), product(transpose(matrix), column).data, {
        rtol: 1e-12,
        atol: 1e-13,
      });
    });
  });

  it("DᵀD is positive definite", () => {
    const sites = lattice([4, 4, 4]);
    const matrix = denseDirac(diracOperator(sites, randomField(sites), parameters));
    expect(() => cholesky(product(transpose(matrix), matrix))).not.toThrow();
  });

  it("writes into the array it is given and leaves its argument alone", () => {
    const sites = lattice([4, 4]);
    const operator = diracOperator(sites, randomField(sites), parameters);
    const [x, out] = [randomField(sites, makeRng(2)), new Float64Array(16)];
    const copy = x.slice();
    expect(operator.apply(x, out)).toBe(out);
    expect(x).toEqual(copy);
    expect(operator.apply(x)).toEqual(out);
    const squared = operator.applyTransposed(out, out); // in place
    expect(squared).toEqual(operator.applyTransposed(operator.apply(x)));
  });

  it("refuses odd extents and 2, where the hops cancel, and says which", () => {
    const make = (shape: number[]) =>
      diracOperator(lattice(shape), new Float64Array(shape.reduce((a, b) => a * b)), parameters);
    expect(() => make([4, 5, 4])).toThrow(ConfigError);
    expect(() => make([4, 5, 4])).toThrow("the extent 5 of [4,5,4] is odd");
    expect(() => make([4, 4, 2])).toThrow(
      "the extent 2 of [4,4,2] is below 4, and hops forward and backward cancel",
    );
    const sites = lattice([4, 4]);
    expect(() => diracOperator(sites, new Float64Array(15), parameters)).toThrow(ShapeError);
    expect(() =>
      diracOperator(sites, new Float64Array(16), { fermionMass: -1, yukawaCoupling: 0 }),
    ).toThrow("fermionMass is -1");
    expect(() =>
      diracOperator(sites, new Float64Array(16), { fermionMass: 1, yukawaCoupling: NaN }),
    ).toThrow("yukawaCoupling is NaN");
  });
});

describe("diracLogDeterminant", () => {
  it.each([
    [4, 4, 4],
    [4, 6],
    [4, 4, 4, 4],
  ])("[%s …] › of a free field is a momentum sum, ½ Σ_p ln(M_f² + Σ_μ sin² p_μ)", (...shape) => {
    const sites = lattice(shape);
    let exact = 0;
    for (let site = 0; site < sites.sites; site++) {
      let [rest, sum] = [site, 0];
      for (const extent of [...shape].reverse()) {
        sum += Math.sin((2 * Math.PI * (rest % extent)) / extent) ** 2;
        rest = Math.floor(rest / extent);
      }
      exact += 0.5 * Math.log(2.25 + sum);
    }
    expectAllClose(
      [diracLogDeterminant(sites, new Float64Array(sites.sites), parameters)],
      [exact],
      { rtol: 1e-13 },
    );
  });

  it("is half the logarithm of det DᵀD by Cholesky, also where M_f + gφ changes its sign", () => {
    for (const width of [0.8, 6]) {
      const sites = lattice([4, 4, 6]);
      const field = randomField(sites, makeRng(4), width);
      expect(field.some((phi) => 1.5 + 0.6 * phi < 0)).toBe(width === 6);
      const matrix = denseDirac(diracOperator(sites, field, parameters));
      const expected = 0.5 * cholesky(product(transpose(matrix), matrix)).logDeterminant;
      expectAllClose([diracLogDeterminant(sites, field, parameters)], [expected], { rtol: 1e-11 });
    }
  });

  it("refuses a lattice too large for dense matrices", () => {
    const sites = lattice([32, 32, 32]);
    const field = new Float64Array(sites.sites);
    expect(() => diracLogDeterminant(sites, field, parameters)).toThrow(
      "32768 sites need a dense matrix; at most 4096",
    );
  });
});
