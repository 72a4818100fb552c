import type { SymmetricOperator } from "../../linalg/operator.js";
import { occupation, type FockBasis } from "./fock.js";

/**
 * The chain's Hamiltonian in pieces, H = hopping + V₁ · interaction + V₂ · second + h₁ · staggered,
 * in units of J on a half-filled basis.
 */
export interface HubbardTerms {
  /**
   * Hops from state k lead to hopTargets[hopStarts[k]] … hopTargets[hopStarts[k + 1] − 1], each
   * with amplitude −½.
   */
  readonly hopStarts: Int32Array;
  readonly hopTargets: Int32Array;
  /** Σ_i (n_i − ½)(n_{i+1} − ½) of each state. */
  readonly interaction: Float64Array;
  /** Σ_i (n_i − ½)(n_{i+2} − ½) of each state. */
  readonly second: Float64Array;
  /** Σ_i (−1)^i n_i of each state. */
  readonly staggered: Float64Array;
  /** The first state of each pair of `interaction` and `second` that there is. */
  readonly distinct: Int32Array;
}

/** Strengths of the terms but the hopping, in units of J. */
export interface Couplings {
  /** V₁, between neighbours. */
  readonly interaction: number;
  /** V₂, between next neighbours. */
  readonly second: number;
  /** h₁. */
  readonly pinning: number;
}

/**
 * Matrix elements of
 *
 *   H = −(J/2) Σ_i (b†_i b_{i+1} + h.c.) + V₁ Σ_i (n_i − ½)(n_{i+1} − ½) + h₁ Σ_i (−1)^i n_i Dawid
 *   et al. 2021, Eq. (6)
 *
 * and V₂ Σ_i (n_i − ½)(n_{i+2} − ½), with site L = site 0. Eq. (6) as printed hides the factor ½
 * of the hopping: the authors' data have it, and with it the transition lies at V₁ = J. All hops
 * carry −½: hard-core bosons, which equal fermions with an antiperiodic wrap for an even number of
 * particles and with a periodic one for an odd number.
 */
export function hubbardTerms(basis: FockBasis): HubbardTerms {
  const { sites, dimension, states } = basis;
  const hopStarts = new Int32Array(dimension + 1);
  const hopTargets: number[] = [];
  const interaction = new Float64Array(dimension);
  const second = new Float64Array(dimension);
  const staggered = new Float64Array(dimension);
  for (let k = 0; k < dimension; k++) {
    const state = states[k];
    for (let i = 0; i < sites; i++) {
      const j = (i + 1) % sites;
      const [here, there] = [occupation(state, i, sites), occupation(state, j, sites)];
      if (here !== there)
        hopTargets.push(basis.indexOf(state ^ (1 << (sites - 1 - i)) ^ (1 << (sites - 1 - j))));
      interaction[k] += (here - 0.5) * (there - 0.5);
      second[k] += (here - 0.5) * (occupation(state, (i + 2) % sites, sites) - 0.5);
      staggered[k] += i % 2 === 0 ? here : -here;
    }
    hopStarts[k + 1] = hopTargets.length;
  }
  return {
    hopStarts,
    hopTargets: Int32Array.from(hopTargets),
    interaction,
    second,
    staggered,
    distinct: firstOfEach(interaction, second),
  };
}

function firstOfEach(interaction: Float64Array, second: Float64Array): Int32Array {
  const firsts = new Map<string, number>();
  for (let k = 0; k < interaction.length; k++) {
    const pair = `${interaction[k]} ${second[k]}`;
    if (!firsts.has(pair)) firsts.set(pair, k);
  }
  return Int32Array.from(firsts.values());
}

/**
 * The interaction energy that diagonals are counted from, the lowest one: −V₁ L/4 for V₁ > 0 = V₂.
 * Without it the two ordered states, which only h₁ = 1e-7 tells apart, would sit on a diagonal of
 * −V₁ L/4 ≈ −100 and lose half of h₁'s digits.
 * @returns  what the two sums over pairs are there, and their energy
 */
export function referenceEnergy(
  terms: HubbardTerms,
  { interaction, second }: Omit<Couplings, "pinning">,
): { pairs: number; secondPairs: number; energy: number } {
  const energyOf = (k: number): number =>
    interaction * terms.interaction[k] + second * terms.second[k];
  let [least] = terms.distinct;
  for (const k of terms.distinct) if (energyOf(k) < energyOf(least)) least = k;
  return {
    pairs: terms.interaction[least],
    secondPairs: terms.second[least],
    energy: energyOf(least),
  };
}

/** Diagonal of H minus the reference energy, for each basis state. */
export function shiftedDiagonal(
  terms: Pick<HubbardTerms, "interaction" | "second" | "staggered">,
  { interaction, second, pinning }: Couplings,
  { pairs, secondPairs }: { pairs: number; secondPairs: number },
): Float64Array {
  return terms.interaction.map(
    (value, k) =>
      interaction * (value - pairs) +
      second * (terms.second[k] - secondPairs) +
      pinning * terms.staggered[k],
  );
}

/** −½ Σ hops plus the given diagonal. */
export function chainOperator(terms: HubbardTerms, diagonal: Float64Array): SymmetricOperator {
  const { hopStarts, hopTargets } = terms;
  const dimension = diagonal.length;
  return {
    dimension,
    apply: (v) => {
      const result = new Float64Array(dimension);
      for (let k = 0; k < dimension; k++) {
        let sum = 0;
        for (let t = hopStarts[k]; t < hopStarts[k + 1]; t++) sum += v[hopTargets[t]];
        result[k] = diagonal[k] * v[k] - 0.5 * sum;
      }
      return result;
    },
  };
}
