// Bundles a small program that uses the library, as somebody's web page would, and says how large
// the bundle is.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

/**
 * @param {string} folder  of a project in which the library is installed; `entry` is a module in it
 * @param {string} entry
 * @returns {Promise<{ folder: string, warnings: string[], files: { path: string, bytes: number,
 *   gzipped: number }[] }>}
 */
export async function bundle(folder, entry) {
  const output = join(folder, "bundled");
  mkdirSync(output, { recursive: true });
  writeFileSync(
    join(folder, "index.html"),
    `<!doctype html><title>bundle</title><script type="module" src="/${entry}"></script>\n`,
  );
  const warnings = [];
  const warn = (message) => warnings.push(String(message));
  const customLogger = {
    hasWarned: false,
    info: () => {},
    warn,
    warnOnce: warn,
    error: warn,
    clearScreen: () => {},
    hasErrorLogged: () => false,
  };
  const { output: chunks } = await build({
    root: folder,
    base: "./",
    configFile: false,
    logLevel: "warn",
    customLogger,
    build: { outDir: output, emptyOutDir: true },
  });
  const files = chunks
    .filter(({ fileName }) => !fileName.endsWith(".html"))
    .map(({ fileName }) => {
      const content = readFileSync(join(output, fileName));
      return {
        path: fileName,
        bytes: content.length,
        gzipped: gzipSync(content, { level: 9 }).length,
      };
    });
  return { folder: output, warnings, files };
}
