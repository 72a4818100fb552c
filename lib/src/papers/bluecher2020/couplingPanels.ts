import { takes, type ArgumentKind } from "../../core/arguments/takes.js";
import {
  listOf,
  nonNegative,
  numbers,
  positive,
  real,
  record,
  text,
} from "../../core/arguments/kinds.js";
import { ShapeError } from "../../core/errors.js";
import { anAxis } from "../../figures/arguments.js";
import { checkAxis, type Axis } from "../../figures/charts/axis.js";
import { curve } from "../../figures/marks/curve.js";
import { errorBars } from "../../figures/marks/errorBars.js";
import type { GridPanel } from "../../figures/charts/grid.js";
import { path } from "../../figures/marks/path.js";
import { points } from "../../figures/marks/points.js";
import { regions } from "../../figures/marks/regions.js";
import type { Estimate } from "../../core/statistics/estimate.js";
import { phases } from "./parameters.js";
import { couplingErrors, couplingMeans } from "./couplingCurves.js";

/** κ over the whole diagram of Blücher et al. 2020, a little wider than the grid. */
export const couplingAxis: Axis = {
  title: "hopping parameter κ",
  domain: [-0.355, 0.35],
  ticks: [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3],
};

/**
 * Predictions for one set of configurations; the name is that of the legend, "training set" or
 * "test set".
 */
export interface PredictedSet {
  readonly name: string;
  /** [n], runs of equal κ */
  readonly kappa: ArrayLike<number>;
  /** κ̂ of each predictor, [n] */
  readonly predicted: readonly ArrayLike<number>[];
}

const someSets: ArgumentKind = listOf(
  record(
    { name: text, kappa: numbers(1), predicted: listOf(numbers(1), 1) },
    "a set { name, kappa, predicted }",
  ),
  1,
);

/** @throws ShapeError for a predictor that does not say something of each configuration */
function checkPairs(sets: readonly PredictedSet[], caller: string): void {
  for (const { name, kappa, predicted } of sets) {
    const odd = predicted.find(({ length }) => length !== kappa.length);
    if (odd)
      throw new ShapeError(
        `${caller}: "${name}" has ${odd.length} predictions for ${kappa.length} labels; they must come in pairs.`,
      );
  }
}

/**
 * Mean prediction of the first predictor at each κ, with jackknife errors, for each set; dashed: κ̂
 * = κ.
 */
export function predictionPanel(title: string, sets: readonly PredictedSet[]): GridPanel {
  takes("predictionPanel", { title: [title, text], sets: [sets, someSets] });
  checkPairs(sets, "predictionPanel");
  const rows = sets.flatMap(({ name, kappa, predicted }) =>
    couplingMeans(kappa, predicted[0]).map(({ kappa: at, mean, error }) => ({
      kappa: at,
      mean,
      error,
      name,
    })),
  );
  const ends = [
    { x: -0.35, y: -0.35 },
    { x: 0.345, y: 0.345 },
  ];
  return {
    title: `${title}; dashed: exact`,
    x: couplingAxis,
    y: { title: "predicted κ", domain: [-0.4, 0.4] },
    marks: [
      regions(phases),
      path({ rows: ends, x: "x", y: "y", dash: [4, 3], colour: "#555555" }),
      errorBars({ rows, x: "kappa", series: { field: "name" } }),
      points({ rows, x: "kappa", y: "mean", series: { field: "name" }, size: 12 }),
    ],
  };
}

/**
 * Root mean square of κ̂ − κ at each κ over all predictors, for each set, and what no unbiased
 * estimator can fall below.
 * @param bounds  standard deviation at each κ, `physics.cramerRaoBound`
 */
export function errorPanel(
  title: string,
  sets: readonly PredictedSet[],
  bounds: readonly { readonly kappa: number; readonly mean: number }[],
  domain: readonly [number, number],
): GridPanel {
  takes("errorPanel", {
    title: [title, text],
    sets: [sets, someSets],
    bounds: [
      bounds,
      listOf(record({ kappa: real, mean: positive }, "a point { kappa, mean } of the bound")),
    ],
    domain: [domain, numbers(2, 2)],
  });
  checkPairs(sets, "errorPanel");
  const y: Axis = { title: "rms error of κ", scale: "log", domain };
  checkAxis(y, `errorPanel "${title}"`);
  const rows = sets.flatMap(({ name, kappa, predicted }) =>
    couplingErrors(kappa, predicted).map((row) => ({ ...row, name })),
  );
  const bound = bounds.map(({ kappa, mean }) => ({ kappa, mean }));
  return {
    title,
    x: couplingAxis,
    y,
    marks: [
      regions(phases),
      points({ rows, x: "kappa", y: "mean", series: { field: "name" }, size: 12 }),
      curve({ rows: bound, x: "kappa", y: "mean", series: { name: "Cramér-Rao bound" } }),
    ],
  };
}

/** Curves over κ with their errors, one for each name. */
export function curvesPanel(
  title: string,
  y: Axis,
  rows: readonly ({ readonly kappa: number; readonly name: string } & Pick<
    Estimate,
    "mean" | "error"
  >)[],
): GridPanel {
  takes("curvesPanel", {
    title: [title, text],
    y: [y, anAxis],
    rows: [
      rows,
      listOf(
        record(
          { kappa: real, name: text, mean: real, error: nonNegative },
          "a point { kappa, name, mean, error } of a curve",
        ),
      ),
    ],
  });
  checkAxis(y, `curvesPanel "${title}"`);
  const drawn = rows.map(({ kappa, name, mean, error }) => ({ kappa, name, mean, error }));
  return {
    title,
    x: couplingAxis,
    y,
    marks: [
      regions(phases),
      errorBars({ rows: drawn, x: "kappa", series: { field: "name" } }),
      curve({ rows: drawn, x: "kappa", y: "mean", series: { field: "name" } }),
    ],
  };
}
