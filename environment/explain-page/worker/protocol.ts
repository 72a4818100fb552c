// What the page and its worker say to each other.
import type { AnswersDocument, RowDetails } from "phaselens/internal/report/answers/document";
import type { Part } from "./parts.js";

/** What a dropped file, or an array in it, is for. */
export type Role =
  "model" | "points" | "target" | "training" | "trainingTarget" | "both" | "unused";

/** A table or an array, in a file or the whole of it. */
export interface LookedItem {
  /** Where the library finds it. */
  readonly path: string;
  readonly name: string;
  readonly kind: "model" | "part" | "table" | "array" | "other";
  readonly role: Role;
  /** The input of a model with several that it belongs to. */
  readonly input?: string;
  readonly shape?: readonly number[];
  readonly columns?: readonly string[];
  /** Of a state dictionary, with their shapes. */
  readonly tensors?: readonly string[];
  /** What was wrong with it. */
  readonly problem?: string;
}

/** What the model says of itself. */
export interface LookedModel {
  readonly kind: "network" | "trees";
  readonly format: string;
  readonly inputs: readonly string[];
  /** Of trees, where the file names them. */
  readonly features?: readonly string[];
  readonly classes?: readonly string[];
  /** Whether the file says what was minimised. */
  readonly lossKnown: boolean;
  /** Of a state dictionary: the network that was named, or guessed, as JSON. */
  readonly network?: string;
  readonly problem?: string;
}

/** What was found in the files, and what it is taken for. */
export interface Looked {
  readonly items: readonly LookedItem[];
  readonly model?: LookedModel;
  readonly guess: Guess;
}

/** The fields of the form; they are options of `phaselens explain` by name. */
export interface Guess {
  readonly targetColumn?: string;
  readonly classes?: string;
  readonly loss?: string;
}

/** What is to be explained: options of `phaselens explain`. */
export interface Asked {
  readonly title: string;
  readonly values: Readonly<Record<string, string>>;
}

export type ToWorker =
  | { readonly say: "files"; readonly files: readonly (readonly [path: string, file: Blob])[] }
  | { readonly say: "network"; readonly text: string }
  | { readonly say: "start"; readonly asked: Asked }
  | { readonly say: "row"; readonly place: number }
  | { readonly say: "parts"; readonly parts: readonly Part[] }
  | { readonly say: "stop" };

/** How far the work is. */
export interface Progress {
  readonly words: string;
  readonly done: number;
  readonly total: number;
  /** What is left, estimated; absent where nothing is known yet. */
  readonly seconds?: number;
}

/** A part that was not computed. */
export interface LeftPart {
  readonly part: Part;
  readonly words: string;
  readonly seconds: number;
}

export type FromWorker =
  | { readonly say: "looked"; readonly looked: Looked }
  | { readonly say: "document"; readonly document: Partial<AnswersDocument> }
  | { readonly say: "details"; readonly place: number; readonly details: RowDetails }
  | { readonly say: "progress"; readonly progress: Progress }
  | {
      readonly say: "done";
      readonly seconds: number;
      readonly stopped: boolean;
      readonly left: readonly LeftPart[];
    }
  | { readonly say: "failed"; readonly during: string; readonly message: string };
