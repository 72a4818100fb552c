import type { Shape } from "../../core/tensor.js";
import { eachLine, linesAlong, type Lines } from "./axisLines.js";
import type { SoftmaxLayer } from "./layer.js";
import type { LayerStep } from "./layerStep.js";

/**
 * `prepare` of softmax. With s the softmax itself, J = diag(s) − s sᵀ is symmetric, so that push
 * and pull are one; of its logarithm J = 1 − 1 sᵀ.
 */
export function prepareSoftmax(this: SoftmaxLayer, [input]: readonly Shape[]): LayerStep {
  const lines = linesAlong(input, this.axis);
  return this.log ? logStep(lines) : plainStep(lines);
}

function plainStep(lines: Lines): LayerStep {
  const { stride } = lines;
  /** s ∘ (v − ⟨s, v⟩). */
  const jacobian = (s: Float64Array, v: Float64Array, out: Float64Array, batch: number): void =>
    eachLine(lines, batch, (first, end) => {
      let mean = 0;
      for (let p = first; p < end; p += stride) mean += s[p] * v[p];
      for (let p = first; p < end; p += stride) out[p] = s[p] * (v[p] - mean);
    });
  return {
    forward({ x: [x], y }, batch) {
      eachLine(lines, batch, (first, end) => {
        const most = largest(x, first, end, stride);
        let sum = 0;
        for (let p = first; p < end; p += stride) sum += y[p] = Math.exp(x[p] - most);
        for (let p = first; p < end; p += stride) y[p] /= sum;
      });
    },
    push: ({ y }, { x: [dx], y: dy }, batch) => jacobian(y, dx, dy, batch),
    pull: ({ y }, g, _k, gx, batch) => jacobian(y, g, gx, batch),
    bend({ y: s }, { y: ds }, g, _k, gx, batch) {
      eachLine(lines, batch, (first, end) => {
        let [mean, change] = [0, 0];
        for (let p = first; p < end; p += stride) {
          mean += s[p] * g[p];
          change += ds[p] * g[p];
        }
        for (let p = first; p < end; p += stride) gx[p] = ds[p] * (g[p] - mean) - s[p] * change;
      });
    },
  };
}

function logStep(lines: Lines): LayerStep {
  const { stride } = lines;
  return {
    forward({ x: [x], y }, batch) {
      eachLine(lines, batch, (first, end) => {
        const most = largest(x, first, end, stride);
        let sum = 0;
        for (let p = first; p < end; p += stride) sum += Math.exp(x[p] - most);
        const total = most + Math.log(sum);
        for (let p = first; p < end; p += stride) y[p] = x[p] - total;
      });
    },
    push({ y }, { x: [dx], y: dy }, batch) {
      eachLine(lines, batch, (first, end) => {
        let mean = 0;
        for (let p = first; p < end; p += stride) mean += Math.exp(y[p]) * dx[p];
        for (let p = first; p < end; p += stride) dy[p] = dx[p] - mean;
      });
    },
    pull({ y }, g, _k, gx, batch) {
      eachLine(lines, batch, (first, end) => {
        let sum = 0;
        for (let p = first; p < end; p += stride) sum += g[p];
        for (let p = first; p < end; p += stride) gx[p] = g[p] - Math.exp(y[p]) * sum;
      });
    },
    bend({ y }, { y: dy }, g, _k, gx, batch) {
      eachLine(lines, batch, (first, end) => {
        let sum = 0;
        for (let p = first; p < end; p += stride) sum += g[p];
        for (let p = first; p < end; p += stride) gx[p] = -Math.exp(y[p]) * dy[p] * sum;
      });
    },
  };
}

function largest(x: Float64Array, first: number, end: number, stride: number): number {
  let most = x[first];
  for (let p = first + stride; p < end; p += stride) if (x[p] > most) most = x[p];
  return most;
}
