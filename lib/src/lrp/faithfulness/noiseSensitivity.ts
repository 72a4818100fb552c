import { takes } from "../../core/arguments/takes.js";
import { count, nonNegative, optional, record, stream } from "../../core/arguments/kinds.js";
import type { Rng } from "../../core/random/rng.js";
import { size, tensor, type Tensor } from "../../core/tensor.js";
import type { Network } from "../../nn/network/network.js";
import { attribute, type AttributeOptions } from "../methods/attribute.js";
import { maskRanges, restoreMasks } from "../propagation/masks.js";
import type { AttributionMethod } from "../methods/method.js";

/** How much an explanation changes with noise. */
export interface NoiseSensitivity {
  /**
   * Largest ‖R(x + δ) − R(x)‖ / ‖R(x)‖ over the copies, [n]; 0 for samples without relevance, which
   * are counted below.
   */
  readonly largest: Float64Array;
  /** The mean of the same over the copies, [n]. */
  readonly average: Float64Array;
  /** Samples whose relevance is 0 everywhere: they cannot be compared. */
  readonly withoutRelevance: number;
}

/**
 * How much relevance changes when the input is shaken a little: max-sensitivity of Yeh et al. 2019,
 * relative to ‖R(x)‖, with normal noise. The same outputs are explained as at x itself, even if
 * another becomes the largest.
 *
 * @param options.noise   standard deviation of δ, in units of x
 * @param options.copies  noisy copies of each sample (default 10)
 */
export function noiseSensitivity(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  method: AttributionMethod,
  options: Omit<AttributeOptions, "at" | "pooled"> & {
    readonly noise: number;
    readonly rng: Rng;
    readonly copies?: number;
  },
): NoiseSensitivity {
  takes("noiseSensitivity", {
    options: [options, record({ noise: nonNegative, rng: stream, copies: optional(count(1)) })],
  });
  const { noise, rng, copies = 10, ...rest } = options;
  const found = attribute(network, theta, x, method, rest);
  const own = typeof rest.start === "object" && "target" in rest.start;
  const start = own ? rest.start : { weights: found.coefficients };
  const [samples, ...input] = x.shape;
  const features = size(input);
  const masks = maskRanges(network, rest.masks);
  const plain = found.at[0].data;
  const [largest, average, norms] = [
    new Float64Array(samples),
    new Float64Array(samples),
    new Float64Array(samples),
  ];
  for (let p = 0; p < plain.length; p++) norms[Math.floor(p / features)] += plain[p] ** 2;
  const streams = Array.from({ length: samples }, (_, n) =>
    rng.fork(`noiseSensitivity/sample ${n}`),
  );
  const noisy = tensor(x.shape);
  for (let copy = 0; copy < copies; copy++) {
    for (let p = 0; p < noisy.data.length; p++)
      noisy.data[p] = x.data[p] + noise * streams[Math.floor(p / features)].normal();
    restoreMasks(x.data, masks, noisy.data, features, samples);
    const shaken = attribute(network, theta, noisy, method, { ...rest, start }).at[0].data;
    for (let n = 0; n < samples; n++) {
      if (norms[n] === 0) continue;
      let sum = 0;
      for (let p = n * features; p < (n + 1) * features; p++) sum += (shaken[p] - plain[p]) ** 2;
      const change = Math.sqrt(sum / norms[n]);
      largest[n] = Math.max(largest[n], change);
      average[n] += change / copies;
    }
  }
  return {
    largest,
    average,
    withoutRelevance: norms.reduce((count, value) => count + (value === 0 ? 1 : 0), 0),
  };
}
