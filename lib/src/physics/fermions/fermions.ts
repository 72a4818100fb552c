import { ConfigError } from "../../core/errors.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { occupation } from "../hubbard/fock.js";

/**
 * c_site on the full Fock space of `sites` sites as a dense matrix [2^L, 2^L], by Jordan and
 * Wigner's signs: row and column s is the state with the bits of the integer s, site 0 the most
 * significant. For tests and teaching.
 *
 *   c_i |n⟩ = n_i (−1)^{Σ_{j<i} n_j} |n with n_i = 0⟩
 *
 * @throws ConfigError for a site that is not on the chain, or for more than 10 sites (8 MB a
 *   matrix)
 */
export function annihilationOperator(site: number, sites: number): Tensor {
  if (!Number.isInteger(sites) || sites < 1 || sites > 10) {
    throw new ConfigError(
      `annihilationOperator: a dense matrix needs 1 to 10 sites, got ${sites}. Use halfFilledBasis beyond.`,
      { sites },
    );
  }
  if (!Number.isInteger(site) || site < 0 || site >= sites) {
    throw new ConfigError(
      `annihilationOperator: site ${site} is not on a chain of ${sites} sites. Use 0 … ${sites - 1}.`,
      { site, sites },
    );
  }
  const states = 2 ** sites;
  const matrix = tensor([states, states]);
  for (let state = 0; state < states; state++) {
    if (occupation(state, site, sites) === 0) continue;
    let before = 0;
    for (let j = 0; j < site; j++) before += occupation(state, j, sites);
    matrix.data[(state ^ (1 << (sites - 1 - site))) * states + state] = before % 2 === 0 ? 1 : -1;
  }
  return matrix;
}

/** c†_site: the transpose of `annihilationOperator`. */
export function creationOperator(site: number, sites: number): Tensor {
  const annihilation = annihilationOperator(site, sites);
  const [states] = annihilation.shape;
  const matrix = tensor([states, states]);
  for (let i = 0; i < states; i++)
    for (let j = 0; j < states; j++)
      matrix.data[j * states + i] = annihilation.data[i * states + j];
  return matrix;
}
