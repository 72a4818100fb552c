// Makes each command work alone on a fresh clone: installs the packages when they are missing or
// older than the lockfile.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { Failure } from "./failure.mjs";
import { sha256 } from "./hash.mjs";
import { inProject, root } from "./project.mjs";

const lockfile = inProject("package-lock.json");
const installedTree = inProject("node_modules", ".package-lock.json"); // npm writes it last
const stamp = inProject("node_modules", ".phaselens-lockfile");

/** Runs `npm ci` unless node_modules already belongs to package-lock.json. */
export function ensureInstalled() {
  const wanted = sha256(readFileSync(lockfile));
  if (isInstalled(wanted)) return;
  console.log("Installing the packages (npm ci), about half a minute …");
  const { command, prefix } = npm();
  const options = { cwd: root, stdio: "inherit", shell: process.platform === "win32" };
  // Some shells and continuous integrations set NODE_ENV=production; TypeScript and the tests are
  // development packages.
  const result = spawnSync(
    command,
    [...prefix, "ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"],
    options,
  );
  if (result.error)
    throw new Failure(
      `npm could not be started (${result.error.message}). Install npm and run the command again.`,
    );
  if (result.status !== 0) {
    throw new Failure(
      "npm ci failed, see its message above. It needs access to the npm registry; run the command again when that works.",
    );
  }
  writeFileSync(stamp, wanted);
}

/**
 * The stamp knows the content; where somebody ran npm by hand, npm's own record is compared by its
 * date.
 */
function isInstalled(wanted) {
  if (!existsSync(installedTree)) return false;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return true;
  if (statSync(installedTree).mtimeMs < statSync(lockfile).mtimeMs) return false;
  writeFileSync(stamp, wanted);
  return true;
}

/**
 * The npm that started us, else the one on the path.
 * @returns {{ command: string, prefix: string[] }}
 */
function npm() {
  const path = process.env.npm_execpath;
  return path?.endsWith(".js")
    ? { command: process.execPath, prefix: [path] }
    : { command: "npm", prefix: [] };
}
