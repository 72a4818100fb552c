import { denoWriter, tslabWriter } from "./displayWriters.js";

const writer = (): ReturnType<typeof tslabWriter> => tslabWriter() ?? denoWriter();

/** Whether outputs are shown in a notebook, of tslab's kernel or Deno's. */
export function inNotebook(): boolean {
  return writer() !== null;
}

/**
 * Shows one output in the notebook: the same thing in several MIME types, of which the front end
 * draws the richest it knows.
 * @param data     MIME type → content
 * @param options  `id` names the output, `update` replaces the output of that id in place
 * @returns        false, and nothing happens, outside a notebook
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

/** The value, which Deno's kernel does not show once more where a cell ends with it. */
export function shownAlready<T extends object>(value: T): T {
  return Object.defineProperty(value, Symbol.for("Jupyter.display"), { value: () => ({}) });
}
