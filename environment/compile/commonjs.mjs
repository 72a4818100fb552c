// From imports and exports to what `exports` and `require` can run.
import { createRequire } from "node:module";
import ts from "typescript";

const { sloppy } = createRequire(import.meta.url)("../kernel/typescript.cjs");

/** As `ts.transpileModule` sets them for tslab: each text alone, no types. */
const settings = {
  module: ts.ModuleKind.CommonJS,
  esModuleInterop: true,
  target: ts.ScriptTarget.ES2022,
  newLine: ts.NewLineKind.LineFeed,
  isolatedModules: true,
  suppressOutputPathCheck: true,
  allowNonTsExtensions: true,
  noLib: true,
  noResolve: true,
};

/**
 * Many texts by one compiler: tslab starts one for each cell.
 * @param {readonly string[]} texts  JavaScript of modules  @returns {string[]}
 */
export function commonJs(texts) {
  const names = texts.map((_, k) => `cell-${k + 1}.js`);
  const files = new Map(
    names.map((name, k) => [name, ts.createSourceFile(name, texts[k], settings.target)]),
  );
  const outputs = new Map();
  const host = {
    getSourceFile: (name) => files.get(name),
    writeFile: (name, text) => void outputs.set(name, text),
    getDefaultLibFileName: () => "lib.d.ts",
    useCaseSensitiveFileNames: () => true,
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => "",
    getNewLine: () => "\n",
    fileExists: (name) => files.has(name),
    readFile: () => "",
    directoryExists: () => true,
    getDirectories: () => [],
  };
  ts.createProgram(names, settings, host).emit();
  return names.map((name) => sloppy(outputs.get(name) ?? ""));
}
