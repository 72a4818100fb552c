import { size } from "../../core/tensor.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import type { Segment } from "./segments.js";

/**
 * Where each feature of a segment's start goes for one sample: a feature of its end, and a factor
 * (0: nowhere).
 */
export interface Route {
  readonly destination: Int32Array;
  readonly factor: Float64Array;
}

/**
 * Composes the linear nodes of a segment at one sample's activations; buffers are reused from
 * sample to sample.
 */
export function makeRoute(
  evaluator: Evaluator,
  segment: Segment,
): Route & { update(sample: number): void } {
  const { steps, values, sources, shapes } = evaluator;
  const sizes = shapes.map(size);
  const count = sizes[segment.start];
  const destination = new Int32Array(count);
  const factor = new Float64Array(count);
  const inverses = segment.chain.map(
    (node) => new Int32Array(steps[node].pooling ? sizes[steps[node].inputs[0]] : 0),
  );
  const slopes = segment.chain.map(
    (node) =>
      new Float64Array(steps[node].layer.kind === "elementwise" ? sizes[steps[node].output] : 0),
  );
  return {
    destination,
    factor,
    update(sample) {
      for (let f = 0; f < count; f++) {
        destination[f] = f;
        factor[f] = 1;
      }
      segment.chain.forEach((node, c) => {
        const { layer, inputs, output, pooling } = steps[node];
        if (layer.kind === "elementwise") {
          const slope = slopes[c];
          const width = slope.length;
          const at = sample * width;
          layer.derivative(
            values[inputs[0]].subarray(at, at + width),
            values[output].subarray(at, at + width),
            slope,
            width,
          );
          for (let f = 0; f < count; f++) if (factor[f] !== 0) factor[f] *= slope[destination[f]];
        } else if (layer.kind === "slice") {
          for (let f = 0; f < count; f++) {
            const to = destination[f] - layer.start;
            if (to < 0 || to >= sizes[output]) factor[f] = 0;
            else destination[f] = to;
          }
        } else if (pooling) {
          const inverse = inverses[c];
          const height = sizes[output];
          inverse.fill(-1);
          if (pooling.selects)
            for (let f = 0; f < height; f++) inverse[sources[node][sample * height + f]] = f;
          else
            for (let p = 0; p < pooling.sources.length; p++)
              inverse[pooling.sources[p]] = Math.floor(p / pooling.window);
          for (let f = 0; f < count; f++) {
            if (factor[f] === 0) continue;
            const to = inverse[destination[f]];
            if (to < 0) factor[f] = 0;
            else {
              destination[f] = to;
              factor[f] *= pooling.coefficients ? pooling.coefficients[to] : pooling.coefficient;
            }
          }
        }
      });
    },
  };
}

/** The one non-zero factor of a route, if it has only one; then it is applied at the end. */
export function commonFactor({ factor }: Route): number | undefined {
  let common = 0;
  for (let f = 0; f < factor.length; f++) {
    if (factor[f] === 0 || factor[f] === common) continue;
    if (common !== 0) return undefined;
    common = factor[f];
  }
  return common === 0 ? 1 : common;
}
