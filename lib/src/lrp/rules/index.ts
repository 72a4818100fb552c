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
export * from "./rules.js"; // what stands there is public: a new rule is that file alone
export { type MaximumRule, winnerTakesAll, tiesShared, proportional } from "./maximumRule.js";
export { rulesFor, type LayerRule, type LayerFamily, type Composite } from "./composite.js";
export { uniform, epsilonPlusFlat } from "./composites.js";
