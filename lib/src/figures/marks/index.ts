// What a panel can hold: points, lines, bars, cells, labels.
export { glyphWidths } from "./glyphWidths.js";
export * from "./mark.js";
export * from "./points.js";
export * from "./bars.js";
export * from "./path.js";
export * from "./arrows.js";
export * from "./cells.js";
export * from "./cube.js";
export * from "./labels.js";
export * from "./curve.js";
export * from "./errorBars.js";
export * from "./regions.js";
export * from "./verticalRules.js";
export * from "./mostInfluential.js";
export * from "./influenceMarks.js";
