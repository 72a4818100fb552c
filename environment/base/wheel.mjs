// Files of PyPI that commands of the project take apart, without installing them.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "./failure.mjs";

/**
 * Fetches the one wheel that a requirements file pins by its hashes.
 * @param {string} python  with pip
 * @param {string} requirements  path
 * @param {string} folder  an empty one
 * @param {string[]} [platform]  pip's options, for another platform than this
 * @returns {string} path of the wheel
 */
export function fetchWheel(python, requirements, folder, platform = []) {
  runProgram(
    python,
    [
      "-m",
      "pip",
      "download",
      "--disable-pip-version-check",
      "--quiet",
      "--no-deps",
      "--require-hashes",
      "--only-binary=:all:",
      ...platform,
      "--dest",
      folder,
      "--requirement",
      requirements,
    ],
    "The wheel could not be fetched. Check that pip reaches its index.",
  );
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  if (!wheel) throw new Failure("pip has fetched no wheel. Run the command again.");
  return join(folder, wheel);
}

/** Runs a program to its end. @param {string} complaint  said with the exit code if it fails */
export function runProgram(command, args, complaint) {
  const { status } = spawnSync(command, args, { stdio: "inherit", timeout: 1_800_000 });
  if (status !== 0) throw new Failure(`${complaint} (exit code ${status})`);
}
