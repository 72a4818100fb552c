// Vite makes one script of the page and one of its worker; what the library asks of Node is there
// replaced by what a page has (node/).
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const standIn = (name) => join(here, "node", `${name}.ts`);

const modules = {
  ...Object.fromEntries(
    ["fs", "path", "zlib", "stream", "crypto", "os", "util"].map((name) => [
      `node:${name}`,
      standIn(name),
    ]),
  ),
  "h5wasm/node": standIn("hdf5"),
};
/** Modules of the library whose place another takes. */
const replaced = {
  "core/files/nodeModule.js": standIn("nodeModule"),
  "interop/tables/thread/openInThread.js": standIn("openInThread"),
  "interop/tables/thread/foreignWork.js": standIn("foreignWork"),
};

const withoutNode = {
  name: "without-node",
  enforce: "pre",
  resolveId(source, importer) {
    if (Object.hasOwn(modules, source)) return modules[source];
    if (!importer || !source.startsWith(".")) return null;
    const path = resolve(dirname(importer), source).replaceAll("\\", "/");
    const found = Object.keys(replaced).find((name) => path.endsWith(`/lib/dist/${name}`));
    return found ? replaced[found] : null;
  },
};

/**
 * One script that asks for nothing.
 * @param {string} entry  in this folder  @returns {Promise<{ code: string, css: string, warnings:
 *   string[] }>}
 */
export async function scriptOf(entry) {
  const warnings = [];
  const warn = (message) => warnings.push(String(message));
  const silent = { info() {}, warn, warnOnce: warn, error: warn, clearScreen() {} };
  const [{ output }] = await build({
    root: here,
    configFile: false,
    logLevel: "warn",
    customLogger: { ...silent, hasWarned: false, hasErrorLogged: () => false },
    plugins: [withoutNode],
    // what addresses modules is never loaded here, but looked at
    define: { "process.env.NODE_ENV": '"production"', "import.meta.url": '"file:///page.js"' },
    build: {
      write: false,
      target: "es2022",
      lib: { entry: resolve(here, entry), formats: ["iife"], name: "phaselensPage" },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const css = output.find(({ fileName }) => fileName.endsWith(".css"));
  const script = output.find(({ type }) => type === "chunk");
  return { code: script.code, css: css ? String(css.source) : "", warnings };
}
