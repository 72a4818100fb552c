import { realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Root folder of the project, absolute, without a trailing slash. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** @param {...string} parts  names below the root  @returns {string} absolute path */
export const inProject = (...parts) => join(root, ...parts);

/**
 * Whether the module is the script that was started, not one that another module imports.
 * @param {string} moduleUrl  import.meta.url of the asking module
 */
export const isMain = (moduleUrl) =>
  Boolean(process.argv[1]) && realpathSync(process.argv[1]) === fileURLToPath(moduleUrl);
