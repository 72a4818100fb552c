import type { PoolingMap } from "../../nn/layers/layer.js";

/**
 * y = A(weight) x + bias at a fixed shape: what a rule needs of a layer. The affine maps of the
 * engine are such, with their compiled products; average pooling and sums become one here.
 */
export interface LinearMap {
  apply(
    weight: Float64Array,
    bias: Float64Array | undefined,
    x: Float64Array,
    y: Float64Array,
    batch: number,
  ): void;
  applyTransposed(weight: Float64Array, g: Float64Array, gx: Float64Array, batch: number): void;
}

/**
 * y_f = weight_f Σ_w x_source(f, w): pooling, or any sum that a table of sources can say. A single
 * weight is for all outputs.
 * @param sources  [outputs, window], −1 for none
 */
export function windowSums(sources: Int32Array, outputs: number, features: number): LinearMap {
  const window = sources.length / outputs;
  return {
    apply(weight, _bias, x, y, batch) {
      for (let n = 0; n < batch; n++) {
        const start = n * features;
        for (let f = 0, p = 0; f < outputs; f++) {
          let sum = 0;
          for (let e = 0; e < window; e++) {
            const source = sources[p++];
            if (source >= 0) sum += x[start + source];
          }
          y[n * outputs + f] = weight[weight.length === 1 ? 0 : f] * sum;
        }
      }
    },
    applyTransposed(weight, g, gx, batch) {
      gx.fill(0, 0, batch * features);
      for (let n = 0; n < batch; n++) {
        const start = n * features;
        for (let f = 0, p = 0; f < outputs; f++) {
          const share = weight[weight.length === 1 ? 0 : f] * g[n * outputs + f];
          for (let e = 0; e < window; e++) {
            const source = sources[p++];
            if (source >= 0) gx[start + source] += share;
          }
        }
      }
    },
  };
}

/** The weights of `windowSums` for an average pooling. */
export const poolingWeights = ({ coefficient, coefficients }: PoolingMap): Float64Array =>
  coefficients ?? Float64Array.of(coefficient);

/**
 * Sources of a sum of `parts` inputs of one length, stored one after the other in a sample.
 * [length, parts]
 */
export function sumSources(length: number, parts: number): Int32Array {
  return Int32Array.from(
    { length: length * parts },
    (_, p) => (p % parts) * length + Math.floor(p / parts),
  );
}
