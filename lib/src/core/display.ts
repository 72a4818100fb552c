import { nodeModule, onNode } from "./files/nodeModule.js";

type Bundle = Record<string, unknown>;
type Writer = (
  message: { data: Bundle; metadata: Bundle; transient: { display_id?: string } },
  update?: boolean,
) => void;
interface TslabJupyter {
  lastWriteDisplayData: Writer | null;
}

let found: TslabJupyter | undefined;

/**
 * The writer of the running tslab kernel. A kernel has loaded its own module before any cell runs,
 * so the module is looked for among those loaded, wherever tslab is installed, and never loaded
 * from here.
 */
function writer(): Writer | null {
  if (found?.lastWriteDisplayData) return found.lastWriteDisplayData;
  if (!onNode()) return null;
  const { createRequire } = nodeModule("node:module", "showing an output");
  const loaded = createRequire(import.meta.url).cache;
  for (const file in loaded) {
    if (!/[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(file)) continue;
    const candidate = loaded[file]?.exports as Partial<TslabJupyter> | undefined;
    if (typeof candidate?.lastWriteDisplayData === "function") {
      found = candidate as TslabJupyter;
      return candidate.lastWriteDisplayData;
    }
  }
  return null;
}

/** Whether outputs are shown in a tslab notebook. */
export function inNotebook(): boolean {
  return writer() !== null;
}

/**
 * Shows one output in the notebook: the same thing in several MIME types, of which the front end
 * draws the richest it knows.
 * @param data     MIME type → content
 * @param options  `id` names the output, `update` replaces the output of that id in place
 * @returns        false, and nothing happens, outside a tslab notebook
 */
export function displayBundle(
  data: Record<string, unknown>,
  options: { metadata?: Record<string, unknown>; id?: string; update?: boolean } = {},
): boolean {
  const write = writer();
  if (!write) return false;
  const transient = options.id === undefined ? {} : { display_id: options.id };
  write({ data, metadata: options.metadata ?? {}, transient }, options.update ?? false);
  return true;
}
