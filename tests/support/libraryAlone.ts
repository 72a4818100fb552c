import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(createRequire(import.meta.url).resolve("phaselens/package.json"));
const installed = (name: string): string =>
  fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url));

/**
 * A copy of the library's programs in an empty folder, with its own dependencies and the packages
 * that are `present`; those that are `missing` are not found, whatever is installed further up.
 */
export function libraryAlone(
  folder: string,
  { present = [], missing = [] }: { present?: readonly string[]; missing?: readonly string[] },
): void {
  const programs = (path: string): boolean => !/\.(map|d\.ts)$/.test(path);
  for (const part of ["dist", "bin", "package.json"])
    cpSync(join(root, part), join(folder, part), { recursive: true, filter: programs });
  const packages = join(folder, "node_modules");
  const place = (name: string): string => {
    mkdirSync(dirname(join(packages, name)), { recursive: true });
    return join(packages, name);
  };
  for (const name of ["zod", "fzstd", ...present]) symlinkSync(installed(name), place(name), "dir");
  // empty: Node looks no further up
  for (const name of missing) mkdirSync(place(name));
}
