import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll } from "vitest";
import { inProject } from "../../environment/base/project.mjs";
import { readNotebook } from "../../environment/run/notebooks.mjs";
import { notebookOf } from "../../environment/kernel/protocol.mjs";

/**
 * A folder for one test file, removed when its tests are over. It lies in the project, because
 * cells import its packages.
 */
export function scratchFolder(): string {
  mkdirSync(inProject(".cache"), { recursive: true });
  const folder = mkdtempSync(inProject(".cache", "fixture-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Fixture {
  name: string;
  code: string[];
  figures?: string[];
  introduction?: string;
}

/** Writes a notebook into `folder` and reads it as the commands do. */
export function writeNotebook(
  folder: string,
  { name, code, figures = [], introduction }: Fixture,
): ReturnType<typeof readNotebook> {
  const notebook = notebookOf(code) as { cells: object[]; metadata: object };
  if (introduction !== undefined)
    notebook.cells.unshift({ cell_type: "markdown", metadata: {}, source: introduction });
  notebook.metadata = { phaselens: { figures, paper: "fixture" } };
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.ipynb`);
  writeFileSync(path, JSON.stringify(notebook));
  return readNotebook(path);
}
