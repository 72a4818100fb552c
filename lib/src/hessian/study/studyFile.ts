import { canonicalJson } from "../../core/cache/canonicalJson.js";
import { nodeModule } from "../../core/files/nodeModule.js";
import { parseNpy } from "../../core/files/npy.js";
import {
  sha256,
  studyCheck,
  type StudyPieceFile,
  type StudyReport,
  type StudySpec,
} from "./studyFormat.js";

/** Where a piece stands: finished and sound, not there, or there and not to be used. */
export type StudyPieceState =
  | { readonly state: "valid"; readonly piece: StudiedPiece }
  | { readonly state: "absent" }
  | { readonly state: "corrupt"; readonly reason: string };

/** A sound piece. */
export interface StudiedPiece {
  readonly spec: StudySpec;
  readonly report: StudyReport;
  readonly theta: Float64Array;
  readonly sha256: string;
  readonly bytes: number;
}

const isRecord = (value: unknown): boolean => typeof value === "object" && value !== null;

/**
 * Checks both files of a piece, the hash of every byte included.
 * @param stem    its path without ending
 * @param wanted  what it has to be of (default: whatever it says)
 */
export function inspectStudyFile(stem: string, wanted?: StudySpec): StudyPieceState {
  const { existsSync, readFileSync } = nodeModule("node:fs", "reading a study");
  const [array, json] = [`${stem}.npy`, `${stem}.json`];
  const corrupt = (reason: string): StudyPieceState => ({ state: "corrupt", reason });
  if (!existsSync(json))
    return existsSync(array) ? corrupt("its .json is missing") : { state: "absent" };
  let found: StudyPieceFile;
  try {
    found = JSON.parse(readFileSync(json, "utf8")) as StudyPieceFile;
  } catch {
    return corrupt("its .json is not readable");
  }
  if (found?.format !== "phaselens-study" || found.version !== 1)
    return corrupt("its .json is not that of a study's version 1");
  if (found.check !== studyCheck(found))
    return corrupt("its .json was changed after it was written");
  if (!isRecord(found.spec) || !isRecord(found.report))
    return corrupt("its .json does not say what it is of");
  if (wanted && canonicalJson(JSON.parse(JSON.stringify(wanted))) !== canonicalJson(found.spec))
    return corrupt("it was made of other data or settings");
  if (!existsSync(array)) return corrupt("its .npy is missing");
  const bytes = readFileSync(array);
  if (bytes.length !== found.bytes)
    return corrupt(`its .npy has ${bytes.length} bytes instead of ${found.bytes}`);
  if (sha256(bytes) !== found.sha256)
    return corrupt("its .npy does not have the hash in its .json");
  const { spec, report } = found;
  const theta = parseNpy(bytes, array).data;
  return {
    state: "valid",
    piece: { spec, report, theta, sha256: found.sha256, bytes: found.bytes },
  };
}
