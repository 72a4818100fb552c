import type { LongRunOptions } from "../../core/tasks/longRun.js";
import type {
  AnswersDocument,
  PartEstimate,
  RowAnswer,
  RowDetails,
  WholeAnswers,
} from "./document.js";

/** Parts of a document that are computed when asked for, and kept. */
export interface Answers {
  /** All that is known so far; a new object after each part. */
  readonly document: AnswersDocument;
  /** What parts will take, before anything long is done. */
  estimates(): readonly PartEstimate[];
  /** Predictions, losses and the order of reading: quick, for every point. */
  rows(options?: LongRunOptions): Promise<readonly RowAnswer[]>;
  /**
   * With training data: curvature, RUE and LEES of every point, which then stand in `rows`. What
   * `row` and `labels` say of training points needs it and asks for it.
   */
  training(options?: LongRunOptions): Promise<readonly RowAnswer[]>;
  /**
   * One point in full: relevance, influence where `training` was done, what would change it.
   * @param place  its place in `rows`
   */
  row(place: number, options?: LongRunOptions): Promise<RowDetails>;
  labels(options?: LongRunOptions): Promise<WholeAnswers["labels"]>;
  byClass(options?: LongRunOptions): Promise<WholeAnswers["byClass"]>;
  groups(options?: LongRunOptions): Promise<WholeAnswers["groups"]>;
  faithfulness(options?: LongRunOptions): Promise<WholeAnswers["faithfulness"]>;
  audit(options?: LongRunOptions): Promise<WholeAnswers["audit"]>;
}
