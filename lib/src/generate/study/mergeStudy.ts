import { join } from "node:path";
import { existsSync } from "node:fs";
import { writeWhole } from "../../core/files/atomicWrite.js";
import { canonicalJson } from "../../core/cache/canonicalJson.js";
import { inspectStudyFile } from "../../hessian/study/studyFile.js";
import { studyStem, type StudySet } from "../../hessian/study/studyFormat.js";
import { manifestFile } from "../folder.js";
import { readManifestJson } from "../manifest.js";
import { onDisk } from "../onDisk.js";
import { planStudy } from "./planStudy.js";
import { studyHash } from "./studyFiles.js";
import { readStudyManifest } from "./studyManifest.js";

/** index.json: every θ of a complete folder with its hash. A function of manifest and data. */
export interface StudyIndex {
  readonly version: 1;
  readonly name: string;
  /** sha256 of what in the manifest decides numbers. */
  readonly manifest: string;
  readonly pieces: readonly {
    readonly file: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly set: StudySet;
    readonly seed: number;
    readonly rows?: readonly number[];
  }[];
}

/** What `mergeStudy` found and wrote. */
export interface StudyMerge {
  /** Written only if nothing is missing or corrupt. */
  readonly index: StudyIndex | undefined;
  readonly missing: readonly string[];
  readonly corrupt: readonly { readonly stem: string; readonly reason: string }[];
}

/** Whether a folder is one of `phaselens study`; false where it has no manifest. */
export function isStudyFolder(folder: string): boolean {
  const file = manifestFile(folder);
  if (!existsSync(file)) return false;
  const found = readManifestJson(file) as { kind?: unknown } | null;
  return found?.kind === "study";
}

/**
 * Checks every piece of a folder, the hash of each byte, and that all are of the same data, and
 * writes index.json if all are there and sound.
 * @throws ConfigError if the index cannot be written
 */
export function mergeStudy(folder: string): StudyMerge {
  const manifest = readStudyManifest(manifestFile(folder));
  const missing: string[] = [];
  const corrupt: { stem: string; reason: string }[] = [];
  const prints = new Map<boolean, string>();
  const settled = (value: unknown): string => canonicalJson(JSON.parse(JSON.stringify(value)));
  const pieces = planStudy(manifest).flatMap((planned) => {
    const stem = studyStem(planned);
    const found = onDisk(join(folder, stem), () => inspectStudyFile(join(folder, stem)));
    if (found.state === "absent") missing.push(stem);
    if (found.state === "corrupt") corrupt.push({ stem, reason: found.reason });
    if (found.state !== "valid") return [];
    const { spec, report, sha256, bytes } = found.piece;
    const { problem, ...rest } = spec;
    const anew = planned.set === "seeds"; // which do not know θ̃
    const print = prints.get(anew) ?? problem;
    prints.set(anew, print);
    if (settled(rest) !== settled(planned) || print !== problem) {
      corrupt.push({ stem, reason: "it was made of other data or settings" });
      return [];
    }
    const { set, seed } = spec;
    const { rows } = report;
    return [{ file: `${stem}.npy`, sha256, bytes, set, seed, ...(rows && { rows }) }];
  });
  if (missing.length + corrupt.length > 0) return { index: undefined, missing, corrupt };
  const index: StudyIndex = {
    version: 1,
    name: manifest.name,
    manifest: studyHash(manifest),
    pieces,
  };
  const file = join(folder, "index.json");
  onDisk(file, () => writeWhole(file, `${JSON.stringify(index, undefined, 2)}\n`));
  return { index, missing, corrupt };
}
