import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { makeRng, tensor, type Rng } from "phaselens/core";
import {
  actionDensity,
  diagonalCorrelator,
  fieldCorrelator,
  lattice,
  magnetisation,
  nearestNeighbourCorrelator,
  paramagneticObservable,
  quarticField,
  scanObservables,
  squaredField,
  staggeredMagnetisation,
  timeSlicedCorrelator,
  type Lattice,
} from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { observableNames, observables } from "phaselens/internal/papers/bluecher2020/observables";
import { staggeredField } from "phaselens/internal/physics/observables/magnetisation";

const shapes = [
  [6, 4],
  [4, 6, 8],
  [4, 4, 6, 4],
];
const cubes = shapes.slice(1);
const noise = (rng: Rng, n: number): Float64Array =>
  Float64Array.from({ length: n }, () => 0.3 + rng.normal());

/**
 * Coordinates of a site, last axis fastest: the only thing these oracles share with the library is
 * this convention.
 */
function coordinates(shape: readonly number[], site: number): number[] {
  const n: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    n[axis] = site % shape[axis];
    site = Math.floor(site / shape[axis]);
  }
  return n;
}

/** φ at coordinates that may lie outside the box. */
function at(field: Float64Array, shape: readonly number[], n: readonly number[]): number {
  return field[
    n.reduce(
      (site, x, axis) => site * shape[axis] + (((x % shape[axis]) + shape[axis]) % shape[axis]),
      0,
    )
  ];
}

/** 1/|Λ| Σ_n f(n), by brute force. */
function average(shape: readonly number[], f: (n: number[]) => number): number {
  const sites = shape.reduce((product, extent) => product * extent, 1);
  let sum = 0;
  for (let site = 0; site < sites; site++) sum += f(coordinates(shape, site));
  return sum / sites;
}

const step = (n: readonly number[], ...axes: number[]): number[] =>
  n.map((x, axis) => x + axes.filter((a) => a === axis).length);
const translate = (
  field: Float64Array,
  shape: readonly number[],
  by: readonly number[],
): Float64Array =>
  field.map((_, site) =>
    at(
      field,
      shape,
      coordinates(shape, site).map((x, axis) => x + by[axis]),
    ),
  );
const alternate = (field: Float64Array, shape: readonly number[]): Float64Array =>
  field.map(
    (value, site) => value * (-1) ** coordinates(shape, site).reduce((sum, x) => sum + x, 0),
  );

/** Every scalar observable of a configuration by name, the isotropic and printed forms included. */
function scalars(field: Float64Array, box: Lattice): Record<string, number> {
  const common = {
    absM: Math.abs(magnetisation(field)),
    absMs: Math.abs(staggeredMagnetisation(field, box)),
    squared: squaredField(field),
    quartic: quarticField(field),
    nearest: nearestNeighbourCorrelator(field, box),
    diagonal: diagonalCorrelator(field, box),
    action: actionDensity(field, box, { hoppingParameter: 0.17, quarticCoupling: 1.1 }),
  };
  if (box.dimensions === 2) return common;
  return {
    ...common,
    pm: paramagneticObservable(field, box),
    pmStaggered: paramagneticObservable(field, box, { staggered: true }),
    pmIsotropic: paramagneticObservable(field, box, { direction: "all" }),
  };
}

describe.each(shapes)("observables of a configuration on %i × %i …", (...shape) => {
  const box = lattice(shape);
  const field = noise(makeRng(1, `observables/${shape}`), box.sites);
  const { length: d } = shape;

  it("are the sums of the paper's equations", () => {
    const parity = (n: number[]): number => (-1) ** n.reduce((sum, x) => sum + x, 0);
    const phi = (n: readonly number[]): number => at(field, shape, n);
    expect(magnetisation(field)).toBeCloseTo(average(shape, phi), 13);
    expect(staggeredMagnetisation(field, box)).toBeCloseTo(
      average(shape, (n) => parity(n) * phi(n)),
      13,
    );
    const [kappa, lambda] = [-0.23, 0.7];
    const energy = average(shape, (n) => {
      let hops = 0;
      for (let mu = 0; mu < d; mu++) hops += phi(n) * phi(step(n, mu));
      return -2 * kappa * hops + (1 - 2 * lambda) * phi(n) ** 2 + lambda * phi(n) ** 4;
    });
    expect(
      actionDensity(field, box, { hoppingParameter: kappa, quarticCoupling: lambda }),
    ).toBeCloseTo(energy, 12);
    const nearest = average(
      shape,
      (n) => n.reduce((sum, _, mu) => sum + phi(n) * phi(step(n, mu)), 0) / d,
    );
    expect(nearestNeighbourCorrelator(field, box)).toBeCloseTo(nearest, 13);
    let diagonal = 0;
    for (let mu = 0; mu < d; mu++) {
      for (let nu = 0; nu < d; nu++) {
        // over ordered pairs, each undirected diagonal once
        if (mu < nu) diagonal += average(shape, (n) => phi(n) * phi(step(n, mu, nu)));
        if (mu > nu) diagonal += average(shape, (n) => phi(step(n, mu)) * phi(step(n, nu)));
      }
    }
    expect(diagonalCorrelator(field, box)).toBeCloseTo(diagonal / (d * (d - 1)), 13);
  });

  it("G_c(t) is Eq. (B3), with and without its modulus, and the same at t and N − t", () => {
    const times = Array.from({ length: shape[0] }, (_, t) => t);
    // each site alternates in time, so that G_c is negative at odd t
    const waves = field.map(
      (value, site) =>
        value + 2 * (-1) ** coordinates(shape, site)[0] * field[site % (box.sites / shape[0])],
    );
    const [m, ms] = [magnetisation(waves), staggeredMagnetisation(waves, box)];
    const signed = times.map(
      (t) =>
        average(shape, (n) => at(waves, shape, n) * at(waves, shape, [n[0] + t, ...n.slice(1)])) -
        m ** 2 -
        (-1) ** t * ms ** 2,
    );
    expectAllClose(timeSlicedCorrelator(waves, box, { modulus: false }), signed, { atol: 1e-12 });
    const printed = timeSlicedCorrelator(waves, box);
    expectAllClose(printed, signed.map(Math.abs), { atol: 1e-12 });
    for (const t of times.slice(1)) expect(printed[t]).toBe(printed[shape[0] - t]);
    expect(signed[1], "the modulus is tested on a negative number").toBeLessThan(-0.1);
  });

  it("do not change under translations, nor, but for M's sign, under φ ↦ −φ", () => {
    const moved = translate(
      field,
      shape,
      shape.map((extent, axis) => (axis + 1) % extent),
    );
    for (const other of [moved, field.map((value) => -value)]) {
      const [before, after] = [scalars(field, box), scalars(other, box)];
      for (const name of Object.keys(before))
        expect(after[name], name).toBeCloseTo(before[name], 12);
      expectAllClose(timeSlicedCorrelator(other, box), timeSlicedCorrelator(field, box), {
        atol: 1e-13,
      });
    }
  });

  it("exchange M with M_s and κ with −κ under the staggered map of Eq. (6)", () => {
    const image = staggeredField(field, box);
    expect(image).toEqual(alternate(field, shape));
    expect(magnetisation(image)).toBeCloseTo(staggeredMagnetisation(field, box), 13);
    expect(staggeredMagnetisation(image, box)).toBeCloseTo(magnetisation(field), 13);
    const energy = (of: Float64Array, kappa: number): number =>
      actionDensity(of, box, { hoppingParameter: kappa, quarticCoupling: 1.1 });
    expect(energy(image, -0.2)).toBeCloseTo(energy(field, 0.2), 12);
    expect(diagonalCorrelator(image, box)).toBeCloseTo(diagonalCorrelator(field, box), 13);
    expect(nearestNeighbourCorrelator(image, box)).toBeCloseTo(
      -nearestNeighbourCorrelator(field, box),
      13,
    );
    expectAllClose(timeSlicedCorrelator(image, box), timeSlicedCorrelator(field, box), {
      atol: 1e-13,
    });
  });

  it("of a uniform and of a checkerboard field are those one counts on the fingers", () => {
    const uniform = new Float64Array(box.sites).fill(1.5);
    const checkerboard = alternate(uniform, shape);
    expect([magnetisation(uniform), staggeredMagnetisation(uniform, box)]).toEqual([1.5, 0]);
    expect([magnetisation(checkerboard), staggeredMagnetisation(checkerboard, box)]).toEqual([
      0, 1.5,
    ]);
    expect([
      nearestNeighbourCorrelator(uniform, box),
      nearestNeighbourCorrelator(checkerboard, box),
    ]).toEqual([2.25, -2.25]);
    expect([diagonalCorrelator(uniform, box), diagonalCorrelator(checkerboard, box)]).toEqual([
      2.25, 2.25,
    ]);
    for (const ordered of [uniform, checkerboard])
      expect(timeSlicedCorrelator(ordered, box)).toEqual(new Float64Array(shape[0]));
    expect([squaredField(uniform), quarticField(uniform)]).toEqual([2.25, 5.0625]);
  });
});

describe.each(cubes)("O_PM on %i × %i × %i …", (...shape) => {
  const box = lattice(shape);
  const field = noise(makeRng(2, `O_PM/${shape}`), box.sites);
  const block = (of: Float64Array, first: number, second: number, third: number): number =>
    average(shape, (n) => {
      const phi = (...axes: number[]): number => at(of, shape, step(n, ...axes));
      return Math.abs(phi() + phi(first) - phi(second, third) - phi(first, second, third));
    });

  it("as printed in Eq. (9) is zero for every field, since one sum is the translate of the other", () => {
    for (const staggered of [false, true]) {
      for (const direction of [0, 1, 2, "all"] as const) {
        expect(
          Math.abs(paramagneticObservable(field, box, { form: "printed", staggered, direction })),
        ).toBeLessThan(1e-13);
      }
    }
  });

  it("corrected is one modulus around the four sites, for every direction of pairing", () => {
    expect(paramagneticObservable(field, box)).toBeCloseTo(block(field, 0, 1, 2), 13);
    expect(paramagneticObservable(field, box, { direction: 1 })).toBeCloseTo(
      block(field, 1, 0, 2),
      13,
    );
    expect(paramagneticObservable(field, box, { direction: 2 })).toBeCloseTo(
      block(field, 2, 0, 1),
      13,
    );
    expect(paramagneticObservable(field, box)).toBeGreaterThan(0.5);
  });

  it("staggered is O_PM of the staggered field, and isotropic the sum over directions", () => {
    const image = alternate(field, shape);
    for (const direction of [0, 2, "all"] as const) {
      const staggered = paramagneticObservable(field, box, { staggered: true, direction });
      expect(staggered).toBeCloseTo(paramagneticObservable(image, box, { direction }), 12);
    }
    let sum = 0;
    let terms = 0;
    for (let first = 0; first < shape.length; first++) {
      for (let second = 0; second < shape.length; second++) {
        for (let third = 0; third < second; third++) {
          if (first === second || first === third) continue;
          sum += block(field, first, second, third);
          terms++;
        }
      }
    }
    expect(terms).toBe(shape.length === 3 ? 3 : 12);
    expect(paramagneticObservable(field, box, { direction: "all" })).toBeCloseTo(sum, 11);
  });

  it("is zero where the field is constant, and |2a| where it alternates slice by slice along μ₂", () => {
    expect(paramagneticObservable(new Float64Array(box.sites).fill(0.8), box)).toBe(0);
    const layers = Float64Array.from(
      { length: box.sites },
      (_, site) => 0.5 * (-1) ** coordinates(shape, site)[1],
    );
    expect(paramagneticObservable(layers, box)).toBeCloseTo(2, 13); // |½ + ½ + ½ + ½|
  });
});

describe("observables", () => {
  const box = lattice([16, 16, 16]);

  it("of Blücher et al. 2020 are the 18 inputs of Table II at N = 16: |M|, |M_s|, G_c(0) … G_c(15)", () => {
    const field = noise(makeRng(3), box.sites);
    const inputs = observables(field, box);
    expect(inputs.length).toBe(18);
    expect(inputs[0]).toBe(Math.abs(magnetisation(field)));
    expect(inputs[1]).toBe(Math.abs(staggeredMagnetisation(field, box)));
    expect(inputs.subarray(2)).toEqual(timeSlicedCorrelator(field, box));
    expect(
      observables(
        field.map((value) => -value),
        box,
      ),
    ).toEqual(inputs);
    const names = observableNames(box, { extra: ["paramagneticObservable"] });
    expect([names.length, names[2], names[17], names[18]]).toEqual([
      19,
      "G_c(0)",
      "G_c(15)",
      "O_PM",
    ]);
    const longer = observables(field, box, {
      modulus: false,
      extra: ["paramagneticObservable", "nearestNeighbourCorrelator"],
    });
    expect([...longer.subarray(18)]).toEqual([
      paramagneticObservable(field, box),
      nearestNeighbourCorrelator(field, box),
    ]);
  });

  it("fieldCorrelator walks any displacement, both ways and around the box", () => {
    const field = noise(makeRng(4), box.sites);
    const direct = average(
      box.shape,
      (n) => at(field, box.shape, n) * at(field, box.shape, [n[0] + 2, n[1] - 3, n[2] + 17]),
    );
    expect(fieldCorrelator(field, box, [2, -3, 17])).toBeCloseTo(direct, 13);
    expect(fieldCorrelator(field, box, [-2, 3, -1])).toBeCloseTo(direct, 13);
    expect(fieldCorrelator(field, box, [0, 0, 0])).toBeCloseTo(squaredField(field), 13);
  });

  it("leaves out in two dimensions what needs three directions, in a scan", () => {
    const fields = tensor([3, 6, 4], noise(makeRng(5), 72));
    const rows = scanObservables([
      { fields, spec: { parameters: { hoppingParameter: 0.1, quarticCoupling: 1 } } },
    ]);
    expect(rows.some((r) => /paramagnetic/i.test(r.observable))).toBe(false);
    expect(rows.length).toBe(13);
  });

  it("refuses a field of another lattice, a direction outside it, and O_PM in two dimensions", () => {
    const field = new Float64Array(64);
    expect(() => staggeredMagnetisation(field, box)).toThrow(
      "64 entries for a lattice [16,16,16] of 4096 sites",
    );
    expect(() => timeSlicedCorrelator(field, box)).toThrow("of 4096 sites");
    expect(() => paramagneticObservable(new Float64Array(4096), box, { direction: 3 })).toThrow(
      'direction is 3; use "all" or an axis from 0 to 2',
    );
    expect(() => paramagneticObservable(new Float64Array(24), lattice([6, 4]))).toThrow(
      "has two directions and the block needs three",
    );
    expect(() => fieldCorrelator(new Float64Array(4096), box, [1, 0])).toThrow(
      "the displacement is [1,0]; the lattice [16,16,16] needs 3 whole numbers",
    );
  });
});

describe("the folder of observables", () => {
  const folder = fileURLToPath(new URL("../../lib/src/physics/observables", import.meta.url));
  const index = readFileSync(`${folder}/index.ts`, "utf8");
  it.each(readdirSync(folder).filter((file) => file !== "index.ts"))(
    "makes %s public: a line in index.ts",
    (file) => expect(index).toContain(`"./${file.replace(/\.ts$/, ".js")}"`),
  );
});
