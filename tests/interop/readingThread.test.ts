import { DataError } from "phaselens/core";
import {
  CELLS,
  MEGABYTES,
  MILLISECONDS,
  RUNNING,
  STEPS,
  TURN,
} from "phaselens/internal/interop/tables/thread/foreignWork";
import { overdue } from "phaselens/internal/interop/tables/thread/overdue";
import { ReadingThread } from "phaselens/internal/interop/tables/thread/readingThread";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { libraryAlone } from "../support/libraryAlone.js";

const stuck = (deed: string): Promise<unknown> => {
  const thread = new ReadingThread(40, new URL("fixtures/stuckWorker.mjs", import.meta.url));
  thread.path = "some.root";
  return thread.ask({ ask: deed, values: [] }).finally(() => thread.finish());
};
const told =
  /^some\.root: its parser took .*\. It is damaged; fetch it again\. .*PHASELENS_PATIENCE/;

describe("a parser in a thread of its own", () => {
  it.each([
    ["loop", "s"],
    ["objects", "MB of objects"],
    ["arrays", "MB"],
  ])("that does not end, by %s, is ended and its file named", async (deed, unit) => {
    const error = await stuck(deed).then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    expect(error).toBeInstanceOf(DataError);
    expect(error!.message).toMatch(told);
    expect(error!.message).toContain(` ${unit}, more than`);
  });

  it("that goes on step by step may take longer", async () => {
    expect(await stuck("steps")).toBe("through");
  });

  it("that ends by itself is told of", async () => {
    await expect(stuck("end")).rejects.toThrow(
      "some.root: the thread that reads it ended before it answered. Read it again.",
    );
  });
});

describe("overdue", () => {
  it("counts time where the clock and the processor went on, from the last step, times PHASELENS_PATIENCE", () => {
    let [clock, processor] = [0, 0];
    vi.spyOn(performance, "now").mockImplementation(() => 1000 * clock);
    vi.spyOn(process, "cpuUsage").mockImplementation(() => ({ user: 1e6 * processor, system: 0 }));
    const cells = new Int32Array(new SharedArrayBuffer(4 * CELLS));
    cells.set([1, 1, 1000, 1e6], TURN);
    expect([cells[RUNNING], cells[MILLISECONDS], cells[MEGABYTES]]).toEqual([1, 1000, 1e6]);
    const look = overdue(cells);
    const at = (now: number, used: number): number | undefined => {
      [clock, processor] = [now, used];
      return look()?.seconds;
    };
    expect(at(0, 0)).toBeUndefined();
    expect(at(0.9, 0.9)).toBeUndefined();
    expect(at(9, 0.9), "a busy machine").toBeUndefined();
    expect(at(0.9, 9), "other threads of this process").toBeUndefined();
    expect(at(1.5, 1.4)).toBe(1.4);
    cells[STEPS]++;
    expect(at(1.6, 1.5)).toBeUndefined();
    expect(at(2.4, 2.3)).toBeUndefined();
    expect(at(2.8, 2.7)).toBeCloseTo(1.2);
    vi.stubEnv("PHASELENS_PATIENCE", "10");
    expect(at(2.8, 2.7)).toBeUndefined();
    cells[RUNNING] = 0;
    expect(at(100, 100)).toBeUndefined();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
});

it("a bundle without the thread's module reads in the thread that asks", () => {
  const alone = mkdtempSync(join(tmpdir(), "phaselens-alone-"));
  libraryAlone(alone, { present: ["jsroot", "h5wasm"] });
  rmSync(join(alone, "dist/interop/tables/thread/readingWorker.js"));
  const fixture = (name: string): string =>
    JSON.stringify(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)));
  const script = `import * as interop from "./dist/interop/index.js";
    const root = await interop.readRootTree(${fixture("root/packed-none.root")}, { tree: "t", branches: ["x"] });
    await interop.readHdf5(${fixture("hdf5/numbers.h5")}, ["none"]).catch((error) => console.log(error.name));
    console.log(Object.keys(root));`;
  const printed = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: alone,
    encoding: "utf8",
  });
  expect(printed).toBe("DataError\n[ 'x' ]\n");
  rmSync(alone, { recursive: true });
});
