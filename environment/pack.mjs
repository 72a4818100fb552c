// The package as it is published: packed from a copy of lib/ without what only the project's own
// tests import (`./internal/*`).
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { buildPage } from "./explain-page/page.mjs";
import { writeAtomically } from "./base/atomic.mjs";
import { runCommand } from "./base/command.mjs";
import { Failure } from "./base/failure.mjs";
import { ensureInstalled } from "./base/install.mjs";
import { inProject, isMain } from "./base/project.mjs";

const published = ["bin", "dist", "page", "schemas", "src", "README.md", "LICENSE"];

/**
 * What `npm pack --json` says of a package.
 * @typedef {{ name: string, version: string, filename: string, size: number, unpackedSize: number,
 *   files: { path: string, size: number }[] }} Packed
 */

/**
 * Packs the library as it is published, with the page of `phaselens explain --page` if it was built
 * (`buildPage`). The build of the library is there already, so no script is run.
 * @param {string} folder  where the tarball is left, made if it is not there
 * @returns {Packed}
 * @throws Failure with npm's own lines
 */
export function packLibrary(folder) {
  const stage = mkdtempSync(join(tmpdir(), "phaselens-pack-"));
  try {
    for (const name of published.filter((one) => existsSync(inProject("lib", one))))
      cpSync(inProject("lib", name), join(stage, name), { recursive: true });
    writeFileSync(join(stage, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
    // npm writes the tarball in place; killed, it would leave half of it there
    const { status, stdout, stderr } = spawnSync("npm", ["pack", "--ignore-scripts", "--json"], {
      cwd: stage,
      encoding: "utf8",
      maxBuffer: 1 << 26,
      shell: process.platform === "win32",
    });
    if (status !== 0) throw new Failure(`npm pack failed:\n${stderr}`);
    const packed = JSON.parse(stdout)[0];
    writeAtomically(join(folder, packed.filename), readFileSync(join(stage, packed.filename)));
    return packed;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** lib/package.json without what belongs to the project: `private` keeps lib/ itself from npm. */
function manifest() {
  const own = JSON.parse(readFileSync(inProject("lib", "package.json"), "utf8"));
  const { private: _private, scripts: _scripts, ...rest } = own;
  const { "./internal/*": _internal, ...exports } = rest.exports;
  return { ...rest, exports };
}

const usage = `
npm run pack                 packs the library as it is published, into this folder
npm run pack -- --out DIR    into another`;

if (isMain(import.meta.url)) {
  runCommand({ usage, options: { out: { type: "string" } } }, async ({ out = "." }) => {
    ensureInstalled();
    await build();
    await buildPage();
    console.log(join(out, packLibrary(out).filename));
  });
}
