import { ConfigError } from "phaselens/core";
import { diagonalCorrelator, kleinGordonAction, lattice } from "phaselens/physics";
import { describe, expect, it } from "vitest";

const shapes = [
  [7],
  [4, 6],
  [3, 5],
  [2, 2],
  [4, 4, 4],
  [2, 3, 5],
  [16, 16, 16],
  [2, 4, 6, 8],
  [3, 3, 2, 7],
  [2, 2, 3, 2, 2, 2],
];

/** Coordinates of a site from the definition: row-major, last index fastest. */
function coordinates(shape: readonly number[], site: number): number[] {
  const result: number[] = [];
  for (const extent of [...shape].reverse()) {
    result.unshift(site % extent);
    site = (site - (site % extent)) / extent;
  }
  return result;
}
const siteOf = (shape: readonly number[], n: readonly number[]): number =>
  shape.reduce((site, extent, axis) => site * extent + n[axis], 0);

describe("lattice", () => {
  it.each(shapes)("[%s …] › neighbours are one step along each axis, periodically", (...shape) => {
    const { sites, dimensions: d, neighbours } = lattice(shape);
    expect(sites).toBe(shape.reduce((a, b) => a * b));
    for (let site = 0; site < sites; site++) {
      for (let axis = 0; axis < d; axis++) {
        for (const [place, step] of [
          [axis, 1],
          [d + axis, -1],
        ]) {
          const n = coordinates(shape, site);
          n[axis] = (n[axis] + step + shape[axis]) % shape[axis];
          if (neighbours[site * 2 * d + place] !== siteOf(shape, n))
            expect(neighbours[site * 2 * d + place]).toBe(siteOf(shape, n));
        }
      }
    }
  });

  it.each(shapes)("[%s …] › parity alternates with the sum of the coordinates", (...shape) => {
    const { sites, parity } = lattice(shape);
    for (let site = 0; site < sites; site++) {
      const sum = coordinates(shape, site).reduce((a, b) => a + b);
      if (parity[site] !== (-1) ** sum) expect(parity[site], `site ${site}`).toBe((-1) ** sum);
    }
  });

  it("2 × 3 by hand", () => {
    const { neighbours, parity } = lattice([2, 3]);
    // site 4 is (1, 1): forward (0, 1) and (1, 2), backward (0, 1) and (1, 0)
    expect(Array.from(neighbours.subarray(16, 20))).toEqual([1, 5, 1, 3]);
    expect(Array.from(parity)).toEqual([1, -1, 1, -1, 1, -1]);
  });

  it("refuses other dimensions and extents that are no whole numbers above 1, with the shape", () => {
    for (const shape of [
      [],
      [2, 2, 2, 2, 2, 2, 2],
      [4, 1],
      [4, 2.5],
      [4, -4],
      [4, NaN],
      [8192, 8192],
    ]) {
      expect(() => lattice(shape)).toThrow(ConfigError);
    }
    expect(() => lattice([])).toThrow("lattice: the shape [] has 0 extents. Give 1 to 6");
    expect(() => lattice([4, 1])).toThrow("an extent of [4,1] is 1");
  });

  it("is for spins alone in one dimension and in more than four", () => {
    const couplings = { hoppingParameter: 0.1, quarticCoupling: 1 };
    for (const shape of [[8], [2, 2, 2, 2, 2]])
      expect(() => kleinGordonAction(lattice(shape), couplings)).toThrow(
        /extents; scalar fields are on lattices of 2, 3 or 4/,
      );
    const field = new Float64Array(8);
    expect(() => diagonalCorrelator(field, lattice([8]))).toThrow("has no diagonals");
  });

  it("is not changed by what becomes of the shape it was made of", () => {
    const shape = [4, 4];
    const made = lattice(shape);
    shape[0] = 8;
    expect(made.shape).toEqual([4, 4]);
  });
});
