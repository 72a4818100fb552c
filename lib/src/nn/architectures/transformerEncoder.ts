import { count, optional, record, word } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { multiHeadAttention } from "../blocks/attention.js";
import { maskedMean } from "../blocks/maskedMean.js";
import { layerNorm } from "../blocks/normalisation.js";
import { gelu } from "../layers/gelu.js";
import { objectDense } from "../layers/objects.js";
import { parameter } from "../layers/sources.js";
import { add, reshape } from "../layers/structure.js";
import { graph } from "../network/graph.js";
import type { Block, GraphValue, Then } from "../network/graphParts.js";
import type { Network } from "../network/network.js";
import {
  joinedSets,
  objectNetworkKinds,
  outputHead,
  setInputs,
  setsOf,
  type ObjectNetworkOptions,
} from "./objectSets.js";

/** A network of more layers takes too long to make. */
const MOST_LAYERS = 2 ** 10;

/** Options of `transformerEncoder`. */
export interface TransformerEncoderOptions extends ObjectNetworkOptions {
  /** Features of an object inside the network, a multiple of `heads` (default 32). */
  readonly width?: number;
  /** Attentions side by side in each layer (default 4). */
  readonly heads?: number;
  /** Layers of attention, at most 1024 (default 2). */
  readonly layers?: number;
  /** Width between the two dense layers behind each attention (default four times `width`). */
  readonly feedForward?: number;
  /**
   * What the output reads: the mean over objects, or what a class token, a query of its own, takes
   * from them by one more attention (default "mean").
   */
  readonly pooling?: "mean" | "token";
}

/**
 * Encoder of a transformer (Vaswani et al. 2017) for sets: objects of each kind go through a dense
 * layer with ReLU, then all through layers
 *
 *   x ← x + attention(norm x),  x ← x + W₂ gelu(W₁ norm x + b₁) + b₂
 *
 * with layer normalisation before each part (Xiong et al. 2020) and once more at the end, the mean
 * or a class token, as Particle Transformer has it (Qu et al. 2022; its terms of pairs are left
 * out), and dense layers. There are no places: objects have no order.
 * @throws ConfigError unless `heads` divides `width`
 * @example
 * ```ts
 * import { nn } from "phaselens";
 * const tagger = nn.transformerEncoder({ sets: { tracks: [30, 60], vertices: [14, 5] } });
 * console.log(tagger.nodes.filter(({ layer }) => layer.kind === "softmax").length); // → 2
 * ```
 */
export function transformerEncoder(options: TransformerEncoderOptions): Network {
  const least = optional(count(1));
  takes("transformerEncoder", {
    options: [
      options,
      record({
        ...objectNetworkKinds,
        width: least,
        heads: least,
        layers: optional(count(1, MOST_LAYERS)),
        feedForward: least,
        pooling: optional(word(["mean", "token"])),
      }),
    ],
  });
  const { sets, width = 32, heads = 4, layers = 2, pooling = "mean" } = options;
  const { feedForward = 4 * width } = options;
  const attend = multiHeadAttention(width, heads, { masked: true });
  return graph(
    setInputs(sets, { mask: 1 }, "transformerEncoder"),
    (values, then) => {
      const { x, mask } = joinedSets(setsOf(sets, values, then), width, then);
      let at = x;
      for (let k = 0; k < layers; k++) {
        at = then(add(), at, then(attend, then(layerNorm(width), at), mask));
        at = then(add(), at, then(forward(width, feedForward), then(layerNorm(width), at)));
      }
      const last = then(layerNorm(width), at);
      const pooled =
        pooling === "mean"
          ? then(maskedMean(), last, mask)
          : asked(then, attend, width, [last, mask]);
      return then(outputHead(width, options), pooled);
    },
    "transformerEncoder",
  );
}

/** Two dense layers for each object. */
const forward = (width: number, inner: number): Block => ({
  kind: "block",
  name: `feedForward(${width}→${inner}→${width})`,
  build: (then, _again, x) =>
    then(objectDense(inner, width), then(gelu(), then(objectDense(width, inner), x))),
});

/** What a class token asks of objects. */
const asked = (
  then: Then,
  attend: Block,
  width: number,
  objects: readonly GraphValue[],
): GraphValue => then(reshape([width]), then(attend, then(parameter([width, 1])), ...objects));
