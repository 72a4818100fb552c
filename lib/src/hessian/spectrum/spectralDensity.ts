import { optional, positive, record, stream } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { anOperator } from "../arguments.js";
import { ConfigError } from "../../core/errors.js";
import type { Estimate } from "../../core/statistics/estimate.js";
import type { Rng } from "../../core/random/rng.js";
import { axpy, checkFinite, dot, norm, row, tensor, type Tensor } from "../../core/tensor.js";
import type { SymmetricOperator } from "../../linalg/operator.js";
import { symmetricEigen } from "../../linalg/symmetricEigen.js";
import { checkProbes, independentEstimate } from "./probes.js";
import { power } from "../../core/power.js";

/** Options of `spectralDensity`. */
export interface SpectralDensityOptions {
  /** Random start vectors (default 8); the error falls as 1/√(probes · P). */
  readonly probes?: number;
  /**
   * Products with the operator for each probe, and vectors kept: memory steps × P (default 80, at
   * most P).
   */
  readonly steps?: number;
  readonly rng: Rng;
  /** Points of the grid (default 512). */
  readonly points?: number;
  /**
   * Standard deviation of the Gaussian that stands for one eigenvalue (default 1 % of the range of
   * nodes, at least 1e-4 of the largest).
   */
  readonly width?: number;
}

/** Density of eigenvalues, normalised to 1, and the quadrature that it was drawn from. */
export interface SpectralDensity {
  /** Eigenvalues λ, [points], three widths beyond the outermost nodes. */
  readonly grid: Float64Array;
  /** φ(λ), mean over probes, and its standard error, [points], in units of 1/λ. */
  readonly density: Float64Array;
  readonly error: Float64Array;
  readonly width: number;
  /**
   * Ritz values of each probe, ascending, and the share of eigenvalues that each stands for:
   * [probes, steps].
   */
  readonly nodes: Tensor;
  readonly weights: Tensor;
  /** Share of negative eigenvalues, exact only up to the resolution of the nodes around 0. */
  readonly negative: Estimate;
}

/** What the quadrature is made of. */
type Quadrature = Pick<SpectralDensity, "nodes" | "weights">;

/**
 * Density of eigenvalues of a symmetric operator by stochastic Lanczos quadrature.
 *
 *   φ(λ) = (1/P) Σ_i δ(λ − λ_i) ≈ (1/probes) Σ_v Σ_k τ_k N(λ; θ_k, width²) Ubaru, Chen and Saad
 *   2017; Ghorbani et al. 2019
 *
 * θ_k and y_k are the eigenpairs of the tridiagonal matrix of `steps` Lanczos steps
 * (re-orthogonalised) from a random unit vector v, τ_k = (e₁ᵀ y_k)². For each v the nodes give vᵀ
 * Aᵏ v exactly up to k = 2·steps − 1, so moments are unbiased. Both ends of the spectrum and
 * isolated eigenvalues are resolved first; inside the bulk a node stands for many eigenvalues.
 * @throws ConfigError for fewer than two probes or steps outside 1 … P, NumericalError if the
 *   operator yields NaN or ±∞
 */
export function spectralDensity(
  operator: SymmetricOperator,
  options: SpectralDensityOptions,
): SpectralDensity {
  takes("spectralDensity", {
    operator: [operator, anOperator],
    options: [options, record({ rng: stream, width: optional(positive) })],
  });
  const { dimension } = operator;
  const { probes = 8, steps = Math.min(80, dimension), rng, points = 512 } = options;
  checkProbes(probes, "spectralDensity");
  for (const [what, value, least, most] of [
    ["steps", steps, 1, dimension],
    ["points", points, 2, 1e6],
  ] as const) {
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new ConfigError(
        `spectralDensity: ${what} must be a whole number from ${least} to ${most}, got ${value}.`,
      );
    }
  }
  const [nodes, weights] = [tensor([probes, steps]), tensor([probes, steps])];
  for (let probe = 0; probe < probes; probe++)
    gaussNodes(operator, steps, rng.fork(`probe ${probe}`), row(nodes, probe), row(weights, probe));

  const lowest = nodes.data.reduce((a, b) => Math.min(a, b));
  const highest = nodes.data.reduce((a, b) => Math.max(a, b));
  // a range that is rounding alone, one eigenvalue or all zero, would give a grid finer than
  // doubles
  const width =
    options.width ??
    (Math.max(0.01 * (highest - lowest), 1e-4 * Math.max(-lowest, highest)) || 0.01);
  const [from, to] = [lowest - 3 * width, highest + 3 * width];
  const grid = Float64Array.from(
    { length: points },
    (_, g) => from + ((to - from) * g) / (points - 1),
  );
  const height = 1 / (width * Math.sqrt(2 * Math.PI));
  const estimates = Array.from(grid, (x) =>
    overProbes(nodes, weights, (node) => height * Math.exp(-0.5 * ((x - node) / width) ** 2)),
  );
  return {
    grid,
    density: Float64Array.from(estimates, (e) => e.mean),
    error: Float64Array.from(estimates, (e) => e.error),
    width,
    nodes,
    weights,
    negative: shareBelow({ nodes, weights }, 0),
  };
}

/**
 * Mean of λᵏ over all eigenvalues, tr(Aᵏ)/P; k = 1 times P is Hutchinson's trace with other random
 * vectors.
 */
export function spectralMoment({ nodes, weights }: Quadrature, k: number): Estimate {
  return overProbes(nodes, weights, (node) => power(node, k));
}

/**
 * Share of eigenvalues below x, e.g. of the negative ones at x = 0; exact only up to the resolution
 * of the nodes around x.
 */
export function shareBelow({ nodes, weights }: Quadrature, x: number): Estimate {
  return overProbes(nodes, weights, (node) => (node < x ? 1 : node === x ? 0.5 : 0));
}

/**
 * The λ below which a share p of all eigenvalues lies, p in [0, 1]; as fine as the nodes around it.
 */
export function spectralQuantile({ nodes, weights }: Quadrature, p: number): number {
  if (!(p >= 0 && p <= 1))
    throw new ConfigError(`spectralQuantile: p must lie in [0, 1], got ${p}.`);
  const order = Array.from(nodes.data.keys()).sort((a, b) => nodes.data[a] - nodes.data[b]);
  const probes = nodes.shape[0];
  let below = 0;
  for (const at of order) {
    below += weights.data[at] / probes;
    if (below >= p) return nodes.data[at];
  }
  return nodes.data[order[order.length - 1]];
}

/** Σ_k τ_k f(θ_k) of each probe, and their mean. */
function overProbes(nodes: Tensor, weights: Tensor, f: (node: number) => number): Estimate {
  const [probes, steps] = nodes.shape;
  const sums = new Float64Array(probes);
  for (let v = 0; v < probes; v++)
    for (let k = v * steps; k < (v + 1) * steps; k++) sums[v] += weights.data[k] * f(nodes.data[k]);
  return independentEstimate(sums);
}

/**
 * Nodes and weights of one probe. If the space closes early, what is left of `nodes` repeats the
 * last one with weight 0.
 */
function gaussNodes(
  operator: SymmetricOperator,
  steps: number,
  rng: Rng,
  nodes: Float64Array,
  weights: Float64Array,
): void {
  const n = operator.dimension;
  let next: Float64Array = Float64Array.from({ length: n }, () => rng.normal());
  scale(next, 1 / norm(next));
  const basis: Float64Array[] = [];
  const projected = tensor([steps, steps]);
  let size = 0; // largest entry so far, the unit of rounding
  while (basis.length < steps) {
    const k = basis.push(next) - 1;
    const image = operator.apply(next);
    checkFinite(image, "spectralDensity, operator applied to a vector");
    projected.data[k * steps + k] = dot(next, image);
    for (let pass = 0; pass < 2; pass++) for (const b of basis) axpy(-dot(b, image), b, image);
    const length = norm(image);
    size = Math.max(size, Math.abs(projected.data[k * steps + k]), length);
    if (length <= n * Number.EPSILON * size) break;
    if (k + 1 < steps)
      projected.data[k * steps + k + 1] = projected.data[(k + 1) * steps + k] = length;
    scale(image, 1 / length);
    next = image;
  }
  const count = basis.length;
  const square = tensor([count, count]);
  for (let k = 0; k < count; k++) row(square, k).set(row(projected, k).subarray(0, count));
  const { values, vectors } = symmetricEigen(square);
  for (let k = 0; k < steps; k++) {
    nodes[k] = values[Math.min(k, count - 1)];
    weights[k] = k < count ? vectors.data[k * count] ** 2 : 0;
  }
}

function scale(v: Float64Array, factor: number): void {
  for (let i = 0; i < v.length; i++) v[i] *= factor;
}
