import { takes } from "../core/arguments/takes.js";
import { count, listOf, optional, record } from "../core/arguments/kinds.js";
import { ConfigError } from "../core/errors.js";
import { relu } from "../nn/layers/activations.js";
import { dense } from "../nn/layers/dense.js";
import { edges } from "../nn/layers/edges.js";
import type { ObjectGroup } from "../nn/layers/layer.js";
import { graph } from "../nn/network/graph.js";
import type { GraphValue } from "../nn/network/graphParts.js";
import type { Network } from "../nn/network/network.js";
import { globalSum, objectDense, segmentSum, slice } from "../nn/layers/objects.js";
import { concat } from "../nn/layers/structure.js";

/** Widths of the three layers of each of the network's functions. */
export interface InteractionNetworkWidths {
  /** f_R^pp, over ordered pairs of different tracks. */
  readonly pairs: readonly [number, number, number];
  /** f_R^vp, over pairs of a track and a vertex. */
  readonly vertexPairs: readonly [number, number, number];
  /** f_O, over tracks. */
  readonly objects: readonly [number, number, number];
}

/** Options of `interactionNetwork`. */
export interface InteractionNetworkOptions {
  /** Width of all hidden layers (default 60). */
  readonly hidden?: number;
  /** D_e, the outputs of f_R^pp and of f_R^vp (default 20). */
  readonly edge?: number;
  /** D_o, the outputs of f_O (default 24). */
  readonly object?: number;
  /** Instead of these three: each width by itself (default none). */
  readonly widths?: InteractionNetworkWidths;
  /** Slots of tracks, empty ones included (default 60). */
  readonly tracks?: number;
  /** Features of a track (default 30). */
  readonly trackFeatures?: number;
  /** Slots of secondary vertices, empty ones included (default 5). */
  readonly vertices?: number;
  /** Features of a secondary vertex (default 14). */
  readonly vertexFeatures?: number;
  /** Classes (default 2: QCD, H → bb̄). */
  readonly classes?: number;
}

/**
 * Interaction network of Moreno et al. 2020 (Phys. Rev. D 102, 012010) as Neubauer & Roy 2022
 * explain it:
 *
 *   Ē_pp(r) = Σ_{s ≠ r} f_R^pp([x_r, x_s]), Ē_vp(r) = Σ_v f_R^vp([x_r, y_v]), z = W Σ_r f_O([x_r,
 *   Ē_pp(r), Ē_vp(r)]) + b
 *
 * with ReLU after every layer of f_R and f_O. Empty slots are rows of zeros and take part in all
 * sums, as in the published models. Samples are flat: tracks [features, slots], then vertices
 * [features, slots]; see `jetInputs`. With the defaults 25,554 parameters, in the order f_R^pp,
 * f_R^vp, f_O, last layer, as PyTorch names them.
 *
 * @throws ConfigError for widths and counts that are no positive whole numbers, or fewer than two
 *   tracks
 * @example
 * ```ts
 * import { taggers } from "phaselens";
 * console.log(taggers.interactionNetwork().parameterCount); // → 25554
 * ```
 */
export function interactionNetwork(options: InteractionNetworkOptions = {}): Network {
  const three = listOf(count(1), 0, 3);
  takes("interactionNetwork", {
    options: [
      options,
      record({ widths: optional(record({ pairs: three, vertexPairs: three, objects: three })) }),
    ],
  });
  const {
    tracks = 60,
    trackFeatures = 30,
    vertices = 5,
    vertexFeatures = 14,
    classes = 2,
  } = options;
  const { pairs, vertexPairs, objects } = options.widths ?? uniformWidths(options);
  const numbers = {
    tracks,
    trackFeatures,
    vertices,
    vertexFeatures,
    classes,
    widths: [...pairs, ...vertexPairs, ...objects],
  };
  for (const [what, value] of Object.entries(numbers)) {
    const least = what === "tracks" ? 2 : 1;
    for (const one of [value].flat()) {
      if (!(Number.isInteger(one) && one >= least)) {
        throw new ConfigError(
          `interactionNetwork: ${what} must be a whole number ≥ ${least}, got ${one}.`,
          { what },
        );
      }
    }
  }
  const trackGroup: ObjectGroup = { start: 0, features: trackFeatures, objects: tracks };
  const vertexGroup: ObjectGroup = {
    start: trackFeatures * tracks,
    features: vertexFeatures,
    objects: vertices,
  };
  return graph((input, then) => {
    const twoMore = (first: GraphValue, [a, b, c]: readonly [number, number, number]): GraphValue =>
      then(
        relu(),
        then(objectDense(b, c), then(relu(), then(objectDense(a, b), then(relu(), first)))),
      );
    const pp = then(
      segmentSum(tracks - 1),
      twoMore(then(edges(trackGroup, trackGroup, pairs[0]), input), pairs),
    );
    const vp = then(
      segmentSum(vertices),
      twoMore(then(edges(trackGroup, vertexGroup, vertexPairs[0]), input), vertexPairs),
    );
    const joined = then(concat(), then(slice(trackGroup), input), pp, vp);
    const own = twoMore(
      then(objectDense(trackFeatures + pairs[2] + vertexPairs[2], objects[0]), joined),
      objects,
    );
    return then(dense(objects[2], classes), then(globalSum(), own));
  }, "interactionNetwork");
}

function uniformWidths({
  hidden = 60,
  edge = 20,
  object = 24,
}: InteractionNetworkOptions): InteractionNetworkWidths {
  return {
    pairs: [hidden, hidden, edge],
    vertexPairs: [hidden, hidden, edge],
    objects: [hidden, hidden, object],
  };
}
