import { size } from "../../../core/tensor.js";
import type { AffineLayer } from "../../layers/layer.js";
import { makeObjectProduct, type Factor } from "./objectProduct.js";
import { objectWeights } from "./objectWeights.js";
import { fours, placeOf, type SingleStep, type StepRoom } from "./singleStep.js";
import type { PlannedNode } from "./plannedNode.js";
import { makeWeightGradient } from "./weightGradient.js";

/** y = W x + b of every object of [inputs, objects], then ReLU if the node has it. */
export function objectStep(node: PlannedNode, { numbers, capacity, moved }: StepRoom): SingleStep {
  const [outputs, inputs] = (node.layer as AffineLayer).weightShape;
  const sites = size(node.shape) / outputs;
  const [width, height] = [inputs * sites, outputs * sites];
  const weights = objectWeights(numbers, outputs, inputs, node.scaled);
  const gradient = makeWeightGradient(numbers, outputs, inputs, sites, capacity);
  const { rectified = false } = node;
  const mask = (y: Float64Array, g: Float64Array, batch: number): void => {
    if (rectified) numbers.leakyTransposed(fours(batch * height), placeOf(y), placeOf(g), 0);
  };
  const multiply = makeObjectProduct(numbers, outputs, sites);
  /** A product for one sample; objects at its end that are all alike are computed once. */
  const product = (
    m: number,
    depth: number,
    factor: Factor,
    from: number,
    to: number,
    bias: number,
    mode: number,
  ): void => {
    const distinct = fours(numbers.distinct(depth, sites, from));
    const n = distinct < sites ? distinct : sites;
    multiply(m, n, depth, factor, from, to, bias, mode);
    if (n < sites) numbers.repeatLast(m, sites, n, to);
  };
  const pull = (
    theta: Float64Array,
    g: Float64Array,
    gx: Float64Array,
    batch: number,
    mode: number,
  ): void => {
    const factor = weights.transposed(theta);
    const [from, to] = [placeOf(g), placeOf(gx)];
    for (let n = 0; n < batch; n++) {
      const [own, out] = [from + n * height, to + n * width];
      if (mode === 0) product(inputs, outputs, factor, own, out, 0, 0);
      else multiply(inputs, sites, outputs, factor, own, out, 0, mode);
    }
  };
  return {
    forward({ x: [x], y, theta }, batch) {
      const { factor, bias } = weights.forward(theta);
      const [from, to] = [placeOf(x), placeOf(y)];
      const mode = rectified ? 2 : 0;
      for (let n = 0; n < batch; n++) {
        product(outputs, inputs, factor, from + n * width, to + n * height, bias, mode);
      }
    },
    pull({ y, theta }, g, _k, gx, batch) {
      mask(y, g, batch);
      pull(theta, g, gx, batch, 0);
    },
    pullInto({ y, theta }, g, _k, gx, batch) {
      mask(y, g, batch);
      pull(theta, g, gx, batch, 1);
    },
    parameters: {
      pull({ x: [x], y }, g, out, place, first, count) {
        if (!moved) mask(y, g, first + count);
        const [from, own] = [placeOf(x) + first * width, placeOf(g) + first * height];
        const to = weights.gradientPlace(placeOf(out) + place);
        gradient(from, own, to.weight, to.bias, count);
        weights.takeGradient(placeOf(out) + place);
      },
    },
  };
}

/** y = W x + b of samples [inputs]: samples are the rows of one product. */
export function sampleStep(node: PlannedNode, { numbers, capacity, moved }: StepRoom): SingleStep {
  const { all } = numbers;
  const [outputs, inputs] = (node.layer as AffineLayer).weightShape;
  const { rectified = false, scaled } = node;
  const weights = objectWeights(numbers, outputs, inputs, scaled);
  const panels = Math.ceil(Math.max(capacity, outputs) / 4);
  const packed = numbers.take(4 * panels * Math.max(inputs, outputs, capacity));
  const turned = numbers.take(inputs * outputs);
  const mask = (y: Float64Array, g: Float64Array, batch: number): void => {
    if (rectified) numbers.leakyTransposed(fours(batch * outputs), placeOf(y), placeOf(g), 0);
  };
  const pull = (theta: Float64Array, g: number, gx: number, batch: number, mode: number): void => {
    const { weight } = weights.plain(theta);
    const [m, n, q] = [batch, inputs, outputs];
    if (numbers.native(m, n, q, g, q, false, weight, n, false, gx, n, mode === 1)) return;
    numbers.panels((batch + 3) >> 2, batch, outputs, g, outputs, 1, packed, 4 * outputs);
    numbers.matrix(batch, inputs, outputs, packed, weight, inputs, gx, inputs, 0, mode);
  };
  return {
    forward({ x: [x], y, theta }, batch) {
      const { weight, bias } = weights.plain(theta);
      const [from, to] = [placeOf(x), placeOf(y)];
      for (let n = 0; n < batch; n++) all.copyWithin(to + n * outputs, bias, bias + outputs);
      const [m, n, q] = [batch, outputs, inputs];
      if (!numbers.native(m, n, q, from, q, false, weight, q, true, to, n, true)) {
        numbers.transpose(n, q, weight, turned);
        numbers.panels((m + 3) >> 2, m, q, from, q, 1, packed, 4 * q);
        numbers.matrix(m, n, q, packed, turned, n, to, n, 0, 1);
      }
      if (rectified) numbers.leaky(fours(batch * outputs), to, 0);
    },
    pull({ y, theta }, g, _k, gx, batch) {
      mask(y, g, batch);
      pull(theta, placeOf(g), placeOf(gx), batch, 0);
    },
    pullInto({ y, theta }, g, _k, gx, batch) {
      mask(y, g, batch);
      pull(theta, placeOf(g), placeOf(gx), batch, 1);
    },
    parameters: {
      pull({ x: [x], y }, g, out, place, first, count) {
        if (!moved) mask(y, g, first + count);
        const [from, own] = [placeOf(x) + first * inputs, placeOf(g) + first * outputs];
        const to = weights.gradientPlace(placeOf(out) + place);
        const [m, n, q] = [outputs, inputs, count];
        if (!numbers.native(m, n, q, own, m, true, from, n, false, to.weight, n, true)) {
          numbers.panels((m + 3) >> 2, m, q, own, 1, m, packed, 4 * q);
          numbers.matrix(m, n, q, packed, from, n, to.weight, n, 0, 1);
        }
        for (let n = 0, p = own; n < count; n++)
          for (let j = 0; j < outputs; j++) all[to.bias + j] += all[p++];
        weights.takeGradient(placeOf(out) + place);
      },
    },
  };
}
