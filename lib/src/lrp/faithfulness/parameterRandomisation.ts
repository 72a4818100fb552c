import { takes } from "../../core/arguments/takes.js";
import { record, stream } from "../../core/arguments/kinds.js";
import { oneOf } from "../../core/oneOf.js";
import type { Rng } from "../../core/random/rng.js";
import { spearman } from "../../core/statistics/statistics.js";
import { size, type Tensor } from "../../core/tensor.js";
import { parameterBlocks, type Network } from "../../nn/network/network.js";
import { attribute, type AttributeOptions } from "../methods/attribute.js";
import type { AttributionMethod } from "../methods/method.js";

/** Agreement of relevance before and after the parameters of some layers were shuffled. */
export interface RandomisationRow {
  /** The layer shuffled last (`cascading`) or alone. */
  readonly node: number;
  readonly layer: string;
  /**
   * Spearman rank correlation of R at the input, mean over the samples that can be compared; 0 if
   * there are none.
   */
  readonly correlation: number;
  /** The same of |R|. */
  readonly absoluteCorrelation: number;
  /** Samples whose relevance is the same everywhere before or after, so that ranks say nothing. */
  readonly notComparable: number;
}

/**
 * Parameter-randomisation test (Adebayo et al. 2018): an explanation that stays the same when the
 * network's parameters are shuffled explains the input, not the network. Weights and biases of a
 * layer are permuted within each, so their distribution is kept.
 *
 * @param options.mode "cascading" (default): from the output down, each row adds a layer;
 *   "independent": one layer at a time
 * @returns rows from the output down
 */
export function parameterRandomisation(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  method: AttributionMethod,
  options: Omit<AttributeOptions, "at" | "pooled"> & {
    readonly rng: Rng;
    readonly mode?: "cascading" | "independent";
  },
): RandomisationRow[] {
  takes("parameterRandomisation", { options: [options, record({ rng: stream })] });
  const { rng, mode = "cascading", ...rest } = options;
  oneOf(mode, ["cascading", "independent"], "parameterRandomisation: mode");
  const found = attribute(network, theta, x, method, rest);
  const own = typeof rest.start === "object" && "target" in rest.start;
  const start = own ? rest.start : { weights: found.coefficients };
  const blocks = parameterBlocks(network);
  const nodes = [...new Set(blocks.map(({ node }) => node))].reverse();
  let shuffled = theta.slice();
  return nodes.map((node) => {
    if (mode === "independent") shuffled = theta.slice();
    for (const { node: own, role, offset, shape } of blocks) {
      if (own !== node) continue;
      const order = rng
        .fork(`parameterRandomisation/node ${node}/${role}`)
        .permutation(size(shape));
      order.forEach((from, to) => (shuffled[offset + to] = theta[offset + from]));
    }
    const after = attribute(network, shuffled, x, method, { ...rest, start });
    return { node, layer: network.nodes[node].layer.name, ...agreement(found.at[0], after.at[0]) };
  });
}

function agreement(
  before: Tensor,
  after: Tensor,
): Pick<RandomisationRow, "correlation" | "absoluteCorrelation" | "notComparable"> {
  const samples = before.shape[0];
  const width = samples > 0 ? before.data.length / samples : 0;
  let [sum, absolute, compared] = [0, 0, 0];
  for (let n = 0; n < samples; n++) {
    const [a, b] = [before, after].map(({ data }) => data.slice(n * width, (n + 1) * width));
    const [sizeA, sizeB] = [a.map(Math.abs), b.map(Math.abs)];
    if ([a, b, sizeA, sizeB].some((values) => values.every((value) => value === values[0])))
      continue;
    sum += spearman(a, b);
    absolute += spearman(sizeA, sizeB);
    compared++;
  }
  const mean = (total: number): number => (compared > 0 ? total / compared : 0);
  return {
    correlation: mean(sum),
    absoluteCorrelation: mean(absolute),
    notComparable: samples - compared,
  };
}
