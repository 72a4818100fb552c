import { canonicalJson } from "../../core/cache/canonicalJson.js";
import { nodeModule } from "../../core/files/nodeModule.js";
import type { RemovalFacts } from "../removal/removals.js";

/** What a folder of `phaselens study` holds, each in a folder of its own. */
export const studySets = ["removals", "retrainings", "bootstraps", "seeds"] as const;
export type StudySet = (typeof studySets)[number];

/** One θ of a study: what the manifest says of it, with all that decides its numbers. */
export interface StudySpec {
  readonly set: StudySet;
  /** Counted from 0; how many there are of its set. */
  readonly index: number;
  readonly of: number;
  /** Of the draw, the bootstrap, or the training. */
  readonly seed: number;
  /** Fingerprint of network, θ̃, data, loss and penalties. */
  readonly problem: string;
  /** The rest of the set's settings, as the manifest has them. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What came out beside θ. */
export interface StudyReport {
  /** Training points that were taken away together, of removals and retrainings. */
  readonly rows?: readonly number[];
  /** λ of a removal's damping. */
  readonly lambda?: number;
  /** How a removal's search went. */
  readonly facts?: RemovalFacts;
  /** Mean training loss of a network that was trained. */
  readonly loss?: number;
}

/** The .json beside the .npy of θ, [P] in doubles. A function of manifest and data alone. */
export interface StudyPieceFile {
  readonly format: "phaselens-study";
  readonly version: 1;
  readonly phaselens: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly spec: StudySpec;
  readonly report: StudyReport;
  /** sha256 of all the rest as canonical JSON, so that no field can change unseen. */
  readonly check: string;
}

export const sha256 = (bytes: Uint8Array | string): string =>
  nodeModule("node:crypto", "a study").createHash("sha256").update(bytes).digest("hex");

/** What `check` must be. Through JSON, as a reader of the file sees it. */
export const studyCheck = (facts: object): string =>
  sha256(canonicalJson(JSON.parse(JSON.stringify({ ...facts, check: undefined }))));

/** Path of a piece below the folder, without ending: "removals/03". */
export function studyStem({ set, index, of }: Pick<StudySpec, "set" | "index" | "of">): string {
  return `${set}/${String(index).padStart(String(of - 1).length, "0")}`;
}
