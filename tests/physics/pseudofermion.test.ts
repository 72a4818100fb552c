import { makeRng, NotConvergedError, tensor } from "phaselens/core";
import { cholesky } from "phaselens/linalg";
import { lattice, yukawaAction, type Lattice } from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { forceError, randomField } from "../support/latticeFields.js";
import { product, transpose } from "../support/matrices.js";
import { diracLogDeterminant } from "phaselens/internal/physics/fermions/diracLogDeterminant";
import { denseDirac, diracOperator } from "phaselens/internal/physics/fermions/diracOperator";
import { fillNormal } from "phaselens/internal/physics/sampling/normals";

const shapes = [
  [4, 4],
  [6, 4],
  [4, 4, 4],
  [4, 6, 8],
  [4, 4, 4, 4],
];
const light = {
  hoppingParameter: 0.1,
  quarticCoupling: 1.1,
  fermionMass: 1.5,
  yukawaCoupling: 0.6,
};
const paper = { ...light, fermionMass: 20, yukawaCoupling: 0.25 };

/** The term alone: the action minus the scalar one. */
const determinantPart = (sites: Lattice, field: Float64Array, value: number): number =>
  value - yukawaAction(sites, light, { fermions: "quenched" }).value(field);

describe("two pseudofermions", () => {
  describe.each(["auto", "typescript"] as const)("backend %s", (backend) => {
    it.each(shapes)("[%s …] › the force is minus the derivative", (...shape) => {
      const sites = lattice(shape);
      const field = randomField(sites);
      const action = yukawaAction(sites, light, {
        fermions: "pseudofermion",
        forceTolerance: 1e-12,
        actionTolerance: 1e-13,
        backend,
      });
      action.refresh!(field, makeRng(3));
      // away from the field at which they were drawn
      const moved = field.map((phi, n) => phi + 0.2 * Math.sin(n));
      expect(
        forceError(action, moved, [0, 1, 5, 14, sites.sites >> 1, sites.sites - 1]),
      ).toBeLessThan(1e-9);
    });

    it("have the action ½ Σ χᵀ (DᵀD)⁻¹ χ with χ = Dᵀη, by dense linear algebra", () => {
      const sites = lattice([4, 4, 6]);
      const field = randomField(sites);
      const action = yukawaAction(sites, light, { fermions: "pseudofermion", backend });
      action.refresh!(field, makeRng(3));
      const rng = makeRng(3);
      const etas = [0, 1].map(() => {
        const eta = new Float64Array(sites.sites);
        fillNormal(rng, eta);
        return eta;
      });
      const squares = etas
        .flatMap((eta) => Array.from(eta, (one) => one * one))
        .reduce((a, b) => a + b);
      expectAllClose([determinantPart(sites, field, action.value(field))], [0.5 * squares], {
        rtol: 1e-10,
      });

      const operator = diracOperator(sites, field, light);
      const moved = randomField(sites, makeRng(4));
      const matrix = denseDirac(diracOperator(sites, moved, light));
      const factor = cholesky(product(transpose(matrix), matrix));
      const expected = etas.reduce((sum, eta) => {
        const chi = operator.applyTransposed(eta);
        return (
          sum +
          0.5 *
            product(tensor([1, chi.length], chi), tensor([chi.length, 1], factor.solve(chi)))
              .data[0]
        );
      }, 0);
      expectAllClose([determinantPart(sites, moved, action.value(moved))], [expected], {
        rtol: 1e-10,
      });
    });
  });

  // With χ drawn at φ, the mean of exp(S_pf(φ) − S_pf(φ′)) is det DᵀD(φ′) / det DᵀD(φ). Four
  // standard errors, 6e-5; one real pseudofermion would give the square root, which is tested to
  // lie elsewhere.
  it("stand for det DᵀD, not for its square root", () => {
    const sites = lattice([4, 4]);
    const field = randomField(sites);
    const moved = field.map((phi, n) => phi + 0.1 + 0.1 * Math.cos(n));
    const action = yukawaAction(sites, light, { fermions: "pseudofermion" });
    // S_KG(φ′) − S_KG(φ)
    const difference = determinantPart(sites, field, 0) - determinantPart(sites, moved, 0);
    const count = 4000;
    let [sum, squares] = [0, 0];
    for (let draw = 0; draw < count; draw++) {
      action.refresh!(field, makeRng(5, `draw ${draw}`));
      const weight = Math.exp(action.value(field) - action.value(moved) + difference);
      sum += weight;
      squares += weight * weight;
    }
    const mean = sum / count;
    const error = Math.sqrt((squares / count - mean * mean) / count);
    const logRatio =
      2 * (diracLogDeterminant(sites, moved, light) - diracLogDeterminant(sites, field, light));
    expect(
      Math.abs(mean - Math.exp(logRatio)),
      `${mean} ± ${error}, exact ${Math.exp(logRatio)}`,
    ).toBeLessThan(4 * error);
    expect(Math.abs(mean - Math.exp(logRatio / 2))).toBeGreaterThan(8 * error);
  });

  it("take five or six iterations a solution at the paper's mass, and count them", () => {
    const sites = lattice([8, 8, 8]);
    const field = randomField(sites);
    const action = yukawaAction(sites, paper, { fermions: "pseudofermion" });
    action.refresh!(field, makeRng(3));
    expect(action.counters).toEqual({ solves: 0, iterations: 0 });
    for (let k = 0; k < 10; k++) action.force(field, new Float64Array(512));
    expect(action.counters!.solves).toBe(20);
    expect(action.counters!.iterations / 20).toBeGreaterThan(4);
    expect(action.counters!.iterations / 20).toBeLessThan(6.5);
  });

  it("give a force that is a function of φ and χ alone, bit for bit, and right to the tolerance", () => {
    const sites = lattice([4, 4, 4]);
    const [field, other] = [randomField(sites), randomField(sites, makeRng(2))];
    const make = (forceTolerance: number) => {
      const action = yukawaAction(sites, light, { fermions: "pseudofermion", forceTolerance });
      action.refresh!(field, makeRng(3));
      return action;
    };
    const [action, exact] = [make(1e-8), make(1e-13)];
    const [first, again, accurate] = [0, 1, 2].map(() => new Float64Array(64));
    action.force(field, first);
    action.force(other, again);
    action.value(other);
    action.force(field, again);
    exact.force(field, accurate);
    expect(again).toEqual(first);
    expectAllClose(first, accurate, { rtol: 1e-6, atol: 1e-6 });
  });

  it("say residual and iterations where the solver does not converge", () => {
    const sites = lattice([4, 4, 4]);
    const field = randomField(sites);
    const action = yukawaAction(
      sites,
      { ...light, fermionMass: 0.001 },
      { fermions: "pseudofermion", maxIterations: 3 },
    );
    action.refresh!(field, makeRng(3));
    let caught: unknown;
    try {
      action.value(field);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(NotConvergedError);
    const { message, details } = caught as NotConvergedError;
    expect(message).toMatch(
      /^pseudofermions: relative residual \d\.\d\de[+-]\d+ after 3 iterations, 1e-11 asked for\./,
    );
    expect(details.iterations).toBe(3);
    expect(details.residual).toBeGreaterThan(1e-11);
  });

  it("leave a field that is no longer finite without an error: a diverging trajectory ends in a rejection", () => {
    const sites = lattice([4, 4]);
    const field = randomField(sites);
    const action = yukawaAction(sites, light, { fermions: "pseudofermion" });
    action.refresh!(field, makeRng(3));
    for (const bad of [NaN, Infinity, 1e200]) {
      const broken = field.slice();
      broken[2] = bad;
      expect(Number.isFinite(action.value(broken)), String(bad)).toBe(false);
      expect(() => action.force(broken, new Float64Array(16))).not.toThrow();
    }
  });
});
