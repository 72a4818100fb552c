import { colourBlocks, type Colour } from "../lattice/colourBlocks.js";
import type { Lattice } from "../lattice/lattice.js";
import { invertInPlace } from "./luInverse.js";
import { eliminate } from "./luLogDeterminant.js";
import type { DiracParameters } from "../lattice/yukawaParameters.js";

/** det D of a field while single sites of one colour change, and anew of any field. */
export interface ExactDeterminant {
  readonly sites: Readonly<Record<Colour, Int32Array>>;
  /** ln |det D| of a field: ⅓(|Λ|/2)³ steps of elimination. */
  logDeterminant(field: Float64Array): number;
  /** Begins to follow changes of the sites of a colour: (|Λ|/2)³ steps. */
  follow(field: Float64Array, colour: Colour): void;
  /**
   * det D′/det D if φ(n) grew by `by`: 1 + g by (D⁻¹)_nn, exact for any size of the step, with its
   * sign.
   */
  ratio(n: number, by: number): number;
  /** Makes such a step: (|Λ|/2)² of D⁻¹. */
  change(n: number, by: number): void;
}

// Where A = M_f + gφ is nearer to 0 it is taken as this: det D changes by as much, relatively, and
// 1/A stays a number
const LEAST_MASS = 1e-10;

/**
 * The determinant by dense matrices on the sites of one colour.
 * @throws ConfigError  for extents that staggered fermions cannot have
 */
export function exactDeterminant(
  lattice: Lattice,
  { fermionMass, yukawaCoupling: g }: DiracParameters,
): ExactDeterminant {
  const { sites, place, fill } = colourBlocks(lattice);
  const half = lattice.sites / 2;
  const mass = new Float64Array(lattice.sites);
  const block = new Float64Array(half * half);
  const inverse = new Float64Array(half * half);
  const row = new Float64Array(half);
  const order = new Int32Array(half);
  const setMass = (field: Float64Array): void => {
    for (let n = 0; n < mass.length; n++) {
      const a = fermionMass + g * field[n];
      mass[n] = Math.abs(a) < LEAST_MASS ? LEAST_MASS : a;
    }
  };
  const ratio = (n: number, by: number): number => 1 + g * by * inverse[place[n] * (half + 1)];
  return {
    sites,
    logDeterminant: (field) => {
      setMass(field);
      let sum = 0;
      for (const n of sites[1]) sum += Math.log(Math.abs(mass[n]));
      fill(block, -1, mass);
      return sum + eliminate(block, half);
    },
    follow: (field, colour) => {
      setMass(field);
      fill(inverse, colour, mass);
      invertInPlace(inverse, half, order);
    },
    ratio,
    // Sherman and Morrison for a symmetric matrix: D′⁻¹ = D⁻¹ − (g by / ratio) u uᵀ, u its row n
    change: (n, by) => {
      const factor = (g * by) / ratio(n, by);
      row.set(inverse.subarray(place[n] * half, (place[n] + 1) * half));
      for (let i = 0; i < half; i++) {
        const scale = factor * row[i];
        const at = i * half;
        for (let j = 0; j < half; j++) inverse[at + j] -= scale * row[j];
      }
    },
  };
}
