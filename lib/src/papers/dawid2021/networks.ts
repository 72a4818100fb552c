import { relu } from "../../nn/layers/activations.js";
import { conv1d } from "../../nn/layers/convolution.js";
import { dense } from "../../nn/layers/dense.js";
import { sequential } from "../../nn/network/graph.js";
import type { Network } from "../../nn/network/network.js";
import { averagePool, globalAveragePool, maxPool } from "../../nn/layers/pooling.js";
import { flatten } from "../../nn/layers/structure.js";

/**
 * Convolutional network of Dawid et al. 2021, Fig. 7(a), for ground states of the 12-site chain:
 * samples [1, 924], outputs [2] (LL, CDW-I). Sec. III B, C and D with the toolbox's published
 * weights use it.
 *
 * 740 parameters; the paper says 720.
 */
export function cnn(): Network {
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
export function gapCnn(): Network {
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
