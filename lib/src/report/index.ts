export {
  explain,
  type ExplainOptions,
  type TrainingExplanation,
  type Explanation,
} from "./explain.js";
export type { Curvature, CurvatureOptions } from "./curvature.js";
export type { Explained } from "./explained.js";
export { methods, type NamedMethod } from "./methods.js";
export { influenceFigure } from "./influenceFigure.js";
export { relevanceFigure, type RelevanceFigureOptions } from "./relevanceFigure.js";
export { trustFigure } from "./trustFigure.js";
export { explanationPage } from "./explanationPage.js";
export {
  explanationJson,
  type ExplanationReport,
  type InfluentialPoint,
  type PointFacts,
} from "./explanationReport.js";
export { auditJson, auditPage, type AuditPageInput } from "./auditReportPage.js";
export type { FileFacts, Provenance } from "./provenance.js";
export type { Chart } from "./charts.js";
export type { Html } from "./html.js";
