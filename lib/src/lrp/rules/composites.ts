import type { Composite } from "./composite.js";
import { winnerTakesAll, type MaximumRule } from "./maximumRule.js";
import { epsilon, flat, gamma, withoutBias, wSquare, zPlus, type RelevanceRule } from "./rules.js";

/**
 * One rule for everything linear, and another for the first layer if given.
 * @param options.first    rule of the first layer (default `rule`)
 * @param options.maximum  rule of maximum poolings (default `winnerTakesAll`)
 * @param options.name     of the composite (default: made of the names of its rules)
 * @example
 * ```ts
 * import { lrp } from "phaselens";
 * console.log(lrp.uniform(lrp.zPlus, { first: lrp.wSquare }).name); // → w², then z⁺
 * ```
 */
export function uniform(
  rule: RelevanceRule,
  options: { first?: RelevanceRule; maximum?: MaximumRule; name?: string } = {},
): Composite {
  const {
    first,
    maximum = winnerTakesAll,
    name = first ? `${first.name}, then ${rule.name}` : rule.name,
  } = options;
  return {
    name,
    ...(first && { first }),
    rules: {
      dense: rule,
      convolution: rule,
      averagePooling: rule,
      add: rule,
      sum: rule,
      maximumPooling: maximum,
    },
  };
}

/**
 * Blücher et al. 2020, Table II (MLP): w² in the first layer, z⁺ above, R_i = R_j through (leaky)
 * ReLU.
 */
export const bluecher2020TableII: Composite = uniform(zPlus, {
  first: wSquare,
  name: "bluecher2020TableII",
});

/**
 * Blücher et al. 2020, Table III (CNN): w² in the first layer, z⁺ above. The table says "z⁺-rule"
 * of the maximum pooling too and leaves open what that is: here the winner takes all (the z⁺ rule
 * of a layer with the single weight 1 on the entry passed on). For the other reading:
 * `uniform(zPlus, { first: wSquare, maximum: proportional })`.
 */
export const bluecher2020TableIII: Composite = uniform(zPlus, {
  first: wSquare,
  name: "bluecher2020TableIII",
});

/** ε in dense layers, z⁺ in convolutions (Lapuschkin et al. 2019), flat in the first layer. */
export const epsilonPlusFlat: Composite = {
  name: "epsilonPlusFlat",
  first: flat,
  rules: {
    dense: epsilon(),
    convolution: zPlus,
    averagePooling: epsilon(),
    add: epsilon(),
    sum: epsilon(),
    maximumPooling: winnerTakesAll,
  },
};

/**
 * For the interaction network of Neubauer & Roy 2022, from the logit: γ = 2 without bias in dense
 * layers, and at sums over edges and objects a share in proportion, with 1e-5 added to the sum.
 * Conserves nothing exactly: what meets no contribution of its sign is lost and reported.
 */
export const neubauer2022: Composite = {
  name: "neubauer2022",
  rules: { dense: withoutBias(gamma(2)), sum: epsilon(1e-5) },
};
