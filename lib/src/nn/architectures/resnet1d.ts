import { count, optional, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { maskedMean } from "../blocks/maskedMean.js";
import { relu } from "../layers/activations.js";
import { conv1d } from "../layers/convolution.js";
import { crop } from "../layers/gather.js";
import { multiply } from "../layers/products.js";
import { add, concat } from "../layers/structure.js";
import { graph } from "../network/graph.js";
import type { GraphValue, Then } from "../network/graphParts.js";
import type { Network } from "../network/network.js";
import {
  objectNetworkKinds,
  outputHead,
  setInputs,
  setsOf,
  someWidths,
  type ObjectNetworkOptions,
  type ObjectSet,
} from "./objectSets.js";

/** Options of `resnet1d`. */
export interface Resnet1dOptions extends ObjectNetworkOptions {
  /**
   * Channels of each block of two convolutions; where they differ from those before, the block goes
   * two objects a step and halves the slots.
   */
  readonly blocks: readonly number[];
  /** Objects that a convolution sees at once, an odd number (default 3). */
  readonly kernel?: number;
}

/**
 * Residual network (He et al. 2016) along ordered objects, as DeepAK8 has it (CMS 2020): for each
 * kind of object a convolution, then blocks
 *
 *   x ← relu(conv(relu(conv x)) + x)
 *
 * whose x outside of the parentheses goes through a convolution of one object where channels or
 * slots change; the mean over what is left of the objects that there are; dense layers that read
 * the means of all kinds one after the other. Objects are in an order, objects first and padding
 * behind them; what is behind them stays 0 in each layer. Normalisation of batches is folded into
 * the convolutions, as in a network that is used; no dropout.
 * @example
 * ```ts
 * import { nn } from "phaselens";
 * const tagger = nn.resnet1d({ sets: { tracks: [30, 60] }, blocks: [16, 32] });
 * console.log(tagger.parameterCount); // → 8306
 * ```
 */
export function resnet1d(options: Resnet1dOptions): Network {
  takes("resnet1d", {
    options: [
      options,
      record({ ...objectNetworkKinds, blocks: someWidths, kernel: optional(count(1)) }),
    ],
  });
  const { sets, blocks, kernel = 3 } = options;
  if (kernel % 2 === 0)
    throw new ConfigError(
      `resnet1d: the kernel is ${kernel}; it must be odd, with an object in its middle. Use ${kernel + 1}.`,
    );
  return graph(
    setInputs(sets, { mask: 1 }, "resnet1d"),
    (values, then) => {
      const means = setsOf(sets, values, then).map((set, k) => {
        const [, slots] = Object.values(sets)[k];
        const last = stack(then, set, slots, blocks, kernel);
        return then(maskedMean(), last.x, last.mask);
      });
      const joined = means.length > 1 ? then(concat(), ...means) : means[0];
      return then(outputHead(means.length * blocks[blocks.length - 1], options), joined);
    },
    "resnet1d",
  );
}

/** The convolutions of one kind of object. */
function stack(
  then: Then,
  { x, mask, features }: ObjectSet,
  slots: number,
  blocks: readonly number[],
  kernel: number,
): ObjectSet {
  const signal = multiply({ signal: 0 });
  const convolve = (value: GraphValue, from: number, to: number, stride = 1): GraphValue =>
    then(conv1d(from, to, kernel, { padding: (kernel - 1) / 2, stride }), value);
  let [value, there, from, left] = [convolve(x, features, blocks[0]), mask, blocks[0], slots];
  value = then(signal, then(relu(), value), there);
  for (const to of blocks) {
    const stride = to === from ? 1 : 2;
    let beside = value;
    const first = convolve(value, from, to, stride);
    if (stride === 2) {
      left = Math.ceil(left / 2);
      there = then(crop(1, 0, left, 2), there);
      beside = then(conv1d(from, to, 1, { stride }), value);
    }
    const second = convolve(then(signal, then(relu(), first), there), to, to);
    value = then(signal, then(relu(), then(add(), second, beside)), there);
    from = to;
  }
  return { features: from, x: value, mask: there };
}
