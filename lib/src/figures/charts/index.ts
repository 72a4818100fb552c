// Panels and whole figures of marks.
export * from "./figure.js";
export * from "./axis.js";
export * from "./panel.js";
export * from "./layer.js";
export * from "./grid.js";
export * from "./diagram.js";
export * from "./networkDiagram.js";
export * from "./scatter.js";
export * from "./line.js";
export * from "./table.js";
