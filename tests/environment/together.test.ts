import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readNotebooks } from "../../environment/run/notebooks.mjs";
import { executeTogether } from "../../environment/run/together.mjs";

const folder = mkdtempSync(join(tmpdir(), "phaselens-together-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("executeTogether", () => {
  it("starts the longest first by their own account, and answers in the order of the files", async () => {
    const seconds: Record<string, number | undefined> = { a: 1, b: undefined, c: 9 };
    for (const [name, time] of Object.entries(seconds)) {
      const cell = {
        cell_type: "code",
        id: "cell-1",
        execution_count: null,
        metadata: {},
        outputs: [],
        source: [`console.log("${name}")`],
      };
      const metadata = {
        phaselens: { figures: [], ...(time === undefined ? {} : { seconds: time }) },
      };
      writeFileSync(
        join(folder, `${name}.ipynb`),
        JSON.stringify({ cells: [cell], metadata, nbformat: 4, nbformat_minor: 5 }),
      );
    }
    const files = readNotebooks(folder);
    expect(files.map((file) => file.seconds)).toEqual([1, 0, 9]);
    const done: string[] = [];
    const results = await Promise.all(
      executeTogether(files, {
        jobs: 1,
        force: true, // an execution that is kept reports nothing
        preset: "quick",
        onNotebook: (name: string) => done.includes(name) || done.push(name),
      }),
    );
    expect(done).toEqual(["c", "a", "b"]);
    expect(results.map((result) => result.failures)).toEqual([[], [], []]);
  }, 60_000);
});
