import { execFile, fork } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, expect, it } from "vitest";
import { disagreement, expectedOutputs, instrumented, PRINTING } from "./expected.js";
import { blocks, pages, projectRoot, type Block, type Page } from "./markdown.js";

/**
 * Pages that take more than four seconds: tests/slow runs what they say. Their types are checked
 * with those of the others.
 */
export const longPages: readonly string[] = [
  "docs/how-to/audit-a-large-tagger.md",
  "docs/how-to/cluster.md",
  "docs/tutorials/a-discrete-model.md",
  "docs/tutorials/audit-a-model.md",
  "docs/tutorials/errors-of-several-chains.md",
  "docs/tutorials/explain-a-tensorflow-model.md",
  "docs/tutorials/your-own-jet-tagger.md",
];

/** Below the project, so that `import "phaselens"` and `npx phaselens` find what is built here. */
const workplace = join(projectRoot, ".cache", "docs");
/** Files that pages read as if they were the reader's own. */
const files = [
  ...["jets.root", "lists.root", "keras_files/transformer.keras"].map(
    (name) => `interop/fixtures/${name}`,
  ),
  ...["tagger.onnx", "test.npz", "truth.npy", "logits.npy"].map((name) => `docs/files/${name}`),
].map((name) => join(projectRoot, "tests", name));
const run = promisify(execFile);
/** `npx NAME` here starts NAME and nothing else; npm before it takes longer than most calls. */
const programs = join(projectRoot, "node_modules", ".bin");
const NPX = `npx() { "$PROGRAMS/$1" "\${@:2}"; }\n`;

export interface CodePage extends Page {
  readonly folder: string;
  /** Blocks of TypeScript or JavaScript: together one module. */
  readonly code: readonly Block[];
  /** Blocks ```sh run, before and after the module. */
  readonly before: readonly Block[];
  readonly after: readonly Block[];
}

const isCode = ({ language }: Block): boolean => ["ts", "js"].includes(language);

/** All pages with code that is run. */
export const codePages: readonly CodePage[] = pages()
  .map((page) => {
    const all = blocks(page.text);
    const shell = all.filter(({ language, words }) => language === "sh" && words.includes("run"));
    const first = all.find(isCode)?.line ?? Infinity;
    return {
      ...page,
      folder: join(workplace, page.path.replace(/\.md$/, "").replaceAll("/", "-")),
      code: all.filter(isCode),
      before: shell.filter(({ line }) => line < first),
      after: shell.filter(({ line }) => line > first),
    };
  })
  .filter(({ code, before }) => code.length + before.length > 0);

export const isLong = ({ path }: CodePage): boolean => longPages.includes(path);

/** The module of a page; each line stands where it stands in the page. */
export function moduleOf({ code }: CodePage, text: (block: Block) => string): string {
  const lines: string[] = [];
  for (const block of code)
    text(block)
      .split("\n")
      .forEach((line, n) => (lines[block.line - 1 + n] = line));
  return Array.from(lines, (line) => line ?? "").join("\n") + "\nexport {};\n";
}

const PRELUDE = `import { format as __format } from "node:util"; export const __printed = [];
const print = (line) => (...values) => { __printed.push([line, __format(...values)]); };
const printing = ${PRINTING};\n`;

type Printed = [line: number, text: string][];

/** The process in which the modules of pages run. */
function pagesProcess(): { run(page: CodePage): Promise<Printed>; end(): Promise<void> } {
  const child = fork(join(projectRoot, "tests", "docs", "runPages.mjs"), {
    execArgv: [],
    env: { ...process.env, CI: "true" },
  });
  let asked = 0;
  const run = (page: CodePage): Promise<Printed> =>
    new Promise((resolve, reject) => {
      const id = ++asked;
      const ended = (code: number | null): void =>
        reject(new Error(`the process of the pages ended with ${code}`));
      const answered = (answer: { id: number; printed: Printed; error?: string }): void => {
        if (answer.id !== id) return;
        child.off("message", answered).off("exit", ended);
        if (answer.error === undefined) resolve(answer.printed);
        else reject(new Error(answer.error));
      };
      child.on("message", answered).on("exit", ended);
      child.send({ id, folder: page.folder, cache: cacheOf(page) });
    });
  /** Waits for its end: what it took counts for this file, not for the next in this process. */
  const end = (): Promise<void> =>
    new Promise((resolve) => {
      if (child.exitCode !== null) return resolve();
      child.once("exit", () => resolve());
      child.disconnect();
    });
  return { run, end };
}

const cacheOf = ({ folder }: CodePage): string => join(folder, "cache");

async function runPage(page: CodePage, module: (page: CodePage) => Promise<Printed>) {
  const env = { ...process.env, PHASELENS_CACHE: cacheOf(page), CI: "true", PROGRAMS: programs };
  const shell = async (list: readonly Block[]): Promise<void> => {
    for (const { code } of list)
      await run("bash", ["-euo", "pipefail", "-c", NPX + code], {
        cwd: page.folder,
        env,
        maxBuffer: 1 << 24,
      });
  };
  await shell(page.before);
  let printed: Printed = [];
  if (page.code.length > 0) {
    const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
    const js = ts.transpileModule(moduleOf(page, instrumented), {
      compilerOptions: options,
    }).outputText;
    writeFileSync(join(page.folder, "page.mjs"), PRELUDE + js);
    printed = await module(page);
  }
  await shell(page.after);
  return printed;
}

/** Makes the folder of each page anew, with the files that it reads. */
export function makeFolders(own: readonly CodePage[]): void {
  for (const { folder } of own) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const file of files) copyFileSync(file, join(folder, basename(file)));
  }
}

/** A test for each page: it runs, and prints what it says. */
export function runAndPrint(own: readonly CodePage[]): void {
  let modules: ReturnType<typeof pagesProcess>;
  beforeAll(() => {
    makeFolders(own);
    modules = pagesProcess();
  });
  afterAll(() => modules.end());

  it.each(own.map((page) => [page.path, page] as const))(
    "%s runs and prints what it says",
    async (path, page) => {
      const printed = await runPage(page, modules.run);
      const wrong = page.code.flatMap(expectedOutputs).flatMap(({ line, lines }) => {
        const texts = printed.filter(([at]) => at === line).flatMap(([, text]) => text.split("\n"));
        const problem = disagreement(lines, texts);
        return problem ? [`${path}:${line} ${problem}`] : [];
      });
      expect(wrong).toEqual([]);
    },
    300_000,
  );
}
