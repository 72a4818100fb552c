import { createRequire } from "node:module";
import { progress } from "phaselens/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

interface Message {
  data: Record<string, string>;
  transient: { display_id: string };
}

// A stand-in for tslab among the loaded modules, where displayBundle looks for it.
const loaded = createRequire(import.meta.url).cache;
const place = "/stand-in/node_modules/tslab/dist/jupyter.js";
const jupyter: { lastWriteDisplayData: ((message: Message, update: boolean) => void) | null } = {
  lastWriteDisplayData: null,
};

let terminal = "";
const wasTerminal = process.stderr.isTTY;
beforeEach(() => {
  terminal = "";
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    terminal += String(text);
    return true;
  });
  loaded[place] = { exports: jupyter } as NodeJS.Module;
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  process.stderr.isTTY = wasTerminal;
  jupyter.lastWriteDisplayData = null;
  delete loaded[place];
});

function run(): void {
  const line = progress("training <1>", 100);
  for (let step = 1; step <= 100; step++) {
    vi.advanceTimersByTime(10);
    line.tick(step, `loss ${step}`);
  }
  line.done();
}

describe("progress", () => {
  it("updates one output of the notebook in place, at most five times a second, and always shows the last step", () => {
    const messages: [Message, boolean][] = [];
    jupyter.lastWriteDisplayData = (...message) => messages.push(message);
    process.stderr.isTTY = true;
    run();
    expect(messages.map(([, update]) => update)).toEqual([
      false,
      ...new Array<boolean>(messages.length - 1).fill(true),
    ]);
    expect(new Set(messages.map(([message]) => message.transient.display_id)).size).toBe(1);
    // one second: the first, about six ticks, the last, the end
    expect(messages.length).toBeLessThanOrEqual(9);
    const texts = messages.map(([message]) => message.data["text/plain"]);
    expect(texts[0]).toBe("training <1> 0/100");
    expect(texts.at(-2)).toBe("training <1> 100/100 · loss 100");
    expect(texts.at(-1)).toBe("training <1> 100/100 in 1.0 s");
    expect(messages.at(-1)?.[0].data["text/html"]).toContain("training &lt;1&gt; 100/100");
    expect(terminal).toBe("");
  });

  it("gives two lines two outputs", () => {
    const ids = new Set<string>();
    jupyter.lastWriteDisplayData = (message) => ids.add(message.transient.display_id);
    run();
    run();
    expect(ids.size).toBe(2);
  });

  it("rewrites one line on a terminal and ends it", () => {
    process.stderr.isTTY = true;
    run();
    const [ended, ...after] = terminal.split("\n");
    expect(after).toEqual([""]);
    expect(ended.split("\r\x1b[K").at(-1)).toBe(`${"█".repeat(24)} training <1> 100/100 in 1.0 s`);
  });

  it("is silent elsewhere", () => {
    process.stderr.isTTY = false;
    run();
    expect(terminal).toBe("");
  });
});
