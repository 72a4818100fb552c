// Influence of training points, RelatIF, self-influence, groups, mislabelled points,
// local-ensemble extrapolation scores.
export * from "./extrapolation.js";
export {
  influence,
  type Influence,
  type InfluenceOptions,
  type InfluenceWithoutRelatif,
  type LengthProbes,
  type SolveReport,
} from "./influence.js";
export * from "./testGradients.js";
export * from "./gradientStream.js";
export * from "./selfInfluence.js";
export * from "./groupInfluence.js";
export * from "./mislabel.js";
export * from "./detectionCurve.js";
