import { row, size, type Shape, type Tensor } from "../core/tensor.js";
import { lambdaOf } from "../hessian/solvers/damping.js";
import { mostInfluential } from "../figures/marks/mostInfluential.js";
import type { GradientConvention } from "../nn/network/gradientConvention.js";
import type { LossOutput } from "../nn/losses/loss.js";
import type { Explanation } from "./explain.js";
import type { NamedMethod } from "./methods.js";
import { predictions, type Prediction } from "./predictions.js";
import type { Provenance } from "./provenance.js";

/** An explanation with everything that a reader has to be told about it. */
export interface ExplanationReport {
  readonly title: string;
  readonly model: {
    readonly name: string;
    readonly format: string;
    readonly parameters: number;
    readonly inputShape: Shape;
    readonly output: LossOutput;
  };
  readonly loss: string;
  readonly l2: number;
  /** Of the gradients of losses. */
  readonly convention: GradientConvention;
  readonly method: NamedMethod & { readonly key: string };
  /** Which output was explained, in words. */
  readonly start: string;
  readonly explanation: Explanation;
  /** Points [n, …] as the network reads them. */
  readonly x: Tensor;
  /** Relevance of the points in the order of the file. */
  readonly relevance: Tensor;
  readonly target: Tensor | undefined;
  /** Of a model with several inputs: the relevance of each, [n, …] as the file has them. */
  readonly byInput?: Readonly<Record<string, Tensor>>;
  /** Names of the input's entries, for tables. */
  readonly names: readonly string[] | undefined;
  readonly classes: readonly string[] | undefined;
  readonly trainingPoints: number | undefined;
  /** Rows of the file of the points, where not all were taken. */
  readonly rows?: ArrayLike<number> | undefined;
  /** Points in the order of reading (default: as they are). */
  readonly reading?: readonly number[];
  /** Rows of the file of training data, where they were drawn from more. */
  readonly trainingRows: ArrayLike<number> | undefined;
  readonly notes: readonly string[];
  readonly provenance: Provenance;
}

/** In which units explanations of a saved model are. */
export const spaceWords: string =
  "Entries, relevance and any 0 among them are in the units of the data as the model reads them. Where these were scaled before, 0 is that of the scaled values " +
  "(of standardised ones the mean), not of what was measured.";

/** Training points listed on each side. */
export const LISTED = 5;

/** A training point with its influence on a point. */
export interface InfluentialPoint {
  /** Row of the training data, from 0. */
  readonly row: number;
  readonly influence: number;
  readonly relatif: number | undefined;
}

/** One explained point: a row of the table, an entry of the JSON. */
export interface PointFacts extends Prediction {
  /** Row of the file, and place among the points that were explained. */
  readonly row: number;
  readonly place: number;
  readonly output: readonly number[];
  readonly target: readonly number[] | undefined;
  readonly explained: number;
  readonly relevanceSum: number;
  readonly missing: number | undefined;
  readonly uncertainty: number | undefined;
  readonly uncertaintyError: number | undefined;
  readonly extrapolation: number | undefined;
  readonly helpful: readonly InfluentialPoint[] | undefined;
  readonly harmful: readonly InfluentialPoint[] | undefined;
}

export function pointFacts({
  explanation,
  relevance,
  target,
  model,
  rows,
  trainingRows,
}: ExplanationReport): PointFacts[] {
  const {
    attribution: { output, missing },
    scalar,
    training,
  } = explanation;
  return predictions(model.output, output).map((prediction, t): PointFacts => {
    const ranked = training && mostInfluential(row(training.influence, t), LISTED);
    const list = (rows: readonly number[]): InfluentialPoint[] =>
      rows.map((r) => ({
        row: trainingRows?.[r] ?? r,
        influence: row(training!.influence, t)[r],
        relatif: training!.relatif && row(training!.relatif, t)[r],
      }));
    return {
      row: rows?.[t] ?? t,
      place: t,
      output: Array.from(row(output, t)),
      ...prediction,
      target: target && Array.from(row(target, t)),
      explained: scalar[t],
      relevanceSum: row(relevance, t).reduce((sum, value) => sum + value, 0),
      missing: missing?.[t],
      uncertainty: training?.uncertainty[t],
      uncertaintyError: training?.uncertaintyError?.[t],
      extrapolation: training?.extrapolation?.[t],
      helpful: ranked && list(ranked.helpful).filter(({ influence }) => influence > 0),
      harmful: ranked && list(ranked.harmful).filter(({ influence }) => influence < 0),
    };
  });
}

/** What a program reads: everything but the arrays, which lie beside it as .npy. */
export function explanationJson(report: ExplanationReport, written: readonly string[]): object {
  const {
    title,
    model,
    loss,
    l2,
    convention,
    method,
    start,
    explanation,
    notes,
    provenance,
    classes,
    names,
    trainingPoints,
  } = report;
  const { training, explained, attribution } = explanation;
  const found = training?.curvature;
  return {
    format: "phaselens-explanation",
    version: 1,
    title,
    model,
    loss,
    l2,
    convention,
    classes,
    names,
    method: {
      name: method.key,
      words: method.words,
      equation: method.equation,
      reference: method.reference,
      space: spaceWords,
    },
    start,
    explained,
    curvature: found && {
      name: found.name,
      why: found.why,
      parameters: found.parameters,
      after: found.after,
      exact: found.exact,
      damping: lambdaOf(found.damping),
      scaled: typeof found.damping !== "number",
      lowest: found.extremes[0],
      highest: found.extremes[1],
      directions: found.directions,
      trainingPoints,
    },
    uncertainty: training && {
      form: training.uncertaintyError ? "bootstrap" : "linearised",
      of: explained,
    },
    relatifError: training?.relatifError,
    conservation: attribution.conservation,
    points: pointFacts(report),
    notes,
    provenance,
    written,
  };
}

/** Mean |R| of each entry of the input over all points, as the network reads it. */
export function meanRelevance({ explanation: { attribution } }: ExplanationReport): Tensor {
  const {
    shape: [n, ...sample],
    data,
  } = attribution.at[0];
  const sum = new Float64Array(size(sample));
  for (let p = 0; p < data.length; p++) sum[p % sum.length] += Math.abs(data[p]) / n;
  return { shape: sample, data: sum };
}
