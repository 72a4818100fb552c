import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const measure = fileURLToPath(new URL("../../environment/base/peak-memory.cjs", import.meta.url));

it("the peak of a process is its own, not that of a large parent", () => {
  const held = Buffer.alloc(400 * 2 ** 20, 1);
  const program = `process.stdout.write(String(require(${JSON.stringify(measure)}).peakBytes()))`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", program], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(Number(stdout) / 2 ** 20).toBeGreaterThan(20);
  expect(Number(stdout) / 2 ** 20).toBeLessThan(200);
  expect(held[0]).toBe(1);
});
