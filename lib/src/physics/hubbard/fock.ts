import { ConfigError } from "../../core/errors.js";

/**
 * States of an even chain with half of its sites occupied, as integers in descending order; site 0
 * is the most significant bit.
 */
export interface FockBasis {
  readonly sites: number;
  /** C(L, L/2): 924 at 12 sites, 3432 at 14. */
  readonly dimension: number;
  readonly states: Int32Array;
  /** Place of a half-filled state in `states`. */
  indexOf(state: number): number;
}

// 48620 states; at 20 sites the symmetry-adapted matrix alone would take 180 MB and each ground
// state minutes.
const MAX_SITES = 18;

/**
 * The half-filled basis in the order of the authors' files (Dawid et al. 2021; QuSpin's
 * `spinless_fermion_basis_1d`).
 * @throws ConfigError unless `sites` is even and between 4 and 18
 */
export function halfFilledBasis(sites: number): FockBasis {
  if (!Number.isInteger(sites) || sites < 4 || sites % 2 !== 0) {
    const cure =
      Number.isInteger(sites) && sites >= 4 ? `Use ${sites - 1} or ${sites + 1}` : "Use 4, 6, 8, …";
    throw new ConfigError(
      `halfFilledBasis: half filling needs an even number of sites, 4 at least, got ${sites}. ${cure}.`,
      { sites },
    );
  }
  if (sites > MAX_SITES) {
    throw new ConfigError(
      `halfFilledBasis: ${sites} sites have ${sites > 60 ? "more than 1e17" : binomial(sites, sites / 2)} half-filled states, too many to diagonalise in memory. ` +
        `Use at most ${MAX_SITES} sites.`,
      { sites },
    );
  }
  const dimension = binomial(sites, sites / 2);
  const states = new Int32Array(dimension);
  const place = new Int32Array(2 ** sites).fill(-1);
  for (let state = 2 ** sites - 1, k = 0; state >= 0; state--) {
    if (bitCount(state) !== sites / 2) continue;
    states[k] = state;
    place[state] = k++;
  }
  return { sites, dimension, states, indexOf: (state) => place[state] };
}

/** n_i of a state, 0 or 1. */
export function occupation(state: number, site: number, sites: number): number {
  return (state >> (sites - 1 - site)) & 1;
}

function bitCount(state: number): number {
  let count = 0;
  for (let rest = state; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return Math.round(value);
}
