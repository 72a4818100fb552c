// Rules of relevance propagation, and which layer takes which.
export { maps, type EntryMap } from "./entryMap.js";
export * from "./rules.js"; // what stands there is public: a new rule is that file alone
export { type MaximumRule, winnerTakesAll, tiesShared, proportional } from "./maximumRule.js";
export type { LayerRule, LayerFamily, Composite } from "./composite.js";
export { type ProductRule, halfAndHalf, signalTakesAll } from "./productRule.js";
export type { SoftmaxRule } from "./softmaxRule.js";
export {
  type NormalisationRule,
  normalisationCentring,
  normalisationIdentity,
} from "./normalisationRule.js";
export { uniform, recommended, epsilonPlusFlat } from "./composites.js";
