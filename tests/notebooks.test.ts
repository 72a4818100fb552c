import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { readNotebooks } from "../environment/run/notebooks.mjs";
import { presetFrom } from "../environment/run/preset.mjs";
import { claimsOf, figuresOf } from "../environment/run/records.mjs";
import { executeTogether } from "../environment/run/together.mjs";

// Every code cell is a test. The notebooks run once, in processes of their own; an execution that
// `npm start` or the first step of
// `npm test` has just made is reused.
const folder = fileURLToPath(new URL("../notebooks", import.meta.url));
const notebooks = readNotebooks(folder);
const longest = 60 * 60 * 1000;

type Executed = Awaited<ReturnType<typeof executeTogether>[number]>;
let executions = new Map<string, Promise<Executed>>();

// With -t NAME only the notebooks of which a test is left
// eslint-disable-next-line no-empty-pattern -- vitest reads the names of fixtures from the text
beforeAll(({}, file) => {
  const left = new Set(
    file.tasks
      .filter((task) => task.mode !== "skip" && task.mode !== "todo")
      .map(({ name }) => name),
  );
  const chosen = notebooks.filter(({ name }) => left.has(name));
  const acceptFailureSince = Number(process.env.PHASELENS_TEST_STARTED || Date.now());
  const running = executeTogether(chosen, { preset: presetFrom(), acceptFailureSince });
  executions = new Map(chosen.map(({ name }, index) => [name, running[index]]));
});

test("every file in notebooks/ and in its folders, one a paper, is a notebook of its own name", () => {
  const all = existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
  const files = all.filter(
    (name) => name.endsWith(".ipynb") && !name.includes(".ipynb_checkpoints"),
  );
  expect(files.map((file) => file.replace(/\.ipynb$/, "").replace("/", "-")).sort()).toEqual(
    notebooks.map(({ name }) => name),
  );
});

for (const { name, path, code, content, figures } of notebooks)
  describe(name, () => {
    let executed: Executed;
    beforeAll(async () => {
      executed = await executions.get(name)!;
    }, longest);

    test.each(code.map((source, cell) => ({ cell: cell + 1, line: firstLine(source) })))(
      "cell $cell: $line",
      ({ cell }) => {
        const failure = executed.failures.find((one) => one.cell === cell);
        if (failure) expect.fail(`${failure.message}\n${failure.trace.join("\n")}`);
        const ran = executed.cells.some((one) => one.cell === cell);
        if (!ran && code[cell - 1].trim() !== "")
          expect.fail("did not run, because a cell before it failed");
      },
    );

    // npm start -- --only FIGURE finds a figure by its notebook's list
    test("lists every figure that it drew or made a claim about", () => {
      const { notebook } = executed;
      const shown = [
        ...figuresOf(notebook).map(({ id }) => id),
        ...claimsOf(notebook).map(({ figure }) => figure),
      ];
      expect([...new Set(shown)].filter((id) => !figures.includes(id))).toEqual([]);
    });

    // Of a working copy JupyterLab may just have saved outputs; what is committed counts, or about
    // to be
    test("is committed without outputs", () => {
      const staged = spawnSync("git", ["show", `:./${basename(path)}`], {
        cwd: dirname(path),
        encoding: "utf8",
        maxBuffer: 1 << 28,
      });
      const committed =
        staged.status === 0 ? (JSON.parse(staged.stdout) as typeof content) : content;
      const cells: { cell_type: string; outputs?: unknown[] }[] = committed.cells;
      expect(cells.filter((cell) => cell.outputs && cell.outputs.length > 0)).toEqual([]);
    });
  });

function firstLine(source: string): string {
  const line = source
    .trim()
    .split("\n")[0]
    .replace(/^\/\/\s*/, "");
  return line.length > 70 ? `${line.slice(0, 69)}…` : line;
}
