// Lattice operators of one configuration, and what a filter's square is made of.
import { core, physics } from "phaselens";

/** Directions between the corners of a cube, one of each pair ±r, by how many axes differ. */
const displacements = [0, 1, 2, 3].map((axes) =>
  all([-1, 0, 1]).filter(
    (r) =>
      r.filter((step) => step !== 0).length === axes &&
      (axes === 0 || r.find((s) => s !== 0) === 1),
  ),
);

function all(steps) {
  return steps.flatMap((a) => steps.flatMap((b) => steps.map((c) => [a, b, c])));
}

/** C_d: ⟨φφ′⟩ over pairs of sites that differ in d axes by one step each, an orbit of the cube. */
const orbit = (d) => (field, lattice) =>
  core.mean(displacements[d].map((r) => physics.fieldCorrelator(field, lattice, r)));

const straight = (field, lattice) =>
  core.mean(
    [
      [2, 0, 0],
      [0, 2, 0],
      [0, 0, 2],
    ].map((r) => physics.fieldCorrelator(field, lattice, r)),
  );

const staggered = physics.staggeredMagnetisation;

/**
 * What a formula may be made of: even in φ, and with the symmetry of the cube. C(2) is a control,
 * since no window of two sites knows it.
 */
export const library = [
  { name: "φφ′", of: orbit(1) },
  { name: "C_face", of: orbit(2) },
  { name: "C_space", of: orbit(3) },
  { name: "C(2)", of: straight },
  { name: "φ²", of: orbit(0) },
  { name: "φ⁴", of: (field) => physics.quarticField(field) },
  { name: "M²", of: (field) => physics.magnetisation(field) ** 2 },
  { name: "M_s²", of: (field, lattice) => staggered(field, lattice) ** 2 },
];

/** What a filter is compared with beside them: order parameters, with and without their sign. */
export const orderParameters = [
  { name: "M", of: (field) => physics.magnetisation(field) },
  { name: "|M|", of: (field) => Math.abs(physics.magnetisation(field)) },
  { name: "M_s", of: staggered },
  { name: "|M_s|", of: (field, lattice) => Math.abs(staggered(field, lattice)) },
];

/**
 * All of these for many configurations, by name.
 * @param {readonly Float64Array[]} fields  @param {import("phaselens").physics.Lattice} lattice
 * @returns {Record<string, Float64Array>}  [n] each
 */
export function measured(fields, lattice) {
  const rows = [...library, ...orderParameters];
  return Object.fromEntries(
    rows.map(({ name, of }) => [name, Float64Array.from(fields, (field) => of(field, lattice))]),
  );
}

const differing = (i, j) => [1, 2, 4].filter((bit) => (i ^ j) & bit).length;

/**
 * The square of a filter's response, averaged over the volume and the 48 symmetries of the cube:
 *
 *   ⟨(w∗φ)²⟩ = a₀ φ² + a₁ φφ′ + a₂ C_face + a₃ C_space,   a_d = Σ_{i, j: d axes differ} w_i w_j
 *
 * @param {ArrayLike<number>} filter  [8], corners in row-major order
 * @returns {number[]}  a₀ … a₃
 */
export function orbits(filter) {
  const a = [0, 0, 0, 0];
  for (let i = 0; i < 8; i++)
    for (let j = 0; j < 8; j++) a[differing(i, j)] += filter[i] * filter[j];
  return a;
}
