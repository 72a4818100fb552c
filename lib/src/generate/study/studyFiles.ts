import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../../core/cache/canonicalJson.js";
import { ConfigError } from "../../core/errors.js";
import { writeWhole } from "../../core/files/atomicWrite.js";
import { encodeNpy } from "../../core/files/npy.js";
import { tensor } from "../../core/tensor.js";
import {
  sha256,
  studyCheck,
  studyStem,
  type StudyPieceFile,
  type StudyReport,
  type StudySpec,
} from "../../hessian/study/studyFormat.js";
import { manifestFile } from "../folder.js";
import { onDisk } from "../onDisk.js";
import { phaselensVersion } from "../phaselensVersion.js";
import { readStudyManifest, type StudyManifest } from "./studyManifest.js";

/** Hash of everything in a manifest that decides numbers. */
export function studyHash({ description: _, ...manifest }: StudyManifest): string {
  return sha256(canonicalJson(JSON.parse(JSON.stringify(manifest))));
}

/**
 * Makes the folder that of a manifest, by a copy of it, before anything is computed.
 * @throws ConfigError if it cannot be written, or belongs to another manifest
 */
export function claimStudy(folder: string, manifest: StudyManifest): void {
  const file = manifestFile(folder);
  if (onDisk(file, () => existsSync(file))) {
    const there = readStudyManifest(file);
    if (studyHash(there) !== studyHash(manifest)) {
      const cure = "Choose another folder with --out, or delete that file to replace what differs";
      throw new ConfigError(
        `${folder}: holds the study of another manifest, "${there.name}" in ${file}. ${cure}.`,
        { folder },
      );
    }
  }
  onDisk(file, () => writeWhole(file, `${JSON.stringify(manifest, undefined, 2)}\n`));
}

/** State of a training under way. */
export const studyCheckpoint = (folder: string, spec: StudySpec): string =>
  join(folder, `${studyStem(spec)}.checkpoint`);

/**
 * Writes θ in doubles, then what it is of, each whole or not at all, then removes the checkpoint:
 * what is killed in between counts as unfinished. No times and no machines, so that all bytes are
 * a function of manifest and data.
 */
export function writeStudyPiece(
  folder: string,
  spec: StudySpec,
  theta: Float64Array,
  report: StudyReport,
): void {
  const bytes = encodeNpy(tensor([theta.length], theta));
  const facts = {
    format: "phaselens-study",
    version: 1,
    phaselens: phaselensVersion,
    sha256: sha256(bytes),
    bytes: bytes.length,
    spec,
    report,
  } as const;
  const file: StudyPieceFile = { ...facts, check: studyCheck(facts) };
  const stem = join(folder, studyStem(spec));
  onDisk(`${stem}.npy`, () => writeWhole(`${stem}.npy`, bytes));
  onDisk(`${stem}.json`, () =>
    writeWhole(`${stem}.json`, `${JSON.stringify(file, undefined, 2)}\n`),
  );
  removeStudyCheckpoint(folder, spec);
}

/** Removes what an interrupted run left of a training, if anything. */
export function removeStudyCheckpoint(folder: string, spec: StudySpec): void {
  const file = studyCheckpoint(folder, spec);
  onDisk(file, () => rmSync(file, { force: true }));
}
