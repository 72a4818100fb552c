import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environment } from "../../environment/run/execute.mjs";
import { startKernel } from "../../environment/kernel/kernel-client.mjs";
import { scratchFolder, writeNotebook } from "./fixture.js";

const folder = scratchFolder();
const patience = { timeout: 180_000 };

interface Output {
  readonly header: { readonly msg_type: string };
  readonly content: {
    readonly text?: string;
    readonly data?: Record<string, string>;
    readonly traceback?: string[];
  };
}

let kernel: Awaited<ReturnType<typeof startKernel>>;
// One kernel for all: after an interrupt it has to go on
beforeAll(async () => {
  const file = writeNotebook(folder, { name: "interrupt", code: [] });
  kernel = await startKernel(dirname(file.path), environment("quick"));
}, 120_000);
afterAll(() => kernel.close());

/** Runs a cell; `heard` is told of each output as it comes. */
async function run(
  code: string,
  heard: (output: Output) => void = () => {},
): Promise<{ status: string; text: string; shown: string[] }> {
  let text = "";
  const shown: string[] = [];
  const content = {
    code,
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: true,
  };
  const reply = (await kernel.request("execute_request", content, (message: Output) => {
    const { text: printed, traceback } = message.content;
    if (message.header.msg_type === "stream") text += printed;
    if (message.header.msg_type === "error") text += traceback!.join("\n");
    if (/display_data$/.test(message.header.msg_type))
      shown.push(message.content.data!["text/plain"]);
    heard(message);
  })) as { status: string };
  return { status: reply.status, text, shown };
}

// A network and data of which the audit takes longer than anybody waits here
const POINTS = 180;
const prepare = `import { core, hessian, nn, papers } from "phaselens";
const training = core.subset(papers.dawid2021.data({ sites: 8, set: "training" }), Array.from({ length: 200 }, (_, k) => 5 * k));
const network = nn.sequential([nn.conv1d(1, 6, 5), nn.tanh(), nn.conv1d(6, 6, 3), nn.tanh(), nn.globalAveragePool(), nn.dense(6, 2)]);
const theta = nn.kaimingNormal(network, core.makeRng(1));
const options = { loss: nn.softmaxCrossEntropy };
const retrain = { points: ${POINTS}, rng: core.makeRng(2), leaveOneOut: false };`;
const audit = (jobs: string): string =>
  `await hessian.audit(network, theta, training, { options: options, test: training, retrain: { ...retrain, jobs: ${jobs} } });`;

test.each(["1", "2"])(
  "interrupting an audit in a notebook stops it, and its line showed how far it was (%s jobs)",
  patience,
  async (jobs) => {
    expect((await run(prepare)).status).toBe("ok");
    let interrupted = 0;
    const { status, text, shown } = await run(audit(jobs), ({ content }) => {
      if (interrupted > 0 || !content.data?.["text/plain"]?.includes("points removed")) return;
      interrupted = Date.now();
      kernel.interrupt();
    });
    const waited = Date.now() - interrupted;
    expect(status).toBe("error");
    expect(text).toContain("KeyboardInterrupt: the cell was interrupted.");
    expect(
      shown.some((line) => new RegExp(`^audit: points removed \\d+/${POINTS}$`).test(line)),
    ).toBe(true);
    expect(waited).toBeLessThan(10_000);
    // what was under way is over: the next cell comes through (tslab drops what is sent within 200
    // ms of an error), and nothing computes behind it
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const next =
      await run(`await new Promise((resolve) => setTimeout(resolve, 4000)); // threads have two seconds to hear of it
const before = process.cpuUsage();
await new Promise((resolve) => setTimeout(resolve, 2000));
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ busy: (user + system) / 2e6 }));`);
    expect(next.status).toBe("ok");
    expect((JSON.parse(next.text) as { busy: number }).busy).toBeLessThan(0.3);
  },
);

describe("an interrupt ends within a second, and the kernel keeps its variables", patience, () => {
  /** Runs a cell, interrupts it when it has said "on" and shortly after. */
  async function interrupted(
    code: string,
  ): Promise<{ text: string; status: string; waited: number }> {
    let asked = 0;
    const { text, status } = await run(code, ({ content }) => {
      if (asked > 0 || !content.text?.includes("on")) return;
      asked = Date.now() + 200;
      setTimeout(() => kernel.interrupt(), 200);
    });
    const waited = Date.now() - asked;
    await new Promise((resolve) => setTimeout(resolve, 300)); // what is sent sooner tslab drops
    return { text, status, waited };
  }
  beforeAll(async () => {
    expect((await run(`${prepare}\nlet kept = 41;\nlet turns = 0;`)).status).toBe("ok");
    expect((await run(long)).status).toBe("ok");
  }, 60_000);

  // each takes minutes
  const long = `import { physics } from "phaselens";
const wide = nn.sequential([nn.flatten(), nn.dense(70, 40), nn.tanh(), nn.dense(40, 2)]);
const start = nn.kaimingNormal(wide, core.makeRng(1));
const settings = { ...options, epochs: 1e6, batchSize: 20, optimiser: nn.adam({ learningRate: 1e-3 }), rng: core.makeRng(1) };
const chain: physics.EnsembleSpec = { shape: [8, 8, 8], parameters: { hoppingParameter: 0.1, quarticCoupling: 1.1, fermionMass: 1, yukawaCoupling: 0.3 },
  fermions: "hopping", algorithm: "hmc", start: "ordered", configurations: 1e6, stride: 2, thermalisation: 100, seed: 3, set: "example" };`;

  test.each([
    ["training", "nn.train(wide, training, settings);"],
    ["an exact Hessian", "hessian.exactHessian(wide, start, training, options);"],
    ["an ensemble", "physics.sampleEnsemble(chain);"],
    ["a loop of one's own", "for (;;) turns++;"],
    ["a wait", "await new Promise(() => {});"],
    ["waits in a loop", "for (;;) { turns++; await new Promise((next) => setTimeout(next, 20)); }"],
    ["waits that are over at once", "await (async () => { for (;;) await 0; })();"],
    [
      "something cached",
      "await core.cached({ function: 'interrupted', version: Date.now(), params: [] }, () => { for (;;); });",
    ],
  ])("%s", async (_name, code) => {
    for (const before of ["", "await new Promise((next) => setTimeout(next, 5));\n"]) {
      const { text, status, waited } = await interrupted(`console.log("on");\n${before}${code}`);
      expect(status).toBe("error");
      expect(text).toContain("KeyboardInterrupt: the cell was interrupted.");
      expect(text).not.toMatch(/tslab|commander/);
      expect(waited).toBeLessThan(2500); // half a second at most on a free machine
    }
    // nothing runs on behind
    const { text } = await run(`const seen = turns;
await new Promise((next) => setTimeout(next, 100));
console.log(++kept > 41, turns === seen);`);
    expect(text).toBe("true true\n");
  });

  test("where it was is said", async () => {
    const { text } = await interrupted('console.log("on");\n\nnn.train(wide, training, settings);');
    expect(text).toMatch(/Cell \[\d+\], line 3: nn\.train\(wide, training, settings\);/);
    const waiting = await interrupted('console.log("on");\nawait new Promise(() => {});');
    expect(waiting.text).toMatch(/Cell \[\d+\], line 2: await new Promise/);
  });

  test("a result that was being computed for the cache is computed anew", async () => {
    await run("const again = { function: 'interrupted', version: Date.now(), params: [1] };");
    const { status } = await interrupted(
      'console.log("on");\nawait core.cached(again, () => { for (;;); });',
    );
    expect(status).toBe("error");
    const { text } = await run("console.log(await core.cached(again, () => 7));");
    expect(text.trim()).toBe("7");
  });

  test("by Jupyter's message, where a cell waits", async () => {
    const reply = new Promise<unknown>((resolve) => {
      setTimeout(() => resolve(kernel.request("interrupt_request", {}, () => {}, "control")), 500);
    });
    const { status, text } = await run(
      "try { await new Promise(() => {}); } finally { console.log('tidied'); }",
    );
    expect(await reply).toEqual({ status: "ok" });
    expect(status).toBe("error");
    expect(text).toMatch(/^tidied\nKeyboardInterrupt/);
    await new Promise((resolve) => setTimeout(resolve, 300));
  });

  test("what a cell does not do is left alone", async () => {
    kernel.interrupt();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(
      (await run("await new Promise((next) => setTimeout(next, 900));\nconsole.log('there');"))
        .text,
    ).toBe("there\n");
  });
});

test(
  "a call that is not interrupted leaves its line at the end, and the kernel hears interrupts as before",
  patience,
  async () => {
    await run(prepare);
    const { status, shown } =
      await run(`const removed = await hessian.removals({ network: network, theta: theta, training: training, options: options, damping: 5,
  hessian: hessian.exactHessian(network, theta, training, options) }, training, Array.from({ length: 40 }, (_, r) => [r]), { jobs: 1 });`);
    expect(status).toBe("ok");
    expect(shown.at(-1)).toMatch(/^removals in \d+\.\d s$/);
    // tslab's own; while the script of a cell runs, before its first await, Node has taken it away
    const left = await run(
      "await new Promise((resolve) => setTimeout(resolve, 10));\nconsole.log(process.listenerCount('SIGINT'));",
    );
    expect(left.text.trim()).toBe("1");
  },
);
