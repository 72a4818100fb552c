import { nodeModule, onNode } from "./nodeModule.js";

/** Name of the package in a folder, or undefined. */
function packageName(folder: string): string | undefined {
  const [{ readFileSync }, { join }] = [
    nodeModule("node:fs", "finding the project"),
    nodeModule("node:path", "finding the project"),
  ];
  try {
    return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: string })
      .name;
  } catch {
    return undefined;
  }
}

/**
 * The phaselens project around the working directory (its notebooks run in folders below it), or
 * undefined.
 */
export function projectRoot(): string | undefined {
  if (!onNode()) return undefined;
  const { dirname } = nodeModule("node:path", "finding the project");
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (packageName(folder) === "phaselens-project") return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
