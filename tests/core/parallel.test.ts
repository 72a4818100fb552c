import { ConfigError, parallelMap, PhaselensError, ShapeError } from "phaselens/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runNode } from "../support/runNode.js";

const module = new URL("./fixtures/tasks.mjs", import.meta.url);
const walks = Array.from({ length: 9 }, (_, k) => ({ seed: 3, label: `walk ${k}`, steps: 50 }));
async function failure(promise: Promise<unknown>): Promise<Error & { details?: unknown }> {
  return promise.then(
    () => expect.unreachable(),
    (error) => error as Error,
  );
}

afterEach(() => vi.unstubAllEnvs());

describe("parallelMap", () => {
  it("gives the same results in the same order with 1, 2 and 3 workers", async () => {
    const [one, two, three] = await Promise.all(
      [1, 2, 3].map((jobs) => parallelMap({ module, name: "walk" }, walks, { jobs })),
    );
    expect(one.map((result) => (result as { label: string }).label)).toEqual(
      walks.map(({ label }) => label),
    );
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    expect(new Set(one.map((result) => (result as { path: Float64Array }).path[49])).size).toBe(9);
  });

  it.each([1, 2])(
    "hands over typed arrays as they were, views without the memory around them (%d jobs)",
    async (jobs) => {
      const [result] = await parallelMap<unknown, { path: Float64Array; last: Float64Array }>(
        { module, name: "walk" },
        walks.slice(0, 2),
        { jobs },
      );
      expect(result.path).toBeInstanceOf(Float64Array);
      expect(Array.from(result.last)).toEqual(Array.from(result.path.subarray(48)));
      if (jobs > 1) expect(result.last.buffer.byteLength).toBe(16);
    },
  );

  it.each([1, 2])("leaves to the task the arrays that it keeps (%d jobs)", async (jobs) => {
    const results = await parallelMap({ module, name: "constant" }, [0, 1, 2, 3, 4], { jobs });
    expect(results).toEqual(new Array(5).fill(Float64Array.of(1, 2, 3)));
    const bytes = await parallelMap<number, Uint8Array>(
      { module, name: "constantBytes" },
      [0, 1, 2, 3, 4],
      { jobs },
    );
    expect(bytes.map((one) => one.length)).toEqual([20000, 20000, 20000, 20000, 20000]);
  });

  it.each([1, 2])(
    "leaves the items as they are, whatever the task does to its own (%d jobs)",
    async (jobs) => {
      const shared = Float64Array.of(0);
      expect(
        await parallelMap({ module, name: "spoil" }, [shared, shared, shared], { jobs }),
      ).toEqual([1, 1, 1]);
      expect(shared[0]).toBe(0);
    },
  );

  it.each([1, 2])(
    "hands what all items share to each thread once, as a copy of its own (%d jobs)",
    async (jobs) => {
      const shared = { total: Float64Array.of(0) };
      const items = [1, 1, 1, 1, 1, 1];
      const sums = await parallelMap<number, number>({ module, name: "addToShared" }, items, {
        jobs,
        shared,
      });
      // each thread counts its own items in its own copy: 1, 2, … without gaps
      expect(sums.filter((sum) => sum === 1).length).toBe(new Set(sums).size === 6 ? 1 : 2);
      expect(shared.total[0]).toBe(0);
    },
  );

  it("names shared data that cannot be sent", async () => {
    const call = parallelMap({ module, name: "addToShared" }, [1, 2], {
      jobs: 2,
      shared: { f: () => 1 },
    });
    const error = await failure(call);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(
      /^parallelMap: shared cannot be copied: .* Use numbers, texts, arrays, typed arrays and plain objects of them\.$/,
    );
  });

  it.each([1, 2])("reports each item done (%d jobs)", async (jobs) => {
    const seen: number[][] = [];
    await parallelMap({ module, name: "spoil" }, [[1], [2], [3]], {
      jobs,
      onDone: (...counts) => seen.push(counts),
    });
    expect(seen).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  it("takes a module of this package by name, and PHASELENS_JOBS for the number of workers", async () => {
    vi.stubEnv("PHASELENS_JOBS", "2");
    expect(
      await parallelMap({ module: "phaselens/core", name: "median" }, [[1, 2, 9], [4]]),
    ).toEqual([2, 4]);
    vi.stubEnv("PHASELENS_JOBS", "many");
    expect((await failure(parallelMap({ module, name: "walk" }, walks))).message).toContain(
      'PHASELENS_JOBS is "many"; it must be a whole number',
    );
  });

  it("takes no message of a task's own for a result", async () => {
    const chatty = {
      module: new URL("./fixtures/cacheTasks.mjs", import.meta.url),
      name: "chatter",
    };
    expect(await parallelMap(chatty, [0, 1, 2, 3], { jobs: 2 })).toEqual([0, 1, 2, 3]);
  });

  it("of no items is empty", async () => {
    expect(await parallelMap({ module, name: "walk" }, [])).toEqual([]);
  });
});

describe("an error in a task", () => {
  it.each([1, 2, 3])(
    "comes back with class, message and details, the first in order of several (%d jobs)",
    async (jobs) => {
      // items 3, 4, 5 fail; item 3 takes longest
      const items = [5, 5, 5, 80, 10, 5].map((wait, index) => ({ index, first: 3, wait }));
      const error = await failure(parallelMap({ module, name: "failFrom" }, items, { jobs }));
      expect(error).toBeInstanceOf(ShapeError);
      expect(error.name).toBe("ShapeError");
      expect(error.message).toBe("item 3 has no shape.");
      expect(error.details).toEqual({ index: 3, shape: [3, 2] });
      expect(error.stack).toContain("tasks.mjs");
    },
  );

  it.each([1, 2])("of a built-in class keeps its class (%d jobs)", async (jobs) => {
    const error = await failure(parallelMap({ module, name: "throwRangeError" }, [0, 1], { jobs }));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe("out of range");
  });

  it.each([1, 2])("is one sentence if there is no such task (%d jobs)", async (jobs) => {
    const error = await failure(parallelMap({ module, name: "notAFunction" }, [0, 1], { jobs }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(
      /exports no function "notAFunction"; it exports addToShared, constant, constantBytes, devour, /,
    );
    const lost = async (place: string): Promise<string> =>
      (await failure(parallelMap({ module: place, name: "x" }, [0], { jobs }))).message;
    expect(await lost("./tasks.mjs")).toContain('"./tasks.mjs" is a relative path');
    expect(await lost("no-such-package")).toContain('no module "no-such-package"');
  });

  it("names an item that cannot be sent", async () => {
    const error = await failure(
      parallelMap({ module, name: "spoil" }, [[1], () => 1, [2]], { jobs: 2 }),
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain("item 1 of 3 (spoil) cannot be copied");
  });

  it.each([1, 2])("names a result that cannot be copied (%d jobs)", async (jobs) => {
    const error = await failure(parallelMap({ module, name: "unsendable" }, [0, 1], { jobs }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe(
      "parallelMap: the result of item 1 cannot be copied: () => 1 could not be cloned. Use numbers, texts, arrays, typed arrays and plain objects of them.",
    );
  });

  it.each([1, 2])("in the caller's onDone ends the computation (%d jobs)", async (jobs) => {
    const onDone = (): void => {
      throw new Error("no more");
    };
    expect(
      (await failure(parallelMap({ module, name: "walk" }, walks, { jobs, onDone }))).message,
    ).toBe("no more");
  });
});

describe("a worker that dies", () => {
  it("by process.exit is reported with the item it had", async () => {
    const error = await failure(parallelMap({ module, name: "quitAt" }, [0, 1, 2, 3], { jobs: 2 }));
    expect(error).toBeInstanceOf(PhaselensError);
    expect(error.message).toBe(
      "parallelMap: the worker computing item 2 of 4 (quitAt) stopped: exit code 3; a task must return, not end its process.",
    );
  });

  it("by an error nobody caught is reported with that error", async () => {
    const error = await failure(parallelMap({ module, name: "throwLater" }, [0, 1], { jobs: 2 }));
    expect(error.message).toContain("item 0 of 2 (throwLater) stopped: thrown in a timer");
  });

  it("out of memory is reported, and the caller lives", async () => {
    const { stdout } = await runNode(new URL("./fixtures/outOfMemory.mjs", import.meta.url), [], {
      nodeArgs: ["--max-old-space-size=48"],
    }).ended;
    expect(stdout).toMatch(
      /^PhaselensError: parallelMap: the worker computing item [01] of 2 \(devour\) stopped: it ran out of memory/,
    );
  });
});
