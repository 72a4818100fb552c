"use strict";
// A repair of tslab 1.0.22, whose compiler has the system watch the files that a cell imports: it
// hears of a change some time later, and two kinds of change at once end the cell. Here files
// beside the notebook are looked at when a cell runs, and those of packages stay as they were.
const fs = require("node:fs");
const path = require("node:path");
const ts = require("typescript");

/** @typedef {{ changed(file: string, kind: number): void, stamp: string }} Watched */
/** Files of the user, by path. @type {Map<string, Watched>} */
const watched = new Map();
const unwatched = { close: () => {} };

/** Neither of a package nor a declaration. @param {string} file */
const isOwn = (file) =>
  !/[\\/]node_modules[\\/]|[\\/]lib[\\/]dist[\\/]|\.d\.[cm]?ts$|package\.json$/.test(file);

/** Before tslab makes a converter. */
function watchNeighbours() {
  ts.sys.watchDirectory = () => unwatched;
  ts.sys.watchFile = (file, changed) => {
    if (!isOwn(file)) return unwatched;
    watched.set(file, { changed, stamp: stampOf(file) });
    return { close: () => watched.delete(file) };
  };
}

/** What tells one state of a file from the next; "" where there is none. */
function stampOf(file) {
  const status = fs.statSync(file, { throwIfNoEntry: false });
  return status ? `${status.mtimeMs} ${status.size} ${status.ino}` : "";
}

/** Tells the compiler which files have changed, and who imports them: all of it runs anew. */
function lookAtNeighbours() {
  const changed = new Set();
  for (const [file, one] of watched) {
    const stamp = stampOf(file);
    if (stamp !== one.stamp) changed.add(file);
    one.stamp = stamp;
  }
  // a set goes on to what is added meanwhile
  for (const file of changed) for (const other of importersOf(file)) changed.add(other);
  for (const file of changed) {
    const { Changed, Deleted } = ts.FileWatcherEventKind;
    watched.get(file)?.changed(file, watched.get(file)?.stamp ? Changed : Deleted);
  }
}

const withoutEnding = (file) => file.replace(/(\/index)?\.[cm]?[jt]sx?$/, "");

/** Files beside the notebook that import one. @param {string} file */
function importersOf(file) {
  const imports = (other) => {
    const { importedFiles } = ts.preProcessFile(ts.sys.readFile(other) ?? "");
    return importedFiles.some(
      ({ fileName }) =>
        fileName.startsWith(".") &&
        withoutEnding(path.posix.join(path.posix.dirname(other), fileName)) === withoutEnding(file),
    );
  };
  return [...watched.keys()].filter((other) => watched.get(other)?.stamp && imports(other));
}

module.exports = { isOwn, lookAtNeighbours, watchNeighbours };
