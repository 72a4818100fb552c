import { takes, type ArgumentKind } from "../../core/arguments/takes.js";
import {
  callable,
  count,
  fraction,
  listOf,
  nonNegative,
  optional,
  positive,
  real,
  record,
  text,
} from "../../core/arguments/kinds.js";
import { anAxis } from "../../figures/arguments.js";
import type { Axis } from "../../figures/charts/axis.js";
import type { Figure } from "../../figures/charts/figure.js";
import { grid } from "../../figures/charts/grid.js";
import { horizontalRules } from "../../figures/marks/verticalRules.js";
import type { Mark } from "../../figures/marks/mark.js";
import { points } from "../../figures/marks/points.js";
import type { RecipeStudy, StudiedRecipe } from "./recipeStudy.js";

/** One verdict against cross-entropy. */
export interface VerdictPanel {
  readonly title: string;
  readonly y: Axis;
  /** The verdict of one network; undefined where it has none. */
  readonly verdict: (network: StudiedRecipe) => number | undefined;
  /** The same for networks of the reader's own run. */
  readonly own?: readonly { readonly crossEntropy: number; readonly verdict: number }[];
  /** What the paper shows, as a line. */
  readonly paper?: number;
}

/** Options of `recipeFigure`. */
export interface RecipeFigureOptions {
  readonly id: string;
  readonly title: string;
  readonly panels: readonly VerdictPanel[];
  /** Which networks are drawn; default all. */
  readonly networks?: (network: StudiedRecipe) => boolean;
  /** Panels in a row (default: all). */
  readonly columns?: number;
}

/** Cross-entropy of two outputs that are always equal: nothing is learnt. */
const CONSTANT_OUTPUT = Math.log(2);

const x: Axis = {
  title: "cross-entropy of the training set",
  scale: "log",
  domain: [0.003, 1],
  ticks: [0.003, 0.01, 0.03, 0.1, 0.3, 1],
  format: "~g",
};

const trainedOne = record(
  { recipe: text, sites: count(1), crossEntropy: positive, accuracy: fraction },
  "a network of a study",
);
/** Of one whose training failed nothing more is known. */
const aStudiedRecipe: ArgumentKind = (value, name) =>
  typeof value === "object" && value !== null && "failed" in value
    ? undefined
    : trainedOne(value, name);
const aVerdictPanel = record(
  {
    title: text,
    y: anAxis,
    verdict: callable,
    own: optional(
      listOf(record({ crossEntropy: positive, verdict: real }, "{ crossEntropy, verdict }")),
    ),
    paper: optional(real),
  },
  "a panel { title, y, verdict, … }",
);

/**
 * Verdicts of the shipped study against cross-entropy, by recipe; networks of the reader's own run
 * beside them.
 */
export function recipeFigure(study: RecipeStudy, options: RecipeFigureOptions): Figure {
  takes("recipeFigure", {
    study: [study, record({ networks: listOf(aStudiedRecipe) }, "a study such as recipeStudy()")],
    options: [
      options,
      record({
        id: text,
        title: text,
        panels: listOf(aVerdictPanel, 1),
        networks: optional(callable),
        columns: optional(count(1)),
      }),
    ],
  });
  const { networks } = study;
  const { id, title, panels, networks: chosen = () => true, columns = panels.length } = options;
  const drawn = networks.filter((network) => chosen(network) && !("failed" in network));
  const size = { width: 300, height: 220 };
  const shown = panels.map((panel) => ({
    title: panel.title,
    y: panel.y,
    marks: marksOf(drawn, panel),
  }));
  return grid({ id, title, columns, x, ...size, panels: shown });
}

function marksOf(
  drawn: readonly StudiedRecipe[],
  { verdict, own = [], paper }: VerdictPanel,
): Mark[] {
  const rows = drawn.flatMap((network) => {
    const value = verdict(network);
    const { crossEntropy, recipe, seed, sites, accuracy } = network;
    if (value === undefined) return [];
    return [{ crossEntropy, verdict: value, recipe: seriesOf(recipe, sites), seed, accuracy }];
  });
  const axes = { x: "crossEntropy", y: "verdict" };
  const study = points({
    ...axes,
    rows,
    series: { field: "recipe" },
    size: 32,
    opacity: 0.75,
    tooltip: ["seed", "accuracy"],
  });
  const mine = own.map((one) => ({ ...one }));
  const reader = points({ ...axes, rows: mine, series: { name: "this run" }, size: 110 });
  return [
    ...(paper === undefined ? [] : [horizontalRules([paper], { name: "the paper" })]),
    study,
    ...(own.length > 0 ? [reader] : []),
  ];
}

/** Recipes that differ in the loss at which they stop are one series: that loss is the axis. */
function seriesOf(recipe: string, sites: number): string {
  const name = recipe.replace(/, (\d|20 epochs).*$/, "");
  return name === "pooled" && sites !== 12 ? `pooled, ${sites} sites` : name;
}

/**
 * Whether a network has learnt anything: its loss is below that of a constant output by more than a
 * per cent, and four in five of its labels are right.
 */
export function hasLearnt(judged: Pick<StudiedRecipe, "crossEntropy" | "accuracy">): boolean {
  takes("hasLearnt", {
    judged: [
      judged,
      record({ crossEntropy: nonNegative, accuracy: fraction }, "{ crossEntropy, accuracy }"),
    ],
  });
  const { crossEntropy, accuracy } = judged;
  return crossEntropy < 0.99 * CONSTANT_OUTPUT && accuracy >= 0.8;
}
