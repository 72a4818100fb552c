import { getEventListeners } from "node:events";
import { createRequire } from "node:module";
import { InterruptedError, longRun, parallelMap } from "phaselens/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runNode } from "../support/runNode.js";

const module = new URL("./fixtures/longTasks.mjs", import.meta.url);

// A stand-in for tslab among the loaded modules, where the library looks for a notebook.
interface Message {
  data: Record<string, string>;
  transient: { display_id: string };
}
const loaded = createRequire(import.meta.url).cache;
const place = "/stand-in/node_modules/tslab/dist/jupyter.js";
const jupyter: { lastWriteDisplayData: ((message: Message, update: boolean) => void) | null } = {
  lastWriteDisplayData: null,
};
let shown: { text: string; id: string; update: boolean }[] = [];
function asNotebook(): void {
  jupyter.lastWriteDisplayData = ({ data, transient }, update) =>
    shown.push({ text: data["text/plain"], id: transient.display_id, update });
}
beforeEach(() => {
  shown = [];
  loaded[place] = { exports: jupyter } as NodeJS.Module;
});
afterEach(() => {
  jupyter.lastWriteDisplayData = null;
  delete loaded[place];
});

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

describe("a long call", () => {
  it.each([1, 2])("that was stopped before it began does nothing (%d jobs)", async (jobs) => {
    const reason = new Error("not wanted");
    const seen: number[] = [];
    const options = {
      jobs,
      signal: AbortSignal.abort(reason),
      onDone: (done: number) => seen.push(done),
    };
    expect(await caught(parallelMap({ module, name: "busy" }, [1, 1, 1], options))).toBe(reason);
    expect(seen).toEqual([]);
  });

  it("in this thread lets timers through between items, and stops there", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 100);
    const done: number[] = [];
    const options = {
      jobs: 1,
      signal: controller.signal,
      onDone: (count: number) => done.push(count),
    };
    const begun = Date.now();
    const items = Array<number>(200).fill(30); // 6 s
    expect(await caught(parallelMap({ module, name: "busy" }, items, options))).toBe(reason);
    expect(Date.now() - begun).toBeLessThan(3000);
    expect(done.length).toBeGreaterThan(0);
    expect(done.length).toBeLessThan(100);
  });

  it("in worker threads rejects at once with the reason, however long an item takes", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 700);
    const begun = Date.now();
    const options = { jobs: 2, signal: controller.signal };
    expect(await caught(parallelMap({ module, name: "endless" }, [1, 2, 3], options))).toBe(reason);
    expect(Date.now() - begun).toBeLessThan(10_000); // threads may start slowly on a busy machine
  });

  it.each(["endless", "busy"])(
    "ends its threads: a process with nothing else to do ends (%s)",
    async (name) => {
      const { ended } = runNode(new URL("./fixtures/abortedMap.mjs", import.meta.url), [name]);
      const { stdout, stderr, code } = await ended;
      const [first, last] = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect([code, stderr]).toEqual([0, ""]);
      expect(first.message).toBe("enough");
      // one that looks ends by itself, one that does not is ended after two seconds
      expect(Number(last.ended) - Number(first.after)).toBeLessThan(
        name === "endless" ? 1500 : 6000,
      );
    },
  );

  it("leaves no listener behind, whether it ended well or not", async () => {
    const controller = new AbortController();
    const options = { jobs: 1, signal: controller.signal };
    await parallelMap({ module, name: "busy" }, [1, 1], options);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    await caught(longRun("x", options, () => Promise.reject(new Error("no"))));
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  it("gives its results to who does not stop it, the same with a signal as without", async () => {
    const items = [1, 2, 3];
    const { signal } = new AbortController();
    expect(await parallelMap({ module, name: "busy" }, items, { jobs: 1, signal })).toEqual(items);
    expect(await parallelMap({ module, name: "busy" }, items, { jobs: 2, signal })).toEqual(items);
  });
});

describe("in a notebook", () => {
  it("the interrupt of the kernel stops it, with one sentence", async () => {
    asNotebook();
    const before = process.listenerCount("SIGINT");
    const running = caught(
      parallelMap({ module, name: "endless" }, [1, 2], { jobs: 2, label: "audit" }),
    );
    expect(process.listenerCount("SIGINT")).toBe(before); // a cell's script must be over first
    await Promise.resolve();
    expect(process.listenerCount("SIGINT")).toBe(before + 1);
    setTimeout(() => process.emit("SIGINT"), 300);
    const error = await running;
    expect(error).toBeInstanceOf(InterruptedError);
    expect((error as Error).message).toBe("audit: interrupted.");
    expect(process.listenerCount("SIGINT")).toBe(before);
  });

  it("a line says how far it is, from half a second on, and nothing is left of a short call", async () => {
    asNotebook();
    await parallelMap({ module, name: "busy" }, [5, 5, 5], { jobs: 1, label: "short" });
    expect(shown).toEqual([]);
    const begun = performance.now();
    await parallelMap({ module, name: "busy" }, Array<number>(40).fill(40), {
      jobs: 1,
      label: "long",
    });
    const seconds = (performance.now() - begun) / 1000;
    expect(shown.length).toBeGreaterThan(2);
    // five a second, the first and the last: 1.6 s, or more on a busy machine
    expect(shown.length).toBeLessThan(5 * seconds + 4);
    expect(new Set(shown.map(({ id }) => id)).size).toBe(1);
    expect(shown.map(({ update }) => update)).toEqual(shown.map((_, k) => k > 0));
    expect(shown[0].text).toMatch(/^long \d+\/40$/);
    expect(shown.at(-1)!.text).toMatch(/^long in \d+\.\d s$/);
  });

  it("calls inside others share the line of the outermost, and who listens gets none", async () => {
    asNotebook();
    await longRun("outer", {}, async (run) => {
      await parallelMap({ module, name: "busy" }, Array<number>(20).fill(40), {
        jobs: 1,
        ...run.part("inner part"),
      });
    });
    expect(shown.length).toBeGreaterThan(1);
    expect(shown[0].text).toMatch(/^outer: inner part \d+\/20$/);
    expect(new Set(shown.map(({ id }) => id)).size).toBe(1);
    shown = [];
    await parallelMap({ module, name: "busy" }, Array<number>(20).fill(40), {
      jobs: 1,
      onDone: () => {},
    });
    expect(shown).toEqual([]);
  });
});

describe("outside a notebook", () => {
  it("an interrupt is left to the program, and nothing is shown", async () => {
    const before = process.listenerCount("SIGINT");
    const running = parallelMap({ module, name: "busy" }, [300, 300], { jobs: 1 });
    await Promise.resolve();
    expect(process.listenerCount("SIGINT")).toBe(before);
    await running;
    expect(shown).toEqual([]);
  });
});
