import { size } from "../../core/tensor.js";
import { shapes } from "../../nn/network/network.js";
import type { AttributionProblem, Attributor } from "../methods/method.js";
import type { LayerRule } from "../rules/composite.js";
import { ledger } from "./conservation.js";
import { aboveHead, convolutionHead } from "./convolutionHead.js";
import { recogniseHead } from "./headSpec.js";
import { layerByLayer } from "./layerByLayer.js";

/** The first layers as one, the rest layer by layer; undefined where that cannot be. */
export function withHead(
  problem: AttributionProblem,
  rules: readonly (LayerRule | undefined)[],
): Attributor | undefined {
  const { network, theta, input, capacity, lowest, wanted, masks = [] } = problem;
  if (masks.length > 0 || lowest > 1 || wanted.includes(2)) return undefined;
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
