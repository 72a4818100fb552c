import { ConfigError } from "../../core/errors.js";
import { size } from "../../core/tensor.js";
import type { ByKind } from "../../nn/layers/byKind.js";
import type { Layer, MergeLayer } from "../../nn/layers/layer.js";
import { joinedRows } from "../../nn/layers/structureSteps.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import { splitRows, spreadRows, type Visit } from "../propagation/backwardPlan.js";
import type { Compared, HandBack } from "./compared.js";
import { throughChoice } from "./choiceMultipliers.js";
import { throughNormalisation } from "./normalisationMultipliers.js";
import { throughSoftmax } from "./softmaxMultipliers.js";
import { poolingWeights, windowSums } from "../propagation/linearMaps.js";

/**
 * Below this difference of a unit's inputs, relative to their size, the quotient Δy/Δx is rounding
 * and f′(x) stands for it.
 */
const CLOSE = 1e-9;

/** Multipliers through each kind of layer; a kind without an entry does not compile. */
const through: ByKind<(node: Compared) => HandBack> = {
  affine: () => throughAffine,
  elementwise: (layer) => (node) => throughActivation(layer, node),
  pooling: ({ mode }) => (mode === "maximum" ? throughMaximum : throughMean),
  merge: (layer) => (layer.mode === "add" ? throughSum : throughConcatenation(layer)),
  slice:
    ({ start }) =>
    ({ visit: { targets }, m, width, height }) =>
    (batch) =>
      spreadRows(m, targets[0], height, start, width, batch),
  reshape: () => copied,
  dropout: () => copied,
  gather: () => throughLinear,
  scaling: () => throughLinear,
  source: () => () => () => {},
  product: () => throughProduct,
  choice: () => throughChoice,
  softmax: (layer) => (node) => throughSoftmax(layer, node),
  normalisation: (layer) => (node) => throughNormalisation(layer, node),
  own: (layer) => unknown(layer),
};

function unknown({ name }: Layer): never {
  throw new ConfigError(
    `deepLift: there is no rule for the layer ${name}. Use integratedGradients, which needs none.`,
    { layer: name },
  );
}

/** @throws ConfigError for a layer that there is no multiplier for */
export function multiplierOf(layer: Layer): (node: Compared) => HandBack {
  // a layer made in JavaScript may be of a kind that there is not
  if (!Object.hasOwn(through, layer.kind)) return unknown(layer);
  return (through[layer.kind] as (layer: Layer) => (node: Compared) => HandBack)(layer);
}

/** What `multiplierOf` needs to know of a node. */
export function compared(
  theta: Float64Array,
  evaluator: Evaluator,
  reference: Evaluator,
  visit: Visit,
  m: Float64Array,
): Compared {
  // what reads nothing has no width
  const [width, height] = [visit.inputs[0] ?? visit.output, visit.output].map((v) =>
    size(evaluator.shapes[v]),
  );
  return { theta, evaluator, reference, visit, m, width, height };
}

function throughAffine({ theta, evaluator, visit, m }: Compared): HandBack {
  const { affine, weight } = evaluator.steps[visit.node];
  const own = theta.subarray(...weight);
  return (batch) => affine!.applyTransposed(own, m, visit.targets[0], batch);
}

/** Layers whose Jᵀ depends on nothing but θ. */
function throughLinear({ theta, evaluator, visit, m }: Compared): HandBack {
  const { step, place, count } = evaluator.steps[visit.node];
  const at = { x: [], y: m, theta: theta.subarray(place, place + count) };
  return (batch) => step.pull(at, m, 0, visit.targets[0], batch);
}

/** Δ(a b) = Δa (b + b′)/2 + (a + a′)/2 Δb: each input is multiplied by the other's mean. */
function throughProduct({ evaluator, reference, visit, m }: Compared): HandBack {
  const { product } = evaluator.steps[visit.node].step;
  const means = visit.inputs.map((v) => {
    const [own, before] = [evaluator, reference].map(({ values }) => values[v]);
    const mean = new Float64Array(own.length);
    return (batch: number): Float64Array => {
      for (let p = 0; p < batch * size(evaluator.shapes[v]); p++)
        mean[p] = (own[p] + before[p % before.length]) / 2;
      return mean;
    };
  });
  return (batch) =>
    visit.targets.forEach((target, k) =>
      product!.transposed(k, m, means[1 - k](batch), target, batch),
    );
}

/** m_i = (Δy_i / Δx_i) m_j. */
function throughActivation(
  layer: Extract<Layer, { kind: "elementwise" }>,
  { evaluator, reference, visit, m, width }: Compared,
): HandBack {
  const { inputs, output, targets } = visit;
  const [target] = targets;
  const [x, x0] = [evaluator, reference].map(({ values }) => values[inputs[0]]);
  const [y, y0] = [evaluator, reference].map(({ values }) => values[output]);
  return (batch) => {
    layer.derivative(x, y, target, batch * width);
    for (let p = 0; p < batch * width; p++) {
      const q = p % x0.length;
      const dx = x[p] - x0[q];
      const apart = Math.abs(dx) > CLOSE * (Math.abs(x[p]) + Math.abs(x0[q]));
      target[p] = m[p] * (apart ? (y[p] - y0[q]) / dx : target[p]);
    }
  };
}

/** Δy goes to the entry that won at x if y > y′, to the one that won at the baseline otherwise. */
function throughMaximum({ evaluator, reference, visit, m, width, height }: Compared): HandBack {
  const { node, inputs, output, targets } = visit;
  const [target] = targets;
  const [x, x0] = [evaluator, reference].map(({ values }) => values[inputs[0]]);
  const [y, y0] = [evaluator, reference].map(({ values }) => values[output]);
  const [won, wonBefore] = [evaluator, reference].map(({ sources }) => sources[node]);
  return (batch) => {
    target.fill(0, 0, batch * width);
    for (let n = 0, p = 0; n < batch; n++) {
      for (let f = 0; f < height; f++, p++) {
        const q = p % y0.length;
        const dy = y[p] - y0[q];
        const to = dy >= 0 ? won[p] : wonBefore[q];
        const dx = x[n * width + to] - x0[(n * width + to) % x0.length];
        target[n * width + to] += m[p] * (dy === 0 ? (dx === 0 ? 1 : 0) : dy / dx);
      }
    }
  };
}

/** Averages and sums of windows. */
function throughMean({ evaluator, visit, m, width, height }: Compared): HandBack {
  const { pooling } = evaluator.steps[visit.node];
  const map = windowSums(pooling!.sources, height, width);
  const weight = poolingWeights(pooling!);
  return (batch) => map.applyTransposed(weight, m, visit.targets[0], batch);
}

function throughSum({ visit: { targets }, m, height }: Compared): HandBack {
  return (batch) => {
    for (const target of targets) for (let p = 0; p < batch * height; p++) target[p] = m[p];
  };
}

const throughConcatenation =
  (layer: MergeLayer) =>
  ({ evaluator: { shapes }, visit: { inputs, targets }, m }: Compared): HandBack => {
    const rows = joinedRows(layer, shapes[inputs[0]]);
    const widths = inputs.map((v) => size(shapes[v]) / rows);
    return (batch) => splitRows(m, targets, widths, batch * rows);
  };

function copied({ visit: { targets }, m, width }: Compared): HandBack {
  return (batch) => {
    for (let p = 0; p < batch * width; p++) targets[0][p] = m[p];
  };
}
