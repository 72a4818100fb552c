import { dirname } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
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
    expect(text).toContain("Interrupted");
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

test(
  "a call that is not interrupted leaves its line at the end, and the kernel hears interrupts as before",
  patience,
  async () => {
    await run(prepare);
    const { status, shown } =
      await run(`await hessian.removals({ network: network, theta: theta, training: training, options: options, damping: 5,
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
