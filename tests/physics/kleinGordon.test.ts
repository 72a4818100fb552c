import { ConfigError, makeRng, ShapeError } from "phaselens/core";
import { kleinGordonAction, lattice, yukawaAction, type Lattice } from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { forceError, randomField } from "../support/latticeFields.js";

const shapes = [
  [4, 6],
  [3, 5],
  [2, 2],
  [4, 4, 4],
  [5, 3, 4],
  [2, 4, 3],
  [4, 4, 4, 4],
  [3, 3, 2, 7],
];
const parameters = { hoppingParameter: 0.17, quarticCoupling: 1.1 };

/** Eq. (1) term by term. */
function byDefinition(
  { sites, dimensions, neighbours }: Lattice,
  field: Float64Array,
  kappa: number,
  lambda: number,
): number {
  let action = 0;
  for (let n = 0; n < sites; n++) {
    for (let mu = 0; mu < dimensions; mu++)
      action -= 2 * kappa * field[n] * field[neighbours[n * 2 * dimensions + mu]];
    action += (1 - 2 * lambda) * field[n] ** 2 + lambda * field[n] ** 4;
  }
  return action;
}

describe("kleinGordonAction", () => {
  describe.each(["auto", "typescript"] as const)("backend %s", (backend) => {
    it.each(shapes)("[%s …] › is Eq. (1)", (...shape) => {
      const sites = lattice(shape);
      const field = randomField(sites);
      const value = kleinGordonAction(sites, parameters, { backend }).value(field);
      expectAllClose([value], [byDefinition(sites, field, 0.17, 1.1)], { rtol: 1e-12 });
    });

    it.each(shapes)("[%s …] › the force is minus the derivative, at every site", (...shape) => {
      const sites = lattice(shape);
      const action = kleinGordonAction(sites, parameters, { backend });
      expect(forceError(action, randomField(sites), Array(sites.sites).keys())).toBeLessThan(1e-9);
    });
  });

  it("a constant field has S = V [−2κd φ² + (1 − 2λ) φ² + λ φ⁴]", () => {
    for (const shape of [
      [4, 4],
      [4, 4, 4],
      [4, 4, 4, 4],
    ]) {
      const sites = lattice(shape);
      const [d, phi] = [shape.length, 1.3];
      const value = kleinGordonAction(sites, parameters).value(
        new Float64Array(sites.sites).fill(phi),
      );
      expectAllClose(
        [value / sites.sites],
        [-2 * 0.17 * d * phi ** 2 + (1 - 2.2) * phi ** 2 + 1.1 * phi ** 4],
        { rtol: 1e-13 },
      );
    }
  });

  it("κ → −κ with φ(n) → (−1)ⁿ φ(n) leaves value and force as they are, Eq. (6)", () => {
    const sites = lattice([4, 6, 8]);
    const field = randomField(sites);
    const staggered = field.map((phi, n) => sites.parity[n] * phi);
    const [plain, mirrored] = [parameters, { ...parameters, hoppingParameter: -0.17 }].map((one) =>
      kleinGordonAction(sites, one),
    );
    expectAllClose([mirrored.value(staggered)], [plain.value(field)], { rtol: 1e-13 });
    const [force, other] = [new Float64Array(sites.sites), new Float64Array(sites.sites)];
    plain.force(field, force);
    mirrored.force(staggered, other);
    expectAllClose(
      other.map((one, n) => sites.parity[n] * one),
      force,
      { rtol: 1e-12, atol: 1e-13 },
    );
  });

  it("is the quenched Yukawa action", () => {
    const sites = lattice([4, 4, 4]);
    const field = randomField(sites);
    const quenched = yukawaAction(
      sites,
      { ...parameters, fermionMass: 20, yukawaCoupling: 0.25 },
      { fermions: "quenched" },
    );
    expect(quenched.value(field)).toBe(kleinGordonAction(sites, parameters).value(field));
    expect(quenched.refresh).toBeUndefined();
  });

  it("leaves the field alone, and its result does not depend on earlier calls", () => {
    const sites = lattice([4, 4, 4]);
    const action = kleinGordonAction(sites, parameters);
    const [field, other] = [randomField(sites), randomField(sites, makeRng(2))];
    const [copy, first, second] = [field.slice(), new Float64Array(64), new Float64Array(64)];
    action.force(field, first);
    action.force(other, second);
    action.value(other);
    action.force(field, second);
    expect(field).toEqual(copy);
    expect(second).toEqual(first);
  });

  it("a field with NaN has the value NaN", () => {
    const sites = lattice([4, 4]);
    const field = randomField(sites);
    field[3] = NaN;
    expect(kleinGordonAction(sites, parameters).value(field)).toBeNaN();
  });

  it("refuses couplings without a lower bound of the action, and fields of another size", () => {
    const sites = lattice([4, 4, 4]);
    const make = (hoppingParameter: number, quarticCoupling: number) =>
      kleinGordonAction(sites, { hoppingParameter, quarticCoupling });
    for (const [kappa, lambda] of [
      [NaN, 1],
      [Infinity, 1],
      [0, -0.1],
      [0, NaN],
      [0.17, 0],
      [-1 / 6, 0],
    ]) {
      expect(() => make(kappa, lambda)).toThrow(ConfigError);
    }
    expect(() => make(0.1, -1)).toThrow("quarticCoupling is -1");
    expect(() => make(0.17, 0)).toThrow("Keep |hoppingParameter| below 0.1666");
    expect(make(0.16, 0).value(new Float64Array(64))).toBe(0);
    expect(() => make(0.1, 1).value(new Float64Array(63))).toThrow(ShapeError);
    const [field, short] = [new Float64Array(64), new Float64Array(8)];
    expect(() => make(0.1, 1).force(field, short)).toThrow(
      "force, result: 8 entries for a lattice [4,4,4] of 64 sites",
    );
  });
});
