import { size, type Shape } from "../../core/tensor.js";
import type { DropoutLayer, MergeLayer, ReshapeLayer, SliceLayer } from "./layer.js";
import type { LayerStep } from "./layerStep.js";

/** `prepare` of reshapes: y = x. */
export function prepareReshape(this: ReshapeLayer, [input]: readonly Shape[]): LayerStep {
  const width = size(input);
  return {
    forward: ({ x: [x], y }, batch) => copy(x, y, batch * width),
    push: (_at, { x: [dx], y: dy }, batch) => copy(dx, dy, batch * width),
    pull: (_at, g, _k, gx, batch) => copy(g, gx, batch * width),
  };
}

/** `prepare` of slices: y_f = x_{start + f}. */
export function prepareSlice(this: SliceLayer, [input]: readonly Shape[]): LayerStep {
  const { start } = this;
  const [width, height] = [size(input), size(this.outputShape([input]))];
  const cut = (x: Float64Array, y: Float64Array, batch: number): void => {
    for (let n = 0; n < batch; n++) copyRow(x, n * width + start, y, n * height, height);
  };
  const add = (g: Float64Array, gx: Float64Array, batch: number): void => {
    for (let n = 0, p = 0; n < batch; n++)
      for (let f = n * width + start; f < n * width + start + height; f++) gx[f] += g[p++];
  };
  return {
    forward: ({ x: [x], y }, batch) => cut(x, y, batch),
    push: (_at, { x: [dx], y: dy }, batch) => cut(dx, dy, batch),
    pull(_at, g, _k, gx, batch) {
      gx.fill(0, 0, batch * width);
      for (let n = 0; n < batch; n++) copyRow(g, n * height, gx, n * width + start, height);
    },
    pullInto: (_at, g, _k, gx, batch) => add(g, gx, batch),
  };
}

/**
 * `prepare` of dropout: y = m x with a mask of the latest `forward` in training, y = x otherwise.
 */
export function prepareDropout(
  this: DropoutLayer,
  [input]: readonly Shape[],
  capacity: number,
): LayerStep {
  const { rate } = this;
  const width = size(input);
  const mask = new Float64Array(capacity * width);
  let dropping = false;
  const masked = (x: Float64Array, y: Float64Array, batch: number): void => {
    if (!dropping) copy(x, y, batch * width);
    else for (let p = 0; p < batch * width; p++) y[p] = mask[p] * x[p];
  };
  return {
    forward({ x: [x], y }, batch, training) {
      dropping = training !== undefined;
      if (training)
        for (let p = 0; p < batch * width; p++)
          mask[p] = training.uniform() < rate ? 0 : 1 / (1 - rate);
      masked(x, y, batch);
    },
    push: (_at, { x: [dx], y: dy }, batch) => masked(dx, dy, batch),
    pull: (_at, g, _k, gx, batch) => masked(g, gx, batch),
  };
}

/** `prepare` of merges: y = Σ_k x_k, or the entries of all x_k along an axis. */
export function prepareMerge(this: MergeLayer, inputs: readonly Shape[]): LayerStep {
  if (this.mode === "add") return addStep(size(inputs[0]));
  const rows = joinedRows(this, inputs[0]);
  return concatStep(
    inputs.map((input) => size(input) / rows),
    rows,
  );
}

/** Rows of each sample that a concatenation joins one by one: the places before its axis. */
export const joinedRows = ({ axis = 0 }: MergeLayer, input: Shape): number =>
  size(input.slice(0, axis));

function addStep(width: number): LayerStep {
  const sum = (xs: readonly Float64Array[], y: Float64Array, batch: number): void => {
    copy(xs[0], y, batch * width);
    for (let k = 1; k < xs.length; k++) for (let p = 0; p < batch * width; p++) y[p] += xs[k][p];
  };
  return {
    forward: ({ x, y }, batch) => sum(x, y, batch),
    push: (_at, { x: dx, y: dy }, batch) => sum(dx, dy, batch),
    pull: (_at, g, _k, gx, batch) => copy(g, gx, batch * width),
  };
}

function concatStep(widths: readonly number[], rows: number): LayerStep {
  const height = widths.reduce((sum, width) => sum + width, 0);
  const starts = widths.map((_, k) => widths.slice(0, k).reduce((sum, width) => sum + width, 0));
  const join = (xs: readonly Float64Array[], y: Float64Array, batch: number): void => {
    for (let k = 0; k < xs.length; k++) {
      for (let n = 0; n < batch * rows; n++)
        copyRow(xs[k], n * widths[k], y, n * height + starts[k], widths[k]);
    }
  };
  return {
    forward: ({ x, y }, batch) => join(x, y, batch),
    push: (_at, { x: dx, y: dy }, batch) => join(dx, dy, batch),
    pull(_at, g, k, gx, batch) {
      for (let n = 0; n < batch * rows; n++)
        copyRow(g, n * height + starts[k], gx, n * widths[k], widths[k]);
    },
  };
}

function copy(from: Float64Array, to: Float64Array, count: number): void {
  copyRow(from, 0, to, 0, count);
}

/** Entries from which on a view and one move of memory are cheaper than a loop. */
const LONG = 48;

function copyRow(
  from: Float64Array,
  start: number,
  to: Float64Array,
  place: number,
  length: number,
): void {
  if (length >= LONG)
    to.set(length === from.length ? from : from.subarray(start, start + length), place);
  else for (let p = 0; p < length; p++) to[place + p] = from[start + p];
}
