import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { projectRoot } from "./projectRoot.js";

/**
 * Where results are kept: PHASELENS_CACHE if set; `.cache/phaselens` of the phaselens project around the working directory, so that
 * notebooks in any of its folders share them; else a folder among the temporary files.
 */
export function cacheDirectory(): string {
  if (process.env.PHASELENS_CACHE) return resolve(process.env.PHASELENS_CACHE);
  const root = projectRoot();
  return root ? join(root, ".cache", "phaselens") : join(tmpdir(), "phaselens-cache");
}
