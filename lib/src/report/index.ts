export {
  explain,
  type ExplainOptions,
  type TrainingExplanation,
  type Explanation,
} from "./explain.js";
export type { Curvature, CurvatureOptions } from "./curvature.js";
export type { Explained } from "./explained.js";
export { methods, type NamedMethod } from "./methods.js";
export { figures } from "./figures.js";
export type { RelevanceFigureOptions } from "./relevanceFigure.js";
export type { FileFacts, Provenance } from "./provenance.js";
export type { Chart } from "./charts.js";
export type { Html } from "./html.js";
