import { ConfigError } from "../../core/errors.js";
import { colourDistance } from "./colourDistance.js";
import { observableStyles } from "./observableStyles.js";
import { palette, type SeriesStyle } from "./phaseColours.js";

export { palette, type SeriesStyle };

/** Backgrounds: the phase's colour thinned to a tint that points remain legible on. */
export const phaseTint: Readonly<Record<string, string>> = {
  LL: "#eaf3fb",
  "CDW-I": "#efe9f5",
  AFM: "#e3ecf5",
  PM: "#f2f2f2",
  FM: "#f8ecdf",
  transition: "#cdc3d6",
};

/**
 * Signed quantities: blue below, white at, red above zero; readable with any common colour
 * blindness.
 */
export const divergingScheme = "redblue";

const named: Readonly<Record<string, SeriesStyle>> = {
  LL: { colour: palette.LL, shape: "circle" },
  "CDW-I": { colour: palette["CDW-I"], shape: "square" },
  AFM: { colour: palette.AFM, shape: "circle" },
  PM: { colour: palette.PM, shape: "diamond" },
  FM: { colour: palette.FM, shape: "square" },
  "LL, other sign": { colour: "#9cc9ee", shape: "diamond" },
  "CDW-I, other sign": { colour: "#c3a3dc", shape: "cross" },
  "test point's gradient": { colour: "#000000", shape: "stroke" },
  "typical training point": { colour: "#1a9850", shape: "stroke" },
  outlier: { colour: "#2b6cb0", shape: "stroke" },
  "half filling": { colour: "#7f7f7f", shape: "stroke" },
  "negative sign": { colour: "#000000", shape: "cross" },
  "most helpful": { colour: palette.helpful, shape: "triangle-up" },
  "most harmful": { colour: palette.harmful, shape: "triangle-down" },
  "test point": { colour: palette.testPoint, shape: "stroke" },
  "out of distribution": { colour: palette.outOfDistribution, shape: "stroke" },
  "minimal test loss": { colour: "#7b2d8b", shape: "stroke" },
  LEES: { colour: "#2b6cb0", shape: "triangle-up" },
  "simulated here": { colour: "#0072b2", shape: "circle" },
  "from files": { colour: "#0072b2", shape: "circle" },
  Pythia: { colour: "#d55e00", shape: "square" },
  QCD: { colour: "#5e5e5e", shape: "circle" },
  "H → bb̄": { colour: "#882255", shape: "square" },
  ...observableStyles,
};

// Okabe and Ito 2008, without its yellow (too faint on white), then Tol 2021, "muted", where it is
// not near one of them.
const others: readonly SeriesStyle[] = [
  { colour: "#0072b2", shape: "circle" },
  { colour: "#d55e00", shape: "square" },
  { colour: "#009e73", shape: "triangle-up" },
  { colour: "#cc79a7", shape: "diamond" },
  { colour: "#56b4e9", shape: "triangle-down" },
  { colour: "#000000", shape: "cross" },
  { colour: "#e69f00", shape: "triangle-right" },
  { colour: "#882255", shape: "triangle-left" },
  { colour: "#332288", shape: "wedge" },
  { colour: "#999933", shape: "arrow" },
];

/** Two colours nearer than this (CIE 1976 L*a*b*) are taken for one by readers of a legend. */
const TELLABLE = 20;
/** Two that are farther apart have names of their own: nobody calls both of them blue. */
const APART = 45;

/**
 * Styles of the series of one figure, in the given order. Names with a meaning of their own keep
 * their style everywhere; the others take the next free one that is not like the colour of a named
 * series of the same figure, those farthest from all of them first.
 * @throws ConfigError for more series than there are colours that can be told apart
 */
export function seriesStyles(names: readonly string[]): SeriesStyle[] {
  const own = names.filter((name) => Object.hasOwn(named, name)).map((name) => named[name].colour);
  const nearest = (colour: string): number =>
    Math.min(APART, ...own.map((other) => colourDistance(colour, other)));
  const free = others
    .map((style) => ({ style, distance: nearest(style.colour) }))
    .filter(({ distance }) => distance > TELLABLE)
    .sort((a, b) => b.distance - a.distance) // stable: their order where all are far enough
    .map(({ style }) => style);
  const wanted = names.length - own.length;
  if (wanted > free.length) {
    const fact = `${names.length} series, of which ${wanted} have no colour of their own; ${free.length} can be told apart`;
    throw new ConfigError(
      `figures: ${fact}. Draw them in several panels, or give some of them one name.`,
      { names },
    );
  }
  let next = 0;
  return names.map((name) => (Object.hasOwn(named, name) ? named[name] : free[next++]));
}

/**
 * A diverging colour scale centred at 0, for a `color` channel: the same distance from 0 is the
 * same strength on both sides.
 * @param values  what will be drawn; only the largest modulus counts
 */
export function divergingScale(values: ArrayLike<number>): {
  scheme: string;
  reverse: boolean;
  domain: [number, number];
} {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]));
  const edge = largest > 0 ? largest : 1; // an all-zero map is white, not undefined
  return { scheme: divergingScheme, reverse: true, domain: [-edge, edge] };
}

/** "stroke" has no area: a point of such a series is a disc. */
export function pointSymbol(shape: string): string {
  return shape === "stroke" ? "circle" : shape;
}
