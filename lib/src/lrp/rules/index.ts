// Rules of relevance propagation, and which layer takes which.
export {
  constant,
  type EntryMap,
  identity,
  positive,
  negative,
  square,
  one,
  zero,
} from "./entryMap.js";
export {
  zBounded,
  epsilon,
  gamma,
  alphaBeta,
  withoutBias,
  type RelevanceRule,
  type RulePart,
  type RuleTerm,
  wSquare,
  zPlus,
  flat,
} from "./rules.js";
export { type MaximumRule, winnerTakesAll, tiesShared, proportional } from "./maximumRule.js";
export { rulesFor, type LayerRule, type LayerFamily, type Composite } from "./composite.js";
export {
  uniform,
  bluecher2020TableII,
  bluecher2020TableIII,
  epsilonPlusFlat,
  neubauer2022,
} from "./composites.js";
