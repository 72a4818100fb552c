import type { Tensor } from "phaselens/core";
import type { Loss, Network, Samples } from "phaselens/nn";
import { problems } from "../support/models.js";

/** What a function is given. */
export interface Given {
  readonly network: Network;
  readonly theta: Float64Array;
  readonly samples: Samples;
  readonly loss: Loss;
}

/** What it found: of the whole set, and one row for each sample. */
export interface Found {
  readonly whole: readonly number[];
  /** [n, …] */
  readonly rows?: Tensor;
}

/** What weights do to a function; or why they do nothing, in words. */
export type Entry =
  | string
  | {
      readonly of: (given: Given) => Found | Promise<Found>;
      /** Rows of copies add up; they are alike otherwise. */
      readonly additive?: boolean;
      /** Where sums over blocks of rows round otherwise with other rows beside them. */
      readonly rounds?: boolean;
      /** Samples are drawn, so that two copies are not one of weight 2: why. */
      readonly drawn?: string;
      /** Names of problems (default: one of classes with kinks, one of values without). */
      readonly problems?: readonly string[];
    };

const usual = ["relu perceptron, three classes", "tanh and softplus perceptron"];

/** The problems of an entry. */
export const cases = (entry: Exclude<Entry, string>): Record<string, Given> =>
  Object.fromEntries((entry.problems ?? usual).map((name) => [name, problems[name](3)]));
