import { aRule } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { optional, record, text, word } from "../../core/arguments/kinds.js";
import type { Composite } from "./composite.js";
import { proportional, tiesShared, winnerTakesAll, type MaximumRule } from "./maximumRule.js";
import { normalisationIdentity } from "./normalisationRule.js";
import { signalTakesAll } from "./productRule.js";
import { softmaxTaylor } from "./softmaxRule.js";
import { epsilon, flat, gamma, zPlus, type RelevanceRule } from "./rules.js";

const aMaximumRule = record(
  {
    kind: word(["maximum"]),
    name: word([winnerTakesAll, tiesShared, proportional].map(({ name }) => name)),
  },
  "a rule of maxima such as lrp.winnerTakesAll",
);

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
  takes("uniform", {
    rule: [rule, aRule],
    options: [
      options,
      record({ first: optional(aRule), maximum: optional(aMaximumRule), name: optional(text) }),
    ],
  });
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

const favoured = gamma();

/**
 * One rule for each kind of layer, for any network: γ = ¼ (Montavon et al. 2019, in the form for
 * inputs of either sign) wherever products are summed; the weights of attention, gates and what is
 * divided by as constants (Arras et al. 2017; Ali et al. 2022), so that no relevance goes through
 * a softmax beside values; normalisation as identity (Achtibat et al. 2024, AttnLRP). Sums that
 * cancel do not blow relevance up: their inputs take at most (1 + γ)/γ = 5 times what arrived.
 *
 * AttnLRP itself is this with `product: halfAndHalf`.
 */
export const recommended: Composite = {
  name: "recommended",
  rules: {
    dense: favoured,
    convolution: favoured,
    averagePooling: favoured,
    add: favoured,
    sum: favoured,
    maximumPooling: winnerTakesAll,
    product: signalTakesAll,
    softmax: softmaxTaylor,
    normalisation: normalisationIdentity,
  },
};

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
