import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** Name of the package in a folder, or undefined. */
function packageName(folder: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: string }).name;
  } catch {
    return undefined;
  }
}

/**
 * Where results are kept: PHASELENS_CACHE if set; `.cache/phaselens` of the phaselens project around the working directory, so that
 * notebooks in any of its folders share them; else a folder among the temporary files.
 */
export function cacheDirectory(): string {
  if (process.env.PHASELENS_CACHE) return resolve(process.env.PHASELENS_CACHE);
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (packageName(folder) === "phaselens-project") return join(folder, ".cache", "phaselens");
    if (folder === dirname(folder)) return join(tmpdir(), "phaselens-cache");
  }
}
