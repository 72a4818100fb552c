import { bluecher2020 } from "phaselens/papers";
import { makeRng, ShapeError } from "phaselens/core";
import {
  lattice,
  magnetisation,
  paramagneticObservable,
  staggeredMagnetisation,
} from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { fillNormal } from "phaselens/internal/physics/sampling/normals";
import { couplingErrors } from "phaselens/internal/papers/bluecher2020/couplingCurves";

describe("filterResponse", () => {
  const cube = lattice([4, 6, 4]);
  const field = new Float64Array(cube.sites);
  fillNormal(makeRng(5, "response"), field);
  const corners = Array.from({ length: 8 }, (_, k) => [k >> 2, (k >> 1) & 1, k & 1]);
  it("of the uniform filter is 8 M, of the alternating one 8 M_s", () => {
    expect(
      bluecher2020.filterResponse(field, cube, new Float64Array(8).fill(1), "linear"),
    ).toBeCloseTo(8 * magnetisation(field), 12);
    const alternating = corners.map(([a, b, c]) => (-1) ** (a + b + c));
    expect(bluecher2020.filterResponse(field, cube, alternating, "alternating")).toBeCloseTo(
      8 * staggeredMagnetisation(field, cube),
      12,
    );
  });
  it("of the filter of Fig. 10, with the modulus, is O_PM", () => {
    const filter = corners.map(([, second, third]) =>
      second !== third ? 0 : second === 0 ? 1 : -1,
    );
    expect(bluecher2020.filterResponse(field, cube, filter, "modulus")).toBeCloseTo(
      paramagneticObservable(field, cube),
      12,
    );
  });
  it("works in two dimensions, and refuses a filter of the wrong size", () => {
    const plane = lattice([4, 4]);
    expect(
      bluecher2020.filterResponse(field.slice(0, 16), plane, [0, 1, 0, 0], "linear"),
    ).toBeCloseTo(magnetisation(field.slice(0, 16)), 12);
    expect(() => bluecher2020.filterResponse(field, cube, [1, 2], "linear")).toThrow(ShapeError);
  });
});

describe("couplingErrors", () => {
  it("are root mean squares over configurations and predictors; couplings without error are left out", () => {
    const rows = couplingErrors(
      [0, 0, 0.1],
      [
        [0.3, 0, 0.1],
        [0, 0.4, 0.1],
      ],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].mean).toBeCloseTo(0.25, 12);
  });
  it("refuse predictions that do not belong to the labels", () =>
    expect(() => couplingErrors([0, 0], [[0]])).toThrow(ShapeError));
});
