import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { projectRoot } from "../../core/files/projectRoot.js";

/**
 * Path of one of the papers' published files, or undefined where they are not at hand. They stay
 * outside the package and the repository: PHASELENS_REFERENCE names their folder, which is
 * `../shared/reference` beside the project otherwise.
 */
export function publishedFile(name: string): string | undefined {
  const root = projectRoot();
  const folder = process.env.PHASELENS_REFERENCE ?? (root && resolve(root, "../shared/reference"));
  const path = folder && join(folder, name);
  return path && existsSync(path) ? path : undefined;
}
