// Runs a notebook through the real kernel, as JupyterLab does, and compares what comes back with
// what our runner gives: node environment/kernel/protocol.mjs [notebook.ipynb]
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build } from "../build.mjs";
import { runCommand } from "../base/command.mjs";
import { ensureInstalled } from "../base/install.mjs";
import { inProject, isMain } from "../base/project.mjs";
import { writeAtomically } from "../base/atomic.mjs";
import { digest, sameText } from "../verdicts/compare.mjs";
import { execute, environment } from "../run/execute.mjs";
import { startKernel } from "./kernel-client.mjs";
import { readNotebook } from "../run/notebooks.mjs";
import { OutputCollector } from "../run/outputs.mjs";
import { presetFrom } from "../run/preset.mjs";

/**
 * The notebook that is compared when none is named: prints, types, an await, a display that is
 * updated, library calls, a raw message.
 */
export const sampleCells = [
  'import { core } from "phaselens";\nconst numbers: number[] = [1, 2, 3];\nconsole.log("sum", numbers.reduce((a, b) => a + b, 0));',
  'console.error("to stderr");\nconst rng = core.makeRng(1);\nrng.uniform()',
  "const later = await new Promise<number>((resolve) => setTimeout(() => resolve(42), 10));\nlater",
  'import { newDisplay } from "tslab";\nconst line = newDisplay();\nline.text("half");\nline.html("<b>half</b>");',
  'line.text("whole");\n({ answer: later / 3, list: numbers })',
  'require("phaselens/internal/core/display").displayBundle({ "text/plain": "a bundle", "text/html": "<b>a bundle</b>" })',
  'require("tslab/dist/jupyter").lastWriteDisplayData({ data: { "text/plain": "raw" }, metadata: {}, transient: {} })',
];

/** @param {string[]} code  @returns {object} a notebook of these cells */
export const notebookOf = (code) => ({
  cells: code.map((source) => ({
    cell_type: "code",
    execution_count: null,
    metadata: {},
    outputs: [],
    source,
  })),
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

/**
 * Outputs of each code cell, through the Jupyter protocol. It ends at the first cell that fails.
 * @param {import("../run/notebooks.mjs").NotebookFile} file
 * @param {import("../run/preset.mjs").Preset} preset
 * @param {(connectionFile: string) => string[]} [command]  of the kernel (default: ours)
 * @param {(kernel: Awaited<ReturnType<typeof startKernel>>) => Promise<void>} [settled]  waits after
 *   the last cell for outputs that are still under way
 * @returns {Promise<{ status: string, outputs: any[], error?: string }[]>}
 */
export async function executeThroughKernel(file, preset, command, settled) {
  const kernel = await startKernel(dirname(resolve(file.path)), environment(preset), command);
  const collector = new OutputCollector();
  const cells = [];
  try {
    for (const code of file.code) {
      const outputs = [];
      const content = {
        code,
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: false,
        stop_on_error: true,
      };
      const reply = await kernel.request(
        "execute_request",
        content,
        ({ header, content: sent }) => {
          if (header.msg_type === "stream")
            collector.add(outputs, { type: "stream", cell: 0, ...sent });
          else if (/display_data$/.test(header.msg_type)) {
            collector.add(outputs, {
              type: "display",
              cell: 0,
              update: header.msg_type.startsWith("update"),
              content: sent,
            });
          }
        },
      );
      if (reply.status === "ok") cells.push({ status: "ok", outputs });
      else {
        cells.push({ status: reply.status, outputs, error: `${reply.ename}: ${reply.evalue}` });
        break;
      }
    }
    await settled?.(kernel);
  } finally {
    await kernel.close();
  }
  return cells;
}

/**
 * Differences between the real kernel and our runner, one sentence each; [] when they agree.
 * @param {import("../run/notebooks.mjs").NotebookFile} file
 * @param {import("../run/preset.mjs").Preset} preset
 */
export async function protocolDifferences(file, preset) {
  return differencesOf(await execute(file, { preset }), await executeThroughKernel(file, preset));
}

/**
 * @param {import("../run/execute.mjs").Execution} ours
 * @param {Awaited<ReturnType<typeof executeThroughKernel>>} theirs
 * @returns {string[]}
 */
export function differencesOf(ours, theirs) {
  const cells = ours.notebook.cells.filter((cell) => cell.cell_type === "code");
  return cells.flatMap((cell, index) => {
    const name = `cell ${index + 1}`;
    const failed = ours.failures.some((failure) => failure.cell === index + 1);
    const other = theirs[index];
    if (!other)
      return failed || cell.outputs.length === 0 ? [] : [`${name}: the kernel did not run it.`];
    if (failed !== (other.status !== "ok"))
      return [
        `${name}: the kernel says "${other.status}", our runner ${failed ? "failed" : "did not fail"}.`,
      ];
    const [a, b] = [digest(cell.outputs), digest(other.outputs)];
    return sameText(a, b) ? [] : [`${name} differs.\nOur runner:\n${a}\nKernel:\n${b}`];
  });
}

const usage = `
node environment/kernel/protocol.mjs [FILE.ipynb] [--preset quick|standard|paper]
  runs the notebook (default: a small sample) through the real kernel and compares the outputs with our runner's`;

if (isMain(import.meta.url)) {
  runCommand({ usage, options: { preset: { type: "string" } } }, async (options, [path]) => {
    ensureInstalled();
    await build();
    const preset = presetFrom(options.preset);
    if (path) return report(path, preset);
    mkdirSync(inProject(".cache"), { recursive: true });
    const folder = mkdtempSync(inProject(".cache", "protocol-"));
    try {
      writeAtomically(join(folder, "sample.ipynb"), JSON.stringify(notebookOf(sampleCells)));
      return await report(join(folder, "sample.ipynb"), preset);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function report(path, preset) {
  const file = readNotebook(path);
  const differences = await protocolDifferences(file, preset);
  for (const difference of differences) console.error(`${file.name}, ${difference}`);
  if (differences.length === 0)
    console.log(`${file.name}: the kernel and our runner agree on ${file.code.length} cells.`);
  return differences.length > 0 ? 1 : 0;
}
