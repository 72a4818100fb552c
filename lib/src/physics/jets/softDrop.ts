import type { Partons } from "./partons.js";

const CUT = 0.1; // z_cut of CMS, β = 0

/**
 * The first splitting of a shower, from wide to narrow angles, whose softer part carries at least a
 * tenth of p_T: soft drop with β = 0 (Larkoski et al., JHEP 05 (2014) 146) on the shower's own
 * history instead of one found by reclustering.
 * @returns index of the parton that splits so, −1 if none does; what lies outside its subtree is
 *   groomed away
 */
export function softDrop(partons: Partons, parton: number): number {
  let k = parton;
  while (partons.first[k] >= 0) {
    const x = partons.fraction[k];
    if (Math.min(x, 1 - x) >= CUT) return k;
    k = x > 0.5 ? partons.first[k] : partons.second[k];
  }
  return -1;
}
