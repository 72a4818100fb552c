import fc from "fast-check";
import { makeRng } from "phaselens/core";
import { lattice } from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { denseDeterminant, partDeterminant } from "../support/fermions.js";
import { randomField } from "../support/latticeFields.js";
import { exactDeterminant } from "phaselens/internal/physics/fermions/exactDeterminant";

const shapes = [
  [4, 4],
  [6, 4],
  [4, 4, 4],
  [4, 6, 4],
  [4, 4, 4, 4],
];
const light = { fermionMass: 0.4, yukawaCoupling: 0.9 };

describe("exactDeterminant", () => {
  it.each(shapes)(
    "[%s …] › is ln |det D| by elimination of the whole matrix, where M_f + gφ has both signs",
    (...shape) => {
      const sites = lattice(shape);
      const determinant = exactDeterminant(sites, light);
      for (let k = 0; k < 3; k++) {
        const field = randomField(sites, makeRng(k, "field"));
        expect(field.some((phi) => 0.4 + 0.9 * phi < 0)).toBe(true);
        expect(determinant.logDeterminant(field)).toBeCloseTo(
          denseDeterminant(sites, light)(field).logarithm,
          9,
        );
      }
    },
  );

  // what tests/slow/lightFermions.test.ts samples by
  it.each(shapes.slice(0, 3))(
    "[%s …] › of the oracle is the same where sites that stay are eliminated first",
    (...shape) => {
      const sites = lattice(shape);
      const rng = makeRng(7, "part");
      for (const size of [1, 4, sites.sites / 4, sites.sites]) {
        const start = randomField(sites, rng.fork(`${size}`));
        const changing = Array.from({ length: size }, (_, k) => sites.sites - size + k);
        const determinant = partDeterminant(sites, light, changing)(start);
        for (let k = 0; k < 5; k++) {
          const field = start.slice();
          for (const site of changing) field[site] += 3 * (rng.uniform() - 0.5);
          const whole = denseDeterminant(sites, light)(field);
          const { logarithm, sign } = determinant(field);
          expect(logarithm).toBeCloseTo(whole.logarithm, 9);
          expect(sign).toBe(whole.sign);
        }
      }
    },
  );

  it("follows steps of any size and sign: the ratio is det D′/det D with its sign", () => {
    const shape = fc.constantFrom([4, 4], [4, 6], [4, 4, 4]);
    const between = (min: number, max: number): fc.Arbitrary<number> =>
      fc.double({ min, max, noNaN: true });
    const couplings = fc.record({
      fermionMass: between(0, 2),
      yukawaCoupling: fc.oneof(between(0.2, 1), between(-1, -0.2)),
    });
    const steps = fc.array(fc.tuple(fc.nat(), between(-3, 3)), { minLength: 1, maxLength: 12 });
    let changes = 0;
    const colours = fc.constantFrom(1 as const, -1 as const);
    fc.assert(
      fc.property(
        shape,
        couplings,
        colours,
        steps,
        fc.nat(1000),
        (extents, dirac, colour, moves, seed) => {
          const sites = lattice(extents);
          const field = randomField(sites, makeRng(seed, "field"));
          const determinant = exactDeterminant(sites, dirac);
          determinant.follow(field, colour);
          const dense = denseDeterminant(sites, dirac);
          let before = dense(field);
          for (const [index, by] of moves) {
            const n = determinant.sites[colour][index % determinant.sites[colour].length];
            field[n] += by;
            const after = dense(field);
            const expected =
              before.sign * after.sign * Math.exp(after.logarithm - before.logarithm);
            const ratio = determinant.ratio(n, by);
            // near a zero of det D what is left of it is known to the rounding of its terms
            expect(Math.abs(ratio - expected)).toBeLessThan(1e-7 * Math.max(1, Math.abs(expected)));
            if (Math.abs(expected) < 1e-3) return; // D⁻¹ is then as inaccurate as it is large
            if (expected < 0) changes++;
            determinant.change(n, by);
            before = after;
          }
        },
      ),
      { seed: 1, numRuns: 150 },
    );
    expect(changes).toBeGreaterThan(5); // steps across det D = 0
  });

  it("takes a site at which M_f + gφ vanishes, and D = K with its zero modes, without NaN", () => {
    const sites = lattice([4, 4, 4]);
    const field = randomField(sites);
    field[0] = -0.4 / 0.9;
    const determinant = exactDeterminant(sites, light);
    expect(determinant.logDeterminant(field)).toBeCloseTo(
      denseDeterminant(sites, light)(field).logarithm,
      7,
    );
    const massless = exactDeterminant(sites, { fermionMass: 0, yukawaCoupling: 0.9 });
    massless.follow(new Float64Array(64), 1);
    expect(Number.isFinite(massless.ratio(0, 1))).toBe(true);
    expect(massless.logDeterminant(new Float64Array(64))).toBeLessThan(-50);
  });
});
