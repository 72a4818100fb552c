// Runs notebooks where they are, without writing results/: node environment/run/cli.mjs
// notebooks/name.ipynb [--timeout seconds]
import { join } from "node:path";
import { runCommand, wholeNumber } from "../base/command.mjs";
import { Failure } from "../base/failure.mjs";
import { writeAtomically } from "../base/atomic.mjs";
import { execute } from "./execute.mjs";
import { readNotebook } from "./notebooks.mjs";
import { presetFrom } from "./preset.mjs";
import { duration } from "./progress-lines.mjs";

const usage = `
node environment/run/cli.mjs FILE.ipynb … [--timeout SECONDS] [--out FOLDER]
    [--preset quick|standard|paper]
  --timeout    longest time of one cell
  --out        write the executed notebooks into this folder`;

const options = {
  timeout: { type: "string" },
  preset: { type: "string" },
  out: { type: "string" },
};

runCommand({ usage, options }, async ({ timeout, preset, out }, files) => {
  if (files.length === 0)
    throw new Failure("Name a notebook, e.g. node environment/run/cli.mjs notebooks/name.ipynb.", {
      exitCode: 2,
    });
  const seconds = timeout === undefined ? undefined : wholeNumber(timeout, "timeout", 1, 1);
  const chosen = presetFrom(preset);
  let failed = 0;
  for (const path of files) {
    const file = readNotebook(path);
    console.log(file.name);
    const { notebook, failures, ...run } = await execute(file, {
      preset: chosen,
      timeout: seconds,
      onProgress: (event) =>
        event.type === "cellDone" &&
        console.log(`  cell ${event.cell}/${event.cells}  ${duration(event.seconds)}`),
    });
    for (const failure of failures) console.error(`${file.name}: ${failure.message}`);
    if (out)
      writeAtomically(join(out, `${file.name}.ipynb`), `${JSON.stringify(notebook, null, 1)}\n`);
    console.log(
      `  ${failures.length > 0 ? "FAILED" : "done"}  ${duration(run.seconds)}, peak memory ${Math.round(run.peakBytes / 1e6)} MB`,
    );
    failed += failures.length;
  }
  return failed > 0 ? 1 : 0;
});
