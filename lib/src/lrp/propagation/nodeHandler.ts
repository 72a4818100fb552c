import { ConfigError } from "../../core/errors.js";
import { size } from "../../core/tensor.js";
import { byKind } from "../../nn/layers/byKind.js";
import type { Layer } from "../../nn/layers/layer.js";
import { joinedRows } from "../../nn/layers/structureSteps.js";
import type { MaximumRule } from "../rules/maximumRule.js";
import type { RelevanceRule } from "../rules/rules.js";
import { joinRows, splitRows, spreadRows, type Visit } from "./backwardPlan.js";
import { entriesHandler } from "./entriesHandler.js";
import { poolingWeights, sumSources, windowSums } from "./linearMaps.js";
import { linearPropagator } from "./linearPropagator.js";
import { maximumPropagator } from "./maximumPropagator.js";
import {
  addTotals,
  booksOf,
  type NetworkWalk,
  type NodeHandler,
  type NodeWalk,
} from "./nodeWalk.js";
import { normalisationHandler } from "./normalisationHandler.js";
import type { LinearBinding } from "./preparedRule.js";
import { productHandler } from "./productHandler.js";
import { softmaxHandler } from "./softmaxHandler.js";

export function nodeHandler(walk: NetworkWalk, visit: Visit): NodeHandler {
  const { shapes } = walk.evaluator;
  const node: NodeWalk = {
    ...walk,
    ...visit,
    layer: walk.problem.network.nodes[visit.node].layer,
    arriving: walk.relevance[visit.output],
    widths: visit.inputs.map((v) => size(shapes[v])),
    height: size(shapes[visit.output]),
  };
  const rule = walk.rules[visit.node];
  if (!rule) return handingOn(node);
  switch (rule.kind) {
    case "maximum":
      return maximumHandler(node, rule);
    case "product":
      return productHandler(node, rule);
    case "softmax":
      return softmaxHandler(node);
    case "normalisation":
      return normalisationHandler(node, rule);
    case "linear":
      return linearHandler(node, rule);
  }
}

const needsRule = ({ name }: Layer): never => {
  throw new ConfigError(
    `relevance: ${name} does not hand relevance on as it is, and has no rule. Give it one.`,
    { layer: name },
  );
};

/** Nodes without a rule: R_i = R_j. */
function handingOn(node: NodeWalk): NodeHandler {
  const { layer, arriving, targets, widths, height } = node;
  const copy = (batch: number): void => {
    for (let p = 0; p < batch * height; p++) targets[0][p] = arriving[p];
  };
  if (layer.kind === "gather" || layer.kind === "choice" || layer.kind === "source")
    return entriesHandler(node);
  const handOn = byKind<(batch: number) => void>(
    {
      merge: (merge) => {
        const rows = joinedRows(merge, node.evaluator.shapes[node.inputs[0]]);
        const own = widths.map((width) => width / rows);
        return (batch) => splitRows(arriving, targets, own, batch * rows);
      },
      slice:
        ({ start }) =>
        (batch) =>
          spreadRows(arriving, targets[0], height, start, widths[0], batch),
      elementwise: () => copy,
      reshape: () => copy,
      dropout: () => copy,
      scaling: () => copy,
      gather: needsRule,
      choice: needsRule,
      source: needsRule,
      product: needsRule,
      softmax: needsRule,
      normalisation: needsRule,
      affine: needsRule,
      pooling: needsRule,
      own: needsRule,
    },
    layer,
  );
  return {
    propagate(batch) {
      handOn(batch);
      addTotals(node, batch);
    },
  };
}

function maximumHandler(node: NodeWalk, rule: MaximumRule): NodeHandler {
  const { evaluator, layer, inputs, output, targets, arriving, supports, work } = node;
  const { steps, sources, shapes, values } = evaluator;
  const [input] = inputs;
  const { books, enter } = booksOf(node, rule.name);
  const through = maximumPropagator(
    steps[node.node].pooling!,
    rule,
    layer.name,
    sources[node.node],
    shapes[input],
    shapes[output],
    work,
    supports.has(input),
  );
  return {
    propagate(batch, startSizes) {
      through.propagate(values[input], values[output], arriving, targets[0], batch, books.zero);
      enter(batch, startSizes);
    },
    row: books.row,
  };
}

function linearHandler(node: NodeWalk, rule: RelevanceRule): NodeHandler {
  const { evaluator, layer, inputs, output, targets, arriving, widths, height, problem } = node;
  const { values } = evaluator;
  const { books, enter } = booksOf(node, rule.name);
  const through = linearPropagator(bindingOf(node, rule));
  if (layer.kind !== "merge")
    return {
      propagate(batch, startSizes) {
        const x = values[inputs[0]];
        through.propagate(x, values[output], arriving, targets[0], batch, books.zero);
        enter(batch, startSizes);
      },
      row: books.row,
    };
  // of several inputs the rule sees one, with their rows one after the other, and zeros of masks
  const joined = problem.capacity * widths.reduce((sum, width) => sum + width, 0);
  const [together, shares] = [new Float64Array(joined), new Float64Array(joined)];
  const masked = inputs.some((v) => node.ofMasks[v]) && !inputs.every((v) => node.ofMasks[v]);
  const nothing = new Float64Array(masked ? values[output].length : 0);
  const read = inputs.map((v) => (masked && node.ofMasks[v] ? nothing : values[v]));
  const sums = masked ? new Float64Array(values[output].length) : values[output];
  return {
    propagate(batch, startSizes) {
      if (masked) addUp(read, sums, batch * height);
      joinRows(read, together, widths, batch);
      through.propagate(together, sums, arriving, shares, batch, books.zero);
      splitRows(shares, targets, widths, batch);
      enter(batch, startSizes);
    },
    row: books.row,
  };
}

function addUp(values: readonly Float64Array[], sums: Float64Array, count: number): void {
  sums.fill(0, 0, count);
  for (const value of values) for (let p = 0; p < count; p++) sums[p] += value[p];
}

/** A rule and what it is for: an affine layer, a pooling, or a sum of inputs. */
function bindingOf(node: NodeWalk, rule: RelevanceRule): LinearBinding {
  const { problem, evaluator, layer, inputs, output, widths, height, supports, work } = node;
  const { affine, pooling, weight, bias } = evaluator.steps[node.node];
  const features = widths.reduce((sum, width) => sum + width, 0);
  const common = {
    rule,
    layer: `${layer.name}, node ${node.node}`,
    features,
    outputs: height,
    work,
    support: supports.get(output),
  };
  if (affine)
    return {
      ...common,
      map: affine,
      weight: problem.theta.subarray(...weight),
      bias: problem.theta.subarray(...bias),
      geometry: affine.geometry,
    };
  const sources = pooling ? pooling.sources : sumSources(height, inputs.length);
  return {
    ...common,
    map: windowSums(sources, height, features),
    weight: pooling ? poolingWeights(pooling) : Float64Array.of(1),
  };
}
