// Runs notebook cells (a JSON array of strings on standard input) on tslab and prints, as JSON,
// what they display.
const { createConverter } = require("tslab/dist/converter");
const { createExecutor } = require("tslab/dist/executor");
const jupyter = require("tslab/dist/jupyter");

const shown = [];
jupyter.lastWriteDisplayData = (message) => shown.push(message.data);
(async () => {
  const cells = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  const node = createConverter({});
  const quiet = { log() {}, error: (...parts) => console.error(...parts), warn() {}, info() {} };
  const executor = createExecutor(
    process.cwd(),
    { node, browser: null, close: () => node.close() },
    quiet,
  );
  let passed = true;
  for (const cell of cells) passed = passed && (await executor.execute(cell));
  executor.close();
  process.stdout.write(`\n${JSON.stringify({ passed, shown })}\n`, () => process.exit(0));
})();
