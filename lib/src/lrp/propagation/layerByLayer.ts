import { size } from "../../core/tensor.js";
import type { Layer } from "../../nn/layers/layer.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import { open, type AttributionProblem, type Attributor } from "../methods/method.js";
import type { LayerRule } from "../rules/composite.js";
import { backwardPlan, walkBack, type BackwardPlan } from "./backwardPlan.js";
import { ledger } from "./conservation.js";
import { emptyMasks, valuesOfMasks } from "./masks.js";
import { nodeHandler } from "./nodeHandler.js";
import type { Workspace } from "./preparedRule.js";
import type { Support } from "./sparseConvolution.js";

type Rules = readonly (LayerRule | undefined)[];

/** Kinds that hand relevance on entry by entry. */
const unchanged: readonly Layer["kind"][] = ["elementwise", "reshape", "dropout", "scaling"];

/** Relevance propagation with all values of the network at hand. */
export function layerByLayer(problem: AttributionProblem, rules: Rules): Attributor {
  const opening = open(problem);
  const { evaluator, output, selection, outputs } = opening;
  const { capacity, lowest, network } = problem;
  const plan = backwardPlan(
    evaluator,
    lowest,
    (node) => !rules[node] && unchanged.includes(network.nodes[node].layer.kind),
  );
  const { relevance } = plan;
  const totals = totalsOf(plan, evaluator, capacity);
  const supports = supportsOf(problem, plan, evaluator, rules);
  const work = workspaceFor(evaluator, capacity);
  const { masks = [] } = problem;
  const ofMasks = valuesOfMasks(network, evaluator.shapes, masks);
  const walk = { problem, evaluator, rules, relevance, totals, supports, work, ofMasks };
  const handlers = new Map(plan.visits.map((visit) => [visit, nodeHandler(walk, visit)]));
  const [startSizes, promised] = [new Float64Array(capacity), new Float64Array(capacity)];
  const top = relevance[relevance.length - 1];
  const width = size(evaluator.shapes[0]);
  const atMasks =
    masks.length > 0 && lowest === 0
      ? ledger(-1, "input", "masks take nothing", capacity, [width])
      : undefined;

  /** The relevance of the outputs, with its sums for each sample. */
  const begin = (batch: number): void => {
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
  };
  return {
    output,
    selection,
    relevance,
    promised,
    totals,
    startSizes,
    run(x, batch, start, from) {
      opening.begin(x, batch, start, from);
      begin(batch);
      walkBack(plan, evaluator, batch, (visit) =>
        handlers.get(visit)!.propagate(batch, startSizes),
      );
      if (atMasks) emptyMasks(masks, relevance[0], totals[0], atMasks, startSizes, batch, width);
    },
    conservation: () => [
      ...[...handlers.values()].flatMap(({ row }) => (row ? [row()] : [])),
      ...(atMasks ? [atMasks.row()] : []),
    ],
  };
}

/** Σ R of each sample at each value; the same where nothing happens in between. */
function totalsOf(
  { visits }: BackwardPlan,
  { shapes }: Evaluator,
  capacity: number,
): Float64Array[] {
  const totals = shapes.map(() => new Float64Array(capacity));
  for (const { shared, inputs, output } of visits) if (shared) totals[inputs[0]] = totals[output];
  return totals;
}

/** Values whose relevance can differ from 0 at few places only: below a winner that took all. */
function supportsOf(
  { network: { nodes } }: AttributionProblem,
  { visits, relevance }: BackwardPlan,
  { shapes, sources }: Evaluator,
  rules: Rules,
): Map<number, Support> {
  const supports = new Map<number, Support>();
  const readers = (v: number): number =>
    nodes.reduce((count, { inputs }) => count + inputs.filter((w) => w === v).length, 0);
  for (const { node, shared, inputs, output, targets } of visits) {
    const [v] = inputs;
    const rule = rules[node];
    const { layer } = nodes[node];
    if (shared && supports.has(output)) supports.set(v, supports.get(output)!);
    else if (
      rule?.kind === "maximum" &&
      rule.name === "winner takes all" &&
      targets[0] === relevance[v] &&
      readers(v) === 1 &&
      !(layer.kind === "pooling" && layer.overlaps)
    )
      supports.set(v, { indices: sources[node], count: size(shapes[output]) });
  }
  return supports;
}

/** Buffers for the inputs of any node together, and for any value. */
function workspaceFor({ steps, shapes }: Evaluator, capacity: number): Workspace {
  const sizes = shapes.map(size);
  const widths = steps.map(({ inputs }) => inputs.reduce((sum, v) => sum + sizes[v], 0));
  const input = (): Float64Array => new Float64Array(capacity * Math.max(0, ...widths));
  const output = (): Float64Array => new Float64Array(capacity * Math.max(...sizes));
  return { inputs: [input(), input()], outputs: [output(), output(), output()] };
}
