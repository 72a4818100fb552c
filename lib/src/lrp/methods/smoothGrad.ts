import { takes } from "../../core/arguments/takes.js";
import { count, nonNegative, optional, record, stream } from "../../core/arguments/kinds.js";
import type { Rng } from "../../core/random/rng.js";
import { restoreMasks } from "../propagation/masks.js";
import { explainWith } from "./explainWith.js";
import type { AttributionMethod } from "./method.js";

/** Options of `smoothGrad`. */
export interface SmoothGradOptions {
  /** Each sample draws from its own fork, so that results do not depend on the batch. */
  readonly rng: Rng;
  /** Standard deviation of the noise relative to max x − min x of the sample (default 0.1). */
  readonly noise?: number;
  /** Noisy copies of each sample (default 25). */
  readonly copies?: number;
}

/**
 * SmoothGrad (Smilkov et al. 2017): the mean of ∂f/∂x over noisy copies x + δ, δ normal, at every
 * value.
 */
export function smoothGrad(options: SmoothGradOptions): AttributionMethod {
  takes("smoothGrad", {
    options: [
      options,
      record({ rng: stream, noise: optional(nonNegative), copies: optional(count(1)) }),
    ],
  });
  const { rng, noise = 0.1, copies = 25 } = options;
  return {
    name: `SmoothGrad, noise ${noise}, ${copies} copies`,
    inputOnly: false,
    prepare: (problem) => {
      const { masks = [] } = problem;
      let noisy = new Float64Array(0);
      return explainWith(problem, (opening, { x, batch, from, relevance, sizes }) => {
        const features = opening.evaluator.values[0].length / problem.capacity;
        if (noisy.length === 0) noisy = new Float64Array(problem.capacity * features);
        const streams = Array.from({ length: batch }, (_, n) =>
          rng.fork(`smoothGrad/sample ${from + n}`),
        );
        const widths = streams.map((_, n) => noise * range(x, n * features, features));
        for (const out of relevance) out.fill(0);
        for (let copy = 0; copy < copies; copy++) {
          for (let n = 0, p = 0; n < batch; n++) {
            for (let f = 0; f < features; f++, p++)
              noisy[p] = x[p] + widths[n] * streams[n].normal();
          }
          restoreMasks(x, masks, noisy, features, batch);
          opening.gradients(noisy, batch);
          relevance.forEach((out, v) => {
            const g = opening.evaluator.gradients[v];
            for (let p = 0; p < batch * sizes[v]; p++) out[p] += g[p] / copies;
          });
        }
      });
    },
  };
}

function range(x: Float64Array, from: number, count: number): number {
  let [least, most] = [Infinity, -Infinity];
  for (let p = from; p < from + count; p++) {
    if (x[p] < least) least = x[p];
    if (x[p] > most) most = x[p];
  }
  return count > 0 ? most - least : 0;
}
