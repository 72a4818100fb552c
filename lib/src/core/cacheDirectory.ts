import { nodeModule } from "./nodeModule.js";
import { projectRoot } from "./projectRoot.js";

/**
 * Where results are kept: PHASELENS_CACHE if set; `.cache/phaselens` of the phaselens project around the working directory, so that
 * notebooks in any of its folders share them; else a folder among the temporary files.
 */
export function cacheDirectory(): string {
  const { join, resolve } = nodeModule("node:path", "the cache");
  if (process.env.PHASELENS_CACHE) return resolve(process.env.PHASELENS_CACHE);
  const root = projectRoot();
  return root ? join(root, ".cache", "phaselens") : join(nodeModule("node:os", "the cache").tmpdir(), "phaselens-cache");
}
