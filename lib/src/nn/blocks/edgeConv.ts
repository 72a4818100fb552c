import { count, listOf, optional, record, truth } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { relu } from "../layers/activations.js";
import { meanAlong, sumAlong } from "../layers/alongAxes.js";
import { expandLike, gatherAt, topK } from "../layers/choices.js";
import { power, rescale } from "../layers/functions.js";
import { crop } from "../layers/gather.js";
import { objectDense } from "../layers/objects.js";
import { matmul, multiply } from "../layers/products.js";
import { add, concat, reshape } from "../layers/structure.js";
import type { Block, GraphValue, Then } from "../network/graphParts.js";
import { meanOfThere } from "./maskedMean.js";

/** Options of `edgeConv`. */
export interface EdgeConvOptions {
  /** Neighbours of each object, itself not counted. */
  readonly neighbours: number;
  /**
   * Whether a third input [1, n] says which objects there are (default false); those that are not
   * there are nobody's neighbours, and the mean is over as many as there are.
   */
  readonly masked?: boolean;
}

/** How far away objects are put that are not there. */
const AWAY = 1e6;

/**
 * Edge convolution (Wang et al. 2019) as ParticleNet has it (Qu and Gouskos 2020): of points [d, n]
 * and features [c, n] it makes [last of `widths`, n]. For each object and its nearest neighbours by
 * the distance of points, a perceptron with ReLU of (x_i, x_j − x_i); the mean over neighbours; x_i
 * through a dense layer of its own beside it; ReLU of the sum. Parameters stand in the order of
 * `widths`, that of the layer beside last. Which objects are neighbours is locally constant.
 */
export function edgeConv(
  features: number,
  widths: readonly number[],
  options: EdgeConvOptions,
): Block {
  takes("edgeConv", {
    features: [features, count(1)],
    widths: [widths, listOf(count(1), 1)],
    options: [options, record({ neighbours: count(1), masked: optional(truth) })],
  });
  const { neighbours, masked = false } = options;
  const own = [...widths];
  return {
    kind: "block",
    name: `edgeConv(${features}→${own.join("→")}, ${neighbours} neighbours)`,
    build(then, _again, points, x, mask) {
      const apart = masked ? putAway(then, points, mask) : points;
      const places = nearest(then, apart, neighbours);
      const edges = edgeFeatures(then, x, features, places);
      const mixed = own.reduce(
        ({ value, from }, to) => ({
          value: then(relu(), then(objectDense(from, to), value)),
          from: to,
        }),
        { value: then(reshape([2 * features, -1]), edges), from: 2 * features },
      );
      const last = own[own.length - 1];
      const messages = then(reshape([last, -1, neighbours]), mixed.value);
      const mean = masked
        ? meanOfThere(then, messages, then(gatherAt({ axis: 1 }), mask, places), 2)
        : then(meanAlong([2]), messages);
      const sum = then(relu(), then(add(), mean, then(objectDense(features, last), x)));
      return masked ? then(multiply({ signal: 0 }), sum, mask) : sum;
    },
  };
}

/** Points without those that are not there, which are far from all. */
function putAway(then: Then, points: GraphValue, mask: GraphValue): GraphValue {
  const away = then(rescale(-AWAY, AWAY), mask);
  return then(add(), points, then(expandLike(), away, points));
}

/**
 * Places of the nearest neighbours [n, k], by |p_j|² − 2 p_i p_j: the square of the distance but
 * for |p_i|². The first is the object itself, and is left out.
 */
function nearest(then: Then, points: GraphValue, neighbours: number): GraphValue {
  const inner = then(rescale(-2), then(matmul({ transposeA: true }), points, points));
  const squares = then(sumAlong([0], { keep: true }), then(power(2), points));
  const distances = then(add(), inner, then(expandLike(), squares, inner));
  const places = then(topK(neighbours + 1, { axis: 1, smallest: true, places: true }), distances);
  return then(crop(1, 1, neighbours), places);
}

/** (x_i, x_j − x_i) of all neighbours j: [2 features, n, k]. */
function edgeFeatures(then: Then, x: GraphValue, features: number, places: GraphValue): GraphValue {
  const others = then(gatherAt({ axis: 1 }), x, places);
  const self = then(expandLike(), then(reshape([features, -1, 1]), x), others);
  return then(concat(), self, then(add(), others, then(rescale(-1), self)));
}
