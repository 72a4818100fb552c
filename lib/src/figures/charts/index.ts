// Panels and whole figures of marks.
export type { Figure } from "./figure.js";
export type { Axis } from "./axis.js";
export type { Panel } from "./panel.js";
export type { Slider } from "./slider.js";
export { layer, type LayerOptions } from "./layer.js";
export { grid, type GridPanel, type GridOptions } from "./grid.js";
export {
  diagram,
  type DiagramBox,
  type DiagramArrow,
  type DiagramCaption,
  type DiagramOptions,
} from "./diagram.js";
export {
  networkStages,
  networkDiagram,
  type NetworkStage,
  type NetworkDiagramOptions,
} from "./networkDiagram.js";
export { scatter, type FieldAxis, type ScatterOptions } from "./scatter.js";
export { line, type LineOptions } from "./line.js";
export { table, type DataFrameLike, type TableOptions } from "./table.js";
