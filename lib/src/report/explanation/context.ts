import type { Chart } from "../charts.js";
import type { ExplanationReport, PointFacts } from "../explanationReport.js";
import { predictionWords } from "../labelWords.js";
import { readable } from "../number.js";
import type { PageSection } from "../page.js";

/** What the sections of the page of `phaselens explain` are made of. */
export interface PageContext {
  readonly report: ExplanationReport;
  readonly points: readonly PointFacts[];
  /** The chart `report-ID`, where there is one. */
  chart(id: string): Chart | undefined;
}

/** One section; undefined where the report has nothing for it. */
export type Section = (context: PageContext) => PageSection | undefined;

/** Points whose influential training points or most relevant entries are listed. */
export const DETAILED = 12;

export const predictionOf = ({ classes }: ExplanationReport, point: PointFacts): string =>
  predictionWords(classes, point);

export const optional = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : readable(value);
