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
  /** The features whose factor is not 0: alive[0 … count − 1], in the order of the first node. */
  readonly alive: Int32Array;
  readonly count: number;
}

interface Growing {
  readonly destination: Int32Array;
  readonly factor: Float64Array;
  readonly alive: Int32Array;
  count: number;
}

/** One linear node of a segment: drops features, multiplies factors, moves destinations. */
type Passage = (route: Growing, sample: number) => void;

/**
 * Composes the linear nodes of a segment at one sample's activations; buffers are reused from
 * sample to sample. Only features that are still alive are looked at; where the first node is a
 * maximum, these are its sources.
 */
export function makeRoute(
  evaluator: Evaluator,
  segment: Segment,
): Route & { update(sample: number): void } {
  const { start, chain } = segment;
  const count = size(evaluator.shapes[start]);
  const route: Growing = {
    destination: Int32Array.from({ length: count }, (_, f) => f),
    factor: new Float64Array(count).fill(1),
    alive: Int32Array.from({ length: count }, (_, f) => f),
    count,
  };
  if (chain.length === 0) return Object.assign(route, { update: () => {} }); // each to itself
  const chosen = evaluator.steps[chain[0]].pooling?.selects === true;
  const begin = chosen ? beginAtMaxima(evaluator, chain[0]) : beginEverywhere;
  const passages = (chosen ? chain.slice(1) : chain).map((node) => passage(evaluator, node));
  return Object.assign(route, {
    update(sample: number) {
      begin(route, sample);
      for (const pass of passages) pass(route, sample);
    },
  });
}

const beginEverywhere: Passage = (route) => {
  route.count = route.factor.length;
  for (let f = 0; f < route.count; f++) {
    route.alive[f] = route.destination[f] = f;
    route.factor[f] = 1;
  }
};

function beginAtMaxima({ shapes, steps, sources }: Evaluator, node: number): Passage {
  const height = size(shapes[steps[node].output]);
  return (route, sample) => {
    const { alive, factor, destination } = route;
    factor.fill(0);
    let count = 0;
    for (let f = 0, at = sample * height; f < height; f++, at++) {
      const from = sources[node][at];
      if (from < 0) continue;
      alive[count++] = from;
      factor[from] = 1;
      destination[from] = f;
    }
    route.count = count;
  };
}

const passThrough: Passage = () => {};

function passage(evaluator: Evaluator, node: number): Passage {
  const { layer, pooling } = evaluator.steps[node];
  if (layer.kind === "elementwise") return throughFunction(evaluator, node);
  if (layer.kind === "slice") {
    const height = size(evaluator.shapes[evaluator.steps[node].output]);
    return keepWhere((route, f) => {
      const to = route.destination[f] - layer.start;
      route.destination[f] = to;
      return to >= 0 && to < height;
    });
  }
  return pooling ? throughPooling(evaluator, node) : passThrough;
}

/** Drops the features for which `keep`, which may move them, says no. */
function keepWhere(keep: (route: Growing, f: number) => boolean): Passage {
  return (route) => {
    const { alive, factor } = route;
    let count = 0;
    for (let a = 0; a < route.count; a++) {
      const f = alive[a];
      if (keep(route, f)) alive[count++] = f;
      else factor[f] = 0;
    }
    route.count = count;
  };
}

function throughFunction({ steps, values, shapes }: Evaluator, node: number): Passage {
  const {
    layer,
    inputs: [input],
    output,
  } = steps[node];
  const width = size(shapes[output]);
  const slope = new Float64Array(width);
  return (route, sample) => {
    if (layer.kind !== "elementwise") return;
    const at = sample * width;
    layer.derivative(
      values[input].subarray(at, at + width),
      values[output].subarray(at, at + width),
      slope,
      width,
    );
    const { alive, factor, destination } = route;
    let count = 0;
    for (let a = 0; a < route.count; a++) {
      const f = alive[a];
      factor[f] *= slope[destination[f]];
      if (factor[f] !== 0) alive[count++] = f;
    }
    route.count = count;
  };
}

function throughPooling({ steps, sources, shapes }: Evaluator, node: number): Passage {
  const { pooling, inputs, output } = steps[node];
  const { selects, window, coefficient, coefficients, sources: table } = pooling!;
  const height = size(shapes[output]);
  const inverse = new Int32Array(size(shapes[inputs[0]])).fill(-1);
  if (!selects) for (let p = 0; p < table.length; p++) inverse[table[p]] = Math.floor(p / window);
  const drop = keepWhere((route, f) => {
    const to = inverse[route.destination[f]];
    if (to < 0) return false;
    route.destination[f] = to;
    route.factor[f] *= coefficients ? coefficients[to] : coefficient;
    return true;
  });
  return (route, sample) => {
    if (selects) {
      inverse.fill(-1);
      const chosen = sources[node];
      for (let f = 0, at = sample * height; f < height; f++) inverse[chosen[at + f]] = f;
    }
    drop(route, sample);
  };
}

/** The one non-zero factor of a route, if it has only one; then it is applied at the end. */
export function commonFactor({ factor, alive, count }: Route): number | undefined {
  if (count === 0) return 1;
  const common = factor[alive[0]];
  for (let a = 1; a < count; a++) if (factor[alive[a]] !== common) return undefined;
  return common;
}
