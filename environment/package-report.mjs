// What users of the library download: the size of the package, of a web page that uses it, and
// everything it depends on.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { build } from "./build.mjs";
import { packLibrary } from "./pack.mjs";
import { runCommand } from "./base/command.mjs";
import { ensureInstalled } from "./base/install.mjs";
import { inProject, isMain } from "./base/project.mjs";

const npm = async (args, cwd) =>
  (
    await promisify(execFile)("npm", args, {
      cwd,
      maxBuffer: 1 << 26,
      shell: process.platform === "win32",
    })
  ).stdout;

/** A page that trains, explains and samples. */
const page = `import { makeRng } from "phaselens/core";
import { exactHessian, influence } from "phaselens/hessian";
import { relevance } from "phaselens/lrp";
import { train } from "phaselens/nn";
import { mlp, tableII } from "phaselens/papers/bluecher2020";
import { sampleEnsemble } from "phaselens/physics";
globalThis.phaselens = { makeRng, exactHessian, influence, relevance, tableII, mlp, train, sampleEnsemble };
`;

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(0)} kB`.padStart(9);

/** @returns {Promise<string[]>} lines */
export async function packageReport() {
  const folder = mkdtempSync(join(tmpdir(), "phaselens-report-"));
  try {
    const packed = packLibrary(folder);
    writeFileSync(
      join(folder, "package.json"),
      '{ "name": "page", "version": "1.0.0", "private": true }',
    );
    await npm(
      [
        "install",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--prefer-offline",
        join(folder, packed.filename),
      ],
      folder,
    );
    writeFileSync(join(folder, "page.mjs"), page);
    const { bundle } = await import("./package/bundle.mjs");
    const { files } = await bundle(folder, "page.mjs");
    const sum = (key) => files.reduce((total, file) => total + file[key], 0);
    const bytesOf = (ending) =>
      packed.files
        .filter(({ path }) => ending.test(path))
        .reduce((total, { size }) => total + size, 0);
    return [
      `${packed.name} ${packed.version}, ${packed.files.length} files`,
      `${kilobytes(packed.size)}  packed`,
      `${kilobytes(packed.unpackedSize)}  unpacked: programs ${kilobytes(bytesOf(/^dist\/.*\.js$/)).trim()}, types ${kilobytes(bytesOf(/\.d\.ts$/)).trim()}, sources ${kilobytes(bytesOf(/^src\//)).trim()}, maps ${kilobytes(bytesOf(/\.map$/)).trim()}`,
      `${kilobytes(sum("bytes"))}  a web page's bundle that trains, explains and samples, minified`,
      `${kilobytes(sum("gzipped"))}  the same, gzipped`,
      "depends on:",
      ...dependencies(folder),
      "optional:",
      ...optional(),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Everything that an installation brings, with its licence. */
function dependencies(folder) {
  const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  const others = Object.entries(packages).filter(
    ([path]) => path !== "" && path !== "node_modules/phaselens",
  );
  return others.map(
    ([path, { version, license }]) =>
      `  ${path.replace(/^node_modules\//, "")} ${version}, ${license}`,
  );
}

function optional() {
  const { peerDependencies } = JSON.parse(readFileSync(inProject("lib", "package.json"), "utf8"));
  return Object.entries(peerDependencies).map(([name, range]) => {
    const { version, license } = JSON.parse(
      readFileSync(inProject("node_modules", name, "package.json"), "utf8"),
    );
    return `  ${name} ${range} (here ${version}), ${license}`;
  });
}

const usage = `
npm run report      packs and bundles the library and prints sizes and dependencies`;

if (isMain(import.meta.url)) {
  runCommand({ usage, options: {} }, async () => {
    ensureInstalled();
    await build();
    for (const line of await packageReport()) console.log(line);
  });
}
