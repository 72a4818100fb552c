"use strict";
// tslab 1.0.22 brings a TypeScript 5.0.4 of its own, in which a few inner functions are public.
// Here the project's TypeScript stands in its place, with the same functions: cells see the types
// of the library as its compiler wrote them. It goes when tslab has a newer one.
const path = require("node:path");
const ts = require("typescript");
const { isOwn } = require("./neighbours.cjs");

const PLACE = require.resolve("@tslab/typescript-for-tslab");

/** Settings without those that tslab's copy alone knows, or that the compiler has given up. */
function known({ disableTopLevelAwait, noImplicitUseStrict, ...options }) {
  return options;
}

/** tslab runs cells as sloppy scripts; the compiler leaves nobody that choice any more. */
const sloppy = (script) => script.replace(/^"use strict";\n/, "");

function transpileModule(source, { compilerOptions, ...rest }) {
  const made = ts.transpileModule(source, { ...rest, compilerOptions: known(compilerOptions) });
  return { ...made, outputText: sloppy(made.outputText) };
}

/**
 * Packages are looked for as they say themselves (`exports`), which Node does when a cell runs.
 * Files beside the notebook may be imported with their ending, and be there later than a cell that
 * imports them.
 */
function createWatchCompilerHost(files, options, ...rest) {
  const settings = {
    ...known(options),
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    rewriteRelativeImportExtensions: true,
  };
  const host = ts.createWatchCompilerHost(files, settings, ...rest);
  return Object.assign(host, {
    hasInvalidatedResolutions: isOwn,
    ...resolution(settings, host),
  });
}

/** Looks once for what packages import, and each time for what cells and their neighbours do. */
function resolution(settings, host) {
  const cache = ts.createModuleResolutionCache(settings.rootDir, (name) => name, settings);
  const resolve = ({ text }, from) =>
    ts.resolveModuleName(text, from, settings, host, isOwn(from) ? undefined : cache);
  return {
    getModuleResolutionCache: () => cache,
    resolveModuleNameLiterals: (literals, from) => literals.map((one) => resolve(one, from)),
  };
}

/** Folders of `@types` above a folder. @param {string} folder  @returns {string[]} */
function typeRoots(folder) {
  const above = path.dirname(folder);
  const own = path.join(folder, "node_modules", "@types");
  return [own, ...(above === folder ? [] : typeRoots(above))];
}

function getPreEmitDiagnosticsOfFiles(program, files) {
  const all = files.flatMap((file) => [...ts.getPreEmitDiagnostics(program, file)]);
  return ts.sortAndDeduplicateDiagnostics(all);
}

/** What a name at a place is; its declaration's comment and tags. */
function getQuickInfoAtPosition(file, checker, _token, position) {
  const touched = ts.getTouchingPropertyName(file, position);
  if (touched === file) return undefined;
  const isNew = ts.isNewExpression(touched.parent) && touched.pos === touched.parent.pos;
  const node = isNew ? touched.parent.expression : touched;
  const symbol = checker.getSymbolAtLocation(node);
  if (!symbol || checker.isUnknownSymbol(symbol)) return undefined;
  const { displayParts, documentation, tags } =
    ts.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind(
      checker,
      symbol,
      file,
      ts.getContainerNode(node),
      node,
    );
  const textSpan = ts.createTextSpanFromNode(node, file);
  return { displayParts, documentation, tags, textSpan };
}

/** What completion asks of the files around a cell, for names of modules. */
const files = (program) => ({
  fileExists: ts.sys.fileExists,
  readFile: ts.sys.readFile,
  readDirectory: ts.sys.readDirectory,
  directoryExists: ts.sys.directoryExists,
  getDirectories: ts.sys.getDirectories,
  getCurrentDirectory: () => program.getCurrentDirectory(),
  getCompilationSettings: () => program.getCompilerOptions(),
});

const completions = {
  getCompletionsAtPositionForTslab: (_host, program, ...rest) =>
    ts.Completions.getCompletionsAtPosition(files(program), program, ...rest),
};

/** The compiler with what tslab wants of its own. */
const compiler = Object.create(ts, {
  __esModule: { value: true }, // it is taken as it is, not copied
  Completions: { value: completions },
  getDefaultTypeRoots: { value: typeRoots },
  createWatchCompilerHost: { value: createWatchCompilerHost },
  getNullTransformationContext: { value: () => ts.nullTransformationContext },
  getPreEmitDiagnosticsOfFiles: { value: getPreEmitDiagnosticsOfFiles },
  getQuickInfoAtPosition: { value: getQuickInfoAtPosition },
  transpileModule: { value: transpileModule },
});

/** Before tslab is loaded. */
function replaceCompiler() {
  // @ts-expect-error only what `require` looks at
  require.cache[PLACE] = { id: PLACE, filename: PLACE, loaded: true, exports: compiler };
}

module.exports = { replaceCompiler, sloppy, typeRoots };
