import { longRun, type LongRun, type LongRunOptions } from "../../core/tasks/longRun.js";
import type { WholeAnswers } from "./document.js";
import type { Kept } from "./keeping.js";

/** Makes one answer about the whole set, once, by its name. */
export type WholePart = <K extends keyof WholeAnswers>(
  name: K,
  why: string,
  make: (run: LongRun) => Promise<WholeAnswers[K]>,
) => (options?: LongRunOptions) => Promise<WholeAnswers[K]>;

/** Answers about the whole set are kept in the document; where there is none, a note says why. */
export function wholePart(kept: Kept): WholePart {
  return (name, why, make) => {
    const part = kept.part(async (run) => {
      const found = await make(run);
      if (found === undefined) kept.note(why);
      else kept.whole({ [name]: found });
      return kept.document().whole[name];
    });
    return (options = {}) => longRun("answers", options, part);
  };
}
