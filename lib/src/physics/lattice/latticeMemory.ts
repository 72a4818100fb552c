import { makeArena, type Arena } from "../../kernels/arena.js";
import type { Lattice } from "./lattice.js";

/** "typescript" declines WebAssembly: the slow twins, for tests and for engines without SIMD. */
export type Backend = (typeof backends)[number];
export const backends = ["auto", "typescript"] as const;

/**
 * Memory that the lattice kernels share: one field, one force, and further vectors of one double a
 * site.
 */
export interface LatticeMemory {
  readonly lattice: Lattice;
  readonly arena: Arena;
  /** Lines of sites along the last axis, sites / rowLength of them; the kernels run along them. */
  readonly rows: number;
  readonly rowLength: number;
  /** d − 1, the number of pairs of neighbouring rows. */
  readonly pairs: number;
  /**
   * Offset of the integers [rows, d − 1, 2]: the first site of the neighbouring row forward and
   * backward along each other axis.
   */
  readonly table: number;
  readonly field: number;
  readonly force: number;
  /** Offset of one more vector, zeroed. */
  vector(): number;
}

// Doubles between two vectors. Without them those of 16³ sites begin at the same place of their
// pages, and a load right after a store to the same place of another page waits for it.
const GAP = 88;

/** Memory for the field, the force and at most `vectors` more. */
export function makeLatticeMemory(
  lattice: Lattice,
  vectors: number,
  backend: Backend = "auto",
): LatticeMemory {
  const { shape, dimensions, sites, neighbours } = lattice;
  const rowLength = shape[dimensions - 1];
  const rows = sites / rowLength;
  const pairs = dimensions - 1;
  const arena = makeArena(
    { doubles: (vectors + 2) * (sites + GAP) + rows * dimensions, integers: rows * 2 * pairs },
    backend,
  );
  const table = arena.integers(rows * 2 * pairs);
  for (let r = 0; r < rows; r++) {
    const at = r * rowLength * 2 * dimensions;
    for (let axis = 0; axis < pairs; axis++) {
      arena.i32[table + (r * pairs + axis) * 2] = neighbours[at + axis];
      arena.i32[table + (r * pairs + axis) * 2 + 1] = neighbours[at + dimensions + axis];
    }
  }
  const vector = (): number => arena.doubles(sites + GAP);
  return {
    lattice,
    arena,
    rows,
    rowLength,
    pairs,
    table,
    field: vector(),
    force: vector(),
    vector,
  };
}
