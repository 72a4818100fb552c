import { size } from "../../core/tensor.js";
import type { NormalisationLayer } from "../../nn/layers/layer.js";
import { groupsAlong } from "../../nn/layers/sourceTables.js";
import type { ZeroDenominators } from "../rules/loss.js";
import type { NormalisationRule } from "../rules/normalisationRule.js";
import { booksOf, type NodeHandler, type NodeWalk } from "./nodeWalk.js";

/** Relevance through a normalisation, as it is or through the mean that was taken off. */
export function normalisationHandler(node: NodeWalk, rule: NormalisationRule): NodeHandler {
  const { evaluator, inputs, targets, arriving, widths, layer } = node;
  if (layer.kind !== "normalisation") throw new Error(`normalisationHandler: ${layer.name}`);
  const { books, enter } = booksOf(node, rule.name);
  const x = evaluator.values[inputs[0]];
  const [target] = targets;
  const centring = rule.name === "centring" && layer.centred;
  const share = centring ? sharing(layer, evaluator.shapes[inputs[0]]) : undefined;
  return {
    propagate(batch, startSizes) {
      if (share) share(x, arriving, target, batch, books.zero);
      else for (let p = 0; p < batch * widths[0]; p++) target[p] = arriving[p];
      enter(batch, startSizes);
    },
    row: books.row,
  };
}

/** R_i = x_i (q_i − ⟨q⟩), q_j = R_j / (x_j − μ). */
type Sharing = (
  x: Float64Array,
  relevance: Float64Array,
  out: Float64Array,
  batch: number,
  lost: ZeroDenominators,
) => void;

function sharing({ axes }: NormalisationLayer, shape: readonly number[]): Sharing {
  const members = groupsAlong(shape, axes);
  const count = size(axes.map((axis) => shape[axis]));
  const width = members.length;
  return (
    x: Float64Array,
    relevance: Float64Array,
    out: Float64Array,
    batch: number,
    lost: ZeroDenominators,
  ): void => {
    for (let n = 0; n < batch; n++) {
      for (let from = 0; from < width; from += count) {
        let mu = 0;
        for (let e = from; e < from + count; e++) mu += x[n * width + members[e]] / count;
        let mean = 0;
        for (let e = from; e < from + count; e++) {
          const p = n * width + members[e];
          const q = relevance[p] === 0 ? 0 : relevance[p] / (x[p] - mu);
          const finite = Number.isFinite(q);
          if (!finite) {
            lost.relevance[n] += relevance[p];
            lost.count++;
          }
          out[p] = finite ? q : 0;
          mean += out[p] / count;
        }
        for (let e = from; e < from + count; e++) {
          const p = n * width + members[e];
          out[p] = x[p] * (out[p] - mean);
        }
      }
    }
  };
}
