import { count, listOf, optional, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { edgeConv } from "../blocks/edgeConv.js";
import { maskedMean } from "../blocks/maskedMean.js";
import { graph } from "../network/graph.js";
import type { Network } from "../network/network.js";
import {
  joinedSets,
  objectNetworkKinds,
  outputHead,
  setInputs,
  setsOf,
  someWidths,
  type ObjectNetworkOptions,
} from "./objectSets.js";

/** Options of `particleNet`. */
export interface ParticleNetOptions extends ObjectNetworkOptions {
  /** As of all networks of sets, but [128] by default. */
  readonly after?: readonly number[];
  /** Coordinates by which neighbours of the first block are found (default 2: η and φ). */
  readonly points?: number;
  /** Neighbours of each object, itself not counted (default 7). */
  readonly neighbours?: number;
  /** Widths of the perceptron of each block (default [[32, 32, 32], [64, 64, 64]]). */
  readonly blocks?: readonly (readonly number[])[];
  /**
   * Width to which a dense layer with ReLU brings the objects of each kind first; several kinds
   * need one (default: none, the blocks read the features).
   */
  readonly embedding?: number;
}

/**
 * ParticleNet (Qu and Gouskos 2020): blocks of `edgeConv`, the mean over the objects that there
 * are, dense layers. Neighbours of the first block are found by points, which are further inputs
 * `NAME_points` [points, slots]; those of later blocks by the features that the block before made.
 * Several kinds of objects (tracks, vertices) are neighbours of each other, as in the taggers of
 * CMS. By default it is the paper's ParticleNet-Lite. Normalisation of batches is folded into the
 * layers before it, as in a network that is used; no dropout.
 * @throws ConfigError for several kinds of objects without an embedding
 * @example
 * ```ts
 * import { nn } from "phaselens";
 * const lite = nn.particleNet({ sets: { tracks: [30, 60] } });
 * const names = lite.inputs?.map(({ name }) => name);
 * console.log(names); // → [ 'tracks', 'tracks_mask', 'tracks_points' ]
 * ```
 */
export function particleNet(options: ParticleNetOptions): Network {
  takes("particleNet", {
    options: [
      options,
      record({
        ...objectNetworkKinds,
        points: optional(count(1)),
        neighbours: optional(count(1)),
        blocks: optional(listOf(someWidths, 1)),
        embedding: optional(count(1)),
      }),
    ],
  });
  const { sets, points = 2, neighbours = 7, embedding, after = [128] } = options;
  const { blocks = [32, 64].map((width) => [width, width, width]) } = options;
  const inputs = setInputs(sets, { mask: 1, points }, "particleNet");
  checkSets(options, neighbours);
  return graph(
    inputs,
    (values, then) => {
      const own = setsOf(sets, values, then);
      const all = embedding === undefined ? own[0] : joinedSets(own, embedding, then);
      let [near, x, from] = [all.points!, all.x, all.features];
      for (const widths of blocks) {
        x = then(edgeConv(from, widths, { neighbours, masked: true }), near, x, all.mask);
        [near, from] = [x, widths[widths.length - 1]];
      }
      return then(outputHead(from, { ...options, after }), then(maskedMean(), x, all.mask));
    },
    "particleNet",
  );
}

function checkSets({ sets, embedding }: ParticleNetOptions, neighbours: number): void {
  const kinds = Object.values(sets);
  if (kinds.length > 1 && embedding === undefined)
    throw new ConfigError(
      `particleNet: the embedding is ${String(embedding)}, and ${kinds.length} kinds of objects have features of their own. Give the width that all are brought to.`,
    );
  const slots = kinds.reduce((sum, [, own]) => sum + own, 0);
  if (slots <= neighbours)
    throw new ConfigError(
      `particleNet: ${slots} slots have no ${neighbours} neighbours. Give fewer neighbours.`,
    );
}
