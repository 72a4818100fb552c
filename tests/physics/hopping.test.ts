import { readFileSync } from "node:fs";
import { ConfigError, makeRng } from "phaselens/core";
import { lattice, yukawaAction, type Lattice } from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { forceError, metropolisFields, randomField } from "../support/latticeFields.js";
import { describeWithReference, referencePath } from "../support/reference.js";
import { diracLogDeterminant } from "phaselens/internal/physics/fermions/diracLogDeterminant";

const shapes = [
  [4, 4],
  [6, 8],
  [4, 4, 4],
  [6, 6, 6],
  [4, 6, 8],
  [8, 4, 6],
  [4, 4, 4, 4],
  [6, 4, 4, 6],
];
const couplings = {
  hoppingParameter: 0.1,
  quarticCoupling: 1.1,
  fermionMass: 20,
  yukawaCoupling: 0.25,
};

describe("the hopping expansion of −ln det DᵀD", () => {
  it("to second order is −2 [Σ ln A + ¼ Σ_links 1/(A A′)] beside the scalar action", () => {
    const sites = lattice([4, 6, 4]);
    const field = randomField(sites);
    const a = field.map((phi) => 20 + 0.25 * phi);
    let expected = 0;
    for (let n = 0; n < sites.sites; n++) {
      expected += Math.log(a[n]);
      for (let mu = 0; mu < 3; mu++) expected += 0.25 / (a[n] * a[sites.neighbours[n * 6 + mu]]);
    }
    const [full, scalar] = (["hopping", "quenched"] as const).map((fermions) =>
      yukawaAction(sites, couplings, { fermions }).value(field),
    );
    expectAllClose([full - scalar], [-2 * expected], { rtol: 1e-12 });
  });

  describe.each(["auto", "typescript"] as const)("backend %s", (backend) => {
    describe.each([2, 4] as const)("order %i", (order) => {
      it.each(shapes)("[%s …] › the force is minus the derivative", (...shape) => {
        // a light mass, so that the determinant's force matters
        const sites = lattice(shape);
        const action = yukawaAction(
          sites,
          { ...couplings, fermionMass: 3, yukawaCoupling: 0.5 },
          { fermions: "hopping", order, backend },
        );
        expect(
          forceError(action, randomField(sites), [0, 1, 5, 14, sites.sites >> 1, sites.sites - 1]),
        ).toBeLessThan(1e-9);
      });
    });
  });

  // Each order removes one from the exact determinant: with all of A doubled, what is left falls by
  // 2⁴ after the second and by 2⁶ after the fourth. A wrong plaquette, or walks around an extent of
  // 4 forgotten, leaves 2⁴.
  it.each(shapes)(
    "[%s …] › what is left beside the exact determinant is of fourth, then of sixth order",
    (...shape) => {
      const sites = lattice(shape);
      const field = randomField(sites);
      const left = (order: 2 | 4, scale: number): number => {
        const parameters = { ...couplings, fermionMass: 16 * scale, yukawaCoupling: 2 * scale };
        return yukawaAction(sites, parameters, { fermions: "hopping", order, correction: "exact" })
          .correction!(field);
      };
      expect(Math.log2(left(2, 1) / left(2, 2))).toBeCloseTo(4, 1);
      expect(Math.log2(left(4, 1) / left(4, 2))).toBeCloseTo(6, 1);
    },
  );

  it("the fourth-order correction leads from the second order to the fourth, the exact one to the determinant", () => {
    const sites = lattice([4, 4, 6]);
    const field = randomField(sites);
    const make = (options: object) =>
      yukawaAction(sites, { ...couplings, fermionMass: 5 }, { fermions: "hopping", ...options });
    const second = make({}).value(field);
    expect(make({}).correction).toBeUndefined();
    expectAllClose(
      [second + make({ correction: "fourth" }).correction!(field)],
      [make({ order: 4 }).value(field)],
      { rtol: 1e-13 },
    );
    const scalar = yukawaAction(sites, couplings, { fermions: "quenched" }).value(field);
    const exact =
      scalar - 2 * diracLogDeterminant(sites, field, { fermionMass: 5, yukawaCoupling: 0.25 });
    expectAllClose([second + make({ correction: "exact" }).correction!(field)], [exact], {
      rtol: 1e-13,
    });
    const fourth = make({ order: 4, correction: "exact" });
    expectAllClose([fourth.value(field) + fourth.correction!(field)], [exact], { rtol: 1e-13 });
  });

  it("a field with M_f + gφ ≤ 0 somewhere, or NaN, has no finite value", () => {
    const sites = lattice([4, 4]);
    const action = yukawaAction(sites, couplings, { fermions: "hopping" });
    for (const bad of [-80, -100, NaN]) {
      const field = randomField(sites);
      field[5] = bad;
      expect(Number.isFinite(action.value(field))).toBe(false);
    }
  });

  it("refuses options that contradict each other, a mass of 0, and lattices without staggered fermions", () => {
    const sites = lattice([4, 4, 4]);
    const make = (options: object, parameters = couplings, on: Lattice = sites) =>
      yukawaAction(on, parameters, { fermions: "hopping", ...options });
    const wrong = [
      { order: 3 },
      { order: 4, correction: "fourth" },
      { correction: "sixth" },
      { fermions: "quenched", order: 2 },
      { fermions: "pseudofermion", correction: "exact" },
      { fermions: "none" },
    ];
    for (const options of wrong) {
      expect(() => make(options), JSON.stringify(options)).toThrow(ConfigError);
    }
    expect(() => make({ order: 3 })).toThrow(
      "the order of the hopping expansion is 3. Use 2 or 4.",
    );
    expect(() => make({}, { ...couplings, fermionMass: 0 })).toThrow(ConfigError);
    expect(() => make({}, couplings, lattice([4, 3, 4]))).toThrow("the extent 3 of [4,3,4] is odd");
    expect(() => make({ fermions: "quenched" }, couplings, lattice([4, 3, 4]))).not.toThrow();
  });
});

describeWithReference("the hopping expansion, published numbers", () => {
  interface Entry {
    Mf: number;
    g: number;
    kappa: number;
    N: number;
    sd_logweight_residual_order0: number;
    order2: number;
    order4: number;
  }
  const all = (): Entry[] =>
    JSON.parse(
      readFileSync(referencePath("bluecher2020/hopping_truncation_8cube.json"), "utf8"),
    ) as Entry[];

  // 60 configurations, nearly independent in PM: a standard deviation is known to 9 %, the
  // reference's perhaps as well. The window of a factor 1.5 is 3.2 of their joint error for each of
  // 9 numbers: a false alarm in one of a hundred seeds.
  it("leaves the spreads of ln det² on 8³ that the reference has: none, second and fourth order", () => {
    const sites = lattice([8, 8, 8]);
    const fields: Float64Array[] = [];
    for (const field of metropolisFields(sites, 0.1, 1.1, 20, makeRng(8)))
      if (fields.push(field) === 60) break;
    for (const entry of all().filter(({ Mf, kappa }) => kappa === 0.1 && Mf >= 5)) {
      const dirac = { fermionMass: entry.Mf, yukawaCoupling: entry.g };
      const order0 = (field: Float64Array): number =>
        2 * diracLogDeterminant(sites, field, dirac) -
        2 * field.reduce((sum, phi) => sum + Math.log(entry.Mf + entry.g * phi), 0);
      const [order2, order4] = ([2, 4] as const).map(
        (order) =>
          yukawaAction(
            sites,
            { ...couplings, ...dirac },
            { fermions: "hopping", order, correction: "exact" },
          ).correction!,
      );
      const orders = [
        [order0, entry.sd_logweight_residual_order0],
        [order2, entry.order2],
        [order4, entry.order4],
      ] as const;
      for (const [left, reference] of orders) {
        const ratio = standardDeviation(fields.map(left)) / reference;
        expect(ratio, `M_f = ${entry.Mf}, ${reference}`).toBeGreaterThan(1 / 1.5);
        expect(ratio, `M_f = ${entry.Mf}, ${reference}`).toBeLessThan(1.5);
      }
    }
  });

  // ⟨M⟩ on 4³ by reweighting quenched configurations, each with its mirror image, which is as
  // likely: Σ M [w(φ) − w(−φ)] / Σ [w(φ) + w(−φ)]. Four standard errors of both sides, 6e-5
  // (neighbouring configurations, five sweeps apart, are counted as half). The value of one flavour
  // instead of two lies eight errors away.
  it("the exact determinant of two flavours gives ⟨M⟩ on 4³", () => {
    const file = readFileSync(referencePath("bluecher2020/exact_det_4cube.json"), "utf8");
    const [entry] = JSON.parse(file) as { M: [number, number]; M_1flavour: [number, number] }[];
    const sites = lattice([4, 4, 4]);
    const dirac = { fermionMass: 20, yukawaCoupling: 0.25 };
    const offset = 2 * sites.sites * Math.log(20);
    const pairs: { above: number; below: number }[] = [];
    for (const field of metropolisFields(sites, 0.1, 1.1, 5, makeRng(9))) {
      const magnetisation = field.reduce((sum, phi) => sum + phi, 0) / sites.sites;
      const [w, mirrored] = [1, -1].map((sign) =>
        Math.exp(
          2 *
            diracLogDeterminant(
              sites,
              field.map((phi) => sign * phi),
              dirac,
            ) -
            offset,
        ),
      );
      if (pairs.push({ above: magnetisation * (w - mirrored), below: w + mirrored }) === 1500)
        break;
    }
    const below = pairs.reduce((sum, pair) => sum + pair.below, 0) / pairs.length;
    const mean = pairs.reduce((sum, pair) => sum + pair.above, 0) / pairs.length / below;
    const spread = standardDeviation(pairs.map((pair) => (pair.above - mean * pair.below) / below));
    const error = Math.hypot(spread * Math.sqrt(2 / pairs.length), entry.M[1]);
    expect(Math.abs(mean - entry.M[0]), `${mean} ± ${error}`).toBeLessThan(4 * error);
    expect(Math.abs(mean - entry.M_1flavour[0]), `${mean} ± ${error}`).toBeGreaterThan(4 * error);
  });
});

function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1),
  );
}
