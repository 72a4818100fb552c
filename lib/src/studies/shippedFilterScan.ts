import { ConfigError } from "../core/errors.js";
import { nodeModule } from "../core/files/nodeModule.js";
import { projectRoot } from "../core/files/projectRoot.js";
import type { ScannedNetwork } from "./filterScan.js";

/**
 * The networks of the scan that ships with the project, data/studies/bluecher2020-filters.json;
 * `npm run study:filters` makes it anew.
 * @throws ConfigError outside the project
 */
export function shippedFilterScan(): readonly ScannedNetwork[] {
  const root = projectRoot();
  if (root === undefined) {
    throw new ConfigError(
      `shippedFilterScan: ${process.cwd()} does not lie in the phaselens project, whose data/studies it reads.`,
    );
  }
  const [{ readFileSync }, { join }] = [
    nodeModule("node:fs", "reading the scan"),
    nodeModule("node:path", "reading the scan"),
  ];
  const text = readFileSync(join(root, "data", "studies", "bluecher2020-filters.json"), "utf8");
  return (JSON.parse(text) as { networks: ScannedNetwork[] }).networks;
}
