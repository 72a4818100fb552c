import { aRule } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { optional, record, text, word } from "../../core/arguments/kinds.js";
import type { Composite } from "./composite.js";
import { proportional, tiesShared, winnerTakesAll, type MaximumRule } from "./maximumRule.js";
import { epsilon, flat, zPlus, type RelevanceRule } from "./rules.js";

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
