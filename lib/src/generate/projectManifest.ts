import { takes } from "../core/arguments/takes.js";
import { text } from "../core/arguments/kinds.js";
import { join } from "node:path";
import { ConfigError } from "../core/errors.js";
import { projectRoot } from "../core/files/projectRoot.js";
import { readManifest, type Manifest } from "./manifest.js";

/**
 * A manifest of the project's `data/` folder by its name, e.g. "bluecher2020-quick".
 * @throws ConfigError outside the project; errors of `readManifest`
 */
export function projectManifest(name: string): Manifest {
  takes("projectManifest", { name: [name, text] });
  const root = projectRoot();
  if (root === undefined) {
    throw new ConfigError(
      `projectManifest: ${process.cwd()} does not lie in the phaselens project. Use readManifest with a path.`,
      { name },
    );
  }
  return readManifest(join(root, "data", `${name}.json`));
}
