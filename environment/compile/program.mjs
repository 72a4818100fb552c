// All cells of a notebook as one program of TypeScript: each is a module, and what it sees of the
// cells before it stands in a file beside it. tslab makes two programs for each cell.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";

const require = createRequire(import.meta.url);
const { typeRoots } = require("../kernel/typescript.cjs");

/** Makes a module of a file (tslab's own first line), so that it keeps its names for itself. */
const MODULE = "export {};\n";

/**
 * The settings under which tslab 1.0.22 compiles cells on this project's Nodes.
 * @param {string} folder  of the notebook
 * @returns {import("typescript").CompilerOptions}
 */
const settings = (folder) => ({
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  esModuleInterop: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts"],
  declaration: true,
  newLine: ts.NewLineKind.LineFeed,
  experimentalDecorators: true,
  resolveJsonModule: true,
  jsx: ts.JsxEmit.React,
  typeRoots: rootsOfTypes(folder),
  skipLibCheck: true,
  rootDir: folder,
  outDir: "outDir",
});

/** Where there are no types of Node, tslab brings its own. */
function rootsOfTypes(folder) {
  const roots = typeRoots(folder);
  const hasNode = roots.some((root) => ts.sys.fileExists(join(root, "node", "package.json")));
  const own = join(dirname(require.resolve("tslab/package.json")), "node_modules", "@types");
  return hasNode ? roots : [...roots, own];
}

/**
 * @typedef {object} CellModule
 * @property {string} path  of the cell, among the files of its notebook
 * @property {string} text
 * @property {string[]} names  what it declares and imports
 * @property {string} beforePath  of what it sees of earlier cells
 * @property {string} beforeText
 */

/**
 * The cells as modules. Of a name that several cells declare, the last one before is seen.
 * @param {string} folder  @param {readonly string[]} sources  @returns {CellModule[]}
 */
export function cellModules(folder, sources) {
  /** Name and the line that brings it in. @type {Map<string, string>} */
  const seen = new Map();
  return sources.map((source, k) => {
    const file = `__cell_${k + 1}__`;
    const declared = declarations(source);
    const names = [...declared.keys()];
    const suffix = names.length > 0 ? `\nexport {${names.join(", ")}}` : "";
    const module = {
      path: join(folder, `${file}.ts`),
      text: `${MODULE}${source}${suffix}`,
      names,
      beforePath: join(folder, `__before_${k + 1}__.d.ts`),
      beforeText: `${MODULE}${[...seen.values()].join("")}`,
    };
    for (const [name, assignable] of declared)
      seen.set(
        name,
        assignable
          ? `declare let ${name}: typeof import("./${file}").${name};\n`
          : `import { ${name} } from "./${file}";\n`,
      );
    return module;
  });
}

/**
 * Names of a cell, each with whether a later cell may assign to it, which may not be done to an
 * import.
 * @param {string} source  @returns {Map<string, boolean>}
 */
function declarations(source) {
  const file = ts.createSourceFile("cell.ts", `${MODULE}${source}`, ts.ScriptTarget.ES2022);
  ts.bindSourceFile(file, {});
  return new Map(
    [...(file.locals ?? [])].map(([name, symbol]) => [
      String(name),
      (symbol.flags & ts.SymbolFlags.Variable) !== 0 && !isConstant(symbol.valueDeclaration),
    ]),
  );
}

const isConstant = (declaration) =>
  (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;

/** Files that are the same for all notebooks, parsed once. @type {Map<string, any>} */
const parsed = new Map();
/** Where packages lie, by the folder that asks. @type {Map<string, any>} */
const resolutions = new Map();

/** Looks for a package once, however many cells and files import it. */
function resolver(folder, options, host) {
  if (!resolutions.has(folder))
    resolutions.set(
      folder,
      ts.createModuleResolutionCache(folder, (name) => name, options),
    );
  const cache = resolutions.get(folder);
  return (literals, from) =>
    literals.map(({ text }) => ts.resolveModuleName(text, from, options, host, cache));
}

/**
 * @param {string} folder  @param {readonly CellModule[]} modules
 * @param {import("typescript").Program} [earlier]  of another notebook, to go on
 *   from what it knows of the packages
 * @returns {import("typescript").Program}
 */
export function programOf(folder, modules, earlier) {
  const options = settings(folder);
  const own = new Map(
    modules.flatMap(({ path, text, beforePath, beforeText }) => [
      [path, text],
      [beforePath, beforeText],
    ]),
  );
  const system = ts.createCompilerHost(options);
  const parse = (path, text) => ts.createSourceFile(path, text, options.target);
  const host = {
    ...system,
    getCurrentDirectory: () => folder,
    fileExists: (path) => own.has(path) || system.fileExists(path),
    readFile: (path) => own.get(path) ?? system.readFile(path),
    getSourceFile: (path) => {
      const text = own.get(path);
      if (text !== undefined) return parse(path, text);
      if (!parsed.has(path)) {
        const content = system.readFile(path);
        parsed.set(path, content === undefined ? undefined : parse(path, content));
      }
      return parsed.get(path);
    },
  };
  host.resolveModuleNameLiterals = resolver(folder, options, host);
  const program = ts.createProgram([...own.keys()], options, host, earlier);
  // as tslab does it: what a cell does not declare itself is looked up in what came before
  for (const { path, beforePath } of modules)
    program.getSourceFile(path).parent = program.getSourceFile(beforePath);
  return program;
}
