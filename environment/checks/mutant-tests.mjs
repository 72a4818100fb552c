// Child process: keeps vitest loaded and runs test files of the mutated copy when it is asked to.
// Its parent ends it where a mutant does not come back.
import { join } from "node:path";
import { createVitest } from "vitest/node";

const [folder, retained] = process.argv.slice(2);
process.env.PHASELENS_REACHED = join(folder, "reached");
process.chdir(folder);
const vitest = await createVitest(
  "test",
  {
    root: folder,
    watch: false,
    config: false,
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/slow/**"],
    bail: retained === "reached" ? 0 : 1,
    setupFiles: retained === "reached" ? [join(folder, "mutant-setup.mjs")] : [],
    reporters: [{}],
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    server: { deps: { external: [/\/lib\/dist\//] } },
  },
  { server: { watch: null } },
);
await vitest.init();

process.on("message", async (/** @type {string[]} */ files) => {
  /** @type {{ file: string, passed: boolean, seconds: number }[]} */
  const results = [];
  for (const file of files) {
    const [started, specifications] = [Date.now(), await vitest.globTestSpecifications([file])];
    const { unhandledErrors } = await vitest.runTestSpecifications(specifications);
    const modules = specifications.map((one) => one.testModule);
    const failed =
      modules.length === 0 || unhandledErrors.length > 0 || modules.some((module) => !module?.ok());
    results.push({ file, passed: !failed, seconds: (Date.now() - started) / 1000 });
    if (failed && retained !== "reached") break;
  }
  process.send(results);
});
process.on("disconnect", () => process.exit(0));
process.send("ready");
