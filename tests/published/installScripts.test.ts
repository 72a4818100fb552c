import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

// npm 10 comes with Node 20 and 22 and does not know allowScripts of package.json.
const scratch = mkdtempSync(join(tmpdir(), "phaselens-scripts-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const shell = process.platform === "win32";
const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
const fetched = spawnSync(
  "npm",
  ["install", "--prefix", scratch, "--no-save", ...quiet, "npm@10"],
  { encoding: "utf8", shell },
);
const npm10 = join(scratch, "node_modules", "npm", "bin", "npm-cli.js");

/** A project with one dependency whose install script leaves a trace. */
function project(name: string): { folder: string; trace: string } {
  const folder = join(scratch, name);
  const trace = join(folder, "the-script-ran");
  mkdirSync(join(folder, "dependency"), { recursive: true });
  const script = `node -e "require('fs').writeFileSync(process.env.TRACE, '')"`;
  const dependency = { name: "dependency", version: "1.0.0", scripts: { install: script } };
  writeFileSync(join(folder, "dependency", "package.json"), JSON.stringify(dependency));
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name, dependencies: { dependency: "file:dependency" } }),
  );
  return { folder, trace };
}

function install({ folder, trace }: { folder: string; trace: string }): boolean {
  const env: NodeJS.ProcessEnv = { ...process.env, TRACE: trace };
  // of the npm that runs the tests
  for (const key of Object.keys(env)) if (/^npm_config_/i.test(key)) delete env[key];
  const options = { cwd: folder, encoding: "utf8" as const, env };
  const { status, stderr } = spawnSync(
    process.execPath,
    [npm10, "install", "--install-links", ...quiet],
    options,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return existsSync(trace);
}

const reached = fetched.status === 0;
if (!reached && process.env.CI)
  throw new Error(`npm@10 could not be installed:\n${fetched.stderr}`);

describe.skipIf(!reached)(
  "install scripts under npm 10 (skipped where the package registry cannot be reached)",
  () => {
    it("are not run with the project's .npmrc", () => {
      const guarded = project("guarded");
      copyFileSync(
        fileURLToPath(new URL("../../.npmrc", import.meta.url)),
        join(guarded.folder, ".npmrc"),
      );
      expect(install(guarded)).toBe(false);
    });

    it("would be run without it", () => {
      expect(install(project("open"))).toBe(true);
    });
  },
);
