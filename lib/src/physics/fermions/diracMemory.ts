import type { LatticeMemory } from "../lattice/latticeMemory.js";
import { staggeredPhases } from "../lattice/staggeredPhases.js";
import type { DiracParameters } from "../lattice/yukawaParameters.js";

/** What the staggered kernels need beside a field. */
export interface DiracMemory {
  /** Offset of η_μ for each row of sites, [rows, d]. */
  readonly phases: number;
  /** Offset of 2 A = 2 (M_f + gφ), [sites]. */
  readonly twiceMass: number;
  /** A ← M_f + gφ from the memory's field. */
  setMass(): void;
}

/** @throws ConfigError  for extents that staggered fermions cannot have */
export function makeDiracMemory(
  memory: LatticeMemory,
  { fermionMass, yukawaCoupling }: DiracParameters,
): DiracMemory {
  const { lattice, arena, rows, rowLength } = memory;
  const { dimensions } = lattice;
  const eta = staggeredPhases(lattice);
  const phases = arena.doubles(rows * dimensions);
  // no phase depends on the last coordinate: those of a row are those of its first site
  for (let r = 0; r < rows; r++) {
    for (let axis = 0; axis < dimensions; axis++)
      arena.f64[phases + r * dimensions + axis] = eta[r * rowLength * dimensions + axis];
  }
  const twiceMass = memory.vector();
  return {
    phases,
    twiceMass,
    setMass: () =>
      arena.shiftedField(
        lattice.sites,
        memory.field,
        twiceMass,
        2 * fermionMass,
        2 * yukawaCoupling,
      ),
  };
}
