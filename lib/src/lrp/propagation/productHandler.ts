import type { ProductMap } from "../../nn/layers/productMap.js";
import { divide } from "../rules/divide.js";
import type { ProductRule } from "../rules/productRule.js";
import { booksOf, type NodeHandler, type NodeWalk } from "./nodeWalk.js";

/** Relevance through a product: shares of its inputs, all to one of them or half to each. */
export function productHandler(node: NodeWalk, rule: ProductRule): NodeHandler {
  const { evaluator, inputs, output, targets, arriving, widths, height, layer, work } = node;
  const { values } = evaluator;
  const { product } = evaluator.steps[node.node].step as { readonly product: ProductMap };
  const signal = layer.kind === "product" ? layer.signal : undefined;
  const shares = sharesOf(rule, signal);
  const { books, enter } = booksOf(node, rule.name);
  const [s] = work.outputs;
  const [ones] = work.inputs;
  const read = inputs.map((v) => values[v]);

  /** R_k = share Σ R over the copies that a broadcast made. */
  const single = (k: number, batch: number): void => {
    ones.fill(1, 0, batch * widths[1 - k]);
    product.transposed(k, arriving, ones, targets[k], batch);
  };
  const summed = (k: number, batch: number): void => {
    product.transposed(k, s, read[1 - k], targets[k], batch);
    for (let p = 0; p < batch * widths[k]; p++) targets[k][p] *= read[k][p];
  };
  return {
    propagate(batch, startSizes) {
      if (product.sums)
        divide(
          arriving,
          values[output],
          undefined,
          rule.stabiliser,
          1,
          undefined,
          1,
          s,
          batch,
          height,
          books.zero,
        );
      for (const k of [0, 1]) {
        if (shares[k] === 0) {
          targets[k].fill(0, 0, batch * widths[k]);
          continue;
        }
        (product.sums ? summed : single)(k, batch);
        if (shares[k] !== 1) for (let p = 0; p < batch * widths[k]; p++) targets[k][p] *= shares[k];
      }
      enter(batch, startSizes);
    },
    row: books.row,
  };
}

function sharesOf({ name }: ProductRule, signal: 0 | 1 | undefined): readonly [number, number] {
  if (name === "half and half" || signal === undefined) return [0.5, 0.5];
  return signal === 0 ? [1, 0] : [0, 1];
}
