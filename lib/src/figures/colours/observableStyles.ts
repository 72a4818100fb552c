import { palette, type SeriesStyle } from "./phaseColours.js";

const magnetisation: SeriesStyle = { colour: palette.FM, shape: "square" };
const staggered: SeriesStyle = { colour: palette.AFM, shape: "circle" };

/**
 * One look for each lattice observable, and for what recurs beside them, in all figures: an order
 * parameter has the colour of its phase.
 * The names are those of legends.
 */
export const observableStyles: Readonly<Record<string, SeriesStyle>> = {
  "|M|": magnetisation,
  M: magnetisation,
  "|M_s|": staggered,
  M_s: staggered,
  "G_c(0)": { colour: "#009e73", shape: "triangle-up" },
  "G_c(t > 0)": { colour: "#cc79a7", shape: "diamond" },
  O_PM: { colour: "#882255", shape: "triangle-left" },
  "O_PM staggered": { colour: "#999933", shape: "arrow" },
  "nearest neighbours": { colour: "#332288", shape: "wedge" },
  "diagonal neighbours": { colour: "#56b4e9", shape: "triangle-down" },
  "learnt FM filter": { colour: "#e69f00", shape: "square" },
  "learnt AFM filter": { colour: "#56b4e9", shape: "circle" },
  "learnt PM filter": { colour: "#000000", shape: "diamond" },
  "training set": { colour: "#e69f00", shape: "triangle-right" },
  "test set": { colour: "#7b2d8b", shape: "triangle-left" },
  "Cramér-Rao bound": { colour: "#000000", shape: "stroke" },
};
