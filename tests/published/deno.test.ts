import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = fileURLToPath(new URL("threads.mjs", import.meta.url));

/**
 * PHASELENS_DENO, what `.ci/run` installs from npm (one package a platform), or the one on the
 * path.
 */
function findDeno(): string | undefined {
  const installed = join(root, ".cache/deno/node_modules/@deno");
  const places = existsSync(installed)
    ? readdirSync(installed).map((name) => join(installed, name, "deno"))
    : [];
  const candidates = [process.env.PHASELENS_DENO, ...places, "deno"];
  return candidates.find((place) => place && spawnSync(place, ["--version"]).status === 0);
}

const deno = findDeno();
if (!deno)
  console.log(
    "Deno is not installed; its test is skipped (npm install --prefix .cache/deno --ignore-scripts deno)",
  );

test.skipIf(!deno)(
  "worker threads give in Deno what they give in Node, and end without a word",
  () => {
    const options = { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } } as const;
    const ours = execFileSync(process.execPath, [program], options);
    const { stdout, stderr, status } = spawnSync(deno!, ["run", "--allow-all", program], options);
    expect([status, stderr]).toEqual([0, ""]);
    const [theirs, here] = [stdout, ours].map(
      (text) => JSON.parse(text) as Record<string, unknown>,
    );
    expect(here).toMatchObject({ same: true, stopped: "TimeoutError", failed: "out of range" });
    for (const name of ["sum", "measured"])
      expect(Number(theirs[name])).toBeCloseTo(Number(here[name]), 9);
    for (const name of ["same", "verdict", "rows", "stopped", "failed"])
      expect(theirs[name]).toEqual(here[name]);
  },
  120_000,
);
