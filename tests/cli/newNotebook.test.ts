import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProject } from "../../environment/base/project.mjs";
import { execute } from "../../environment/run/execute.mjs";
import { readNotebook } from "../../environment/run/notebooks.mjs";
import { chainModel, classes, tableModel } from "./fixtures.js";
import { phaselensIn } from "./folder.js";

// in the project, because cells import its packages
mkdirSync(inProject(".cache"), { recursive: true });
const folder = mkdtempSync(inProject(".cache", "new-"));
const phaselens = phaselensIn(folder);
beforeAll(() => {
  tableModel(folder);
  chainModel(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Bundle {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly text?: readonly string[];
}

interface Ran {
  readonly messages: string[];
  readonly kinds: string[];
  /** All outputs as they are read, one a line. */
  readonly text: string;
}

async function run(name: string): Promise<Ran> {
  const { failures, notebook } = await execute(readNotebook(join(folder, name)), {
    timeout: 120_000,
  });
  const outputs = (notebook.cells as { outputs?: Bundle[] }[]).flatMap(
    (cell) => cell.outputs ?? [],
  );
  return {
    messages: failures.map(({ message }: { message: string }) => message),
    kinds: outputs.flatMap(({ data }) => Object.keys(data ?? {})),
    text: outputs
      .flatMap(({ data, text }) => [data?.["text/plain"] ?? text ?? ""].flat())
      .join("\n"),
  };
}

describe("phaselens new", { timeout: 180_000 }, () => {
  it("writes a notebook of the project's kernel that runs: figures of relevance and influence, and claims", async () => {
    const { code, stderr } = await phaselens(
      "new",
      "table.ipynb",
      "--model",
      "table.json",
      "--data",
      "test.csv",
      "--train",
      "train.csv",
      "--target-column",
      "flavour",
      "--classes",
      classes.join(","),
      "--l2",
      "0.02",
      "--points",
      "11,3-7",
    );
    expect(code, stderr).toBe(0);
    const own = JSON.parse(readFileSync(join(folder, "table.ipynb"), "utf8")) as {
      metadata: Record<string, unknown>;
      nbformat: number;
    };
    const other = JSON.parse(
      readFileSync(inProject("notebooks", "dawid2021", "fig3.ipynb"), "utf8"),
    ) as typeof own;
    expect([own.nbformat, own.metadata.kernelspec, own.metadata.language_info]).toEqual([
      other.nbformat,
      other.metadata.kernelspec,
      other.metadata.language_info,
    ]);
    const { messages, kinds, text } = await run("table.ipynb");
    expect(messages).toEqual([]);
    expect(text).toContain("6 points of shape [3]");
    expect(text).toContain("Relevance, row 11");
    // the fixture is at the minimum of this risk: without the penalty the gradient is 0.02 |θ|
    const [, slope] = /length of the risk's gradient at θ: (\S+)/.exec(text) ?? [];
    expect(Number(slope)).toBeLessThan(1e-6);
    // each claim once: not as the value of its cell again
    expect(text.match(/length of the risk's gradient/g)).toHaveLength(1);
    expect(text.match(/relevance lost on the way/g)).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "application/vnd.vegalite.v5+json")).toHaveLength(4);
    expect(kinds.filter((kind) => kind === "application/vnd.phaselens.claim+json")).toHaveLength(2);
  });

  it("without training data, in a folder of its own, still finds model and data", async () => {
    mkdirSync(join(folder, "mine"));
    const { code, stderr } = await phaselens(
      "new",
      "mine/chain.ipynb",
      "--model",
      "chain.json",
      "--data",
      "chain.npy",
      "--title",
      "A *chain* <b>",
    );
    expect(code, stderr).toBe(0);
    expect(readFileSync(join(folder, "mine/chain.ipynb"), "utf8")).toContain(
      "# A \\\\*chain\\\\* \\\\<b\\\\>",
    );
    const { messages, kinds } = await run("mine/chain.ipynb");
    expect(messages).toEqual([]);
    expect(kinds.filter((kind) => kind === "application/vnd.vegalite.v5+json")).toHaveLength(2);
  });

  it("does not write over a notebook, nor one that could not run", async () => {
    const call = ["--model", "chain.json", "--data", "chain.npy"];
    expect((await phaselens("new", "twice.ipynb", ...call)).code).toBe(0);
    const ends = await Promise.all(
      [
        ["twice.ipynb", ...call],
        ["x.txt", ...call],
        ["x.ipynb", "--model", "none.json", "--data", "chain.npy"],
        [...call],
        ["x.ipynb", ...call, "--train", "chain.npy"],
        ["x.ipynb", ...call, "--l2", "1e-3"],
        ["x.ipynb", ...call, "--l2", "much"],
        ["x.ipynb", ...call, "--l2", "-1"],
        ["x.ipynb", ...call, "--points", "3-99"],
      ].map((args) => phaselens("new", ...args)),
    );
    expect(ends.map(({ code }) => code)).toEqual(ends.map(() => 2));
    expect(ends.map(({ stderr }) => stderr.split(" phaselens new --help")[0])).toEqual([
      "phaselens new: twice.ipynb: is there already. Choose another name, or give --force.",
      "phaselens new: x.txt: a notebook's name ends in .ipynb.",
      "phaselens new: none.json: is not there. Name a file that exists.",
      "phaselens new: Name the notebook: phaselens new mine.ipynb.",
      "phaselens new: Training points need targets. Give --train-target, --target-column or --target-dataset.",
      "phaselens new: --l2 is of the risk of the training points. Give them with --train.",
      'phaselens new: --l2 must be a number ≥ 0, got "much".',
      'phaselens new: --l2 is followed by "-1". Is its value missing? One that begins with "-" is given as --l2=-1.',
      'phaselens new: --points holds "3-99"; it must be rows from 0 to 19, as in 17,42 or 100-120.',
    ]);
    expect((await phaselens("new", "twice.ipynb", ...call, "--force")).code).toBe(0);
  });
});
