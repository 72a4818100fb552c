import { count, optional, record, truth } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { sumAlong } from "../layers/alongAxes.js";
import { expandLike } from "../layers/choices.js";
import { clip, rescale } from "../layers/functions.js";
import { objectDense } from "../layers/objects.js";
import { matmul, multiply } from "../layers/products.js";
import { softmaxAlong } from "../layers/softmaxAlong.js";
import { add, reshape } from "../layers/structure.js";
import type { Block, GraphValue, Then } from "../network/graphParts.js";

/** Options of `attention`. */
export interface AttentionOptions {
  /** Axes in front of features and objects: 1 for heads (default 0). */
  readonly outer?: number;
}

/**
 * Attention, y = v softmax(kᵀq / √d): of queries [d, n], keys [d, m] and values [e, m] it makes
 * [e, n], each column a mean of values (Vaswani et al. 2017). A fourth input, if there is one, is
 * added to the scores [n, m] after it was repeated to their shape: a mask of large negative
 * numbers, or what is known of pairs. Values are the signal that weights let through.
 * @param width  d
 */
export function attention(width: number, options: AttentionOptions = {}): Block {
  takes("attention", {
    width: [width, count(1)],
    options: [options, record({ outer: optional(count()) })],
  });
  const { outer = 0 } = options;
  return {
    kind: "block",
    name: `attention(${width})`,
    build(then, _again, queries, keys, values, added) {
      const scaled = then(rescale(1 / Math.sqrt(width)), queries);
      const plain = then(matmul({ transposeA: true }), scaled, keys);
      const scores = added ? then(add(), plain, then(expandLike(), added, plain)) : plain;
      const weights = then(softmaxAlong(outer + 1), scores);
      return then(matmul({ transposeB: true, signal: 0 }), values, weights);
    },
  };
}

/** Options of `multiHeadAttention`. */
export interface MultiHeadAttentionOptions {
  /**
   * Whether the last input is a mask [1, m], 0 for keys that nobody may see (default false). Where
   * nobody may see any, the heads give 0.
   */
  readonly masked?: boolean;
}

/** Added to the scores of what nobody may see; e to its power is 0. */
const UNSEEN = 1e9;

/**
 * Several attentions side by side, with a dense layer before each and one behind all (Vaswani et
 * al. 2017). Inputs are objects [features, n], which attend to themselves; or queries [features, n]
 * and what they look at [features, m]; and a mask if there is one. Parameters stand in the order
 * queries, keys, values, output; features of one head lie together.
 */
export function multiHeadAttention(
  features: number,
  heads: number,
  options: MultiHeadAttentionOptions = {},
): Block {
  takes("multiHeadAttention", {
    features: [features, count(1)],
    heads: [heads, count(1)],
    options: [options, record({ masked: optional(truth) })],
  });
  const { masked = false } = options;
  if (features % heads !== 0)
    throw new ConfigError(
      `multiHeadAttention: ${features} features do not go into ${heads} heads. Give a divisor.`,
    );
  const width = features / heads;
  return {
    kind: "block",
    name: `multiHeadAttention(${features}, ${heads})`,
    build(then, _again, ...inputs) {
      const mask = masked ? inputs[inputs.length - 1] : undefined;
      const [queries, others = queries] = masked ? inputs.slice(0, -1) : inputs;
      const [q, k, v] = [queries, others, others].map((x) => split(then, x, features, heads));
      const unseen = mask ? [then(rescale(UNSEEN, -UNSEEN), mask)] : [];
      const seen = then(attention(width, { outer: 1 }), q, k, v, ...unseen);
      const found = mask ? then(multiply({ signal: 0 }), seen, anyOf(then, mask)) : seen;
      return then(objectDense(features, features), then(reshape([features, -1]), found));
    },
  };
}

/** 1 if there is anything to see, [1]: where nothing is, attention finds 0. */
const anyOf = (then: Then, mask: GraphValue): GraphValue =>
  then(clip(0, 1), then(sumAlong([1]), mask));

/** A dense layer, and its features by heads: [features, n] → [heads, features of each, n]. */
const split = (then: Then, x: GraphValue, features: number, heads: number): GraphValue =>
  then(reshape([heads, features / heads, -1]), then(objectDense(features, features), x));
