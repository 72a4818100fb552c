import { record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { maskedMean } from "../blocks/maskedMean.js";
import { concat } from "../layers/structure.js";
import { graph } from "../network/graph.js";
import type { Network } from "../network/network.js";
import {
  eachObject,
  objectNetworkKinds,
  outputHead,
  setInputs,
  setsOf,
  someWidths,
  type ObjectNetworkOptions,
} from "./objectSets.js";

/** Options of `deepSets`. */
export interface DeepSetsOptions extends ObjectNetworkOptions {
  /** Widths of φ, the dense layers with ReLU that each object goes through. */
  readonly each: readonly number[];
}

/**
 * Deep sets (Zaheer et al. 2017; of jets: Komiske et al. 2019):
 *
 *   z = ρ(⟨φ(x_i)⟩_i)
 *
 * with the mean over the objects that there are, φ and ρ perceptrons with ReLU. Each kind of object
 * has a φ of its own, and ρ reads their means one after the other. Parameters stand in the order of
 * the sets, then ρ.
 * @example
 * ```ts
 * import { nn } from "phaselens";
 * const tagger = nn.deepSets({ sets: { tracks: [30, 60] }, each: [32, 16], after: [16] });
 * console.log(tagger.inputs?.map(({ name }) => name)); // → [ 'tracks', 'tracks_mask' ]
 * console.log(tagger.parameterCount); // → 1826
 * ```
 */
export function deepSets(options: DeepSetsOptions): Network {
  takes("deepSets", {
    options: [options, record({ ...objectNetworkKinds, each: someWidths })],
  });
  const { sets, each } = options;
  const inputs = setInputs(sets, { mask: 1 }, "deepSets");
  return graph(
    inputs,
    (values, then) => {
      const means = setsOf(sets, values, then).map(({ x, mask, features }) => {
        const phi = each.reduce(
          ({ value, from }, to) => ({ value: eachObject(then, value, from, to), from: to }),
          { value: x, from: features },
        );
        return then(maskedMean(), phi.value, mask);
      });
      const joined = means.length > 1 ? then(concat(), ...means) : means[0];
      return then(outputHead(means.length * each[each.length - 1], options), joined);
    },
    "deepSets",
  );
}
