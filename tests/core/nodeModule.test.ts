import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

/** What a program prints where there are no modules of Node, as in a browser. */
function withoutNode(program: string): string {
  const text = `import * as core from "phaselens/core";\nimport { atomicWrite } from "phaselens/internal/core/files/atomicWrite";\nimport { displayBundle } from "phaselens/internal/core/display";\nprocess.getBuiltinModule = undefined;\n${program}`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", text], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return stdout.trim();
}
const refused = (call: string): string =>
  withoutNode(
    `await (async () => ${call})().catch((error) => console.log(error.name + ": " + error.message));`,
  );

it.each([
  ["reading a file needs node:fs", `core.readNpy("a.npy")`],
  ["writing a file needs node:fs", `atomicWrite("a", "b")`],
  ["the cache needs node:path", `core.cached({ function: "f", version: 1, params: 0 }, () => 1)`],
  [
    "finding a module needs node:path",
    `core.parallelMap({ module: "somewhere", name: "task" }, [1])`,
  ],
])("without Node %s, and an EnvironmentError says so", (fact, call) => {
  expect(refused(call)).toBe(
    `EnvironmentError: ${fact}, which is not there (a browser?). Do this part in Node 20.19 or later and hand over the result.`,
  );
});

it("without Node a task that is at hand is computed in this thread, however many are asked for", () => {
  const map = `core.parallelMap({ module: "data:text/javascript,", name: "task", compute: (x) => x * x }, [1, 2, 3], { jobs: 4 })`;
  expect(withoutNode(`console.log(JSON.stringify(await ${map}));`)).toBe("[1,4,9]");
});

it("without Node progress is silent and the preset is quick", () => {
  expect(
    withoutNode(
      `await 0; const line = core.progress("a", 2); line.tick(1); line.done(); console.log(core.preset({ quick: 1, standard: 2, paper: 3 }), displayBundle({}));`,
    ),
  ).toBe("1 false");
});
