import { ConfigError } from "../../core/errors.js";
import { size } from "../../core/tensor.js";
import { byKind } from "../../nn/layers/byKind.js";
import type { Layer } from "../../nn/layers/layer.js";
import { shapes } from "../../nn/network/network.js";
import {
  backwardPlan,
  joinRows,
  splitRows,
  spreadRows,
  walkBack,
  type Visit,
} from "./backwardPlan.js";
import { rulesFor, type Composite, type LayerRule } from "../rules/composite.js";
import { aboveHead, convolutionHead } from "./convolutionHead.js";
import { addRowSums, ledger } from "./conservation.js";
import { recogniseHead } from "./headSpec.js";
import { poolingWeights, sumSources, windowSums, type LinearMap } from "./linearMaps.js";
import { linearPropagator } from "./linearPropagator.js";
import { maximumPropagator } from "./maximumPropagator.js";
import type { Workspace } from "./preparedRule.js";
import {
  open,
  type AttributionMethod,
  type AttributionProblem,
  type Attributor,
  type Opening,
} from "../methods/method.js";
import type { RelevanceRule } from "../rules/rules.js";
import { addSupportSums, type Support } from "./sparseConvolution.js";

/**
 * Layer-wise relevance propagation (Bach et al. 2015; Blücher et al. 2020, App. C): relevance of
 * the outputs is handed back from layer to layer by the rules of `composite`. Where a value is read
 * by several layers, their shares add up.
 */
export function layerwise(composite: Composite): AttributionMethod {
  return {
    name: `LRP, ${composite.name}`,
    inputOnly: false,
    prepare(problem) {
      const rules = rulesFor(problem.network, composite);
      return withHead(problem, rules) ?? layerByLayer(problem, rules);
    },
  };
}

/** All values of the network are at hand. */
function layerByLayer(
  problem: AttributionProblem,
  rules: readonly (LayerRule | undefined)[],
): Attributor {
  const opening = open(problem);
  const { evaluator, output, selection, outputs } = opening;
  const { capacity } = problem;
  const plan = backwardPlan(
    evaluator,
    problem.lowest,
    (node) => !rules[node] && !["merge", "slice"].includes(problem.network.nodes[node].layer.kind),
  );
  const { relevance } = plan;
  const widest = evaluator.steps.reduce(
    (most, { inputs }) =>
      Math.max(
        most,
        inputs.reduce((sum, v) => sum + size(evaluator.shapes[v]), 0),
      ),
    0,
  );
  const highest = Math.max(...evaluator.shapes.map(size));
  const work: Workspace = {
    inputs: [new Float64Array(capacity * widest), new Float64Array(capacity * widest)],
    outputs: [
      new Float64Array(capacity * highest),
      new Float64Array(capacity * highest),
      new Float64Array(capacity * highest),
    ],
  };
  // Σ R of each sample at each value; the same where nothing happens in between
  const totals = evaluator.shapes.map(() => new Float64Array(capacity));
  for (const {
    shared,
    inputs: [v],
    output: value,
  } of plan.visits)
    if (shared) totals[v] = totals[value];
  // and where it can differ from 0, below a winner that took all
  const supports = new Map<number, Support>();
  for (const {
    node,
    shared,
    inputs: [v],
    output: value,
    targets,
  } of plan.visits) {
    const rule = rules[node];
    if (shared && supports.has(value)) supports.set(v, supports.get(value)!);
    else if (
      rule?.kind === "maximum" &&
      rule.name === "winner takes all" &&
      targets[0] === relevance[v] &&
      readers(problem, v) === 1 &&
      !overlaps(problem, node)
    ) {
      supports.set(v, { indices: evaluator.sources[node], count: size(evaluator.shapes[value]) });
    }
  }
  const handlers = new Map(
    plan.visits.map((visit) => [
      visit.node,
      handler(
        problem,
        opening,
        rules[visit.node],
        visit,
        relevance[visit.output],
        totals,
        supports,
        work,
      ),
    ]),
  );
  const startSizes = new Float64Array(capacity);
  const promised = new Float64Array(capacity);
  return {
    output,
    selection,
    relevance,
    promised,
    totals,
    startSizes,
    run(x, batch, start, from) {
      opening.begin(x, batch, start, from);
      const top = relevance[relevance.length - 1];
      for (const total of totals) total.fill(0);
      startSizes.fill(0);
      promised.fill(0);
      for (let p = 0; p < batch * outputs; p++) {
        top[p] = selection.relevance[p];
        const n = Math.floor(p / outputs);
        startSizes[n] += Math.abs(top[p]);
        promised[n] += top[p];
      }
      totals[totals.length - 1].set(promised);
      walkBack(plan, evaluator, batch, (visit) =>
        handlers.get(visit.node)!.propagate(batch, startSizes),
      );
    },
    conservation: () => [...handlers.values()].flatMap(({ row }) => (row ? [row()] : [])),
  };
}

/** The first layers as one, the rest layer by layer; undefined where that cannot be. */
function withHead(
  problem: AttributionProblem,
  rules: readonly (LayerRule | undefined)[],
): Attributor | undefined {
  const { network, theta, input, capacity, lowest, wanted } = problem;
  if (lowest > 1 || wanted.includes(2)) return undefined;
  const spec = recogniseHead(network, input, rules, lowest === 0);
  if ("reason" in spec) return undefined;
  const head = convolutionHead(spec, theta, capacity);
  const values = shapes(network, input);
  const above = layerByLayer(
    {
      ...problem,
      network: aboveHead(network),
      input: values[3],
      lowest: 0,
      wanted: wanted.filter((v) => v >= 3).map((v) => v - 3),
    },
    rules.slice(3),
  );
  const pooled = new Float64Array(capacity * size(values[3]));
  const relevance = values.map((shape, v) =>
    v > 2
      ? above.relevance[v - 3]
      : new Float64Array(wanted.includes(v) ? capacity * size(shape) : 0),
  );
  const books = [2, 0].map((node) =>
    ledger(node, network.nodes[node].layer.name, rules[node]!.name, capacity, [
      size(values[node === 2 ? 3 : 0]),
    ]),
  );
  const totals = values.map((_, v) => (v > 2 ? above.totals![v - 3] : new Float64Array(capacity)));
  return {
    output: above.output,
    selection: above.selection,
    promised: above.promised!,
    relevance,
    totals,
    run(x, batch, start, from) {
      head.forward(x, pooled, batch);
      above.run(pooled, batch, start, from);
      for (const v of [1, 2]) totals[v].set(totals[3]); // the winners take all
      books[0].enter(totals[3], totals[2], [relevance[3]], above.startSizes!, batch);
      if (wanted.includes(1)) head.toConvolution(relevance[3], relevance[1], batch);
      if (!head.toInput) return;
      head.toInput(relevance[3], relevance[0], batch, books[1].zero, totals[0]);
      books[1].enter(totals[1], totals[0], [relevance[0]], above.startSizes!, batch);
    },
    conservation: () => [
      ...above.conservation!().map((row) => ({ ...row, node: row.node + 3 })),
      ...books.slice(0, lowest > 0 ? 1 : 2).map(({ row }) => row()),
    ],
  };
}

const overlaps = ({ network }: AttributionProblem, node: number): boolean => {
  const { layer } = network.nodes[node];
  return layer.kind === "pooling" && layer.overlaps === true;
};

const readers = ({ network }: AttributionProblem, v: number): number =>
  network.nodes.reduce((count, { inputs }) => count + inputs.filter((w) => w === v).length, 0);

interface Handler {
  propagate(batch: number, startSizes: Float64Array): void;
  row?: ReturnType<typeof ledger>["row"];
}

const needsRule = ({ name }: Layer): never => {
  throw new ConfigError(
    `relevance: ${name} does not hand relevance on as it is, and has no rule. Give it one.`,
    { layer: name },
  );
};

/** What one node does with the relevance of its output. */
function handler(
  { network, theta, capacity }: AttributionProblem,
  { evaluator }: Opening,
  rule: LayerRule | undefined,
  { node, inputs, output, targets }: Visit,
  arriving: Float64Array,
  totals: readonly Float64Array[],
  supports: ReadonlyMap<number, Support>,
  work: Workspace,
): Handler {
  const { layer } = network.nodes[node];
  const { shapes, values } = evaluator;
  const widths = inputs.map((v) => size(shapes[v]));
  const height = size(shapes[output]);
  const addTotals = (batch: number): void =>
    inputs.forEach((v, k) => addRowSums(targets[k], batch, widths[k], totals[v]));
  if (!rule) {
    const copy = (batch: number): void => {
      for (let p = 0; p < batch * height; p++) targets[0][p] = arriving[p];
    };
    const handOn = byKind<(batch: number) => void>(
      {
        merge: () => (batch) => splitRows(arriving, targets, widths, batch),
        slice:
          ({ start }) =>
          (batch) =>
            spreadRows(arriving, targets[0], height, start, widths[0], batch),
        elementwise: () => copy,
        reshape: () => copy,
        dropout: () => copy,
        affine: needsRule,
        pooling: needsRule,
        own: needsRule,
      },
      layer,
    );
    return {
      propagate(batch) {
        handOn(batch);
        addTotals(batch);
      },
    };
  }
  const books = ledger(node, layer.name, rule.name, capacity, widths);
  const left = new Float64Array(capacity);
  const enter = (batch: number, startSizes: Float64Array): void => {
    left.fill(0);
    const support = supports.get(inputs[0]);
    if (support) addSupportSums(targets[0], support, batch, widths[0], left);
    else targets.forEach((target, k) => addRowSums(target, batch, widths[k], left));
    books.enter(totals[output], left, targets, startSizes, batch);
    if (inputs.length === 1) for (let n = 0; n < batch; n++) totals[inputs[0]][n] += left[n];
    else addTotals(batch);
  };
  const { affine, pooling, weight, bias } = evaluator.steps[node];
  if (rule.kind === "maximum") {
    const through = maximumPropagator(
      pooling!,
      rule,
      layer.name,
      evaluator.sources[node],
      shapes[inputs[0]],
      shapes[output],
      work,
      supports.has(inputs[0]),
    );
    return {
      propagate(batch, startSizes) {
        through.propagate(
          values[inputs[0]],
          values[output],
          arriving,
          targets[0],
          batch,
          books.zero,
        );
        enter(batch, startSizes);
      },
      row: books.row,
    };
  }
  const joined = widths.reduce((sum, width) => sum + width, 0);
  const bind = (
    map: LinearMap,
    weights: Float64Array,
    biases?: Float64Array,
  ): ReturnType<typeof linearPropagator> =>
    linearPropagator({
      map,
      rule: rule as RelevanceRule,
      layer: `${layer.name}, node ${node}`,
      weight: weights,
      bias: biases,
      features: joined,
      outputs: height,
      work,
      geometry: affine?.geometry,
      support: supports.get(output),
    });
  const through = affine
    ? bind(affine, theta.subarray(...weight), theta.subarray(...bias))
    : pooling
      ? bind(windowSums(pooling.sources, height, joined), poolingWeights(pooling))
      : bind(windowSums(sumSources(height, inputs.length), height, joined), Float64Array.of(1));
  const several = layer.kind === "merge";
  const [together, shares] = several
    ? [new Float64Array(capacity * joined), new Float64Array(capacity * joined)]
    : [values[inputs[0]], targets[0]];
  return {
    propagate(batch, startSizes) {
      if (several)
        joinRows(
          inputs.map((v) => values[v]),
          together,
          widths,
          batch,
        );
      through.propagate(together, values[output], arriving, shares, batch, books.zero);
      if (several) splitRows(shares, targets, widths, batch);
      enter(batch, startSizes);
    },
    row: books.row,
  };
}
