// Influence of training points, RelatIF, self-influence, groups, mislabelled points,
// local-ensemble extrapolation scores.
export { spectrum, extrapolationScore, type LeadingOptions } from "./extrapolation.js";
export {
  influence,
  type Influence,
  type InfluenceOptions,
  type InfluenceWithoutRelatif,
  type LengthProbes,
  type SolveReport,
} from "./influence.js";
export {
  testSamples,
  testLosses,
  testGradients,
  predictionGradients,
  type LossVersion,
} from "./testGradients.js";
export { gradientStream, type GradientStream } from "./gradientStream.js";
export { selfInfluence } from "./selfInfluence.js";
export { groupInfluence } from "./groupInfluence.js";
export { mislabel, type Mislabelled } from "./mislabel.js";
export { detectionCurve, foundAt, type DetectionCurve } from "./detectionCurve.js";
