import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, it } from "vitest";
import { packLibrary } from "../../environment/pack.mjs";

/** What `npm pack` says of the package. */
export interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** An empty project outside this one, with the packed library installed in it. */
export interface Installed {
  readonly folder: string;
  readonly packed: Packed;
}

function npm(
  args: readonly string[],
  cwd: string,
): { stdout: string; stderr: string; code: number | null } {
  const { stdout, stderr, status } = spawnSync("npm", args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  return { stdout, stderr, code: status };
}

const unreachable = /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN)\b/;

/** Undefined where npm has the library's two dependencies neither in its cache nor within reach. */
function install(): Installed | undefined {
  const folder = mkdtempSync(join(tmpdir(), "phaselens-installed-"));
  const packed: Packed = packLibrary(folder);
  writeFileSync(
    join(folder, "package.json"),
    '{ "name": "app", "version": "1.0.0", "private": true }',
  );
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  const { stderr, code } = npm(["install", ...flags, join(folder, packed.filename)], folder);
  if (code === 0) return { folder, packed };
  rmSync(folder, { recursive: true });
  if (unreachable.test(stderr) && !process.env.CI) return undefined;
  throw new Error(`npm install failed:\n${stderr}`);
}

/**
 * Tests of the installed package; without the package registry they are skipped with a line that
 * says so, except in CI.
 */
export function describeInstalled(name: string, tests: (installed: Installed) => void): void {
  const installed = install();
  if (!installed) {
    describe(name, () => it.skip("needs the package registry, which cannot be reached", () => {}));
    return;
  }
  describe(name, () => {
    afterAll(() => rmSync(installed.folder, { recursive: true, force: true }));
    tests(installed);
  });
}
