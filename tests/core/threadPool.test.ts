import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parallelMap } from "phaselens/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runNode } from "../support/runNode.js";

const module = new URL("./fixtures/poolTasks.mjs", import.meta.url);
const waits = [100, 100];

/** The threads that compute two items at the same time. */
async function threads(name = "thread", items: readonly number[] = waits): Promise<number[]> {
  const found = await parallelMap<number, number>({ module, name }, items, { jobs: 2 });
  return found.sort((a, b) => a - b);
}

afterEach(() => vi.unstubAllEnvs());

describe("threads of parallelMap", () => {
  it("compute for one call after the other, whatever its task", async () => {
    const first = await threads();
    expect(new Set(first).size).toBe(2);
    expect(await threads()).toEqual(first);
    await parallelMap({ module: "phaselens/core", name: "median" }, [[1, 2, 9], [4]], { jobs: 2 });
    expect(await threads()).toEqual(first);
  });

  it("are used again after an error of a task", async () => {
    const first = await threads();
    await expect(threads("failing")).rejects.toThrow("failed as asked");
    // the first failure in order may have ended the thread of the item behind it
    const next = await threads();
    expect(next.filter((id) => first.includes(id)).length).toBeGreaterThan(0);
  });

  it("are others after a call was stopped", async () => {
    const first = await threads();
    const stopped = parallelMap({ module, name: "thread" }, [400, 400], {
      jobs: 2,
      signal: AbortSignal.timeout(100),
    });
    await expect(stopped).rejects.toThrow(/abort|timeout/i);
    expect((await threads()).filter((id) => first.includes(id))).toEqual([]);
  });

  it("that die of what another call left in them are replaced, and the item computed anew", async () => {
    const first = await threads("leaveTimer", [20, 20]);
    const next = await threads("thread", [300, 300]);
    expect(next.filter((id) => first.includes(id))).toEqual([]);
    expect(new Set(next).size).toBe(2);
  });

  it("do not wait with much memory", async () => {
    const small = await threads("keep", [1, 1]);
    expect(await threads("keep", [150, 150])).toEqual(small);
    await pause(200);
    expect((await threads()).filter((id) => small.includes(id))).toEqual([]);
  });

  it("see the variables of the environment as they are when a call begins", async () => {
    const ask = (): Promise<unknown[]> =>
      parallelMap({ module, name: "variable" }, ["A_VARIABLE", "A_VARIABLE"], { jobs: 2 });
    vi.stubEnv("A_VARIABLE", "one");
    expect(await ask()).toEqual(["one", "one"]);
    vi.stubEnv("A_VARIABLE", "two");
    expect(await ask()).toEqual(["two", "two"]);
  });

  it("are others once a module that they imported, or one that it imports, was edited", async () => {
    const folder = mkdtempSync(join(tmpdir(), "phaselens-edited-"));
    const [file, other] = [join(folder, "edited.mjs"), join(folder, "other.mjs")];
    const ask = async (): Promise<unknown[]> => {
      const found = await parallelMap({ module: file, name: "answer" }, [0, 1], { jobs: 2 });
      await pause(300); // until the threads have said what they read
      return found;
    };
    writeFileSync(other, "export const part = 1;\n");
    writeFileSync(file, 'import { part } from "./other.mjs";\nexport const answer = () => part;\n');
    expect(await ask()).toEqual([1, 1]);
    writeFileSync(other, "export const part = 22;\n");
    expect(await ask()).toEqual([22, 22]);
    writeFileSync(file, "export const answer = () => 333;\n");
    expect(await ask()).toEqual([333, 333]);
    rmSync(folder, { recursive: true });
  });

  it.each(["", "exit"])("keep no process that is done (%s)", async (how) => {
    const { ended } = runNode(new URL("./fixtures/poolExit.mjs", import.meta.url), [how]);
    const { stdout, stderr, code } = await ended;
    expect([code, stderr]).toEqual([0, ""]);
    const [items, milliseconds] = stdout.trim().split(" ").map(Number);
    expect(items).toBe(3);
    expect(milliseconds).toBeLessThan(1500);
  });
});
