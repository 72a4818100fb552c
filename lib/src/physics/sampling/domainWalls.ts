import { row, type Tensor } from "../../core/tensor.js";
import type { Lattice } from "../lattice/lattice.js";

/**
 * Above this share a chain holds domain walls: .3/N, from N = 16 down 4.8/N², N the smallest extent
 * of at least 4. Two walls that halve the lattice give 4/π² φ̄²/⟨φ²⟩, .2 and more in the paper's
 * ordered phases. Equilibrated chains come nearest at the transitions, .15/N and less in the mean;
 * on small lattices the mean over few configurations fluctuates to three times that.
 */
export function domainWallThreshold({ shape }: Lattice): number {
  const extent = Math.min(...shape.filter((one) => one >= 4));
  return (0.3 / extent) * Math.max(1, 16 / extent);
}

/**
 * Share of ⟨φ²⟩ that lies in the longest waves along one axis, on top of uniform or staggered
 * order:
 *
 *   max over μ and s ∈ {1, (−1)ⁿ} of ⟨|1/|Λ| Σ_n s(n) φ(n) e^{2πi n_μ/N_μ}|²⟩ / ⟨φ²⟩
 *
 * A state frozen between domains of opposite order has no magnetisation, like a paramagnet, but a
 * slab of each sign: its longest wave has nearly the weight that the magnetisation should have. In
 * equilibrium that weight is of order 1/|Λ| away from the transitions, and a few per cent of M²
 * there. Axes shorter than 4 are left out. On lattices much longer than wide, walls across the long
 * axis are part of the equilibrium near a transition.
 * @param fields  configurations of one chain, [n, …shape]
 */
export function domainWallShare(fields: Tensor, lattice: Lattice): number {
  const { sites, shape } = lattice;
  const power = new Float64Array(2 * shape.length);
  let squares = 0;
  for (let n = 0; n < fields.shape[0]; n++) {
    const field = row(fields, n);
    for (let i = 0; i < sites; i++) squares += field[i] * field[i];
    let stride = sites;
    for (let axis = 0; axis < shape.length; axis++) {
      stride /= shape[axis];
      if (shape[axis] >= 4) addLongestWave(field, lattice, shape[axis], stride, power, 2 * axis);
    }
  }
  return squares === 0 ? 0 : Math.max(...power) / sites / squares;
}

/** Adds |Σ_n s φ e^{2πi n_μ/N_μ}|² of both patterns: sums over slices first. */
function addLongestWave(
  field: Float64Array,
  lattice: Lattice,
  extent: number,
  stride: number,
  power: Float64Array,
  at: number,
): void {
  const { parity, sites } = lattice;
  const waves = [0, 0, 0, 0]; // real and imaginary, uniform then staggered
  for (let slice = 0; slice < extent; slice++) {
    let [uniform, staggered] = [0, 0];
    for (let block = slice * stride; block < sites; block += extent * stride) {
      for (let i = block; i < block + stride; i++) {
        uniform += field[i];
        staggered += parity[i] * field[i];
      }
    }
    const [cosine, sine] = [
      Math.cos((2 * Math.PI * slice) / extent),
      Math.sin((2 * Math.PI * slice) / extent),
    ];
    waves[0] += cosine * uniform;
    waves[1] += sine * uniform;
    waves[2] += cosine * staggered;
    waves[3] += sine * staggered;
  }
  power[at] += waves[0] ** 2 + waves[1] ** 2;
  power[at + 1] += waves[2] ** 2 + waves[3] ** 2;
}
