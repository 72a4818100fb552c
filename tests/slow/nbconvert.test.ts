import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { writeFileSync } from "node:fs";
import { inProject } from "../../environment/base/project.mjs";
import { installKernelspec } from "../../environment/kernel/kernelspec.mjs";
import { notebookOf } from "../../environment/kernel/protocol.mjs";

const jupyter = inProject(".venv", "bin", "jupyter");
// inside the project, so that cells find the library
const folder = mkdtempSync(inProject("notebooks", ".nbconvert-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Saved {
  readonly cells: { readonly outputs: { output_type: string; traceback?: string[] }[] }[];
}

/** Runs a notebook of these cells by one of Jupyter's own programs. */
function runBy(program: readonly string[], code: readonly string[]) {
  const path = join(folder, "notebook.ipynb");
  const notebook = {
    ...notebookOf([...code]),
    metadata: { kernelspec: { name: "tslab", display_name: "TypeScript", language: "typescript" } },
  };
  writeFileSync(path, JSON.stringify(notebook));
  const env = { ...process.env, ...installKernelspec() };
  const { status, stderr } = spawnSync(jupyter, [...program, path], { encoding: "utf8", env });
  return { status, stderr, saved: JSON.parse(readFileSync(path, "utf8")) as Saved };
}

const programs = {
  nbconvert: ["nbconvert", "--to", "notebook", "--execute", "--inplace"],
  nbclient: ["execute", "--inplace"],
};
const sound = ['import { core } from "phaselens";', "core.tensor([2, 2])"];
const failing = [...sound, "// the line\ncore.tensor([2], [1, 2, 3]);", "1"];

it.skipIf(!existsSync(jupyter)).each(Object.entries(programs))(
  "%s ends with 0 where all cells are sound, and with an error where one fails",
  (_name, program) => {
    const good = runBy(program, sound);
    expect([good.status, good.stderr.includes("Traceback")]).toEqual([0, false]);
    expect(good.saved.cells[1].outputs.map((output) => output.output_type)).toEqual([
      "display_data",
    ]);
    const bad = runBy(program, failing);
    expect(bad.status).not.toBe(0);
    expect(bad.stderr).toMatch(/ShapeError|ConfigError/);
    expect(bad.stderr).toMatch(/Cell \[3\], line 2: core\.tensor\(\[2\], \[1, 2, 3\]\);/);
    expect(bad.stderr).not.toMatch(/tslab[\\/]dist/);
  },
  120_000,
);
