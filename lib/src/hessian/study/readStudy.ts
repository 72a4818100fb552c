import { DataError } from "../../core/errors.js";
import { nodeModule } from "../../core/files/nodeModule.js";
import { inspectStudyFile, type StudiedPiece } from "./studyFile.js";
import { studyStem, type StudySet } from "./studyFormat.js";

/**
 * All pieces of a set of a folder that `phaselens study` made, in order; none where the manifest
 * asked for none.
 * @param caller  names the function in errors
 * @throws DataError if the folder is none of a study, or pieces of the set are missing, damaged, or
 *   not of this problem
 */
export function readStudy(
  folder: string,
  set: StudySet,
  problem: string,
  caller: string,
): StudiedPiece[] {
  const { existsSync, readdirSync } = nodeModule("node:fs", "reading a study");
  const { join } = nodeModule("node:path", "reading a study");
  const refuse = (fact: string, cure: string): never => {
    throw new DataError(`${caller}: ${folder}: ${fact}. ${cure}.`, { folder });
  };
  if (!existsSync(join(folder, "manifest.json")))
    refuse("has no manifest.json, so it was not made by phaselens study", "Give its --out folder");
  const own = join(folder, set);
  if (!existsSync(own)) return [];
  const again = `Run phaselens study with --out ${folder} again`;
  const sound = (stem: string): StudiedPiece => {
    const found = inspectStudyFile(join(folder, stem));
    if (found.state === "valid") return found.piece;
    const fact = found.state === "absent" ? "has not been made yet" : found.reason;
    return refuse(`${stem}: ${fact}`, again);
  };
  const names = readdirSync(own).filter((name) => name.endsWith(".json"));
  if (names.length === 0) return [];
  const { of } = sound(`${set}/${names[0].replace(/\.json$/, "")}`).spec;
  if (!Number.isSafeInteger(of) || of > names.length)
    refuse(`${names.length} of ${of} ${set} are there`, again);
  return Array.from({ length: of }, (_, index) => {
    const piece = sound(studyStem({ set, index, of }));
    if (piece.spec.problem !== problem)
      refuse(
        `${set} are those of another model, data or risk`,
        "Give the files that its manifest.json names, with the same loss and penalties",
      );
    return piece;
  });
}
