import { tensor, type Tensor } from "../core/tensor.js";
import { jetFeatures } from "../physics/jets/jetFeatures.js";
import { jetRow, jetTruthNames } from "../physics/jets/jetRow.js";
import { jetRows } from "../physics/jets/jetRows.js";
import type { JetSpec } from "../physics/jets/jetSpec.js";

/**
 * What the .json beside jets says of them: how to read a row, for readers in any language, and
 * their means.
 */
export interface JetsReport {
  /**
   * First column and number of columns of each part of a row; tracks are [30, 60], vertices [14,
   * 5].
   */
  readonly columns: Readonly<Record<string, readonly [at: number, length: number]>>;
  readonly trackFeatures: readonly string[];
  readonly vertexFeatures: readonly string[];
  readonly truth: readonly string[];
  /** Of each entry of `truth`, over the file. */
  readonly means: Readonly<Record<string, number>>;
  readonly flags: readonly string[];
}

/** The jets of one piece with its report. */
export interface JetsOfPiece {
  /** [jets, `jetRow.length`] */
  readonly fields: Tensor;
  readonly report: JetsReport;
}

/** Jets in the form in which they are written. @throws ConfigError as `jetRows` */
export function jetsOfPiece(spec: JetSpec): JetsOfPiece {
  const fields = tensor([spec.jets, jetRow.length], jetRows(spec));
  const { length: _, ...parts } = jetRow;
  const mean = (column: number): number => {
    let sum = 0;
    for (let n = 0; n < spec.jets; n++) sum += fields.data[n * jetRow.length + column];
    return sum / spec.jets;
  };
  const report = {
    columns: Object.fromEntries(
      Object.entries(parts).map(([name, { at, length }]) => [name, [at, length] as const]),
    ),
    trackFeatures: jetFeatures.tracks,
    vertexFeatures: jetFeatures.vertices,
    truth: jetTruthNames,
    means: Object.fromEntries(jetTruthNames.map((name, k) => [name, mean(jetRow.truth.at + k)])),
    flags: [],
  };
  return { fields, report };
}
