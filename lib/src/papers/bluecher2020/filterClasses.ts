import { checkFinite } from "../../core/tensor.js";
import { checkParameters } from "../../nn/network/network.js";
import { norm, row, size, tensor, type Tensor } from "../../core/tensor.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import type { Network } from "../../nn/network/network.js";
import { couplingRows } from "./couplingCurves.js";

/** What a filter answers to. */
export type FilterClass = "AFM" | "PM" | "FM" | "unused";

/** What a filter responds to, and where it matters. */
export interface FilterFacts {
  /**
   * The phase in which its share of the relevance is largest; "unused" if that share is below 2 %.
   */
  readonly class: FilterClass;
  /** Mean share of the relevance in each phase. */
  readonly share: Readonly<Record<"AFM" | "PM" | "FM", number>>;
  /** Cosine with the uniform filter, which is M, and with the alternating one, which is M_s. */
  readonly cosineM: number;
  readonly cosineMs: number;
  /** √Σ w² */
  readonly norm: number;
}

const UNUSED = 0.02;
const phases = { AFM: [-Infinity, -0.2], PM: [-0.17, 0.17], FM: [0.2, Infinity] } as const;

/**
 * Weights of the first layer of a convolutional network, [filters, …kernel].
 * @throws ConfigError if that is none, or has several input channels
 */
export function firstFilters(network: Network, theta: Float64Array): Tensor {
  checkParameters(network, theta, "theta", "firstFilters");
  checkFinite(theta, "firstFilters: theta");
  const node = network.nodes.find(({ layer }) => layer.kind === "affine");
  const shape = node?.layer.kind === "affine" ? node.layer.weightShape : [];
  if (!node || shape.length < 3 || shape[1] !== 1) {
    throw new ConfigError(
      `firstFilters: ${network.name} does not begin with a convolution of one channel; its first weights have shape [${shape}].`,
      { shape },
    );
  }
  return tensor(
    [shape[0], ...shape.slice(2)],
    theta.slice(node.offset, node.offset! + size(shape)),
  );
}

/**
 * Classes of the filters of a network as Blücher et al. 2020, Sec. IV B, name them: by the phase in
 * which their relevance peaks.
 * @param filters    [filters, …kernel]
 * @param relevance  [n, filters], configurations in the order of κ
 * @param kappa      [n]
 */
export function filterClasses(
  filters: Tensor,
  relevance: Tensor,
  kappa: ArrayLike<number>,
): FilterFacts[] {
  const count = filters.shape[0];
  if (
    relevance.shape.length !== 2 ||
    relevance.shape[0] !== kappa.length ||
    relevance.shape[1] !== count
  ) {
    throw new ShapeError(
      `filterClasses: relevance of shape [${relevance.shape}]; it must be [${kappa.length}, ${count}].`,
      { shape: relevance.shape },
    );
  }
  const kernel = filters.shape.slice(1);
  const parity = Float64Array.from({ length: size(kernel) }, (_, p) => {
    let [sum, rest] = [0, p];
    for (let axis = kernel.length - 1; axis >= 0; axis--) {
      sum += rest % kernel[axis];
      rest = Math.floor(rest / kernel[axis]);
    }
    return sum % 2 === 0 ? 1 : -1;
  });
  // Normalised at each κ first: without that couplings with large outputs would decide for their
  // phase
  const runs = couplingRows(kappa).map((run) => {
    const sums = new Float64Array(count);
    for (let n = run.from; n < run.to; n++)
      row(relevance, n).forEach((value, f) => (sums[f] += value));
    const total = sums.reduce((sum, value) => sum + value, 0);
    return { kappa: run.kappa, shares: sums.map((value) => (total === 0 ? 0 : value / total)) };
  });
  const shareOf = (f: number, [low, high]: readonly [number, number]): number => {
    const inside = runs.filter((run) => run.kappa > low && run.kappa < high);
    return inside.length === 0
      ? 0
      : inside.reduce((sum, run) => sum + run.shares[f], 0) / inside.length;
  };
  return Array.from({ length: count }, (_, f): FilterFacts => {
    const weights = row(tensor([count, parity.length], filters.data), f);
    const length = norm(weights);
    const cosine = (pattern: (p: number) => number): number =>
      length === 0
        ? 0
        : weights.reduce((sum, w, p) => sum + w * pattern(p), 0) /
          (length * Math.sqrt(parity.length));
    const share = {
      AFM: shareOf(f, phases.AFM),
      PM: shareOf(f, phases.PM),
      FM: shareOf(f, phases.FM),
    };
    const best = (Object.keys(share) as (keyof typeof share)[]).reduce((a, b) =>
      share[b] > share[a] ? b : a,
    );
    return {
      class: share[best] < UNUSED ? "unused" : best,
      share,
      cosineM: cosine(() => 1),
      cosineMs: cosine((p) => parity[p]),
      norm: length,
    };
  });
}
