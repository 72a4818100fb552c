import { checkInputs } from "../../nn/arguments.js";
import { aBaseline, someRegions } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { optional, record, tensorOf } from "../../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import type { Rng } from "../../core/random/rng.js";
import { checkFinite, checkTensor, size, type Tensor } from "../../core/tensor.js";
import { makeEvaluator } from "../../nn/network/evaluator.js";
import type { Network } from "../../nn/network/network.js";
import { baselineOf, referenceOf, type Reference } from "../methods/baseline.js";
import { checkRegions, entries, type Region } from "../methods/patches.js";
import { maskRanges } from "../propagation/masks.js";
import { selected } from "../propagation/start.js";

/** Options of `featureFlipping`. */
export interface FeatureFlippingOptions {
  /**
   * Coefficients c [n, outputs] of the score Σ_k c_k y_k: those of the attribution that is tested.
   */
  readonly coefficients: Tensor;
  /**
   * Most relevant regions first (default), least relevant first, or in random order from a stream.
   */
  readonly order?: "descending" | "ascending" | { readonly random: Rng };
  /**
   * One sample in the units that the network reads, put in place of what is flipped (default zeros
   * of these).
   */
  readonly baseline?: Tensor;
  /** What is flipped together (default each entry by itself, without those of masks). */
  readonly regions?: readonly Region[];
  /** Points of the curve after the first (default 20, at most one for each region). */
  readonly steps?: number;
}

/** The score while features are replaced, and the area under it. */
export interface FlippingCurve {
  /** What was put in place of what was flipped. */
  readonly reference: Reference;
  /** Fraction of regions flipped, from 0 to 1. [steps + 1] */
  readonly fraction: Float64Array;
  /** Score, mean over samples. [steps + 1] */
  readonly score: Float64Array;
  /** [n, steps + 1] */
  readonly scores: Tensor;
  /**
   * Area under `score`: the smaller in descending order, the better the most relevant features were
   * found.
   */
  readonly area: number;
  /** [n] */
  readonly areas: Float64Array;
}

/**
 * Feature flipping (Samek et al. 2017): how the score of what was explained falls while features
 * are replaced by a baseline in the order of their relevance. Regions are ranked by their summed
 * relevance; equal ones keep their order. The area is by the trapezoidal rule.
 *
 * @param x          [n, …shape of a sample]
 * @param relevance  likewise
 * @throws ShapeError, ConfigError or NumericalError for input that does not fit
 */
export function featureFlipping(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  relevance: Tensor,
  options: FeatureFlippingOptions,
): FlippingCurve {
  takes("featureFlipping", {
    options: [
      options,
      record({
        coefficients: tensorOf(["n", "outputs"]),
        baseline: aBaseline,
        regions: optional(someRegions),
      }),
    ],
  });
  checkInputs(network, theta, x, "featureFlipping");
  const { coefficients, order = "descending", baseline, steps: wanted = 20 } = options;
  checkTensor(relevance, "featureFlipping: relevance");
  if (typeof order !== "object" || order === null)
    oneOf(order, ["descending", "ascending"], "featureFlipping: order");
  const [samples, ...input] = x.shape;
  if (relevance.shape.join() !== x.shape.join()) {
    throw new ShapeError(
      `featureFlipping: relevance must have the shape of x [${x.shape}], got [${relevance.shape}].`,
      { got: relevance.shape },
    );
  }
  checkFinite(relevance.data, "featureFlipping, relevance");
  if (!(Number.isInteger(wanted) && wanted > 0))
    throw new ConfigError(`featureFlipping: steps must be a whole number ≥ 1, got ${wanted}.`);
  const reference = baselineOf(baseline, input, "featureFlipping");
  const features = size(input);
  const masks = maskRanges(network);
  const isMask = (e: number): boolean => masks.some(({ start, end }) => start <= e && e < end);
  const regions = options.regions ?? entries(input).filter((region) => !isMask(region[0]));
  checkRegions(regions, features, "featureFlipping");
  const steps = Math.min(wanted, regions.length);
  const evaluator = makeEvaluator(network, input, steps + 1);
  const outputs = size(evaluator.shapes[network.nodes.length]);
  if (coefficients.shape[0] !== samples || coefficients.data.length !== samples * outputs) {
    throw new ShapeError(
      `featureFlipping: coefficients must have shape [${samples}, ${outputs}], got [${coefficients.shape}].`,
    );
  }
  const flippedBy = Int32Array.from({ length: steps + 1 }, (_, k) =>
    Math.round((k * regions.length) / steps),
  );
  const fraction = Float64Array.from(flippedBy, (count) => count / regions.length);
  const scores = new Float64Array(samples * (steps + 1));
  const areas = new Float64Array(samples);
  const copies = new Float64Array((steps + 1) * features);
  const c = new Float64Array((steps + 1) * outputs);
  for (let n = 0; n < samples; n++) {
    const ranked = ranking(
      relevance.data.subarray(n * features, (n + 1) * features),
      regions,
      order,
      n,
    );
    const current = x.data.slice(n * features, (n + 1) * features);
    for (let k = 0, done = 0; k <= steps; k++) {
      for (; done < flippedBy[k]; done++) {
        const region = regions[ranked[done]];
        for (let e = 0; e < region.length; e++) current[region[e]] = reference[region[e]];
      }
      copies.set(current, k * features);
      c.set(coefficients.data.subarray(n * outputs, (n + 1) * outputs), k * outputs);
    }
    evaluator.forward(theta, copies, steps + 1);
    const curve = scores.subarray(n * (steps + 1), (n + 1) * (steps + 1));
    selected(c, evaluator.values[network.nodes.length], outputs, steps + 1, curve);
    areas[n] = trapezoid(fraction, curve);
  }
  const score = new Float64Array(steps + 1);
  for (let p = 0; p < scores.length; p++) score[p % (steps + 1)] += scores[p] / samples;
  return {
    reference: referenceOf(baseline),
    fraction,
    score,
    scores: { shape: [samples, steps + 1], data: scores },
    area: trapezoid(fraction, score),
    areas,
  };
}

function ranking(
  relevance: Float64Array,
  regions: readonly Region[],
  order: NonNullable<FeatureFlippingOptions["order"]>,
  sample: number,
): ArrayLike<number> {
  if (typeof order === "object")
    return order.random.fork(`featureFlipping/sample ${sample}`).permutation(regions.length);
  const sums = regions.map((region) => {
    let sum = 0;
    for (let e = 0; e < region.length; e++) sum += relevance[region[e]];
    return sum;
  });
  const sign = order === "descending" ? -1 : 1;
  return regions.map((_, r) => r).sort((a, b) => sign * (sums[a] - sums[b]));
}

function trapezoid(x: Float64Array, y: Float64Array): number {
  let area = 0;
  for (let k = 1; k < x.length; k++) area += 0.5 * (x[k] - x[k - 1]) * (y[k] + y[k - 1]);
  return area;
}
