import { ConfigError } from "../../core/errors.js";
import { leakyRelu, relu } from "../layers/activations.js";
import { conv1d, conv3d } from "../layers/convolution.js";
import { dense } from "../layers/dense.js";
import { sequential, type Network } from "./network.js";
import { averagePool, globalAveragePool, maxPool } from "../layers/pooling.js";
import { flatten } from "../layers/structure.js";

/**
 * Convolutional network of Dawid et al. 2021, Fig. 7(a), for ground states of the 12-site chain:
 * samples [1, 924], outputs [2] (LL, CDW-I). Sec. III B, C and D with the toolbox's published
 * weights use it.
 *
 * 740 parameters; the paper says 720.
 */
export function dawid2021Cnn(): Network {
  return sequential(
    [
      conv1d(1, 5, 15, { padding: 1 }),
      maxPool(4),
      relu(),
      conv1d(5, 8, 5),
      maxPool(4),
      relu(),
      conv1d(8, 10, 2, { padding: 1 }),
      averagePool(4),
      relu(),
      flatten(),
      dense(140, 2),
    ],
    "dawid2021Cnn",
  );
}

/**
 * Network with global average pooling of Dawid et al. 2021, Fig. 7(b): samples [1, length] of any
 * length ≥ 232 (924 at 12 sites, 3432 at 14), outputs [2]. Figs. 3 and 6 use it.
 *
 * The paper prints no layer list; this one is inferred from its 1675 parameters and the sizes in
 * the figure.
 */
export function dawid2021GapCnn(): Network {
  return sequential(
    [
      conv1d(1, 5, 15, { padding: 1 }),
      maxPool(4),
      relu(),
      conv1d(5, 8, 5),
      maxPool(4),
      relu(),
      conv1d(8, 10, 10),
      relu(),
      conv1d(10, 25, 2),
      relu(),
      globalAveragePool(),
      dense(25, 2),
    ],
    "dawid2021GapCnn",
  );
}

/**
 * Multilayer perceptron of Blücher et al. 2020, Table II: samples [18] (|M|, |M_s|, G_c(t)),
 * outputs [140], a smeared bin of κ each. As printed; the printed λ_Lasso is another matter, see
 * `bluecher2020MlpRecipe`.
 *
 * @param options.inputs   number of observables (default 18)
 * @param options.outputs  number of bins (default 140); 1 is for plain regression, which has no
 *   rectifier at the end, because κ has both signs
 */
export function bluecher2020Mlp({
  inputs = 18,
  outputs = 140,
}: { inputs?: number; outputs?: number } = {}): Network {
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
 * them again. λ_Lasso: see `bluecher2020CnnRecipe`.
 *
 * @param options.extent   N of N³ sites (default 16, to which the table's 1715 inputs of the first
 *   dense layer belong)
 * @param options.filters  of the convolution (default 5)
 * @param options.outputs  number of bins (default 140); 1 is for plain regression, which has no
 *   rectifier at the end, because κ has both signs
 * @throws ConfigError if the lattice is smaller than one window, N < 3
 */
export function bluecher2020Cnn({
  extent = 16,
  filters = 5,
  outputs = 140,
}: { extent?: number; filters?: number; outputs?: number } = {}): Network {
  if (!(Number.isInteger(extent) && extent >= 3))
    throw new ConfigError(`bluecher2020Cnn: the extent must be a whole number ≥ 3, got ${extent}.`);
  const pooled = Math.floor((extent - 1) / 2) ** 3;
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
