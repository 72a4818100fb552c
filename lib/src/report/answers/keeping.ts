import { ConfigError } from "../../core/errors.js";
import type { LongRun } from "../../core/tasks/longRun.js";
import type { AnswersDocument, RowDetails, WholeAnswers } from "./document.js";
import { plain } from "./plain.js";

/** A part that is computed once; a call that was stopped is made anew. */
export interface KeptPart<T> {
  (run: LongRun): Promise<T>;
  /** Whether it was computed. */
  done(): boolean;
}

/** A document that grows. */
export interface Kept {
  document(): AnswersDocument;
  part<T>(make: (run: LongRun) => Promise<T>): KeptPart<T>;
  write(some: Partial<AnswersDocument>): void;
  whole(some: Partial<WholeAnswers>): void;
  note(words: string): void;
  /** A point that was detailed. @param influence  only with influence */
  detail(place: number, influence: boolean): RowDetails | undefined;
  addDetail(place: number, details: RowDetails): void;
}

export function keeping(start: () => AnswersDocument): Kept {
  let document = plain(start());
  const details = new Map<number, RowDetails>();
  return {
    document: () => document,
    part: <T>(make: (run: LongRun) => Promise<T>): KeptPart<T> => {
      let known: Promise<T> | undefined;
      let over = false;
      const part = (run: LongRun): Promise<T> => {
        known ??= make(run).then(
          (found) => {
            over = true;
            return found;
          },
          (error: unknown) => {
            known = undefined;
            throw error;
          },
        );
        return known;
      };
      return Object.assign(part, { done: () => over });
    },
    write: (some) => void (document = { ...document, ...plain(some) }),
    whole: (some) =>
      void (document = { ...document, whole: { ...document.whole, ...plain(some) } }),
    note: (words) => {
      if (!document.notes.includes(words))
        document = { ...document, notes: [...document.notes, words] };
    },
    detail: (place, influence) => {
      if (!(Number.isInteger(place) && place >= 0 && place < document.points))
        throw new ConfigError(
          `row: there is no point ${place}; there are ${document.points}, counted from 0.`,
          { place },
        );
      const own = details.get(place);
      return influence && !own?.influence ? undefined : own;
    },
    addDetail(place, own) {
      details.set(place, own);
      document = { ...document, details: [...details.values()] };
    },
  };
}
