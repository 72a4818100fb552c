// A copy of the library and its tests in .cache/mutate, in which the modules of one room hold their
// mutants. Packages are found in node_modules above it.
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { filesBelow } from "../base/hash.mjs";
import { inProject } from "../base/project.mjs";
import { mutate } from "./mutants.mjs";

/**
 * @param {string} room  such as lrp/rules
 * @param {string} folder  is made anew
 * @returns {import("./mutants.mjs").Mutant[]}
 */
export function copyWithMutants(room, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  mkdirSync(join(folder, "reached"));
  for (const name of ["lib", "tests"])
    cpSync(inProject(name), join(folder, name), {
      recursive: true,
      filter: (path) => !/node_modules|tests[\\/]slow/.test(path),
    });
  for (const name of ["data", "docs", "environment", "notebooks", "package.json", "README.md"])
    symlinkSync(inProject(name), join(folder, name));
  symlinkSync(join(folder, "lib"), join(folder, "node_modules", "phaselens"));

  const dist = join(folder, "lib", "dist");
  const own = (name) => new URL(name, import.meta.url);
  copyFileSync(own("mutant-switch.mjs"), join(dist, "mutant-switch.js"));
  copyFileSync(own("mutant-setup.mjs"), join(folder, "mutant-setup.mjs"));
  const mutants = [];
  const modules = filesBelow(
    join(dist, room),
    (path) => path.endsWith(".js") && !path.endsWith("index.js"),
  );
  for (const path of modules) {
    const toSwitch = relative(dirname(path), join(dist, "mutant-switch.js")).replaceAll("\\", "/");
    const file = relative(dist, path).replaceAll("\\", "/");
    const mutated = mutate(file, readFileSync(path, "utf8"), mutants.length, toSwitch);
    writeFileSync(path, mutated.text);
    mutants.push(...mutated.mutants);
  }
  return mutants;
}
