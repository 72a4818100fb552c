import type { SentError } from "../../../core/tasks/workerMessage.js";
import type { Opener } from "./openers.js";

/** What a reading thread is given at its start. */
export interface ReadingData<Port> {
  /** Messages go through a port of their own: those of a parser's code are not answers. */
  readonly port: Port;
  /** See `foreignWork`. */
  readonly cells: Int32Array;
}

/** What a reading thread is told: to open a file, close it, end, or something of the file. */
export interface ReadingOrder {
  readonly number: number;
  readonly ask: string;
  /** To open: with what. */
  readonly opener?: Opener;
  readonly values: readonly unknown[];
}

/** What it answers. */
export type ReadingAnswer = { readonly number: number } & (
  { readonly value: unknown } | { readonly error: SentError }
);
