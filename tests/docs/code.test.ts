import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import { disagreement, expectedOutputs, instrumented } from "./expected.js";
import { blocks, pages, projectRoot, type Block, type Page } from "./markdown.js";

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

interface CodePage extends Page {
  readonly folder: string;
  /** Blocks of TypeScript or JavaScript: together one module. */
  readonly code: readonly Block[];
  /** Blocks ```sh run, before and after the module. */
  readonly before: readonly Block[];
  readonly after: readonly Block[];
}

const isCode = ({ language }: Block): boolean => ["ts", "js"].includes(language);

const codePages: CodePage[] = pages()
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

/** The module of a page; each line stands where it stands in the page. */
function moduleOf({ code }: CodePage, text: (block: Block) => string): string {
  const lines: string[] = [];
  for (const block of code)
    text(block)
      .split("\n")
      .forEach((line, n) => (lines[block.line - 1 + n] = line));
  return Array.from(lines, (line) => line ?? "").join("\n") + "\nexport {};\n";
}

const PRELUDE = `import { format as __format } from "node:util"; import { writeFileSync as __write } from "node:fs"; const __printed = [];
const print = (line) => (...values) => { __printed.push([line, __format(...values)]); };
process.on("exit", () => __write("printed.json", JSON.stringify(__printed)));\n`;

async function runPage(page: CodePage): Promise<[line: number, text: string][]> {
  const cache = join(page.folder, "cache");
  const env = { ...process.env, PHASELENS_CACHE: cache, CI: "true", PROGRAMS: programs };
  const shell = async (list: readonly Block[]): Promise<void> => {
    for (const { code } of list)
      await run("bash", ["-euo", "pipefail", "-c", NPX + code], {
        cwd: page.folder,
        env,
        maxBuffer: 1 << 24,
      });
  };
  await shell(page.before);
  let printed: [number, string][] = [];
  if (page.code.length > 0) {
    const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
    const js = ts.transpileModule(moduleOf(page, instrumented), {
      compilerOptions: options,
    }).outputText;
    writeFileSync(join(page.folder, "page.mjs"), PRELUDE + js);
    await run(process.execPath, ["page.mjs"], { cwd: page.folder, env, maxBuffer: 1 << 24 });
    printed = JSON.parse(readFileSync(join(page.folder, "printed.json"), "utf8")) as [
      number,
      string,
    ][];
  }
  await shell(page.after);
  return printed;
}

beforeAll(() => {
  rmSync(workplace, { recursive: true, force: true });
  for (const { folder } of codePages) {
    mkdirSync(folder, { recursive: true });
    for (const file of files) copyFileSync(file, join(folder, basename(file)));
  }
});

describe("the code of the pages", () => {
  it("is right in its types", () => {
    const files = codePages
      .filter(({ code }) => code.length > 0)
      .map((page) => {
        const file = join(page.folder, "types.mts");
        writeFileSync(
          file,
          moduleOf(page, ({ code }) => code),
        );
        return file;
      });
    const program = ts.createProgram(files, {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
      types: ["node"],
      strict: true,
      skipLibCheck: true,
      noEmit: true,
    });
    const problems = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
      const line =
        file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
      return `${codePages.find(({ folder }) => file?.fileName.startsWith(folder))?.path}:${line} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
    expect(problems).toEqual([]);
  }, 120_000);

  it.each(codePages.map((page) => [page.path, page] as const))(
    "%s runs and prints what it says",
    async (path, page) => {
      const printed = await runPage(page);
      const wrong = page.code.flatMap(expectedOutputs).flatMap(({ line, lines }) => {
        const texts = printed.filter(([at]) => at === line).flatMap(([, text]) => text.split("\n"));
        const problem = disagreement(lines, texts);
        return problem ? [`${path}:${line} ${problem}`] : [];
      });
      expect(wrong).toEqual([]);
    },
    300_000,
  );
});
