import { renameSync, writeFileSync } from "node:fs";

/** The word behind a flag of the command line. */
export function option(flag, otherwise) {
  const at = process.argv.indexOf(flag);
  return at < 0 ? otherwise : process.argv[at + 1];
}

/** Every n-th of the items, from `--part k/n`; all without it. */
export function part(items) {
  const [k, n] = option("--part", "1/1").split("/").map(Number);
  if (!(Number.isInteger(n) && k >= 1 && k <= n))
    throw new Error(`--part ${option("--part")}: write 2/4 for the second of four.`);
  return items.filter((_, index) => index % n === k - 1);
}

/** A file is there as a whole or not at all. */
export function writeWhole(path, text) {
  writeFileSync(`${path}.draft`, text);
  renameSync(`${path}.draft`, path);
}
