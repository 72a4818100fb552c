import { ConfigError, makeRng } from "phaselens/core";
import { kleinGordonAction, lattice, type Lattice } from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { toDimensionful, toDimensionless } from "phaselens/internal/physics/lattice/dimensionless";

/** S_KG[φ₀] as (A1) has it: squared differences, mass, quartic term, volume element. */
function dimensionfulAction(
  l: Lattice,
  phi: Float64Array,
  spacing: number,
  massSquared: number,
  coupling: number,
): number {
  const d = l.dimensions;
  let sum = 0;
  for (let n = 0; n < l.sites; n++) {
    let gradient = 0;
    for (let axis = 0; axis < d; axis++)
      gradient += (phi[l.neighbours[n * 2 * d + axis]] - phi[n]) ** 2 / spacing ** 2;
    sum +=
      spacing ** d *
      (gradient / 2 + (massSquared / 2) * phi[n] ** 2 + (coupling / 24) * phi[n] ** 4);
  }
  return sum;
}

describe("the conversion (A1)–(A2)", () => {
  const cases = [
    [2, 0.7, -3, 2],
    [3, 1, -1.2, 30],
    [3, 0.4, 5, 12],
    [3, 2, 0.5, 0],
    [4, 1.3, -2, 6],
  ] as const;
  it.each(cases)(
    "makes both actions equal on random fields, d = %i, a = %d, m₀² = %d, g₀ = %d",
    (dimensions, spacing, massSquared, coupling) => {
      const l = lattice(Array.from({ length: dimensions }, () => 4));
      const { fieldScale, ...parameters } = toDimensionless({
        massSquared,
        coupling,
        spacing,
        dimensions,
      });
      const action = kleinGordonAction(l, parameters);
      const rng = makeRng(1, "dimensionless");
      for (let k = 0; k < 5; k++) {
        const phi = Float64Array.from({ length: l.sites }, () => rng.normal());
        const expected = dimensionfulAction(
          l,
          phi.map((value) => value * fieldScale),
          spacing,
          massSquared,
          coupling,
        );
        expect(Math.abs(action.value(phi) / expected - 1)).toBeLessThan(1e-12);
      }
    },
  );

  it("there and back gives the parameters back, from both sides", () => {
    for (const [dimensions, spacing, massSquared, coupling] of cases) {
      const there = toDimensionless({ massSquared, coupling, spacing, dimensions });
      const back = toDimensionful(there, { spacing, dimensions });
      expect(back.massSquared).toBeCloseTo(massSquared, 10);
      expect(back.coupling).toBeCloseTo(coupling, 10);
      expect(back.fieldScale).toBeCloseTo(there.fieldScale, 14);
    }
    for (const hoppingParameter of [0.01, 0.14, 0.18, 0.34]) {
      const bare = toDimensionful(
        { hoppingParameter, quarticCoupling: 1.1 },
        { spacing: 0.8, dimensions: 3 },
      );
      const back = toDimensionless(bare);
      expect(back.hoppingParameter).toBeCloseTo(hoppingParameter, 13);
      expect(back.quarticCoupling).toBeCloseTo(1.1, 12);
    }
  });

  it("by hand: at κ = .25, λ = .5, d = 3, a = 1 the mass squared is −6, the coupling 48 and φ₀ = φ/√2", () => {
    const { massSquared, coupling, fieldScale } = toDimensionful(
      { hoppingParameter: 0.25, quarticCoupling: 0.5 },
      { spacing: 1, dimensions: 3 },
    );
    expect([massSquared, coupling, fieldScale]).toEqual([-6, 48, Math.SQRT1_2]);
  });

  it("refuses a negative κ, a coupling below 0, a spacing of 0, and a free field below −2d", () => {
    expect(() =>
      toDimensionful(
        { hoppingParameter: -0.1, quarticCoupling: 1.1 },
        { spacing: 1, dimensions: 3 },
      ),
    ).toThrow(ConfigError);
    expect(() =>
      toDimensionless({ massSquared: 1, coupling: -1, spacing: 1, dimensions: 3 }),
    ).toThrow(/coupling is -1/);
    expect(() =>
      toDimensionless({ massSquared: 1, coupling: 1, spacing: 0, dimensions: 3 }),
    ).toThrow(/spacing is 0/);
    expect(() =>
      toDimensionless({ massSquared: -7, coupling: 0, spacing: 1, dimensions: 3 }),
    ).toThrow(/stable only above/);
    expect(() =>
      toDimensionless({ massSquared: NaN, coupling: 0, spacing: 1, dimensions: 3 }),
    ).toThrow(/massSquared is NaN/);
  });
});
