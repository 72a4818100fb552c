// What a panel can hold: points, lines, bars, cells, labels.
export type { Row, Series, Mark } from "./mark.js";
export { points, type PointsOptions } from "./points.js";
export { bars, type BarsOptions } from "./bars.js";
export { path, type PathOptions } from "./path.js";
export { arrows, type ArrowsOptions } from "./arrows.js";
export { cells, type CellsOptions } from "./cells.js";
export { cube } from "./cube.js";
export { labels, type LabelsOptions } from "./labels.js";
export { curve, type CurveOptions } from "./curve.js";
export { errorBars, errorBand, type ErrorOptions } from "./errorBars.js";
export { regions, type Region } from "./regions.js";
export { verticalRules, horizontalRules, type RuleOptions } from "./verticalRules.js";
export { mostInfluential } from "./mostInfluential.js";
export { influenceMarks, type InfluenceOptions } from "./influenceMarks.js";
