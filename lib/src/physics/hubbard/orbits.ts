import { occupation, type FockBasis } from "./fock.js";

/** Classes of basis states that the symmetries of the pinned chain turn into each other. */
export interface Orbits {
  /** 62 of 924 states at 12 sites, 170 of 3432 at 14. */
  readonly count: number;
  /** Orbit of each basis state, numbered in the order of first appearance. */
  readonly label: Int32Array;
  /** Number of states in each orbit. */
  readonly size: Int32Array;
  /** First basis state of each orbit. */
  readonly representative: Int32Array;
}

/**
 * Orbits under T² (translation by two sites), the reflection i → −i and particle-hole exchange × T:
 * all commute with the Hamiltonian including its staggered field, and the ground state, having no
 * negative amplitude, is constant on each orbit. The symmetry-adapted basis is |k⟩ = size_k^(−½)
 * Σ_{s in orbit k} |s⟩.
 */
export function symmetryOrbits(basis: FockBasis): Orbits {
  const { sites, dimension, states } = basis;
  const all = 2 ** sites - 1;
  const translate = (state: number, by: number): number =>
    ((state >> by) | (state << (sites - by))) & all;
  const reflect = (state: number): number => {
    let image = 0;
    for (let i = 0; i < sites; i++)
      image = 2 * image + occupation(state, (sites - i) % sites, sites);
    return image;
  };
  const generators = [
    (s: number) => translate(s, 2),
    reflect,
    (s: number) => translate(all ^ s, 1),
  ];

  const label = new Int32Array(dimension).fill(-1);
  const size: number[] = [];
  const representative: number[] = [];
  for (let first = 0; first < dimension; first++) {
    if (label[first] >= 0) continue;
    const orbit = size.length;
    label[first] = orbit;
    representative.push(first);
    const open = [first];
    let found = 1;
    while (open.length > 0) {
      const state = states[open.pop()!];
      for (const generator of generators) {
        const image = basis.indexOf(generator(state));
        if (label[image] >= 0) continue;
        label[image] = orbit;
        open.push(image);
        found++;
      }
    }
    size.push(found);
  }
  return {
    count: size.length,
    label,
    size: Int32Array.from(size),
    representative: Int32Array.from(representative),
  };
}
