import { existsSync, readFileSync } from "node:fs";
import { inProject } from "../base/project.mjs";

/** Packages whose versions can move a number or a picture. */
const recorded = [
  "phaselens",
  "tslab",
  "typescript",
  "vega",
  "vega-lite",
  "@resvg/resvg-js",
  "danfojs-node",
  "nodeplotlib",
  "@tensorflow/tfjs",
];

/** Version of an installed package, or null. @param {string} name */
export function installedVersion(name) {
  const path = inProject("node_modules", ...name.split("/"), "package.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).version : null;
}

/** @returns {Record<string, string | null>} */
export const packageVersions = () =>
  Object.fromEntries(recorded.map((name) => [name, installedVersion(name)]));
