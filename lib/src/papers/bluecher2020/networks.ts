import { takes } from "../../core/arguments/takes.js";
import { count, optional, record } from "../../core/arguments/kinds.js";
import { leakyRelu, relu } from "../../nn/layers/activations.js";
import { conv3d } from "../../nn/layers/convolution.js";
import { dense } from "../../nn/layers/dense.js";
import { sequential } from "../../nn/network/graph.js";
import type { Network } from "../../nn/network/network.js";
import { maxPool } from "../../nn/layers/pooling.js";
import { flatten } from "../../nn/layers/structure.js";
import { power } from "../../core/power.js";

/**
 * Multilayer perceptron of Blücher et al. 2020, Table II: samples [18] (|M|, |M_s|, G_c(t)),
 * outputs [140], a smeared bin of κ each. As printed; the printed λ_Lasso is another matter, see
 * `mlpRecipe`.
 *
 * @param options.inputs   number of observables (default 18)
 * @param options.outputs  number of bins (default 140); 1 is for plain regression, which has no
 *   rectifier at the end, because κ has both signs
 */
export function mlp(options: { inputs?: number; outputs?: number } = {}): Network {
  takes("bluecher2020.mlp", { options: [options, record()] });
  const { inputs = 18, outputs = 140 } = options;
  return sequential(
    [
      dense(inputs, 256),
      relu(),
      dense(256, 128),
      relu(),
      dense(128, outputs),
      ...(outputs === 1 ? [] : [leakyRelu(0.01)]),
    ],
    "bluecher2020Mlp",
  );
}

/**
 * Convolutional network of Blücher et al. 2020, Table III: samples [1, 16, 16, 16], outputs [140],
 * a smeared bin of κ each.
 *
 * Differs from print: the last layer is a leaky ReLU (.01) as in Table II, because the printed ReLU
 * leaves about 84 % of the outputs dead; they start below 0 somewhere and no gradient ever reaches
 * them again. λ_Lasso: see `cnnRecipe`.
 *
 * @param options.extent   N of N³ sites (default 16, to which the table's 1715 inputs of the first
 *   dense layer belong)
 * @param options.filters  of the convolution (default 5)
 * @param options.outputs  number of bins (default 140); 1 is for plain regression, which has no
 *   rectifier at the end, because κ has both signs
 * @throws ConfigError if the lattice is smaller than one window, N < 3
 */
export function cnn(
  options: { extent?: number; filters?: number; outputs?: number } = {},
): Network {
  takes("bluecher2020.cnn", {
    options: [
      options,
      record({ extent: optional(count(3, 2 ** 16)), filters: optional(count(1)) }),
    ],
  });
  const { extent = 16, filters = 5, outputs = 140 } = options;
  const pooled = power(Math.floor((extent - 1) / 2), 3);
  return sequential(
    [
      conv3d(1, filters, 2),
      relu(),
      maxPool(2),
      flatten(),
      dense(filters * pooled, 256),
      relu(),
      dense(256, outputs),
      ...(outputs === 1 ? [] : [leakyRelu(0.01)]),
    ],
    "bluecher2020Cnn",
  );
}
