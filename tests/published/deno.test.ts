import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { describeWithDeno } from "../support/deno.js";

const program = fileURLToPath(new URL("threads.mjs", import.meta.url));

describeWithDeno("worker threads in Deno", (deno) => {
  it("give what they give in Node, and end without a word", () => {
    const options = { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } } as const;
    const ours = execFileSync(process.execPath, [program], options);
    const { stdout, stderr, status } = spawnSync(deno, ["run", "--allow-all", program], options);
    expect([status, stderr]).toEqual([0, ""]);
    const [theirs, here] = [stdout, ours].map(
      (text) => JSON.parse(text) as Record<string, unknown>,
    );
    expect(here).toMatchObject({ same: true, stopped: "TimeoutError", failed: "out of range" });
    for (const name of ["sum", "measured"])
      expect(Number(theirs[name])).toBeCloseTo(Number(here[name]), 9);
    for (const name of ["same", "verdict", "rows", "stopped", "failed"])
      expect(theirs[name]).toEqual(here[name]);
  }, 120_000);
});
