"use strict";
// tslab without its compiler, which takes half a second to load and three to start: both happen at
// the first cell that was not compiled before.

/**
 * @typedef {object} Converter
 * @property {(previous: string, source: string) => any} convert
 * @property {(...args: any[]) => any} addModule
 * @property {() => void} close
 */

/**
 * Puts something that loads a module when it is used in the place of that module.
 * @param {string} name  @param {(load: () => any) => object} standIn
 */
function late(name, standIn) {
  const filename = require.resolve(name);
  let real;
  const load = () => {
    if (real === undefined) {
      delete require.cache[filename];
      real = require(filename);
    }
    return real;
  };
  // @ts-expect-error only what `require` looks at
  require.cache[filename] = { id: filename, filename, loaded: true, exports: standIn(load) };
}

/** All of a module, by name. `__esModule`: tslab takes the object as it is, not a copy. */
const whole = (load) =>
  new Proxy({}, { get: (_, name) => (name === "__esModule" ? true : load()[name]) });

/** Before tslab is loaded. */
function compileLate() {
  late("typescript", (load) => {
    let watched = true;
    return whole(() => {
      const compiler = load();
      if (watched) unwatch(compiler);
      watched = false;
      return compiler;
    });
  });
  late("tslab/dist/converter", whole);
  // no comment, no metadata: what tslab's scanner finds in any cell that has none
  late("tslab/dist/metadata", (load) => ({
    getCodeMetadata: (source) => (source.includes("/**") ? load().getCodeMetadata(source) : {}),
  }));
}

/**
 * A run sees its packages as they were when it began. tslab's compiler would watch their files, and
 * tslab has room for one pending change: a second kind of it (a package.json after a .d.ts, when
 * somebody builds or installs beside the run) ends the notebook.
 */
function unwatch(compiler) {
  const unwatched = () => ({ close() {} });
  Object.assign(compiler.sys, { watchFile: unwatched, watchDirectory: unwatched });
}

/**
 * A converter that takes what was compiled before, as long as all cells so far were sound, and
 * makes the real one otherwise. Declarations of compiled cells are made when that needs them: until
 * then a name stands for them.
 * @param {() => Converter} make
 */
function lateConverter(make) {
  /** @type {Converter | undefined} */
  let made;
  const converter = () => (made ??= make());
  /**
   * By name: what to compile for the declarations.
   * @type {Map<string, { previous: string, source: string }>}
   */
  const cells = new Map();
  /** @type {Map<string, string>} */
  const declared = new Map();
  const declarations = (name) => {
    const cell = cells.get(name);
    if (cell === undefined) return name;
    if (!declared.has(name))
      declared.set(
        name,
        converter().convert(declarations(cell.previous), cell.source).declOutput ?? "",
      );
    return declared.get(name) ?? "";
  };
  let last = "";
  return {
    /** @param {string} previous  @param {string} source  @param {any} [compiled] */
    convert(previous, source, compiled) {
      if (compiled === undefined || previous !== last)
        return converter().convert(declarations(previous), source);
      last = `cells up to ${cells.size + 1}`;
      cells.set(last, { previous, source });
      return { diagnostics: [], declOutput: last, ...compiled };
    },
    addModule: (...args) => converter().addModule(...args),
    close: () => made?.close(),
  };
}

module.exports = { compileLate, lateConverter };
