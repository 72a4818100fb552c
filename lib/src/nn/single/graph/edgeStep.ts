import type { Numbers } from "./numbers.js";
import { fours, placeOf, type SingleStep, type StepRoom } from "./singleStep.js";
import { makeObjectProduct, type Factor } from "./objectProduct.js";
import type { EdgeExtents, PlannedNode } from "./plannedNode.js";
import { makeWeightGradient } from "./weightGradient.js";

/**
 * y_ir = [A B] (x_i, x_j − x_i) + b of each object i and its r-th neighbour j, made of objects in
 * place of edges:
 *
 *   y_ir = u_i + v_j,   u = (A − B) x + b,   v = B x
 */
export function edgeStep(node: PlannedNode, { numbers, capacity, moved }: StepRoom): SingleStep {
  const { features, objects, neighbours } = node.edges!;
  const outputs = node.shape[0];
  const { rectified = false } = node;
  const [width, height] = [features * objects, outputs * objects * neighbours];
  const weights = edgeWeights(numbers, outputs, node.edges!, node.scaled);
  const both = 2 * outputs;
  const sums = numbers.take(both * objects);
  const product = makeObjectProduct(numbers, both, objects);
  const gradients = numbers.take(capacity * both * objects);
  const places = numbers.list(new Int32Array(capacity * objects * neighbours));
  const gradient = makeWeightGradient(numbers, both, features, objects, capacity);
  const edges = objects * neighbours;
  /** From ∂/∂y to ∂/∂u and ∂/∂v of the samples first … first + count − 1. */
  const backToObjects = (y: number, g: number, first: number, count: number): void => {
    for (let n = first; n < first + count; n++) {
      const own = g + n * height;
      if (rectified) numbers.leakyTransposed(fours(height), y + n * height, own, 0);
      const to = gradients + n * both * objects;
      numbers.edgesTransposed(outputs, objects, neighbours, places + n * edges, own, to);
    }
  };
  const pull = (gx: number, theta: Float64Array, batch: number, mode: number): void => {
    const factor = weights.transposed(theta);
    for (let n = 0; n < batch; n++) {
      const from = gradients + n * both * objects;
      product(features, objects, both, factor, from, gx + n * width, 0, mode);
    }
  };
  return {
    forward({ x: [x, found], y, theta }, batch) {
      const { factor, bias } = weights.forward(theta);
      for (let p = 0; p < batch * edges; p++)
        numbers.integers[places + p] = placeIn(found[p], objects);
      for (let n = 0; n < batch; n++) {
        const from = placeOf(x) + n * width;
        product(both, objects, features, factor, from, sums, bias, 0);
        const [own, to] = [places + n * edges, placeOf(y) + n * height];
        numbers.edges(outputs, objects, neighbours, own, sums, to, rectified ? 1 : 0);
      }
    },
    pull({ y, theta }, g, _k, gx, batch) {
      backToObjects(placeOf(y), placeOf(g), 0, batch);
      pull(placeOf(gx), theta, batch, 0);
    },
    pullInto({ y, theta }, g, _k, gx, batch) {
      backToObjects(placeOf(y), placeOf(g), 0, batch);
      pull(placeOf(gx), theta, batch, 1);
    },
    parameters: {
      pull({ x: [x], y }, g, out, place, first, count) {
        if (!moved) backToObjects(placeOf(y), placeOf(g), first, count);
        const from = placeOf(x) + first * width;
        const { weight, bias } = weights.clearGradient();
        gradient(from, gradients + first * both * objects, weight, bias, count);
        weights.takeGradient(placeOf(out) + place);
      },
    },
  };
}

/** A place as an object's number, −1 if it is none; those below 0 count from the end. */
function placeIn(given: number, objects: number): number {
  const place = given < 0 ? given + objects : given;
  return Number.isInteger(place) && place >= 0 && place < objects ? place : -1;
}

/** A − B above B, [2 outputs, features], of the layer's own [A B]. */
function edgeWeights(
  numbers: Numbers,
  outputs: number,
  { features }: EdgeExtents,
  scaled: PlannedNode["scaled"],
) {
  const { all } = numbers;
  const [both, count] = [2 * outputs, 2 * outputs * features];
  const own = numbers.take(count + both); // b behind it, and zeros for v
  const gradient = numbers.take(count + both);
  const packed = numbers.take(4 * Math.ceil(both / 4) * features);
  const packedBack = numbers.take(4 * Math.ceil(features / 4) * both);
  const factorOf = (j: number): number => (scaled ? scaled.factor[j] : 1);
  const load = (theta: Float64Array): void => {
    const at = placeOf(theta);
    for (let j = 0; j < outputs; j++) {
      const factor = factorOf(j);
      const [a, u] = [at + 2 * j * features, own + j * features];
      for (let i = 0; i < features; i++) {
        const b = all[a + features + i];
        all[u + i] = factor * (all[a + i] - b);
        all[u + outputs * features + i] = factor * b;
      }
      all[own + count + j] = factor * all[at + count + j] + (scaled ? scaled.shift[j] : 0);
    }
  };
  return {
    forward(theta: Float64Array) {
      load(theta);
      numbers.panels((both + 3) >> 2, both, features, own, features, 1, packed, 4 * features);
      const factor: Factor = { at: own, step: features, transposed: false, packed };
      return { factor, bias: own + count };
    },
    transposed(theta: Float64Array): Factor {
      load(theta);
      const panels = (features + 3) >> 2;
      numbers.panels(panels, features, both, own, 1, features, packedBack, 4 * both);
      return { at: own, step: features, transposed: true, packed: packedBack };
    },
    clearGradient() {
      all.fill(0, gradient, gradient + count + both);
      return { weight: gradient, bias: gradient + count };
    },
    /** ∂/∂A = ∂/∂(A − B), ∂/∂B = ∂/∂B of v less that of u. */
    takeGradient(place: number): void {
      for (let j = 0; j < outputs; j++) {
        const factor = factorOf(j);
        const [a, u] = [place + 2 * j * features, gradient + j * features];
        for (let i = 0; i < features; i++) {
          const [gu, gv] = [all[u + i], all[u + outputs * features + i]];
          all[a + i] += factor * gu;
          all[a + features + i] += factor * (gv - gu);
        }
        all[place + count + j] += factor * all[gradient + count + j];
      }
    },
  };
}
