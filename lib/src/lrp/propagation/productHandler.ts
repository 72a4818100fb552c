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
  const weighed = unmasked(node);
  const shares = weighed === undefined ? sharesOf(rule, signal) : allTo(weighed);
  const { books, enter } = booksOf(node, rule.name);
  const [s] = work.outputs;
  const [ones] = work.inputs;
  const read = inputs.map((v) => values[v]);

  /**
   * R_k = share Σ R over the copies that a broadcast made; nothing where a mask is 0, since nothing
   * is there.
   */
  const single = (k: number, batch: number): void => {
    if (weighed === undefined) ones.fill(1, 0, batch * widths[1 - k]);
    else there(read[1 - k], ones, batch * widths[1 - k]);
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

/** 1 where a mask is not 0. */
function there(mask: Float64Array, out: Float64Array, count: number): void {
  for (let p = 0; p < count; p++) out[p] = mask[p] === 0 ? 0 : 1;
}

/** What a mask weighs, if one of the two is a mask. */
function unmasked({ inputs: [a, b], ofMasks }: NodeWalk): 0 | 1 | undefined {
  return ofMasks[a] === ofMasks[b] ? undefined : ofMasks[a] ? 1 : 0;
}

function sharesOf({ name }: ProductRule, signal: 0 | 1 | undefined): readonly [number, number] {
  if (name === "half and half" || signal === undefined) return [0.5, 0.5];
  return allTo(signal);
}

const allTo = (signal: 0 | 1): readonly [number, number] => (signal === 0 ? [1, 0] : [0, 1]);
