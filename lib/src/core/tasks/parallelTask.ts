import { ConfigError } from "../errors.js";
import { nodeModule } from "../files/nodeModule.js";

/**
 * What to import for the `module` of a task: a URL, an absolute path, a name below `phaselens/`, or
 * a package that the working directory sees.
 * @throws ConfigError for a relative path, since worker and caller would read it differently
 */
export function taskAddress(module: string | URL): string {
  if (typeof module !== "string") return module.href;
  if (/^\.{1,2}[\\/]/.test(module)) {
    const cure = `Write new URL("${module}", import.meta.url), or an absolute path.`;
    throw new ConfigError(`parallelMap: the module "${module}" is a relative path. ${cure}`, {
      module,
    });
  }
  if (/^(file|node|data|blob|https?):/.test(module) || /^phaselens($|\/)/.test(module))
    return module;
  const [{ isAbsolute, join }, { pathToFileURL }] = [
    nodeModule("node:path", "finding a module"),
    nodeModule("node:url", "finding a module"),
  ];
  if (isAbsolute(module)) return pathToFileURL(module).href;
  try {
    return pathToFileURL(
      nodeModule("node:module", "finding a module")
        .createRequire(join(process.cwd(), "package.json"))
        .resolve(module),
    ).href;
  } catch {
    const fact = `there is no module "${module}" to be seen from ${process.cwd()}`;
    throw new ConfigError(`parallelMap: ${fact}. Check the name, or install it there.`, { module });
  }
}

let note: ((address: string) => void) | undefined;

/** Tells of each import of a module before it begins (default nobody is told). */
export function noteImports(listener: typeof note): void {
  note = listener;
}

/** Imports a module. The thread keeps what it read then, whatever is written to the file later. */
export function importModule(address: string): Promise<Record<string, unknown>> {
  note?.(address);
  return import(/* @vite-ignore */ address) as Promise<Record<string, unknown>>;
}

/** What computes an item, given what all items share. */
export type Task = (item: unknown, shared: unknown) => unknown;

/** The export `name` of a module. @throws ConfigError if it is not a function */
export async function loadTask(address: string, name: string): Promise<Task> {
  const exports = await importModule(address);
  const task = exports[name];
  if (typeof task !== "function") {
    const known = Object.keys(exports).filter((key) => typeof exports[key] === "function");
    const fact = `${address} exports no function "${name}"`;
    throw new ConfigError(`parallelMap: ${fact}; it exports ${known.join(", ") || "none"}.`, {
      module: address,
      name,
    });
  }
  return task as Task;
}
