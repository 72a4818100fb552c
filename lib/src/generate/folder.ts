import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../core/files/atomicWrite.js";
import { isAbandoned } from "../core/files/draftNames.js";
import { canonicalJson } from "../core/cache/canonicalJson.js";
import { ConfigError, DataError } from "../core/errors.js";
import { readAnyManifest, type AnyManifest } from "./anyManifest.js";
import { onDisk } from "./onDisk.js";

export const manifestFile = (folder: string): string => join(folder, "manifest.json");

/** Hash of everything in a manifest that decides numbers. */
export function manifestHash({ description: _, kind: _kind, ...manifest }: AnyManifest): string {
  return createHash("sha256").update(canonicalJson(manifest)).digest("hex");
}

/**
 * Makes the folder that of a manifest, by a copy of it, before anything is computed: a folder that
 * cannot be written is known at once, and the data of two manifests do not mix.
 * @throws ConfigError if the folder cannot be written, or belongs to another manifest
 */
export function claimFolder(folder: string, manifest: AnyManifest): void {
  const file = manifestFile(folder);
  if (onDisk(file, () => existsSync(file))) {
    const there = readAnyManifest(file);
    if (manifestHash(there) !== manifestHash(manifest)) {
      const cure = "Choose another folder with --out, or delete that file to replace what differs";
      throw new ConfigError(
        `${folder}: holds the data of another manifest, "${there.name}" in ${file}. ${cure}.`,
        { folder },
      );
    }
  }
  onDisk(file, () => writeWhole(file, `${JSON.stringify(manifest, undefined, 2)}\n`));
  for (const set of Object.keys(manifest.sets)) removeLeftovers(join(folder, set));
}

/** Removes the half-written files of killed processes. */
function removeLeftovers(folder: string): void {
  onDisk(folder, () => {
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder))
      if (isAbandoned(folder, name)) rmSync(join(folder, name), { force: true });
  });
}

/** The manifest a folder was generated from. @throws DataError if it has none */
export function folderManifest(folder: string): AnyManifest {
  const file = manifestFile(folder);
  if (!existsSync(file)) {
    const fact = "has no manifest.json, so it was not made by phaselens generate";
    throw new DataError(`${folder}: ${fact}. Give the folder named by --out.`, { folder });
  }
  return readAnyManifest(file);
}
