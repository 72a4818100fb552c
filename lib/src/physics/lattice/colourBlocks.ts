import type { Lattice } from "./lattice.js";
import { staggeredPhases } from "./staggeredPhases.js";

/** Even sites have the parity 1, odd ones −1. */
export type Colour = 1 | -1;

/** What is left of D when the sites of one colour are eliminated. */
export interface ColourBlocks {
  /** Sites of a colour in their order, [sites/2]. */
  readonly sites: Readonly<Record<Colour, Int32Array>>;
  /** Of a site among those of its colour. */
  readonly place: Int32Array;
  /**
   * out ← A_c + Kᵀ A_c̄⁻¹ K on the sites of `colour`, symmetric, [sites/2, sites/2].
   * @param mass  A = M_f + gφ, [sites]; not 0 on the other colour
   */
  fill(out: Float64Array, colour: Colour, mass: Float64Array): void;
}

/**
 * Hops join even with odd sites only, D = [[A_e, K], [−Kᵀ, A_o]], so det D = det A_c̄ · det(A_c +
 * Kᵀ A_c̄⁻¹ K) for either colour c, and the inverse of the second matrix is the block of D⁻¹ on
 * that colour.
 * @throws ConfigError  for extents that staggered fermions cannot have
 */
export function colourBlocks(lattice: Lattice): ColourBlocks {
  const { dimensions: d, neighbours, parity } = lattice;
  const eta = staggeredPhases(lattice);
  const ofColour = (colour: Colour): Int32Array =>
    Int32Array.from(parity.keys()).filter((n) => parity[n] === colour);
  const sites = { [1]: ofColour(1), [-1]: ofColour(-1) };
  const half = lattice.sites / 2;
  const place = new Int32Array(lattice.sites);
  for (const colour of [1, -1] as const) sites[colour].forEach((n, k) => (place[n] = k));
  return {
    sites,
    place,
    fill: (out, colour, mass) => {
      out.fill(0);
      for (let n = 0; n < lattice.sites; n++) {
        if (parity[n] === colour) {
          out[place[n] * (half + 1)] += mass[n];
          continue;
        }
        // row n of K: +½η forward, −½η backward; each site of the other colour gives the product of
        // its row with itself
        for (let k = 0; k < 2 * d; k++) {
          const left = ((k < d ? 0.5 : -0.5) * eta[n * d + (k % d)]) / mass[n];
          const row = place[neighbours[n * 2 * d + k]] * half;
          for (let l = 0; l < 2 * d; l++) {
            const right = (l < d ? 0.5 : -0.5) * eta[n * d + (l % d)];
            out[row + place[neighbours[n * 2 * d + l]]] += left * right;
          }
        }
      }
    },
  };
}
