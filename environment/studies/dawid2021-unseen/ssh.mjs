// The chain of Su, Schrieffer and Heeger with hoppings of its own in each cell: what a network sees
// of its ground state, and its winding number.
import { core, hessian } from "phaselens";

/**
 * h of H = Σ_x t₁(x) a†_x b_x + t₂(x) a†_{x+1} b_x + h.c.: rows are sites a, columns sites b.
 * @param closed  whether the last cell is tied to the first
 */
export function offDiagonal(first, second, closed = true) {
  const N = first.length;
  const h = core.tensor([N, N]);
  for (let x = 0; x < N; x++) {
    h.data[x * N + x] += first[x];
    if (closed || x + 1 < N) h.data[((x + 1) % N) * N + x] += second[x];
  }
  return h;
}

/** Eigenvalues and eigenvectors of H = [[0, h], [hᵀ, 0]]. */
export function levels(h) {
  const N = h.shape[0];
  const H = core.tensor([2 * N, 2 * N]);
  for (let x = 0; x < N; x++)
    for (let y = 0; y < N; y++) {
      const value = h.data[x * N + y];
      H.data[x * 2 * N + N + y] = H.data[(N + y) * 2 * N + x] = value;
    }
  return hessian.spectrum(H);
}

/**
 * q = −2⟨a†_x b_y⟩ at half filling, the orthogonal factor of h. Row d, column x of the result is
 * q(x, x − d): displacements are channels, so that a convolution runs along the chain.
 */
export function correlations(first, second) {
  const N = first.length;
  const { vectors } = levels(offDiagonal(first, second));
  const q = core.tensor([N, N]);
  for (let level = 0; level < N; level++) {
    const state = core.row(vectors, level);
    for (let x = 0; x < N; x++)
      for (let d = 0; d < N; d++) q.data[d * N + x] -= 2 * state[x] * state[N + ((x - d + N) % N)];
  }
  return q;
}

/**
 * Winding number of one ring: det h(θ) = ∏ t₁ ± e^{iθ} ∏ t₂ as the boundary is twisted by θ goes
 * around 0 once if ∏|t₂| > ∏|t₁|, else not at all. A whole number whatever the disorder.
 */
export function winding(first, second) {
  const sum = (values) => values.reduce((all, t) => all + Math.log(Math.abs(t)), 0);
  return Number(sum(second) > sum(first));
}

/**
 * The same in real space, (1/N) Tr qᵀ[X, q] (Mondragon-Shem et al. 2014), displacements taken
 * around the ring the short way: whole up to what q reaches half around.
 */
export function realSpaceWinding(q) {
  const N = q.shape[0];
  let sum = 0;
  for (let d = 0; d < N; d++)
    for (let x = 0; x < N; x++)
      sum += ((d === N / 2 ? 0 : d > N / 2 ? d - N : d) * q.data[d * N + x] ** 2) / N;
  return sum;
}

/** One chain: box disorder of full width W in every hopping. */
export function drawnChain({ cells, angle, width }, rng) {
  const drawn = (mean) =>
    Float64Array.from({ length: cells }, () => mean + width * (rng.uniform() - 0.5));
  return [drawn(Math.cos(angle)), drawn(Math.sin(angle))];
}

/** Samples x [n, N, N] with one-hot windings of chains { angle, width }, t₁ = cos, t₂ = sin. */
export function samples(cells, chains, rng) {
  const x = core.tensor([chains.length, cells, cells]);
  const label = new Int32Array(chains.length);
  const local = new Float64Array(chains.length);
  chains.forEach((chain, k) => {
    const [first, second] = drawnChain({ cells, ...chain }, rng.fork(`chain ${k}`));
    const q = correlations(first, second);
    core.row(x, k).set(q.data);
    label[k] = winding(first, second);
    local[k] = realSpaceWinding(q);
  });
  return { x, target: core.oneHot(label, 2), label, local };
}
