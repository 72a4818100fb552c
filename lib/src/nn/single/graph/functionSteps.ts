import { size } from "../../../core/tensor.js";
import type { NormalisationLayer } from "../../layers/layer.js";
import { fours, placeOf, type SingleStep, type StepRoom } from "./singleStep.js";
import type { PlannedNode } from "./plannedNode.js";

/** Softmax along the last axis. */
export function softmaxStep({ shape }: PlannedNode, { numbers }: StepRoom): SingleStep {
  const length = shape[shape.length - 1];
  const lines = size(shape) / length;
  return {
    forward: ({ x: [x], y }, batch) =>
      numbers.softmax(batch * lines, length, placeOf(x), placeOf(y)),
    pull: ({ y }, g, _k, gx, batch) =>
      numbers.softmaxTransposed(batch * lines, length, placeOf(y), placeOf(g), placeOf(gx)),
  };
}

/** x Φ(x), whose slope is made with it. */
export function geluStep({ shape }: PlannedNode, { numbers, capacity }: StepRoom): SingleStep {
  const width = size(shape);
  const slope = numbers.take(capacity * width);
  const gelu = numbers.makeGelu();
  return {
    forward: ({ x: [x], y }, batch) => gelu(fours(batch * width), placeOf(x), placeOf(y), slope),
    pull: (_at, g, _k, gx, batch) =>
      numbers.multiply(fours(batch * width), slope, placeOf(g), placeOf(gx)),
  };
}

/** ReLU and its leaky kind with a slope ≥ 0, where no affine layer takes it along. */
export function rectifierStep(
  { shape }: PlannedNode,
  { numbers }: StepRoom,
  slope: number,
): SingleStep {
  const width = size(shape);
  return {
    forward({ x: [x], y }, batch) {
      y.set(x.subarray(0, batch * width));
      numbers.leaky(fours(batch * width), placeOf(y), slope);
    },
    pull({ y }, g, _k, gx, batch) {
      gx.set(g.subarray(0, batch * width));
      numbers.leakyTransposed(fours(batch * width), placeOf(y), placeOf(gx), slope);
    },
  };
}

/** factor · x + shift. */
export function rescaleStep(
  { shape }: PlannedNode,
  { numbers }: StepRoom,
  factor: number,
  shift: number,
): SingleStep {
  const width = size(shape);
  return {
    forward: ({ x: [x], y }, batch) =>
      numbers.rescale(fours(batch * width), placeOf(x), placeOf(y), factor, shift),
    pull: (_at, g, _k, gx, batch) =>
      numbers.rescale(fours(batch * width), placeOf(g), placeOf(gx), factor, 0),
    pullInto(_at, g, _k, gx, batch) {
      const to = placeOf(gx);
      numbers.combine(fours(batch * width), to, placeOf(g), to, factor);
    },
  };
}

/** Whether a normalisation's axes follow each other. */
export const isOneRun = (axes: readonly number[]): boolean =>
  axes.every((axis, k) => k === 0 || axis === axes[k - 1] + 1);

/** (x − mean) / σ over axes that follow each other. */
export function normaliseStep(
  { layer, shape }: PlannedNode,
  { numbers, capacity }: StepRoom,
): SingleStep {
  const { axes, centred, epsilon } = layer as NormalisationLayer;
  const outer = size(shape.slice(0, axes[0]));
  const length = size(axes.map((axis) => shape[axis]));
  const inner = size(shape) / outer / length;
  const reciprocal = numbers.take(capacity * outer * inner);
  const flag = centred ? 1 : 0;
  return {
    forward: ({ x: [x], y }, batch) =>
      numbers.normalise(
        batch * outer,
        length,
        inner,
        flag,
        placeOf(x),
        placeOf(y),
        reciprocal,
        epsilon,
      ),
    pull: ({ y }, g, _k, gx, batch) =>
      numbers.normaliseTransposed(
        batch * outer,
        length,
        inner,
        flag,
        placeOf(y),
        placeOf(g),
        reciprocal,
        placeOf(gx),
      ),
  };
}

/** w_c x + b_c along the first axis, of parameters or given numbers. */
export function scalingStep(
  { shape }: PlannedNode,
  { numbers }: StepRoom,
  given: readonly number[] | undefined,
  shifted: boolean,
): SingleStep {
  const [features] = shape;
  const width = size(shape);
  const inner = width / features;
  const own = given && numbers.take(given.length);
  if (given && own) numbers.all.set(given, own);
  const scaled = (w: number, shift: number, x: number, y: number, batch: number): void => {
    for (let n = 0; n < batch; n++)
      numbers.scale(features, inner, x + n * width, w, shift, y + n * width);
  };
  const weightAt = (theta: Float64Array): number => own ?? placeOf(theta);
  return {
    forward({ x: [x], y, theta }, batch) {
      const w = weightAt(theta);
      scaled(w, shifted ? w + features : 0, placeOf(x), placeOf(y), batch);
    },
    pull: ({ theta }, g, _k, gx, batch) =>
      scaled(weightAt(theta), 0, placeOf(g), placeOf(gx), batch),
    ...(!given && {
      parameters: {
        pull({ x: [x] }, g, out, place, first, count) {
          const to = placeOf(out) + place;
          for (let n = first; n < first + count; n++) {
            const at = placeOf(g) + n * width;
            numbers.scaleGradient(features, inner, placeOf(x) + n * width, at, to);
            if (shifted) numbers.rowSums(features, inner, at, to + features);
          }
        },
      },
    }),
  };
}
