import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { inProject } from "../base/project.mjs";
import { Failure } from "../base/failure.mjs";
import { checkNotebook } from "./notebook-form.mjs";
import { toText } from "./outputs.mjs";

/**
 * @typedef {object} NotebookFile
 * @property {string} name  bluecher2020-fig1 of notebooks/bluecher2020/fig1.ipynb
 * @property {string} path
 * @property {any} content  the parsed notebook (nbformat 4)
 * @property {string[]} figures  identities of its figures, from its metadata
 * @property {number} seconds about how long it takes from an empty cache, from its metadata; 0
 *   where it does not say
 * @property {string[]} code  sources of its code cells, in order
 */

/**
 * What a notebook is called everywhere but in the file browser, where its paper is a folder.
 * @param {string} path
 * @param {string} folder  that its name counts from
 */
function nameOf(path, folder) {
  return relative(folder, resolve(path))
    .replace(/\.ipynb$/, "")
    .replaceAll(sep, "-");
}

/** The project's notebooks for those in it, its own folder for any other. @param {string} path */
function folderOf(path) {
  const own = inProject("notebooks");
  return resolve(path).startsWith(own + sep) ? own : dirname(resolve(path));
}

/**
 * @param {string} path
 * @param {string} [folder]  that its name counts from
 * @returns {NotebookFile}
 * @throws Failure when the file is missing or no notebook
 */
export function readNotebook(path, folder = folderOf(path)) {
  if (!existsSync(path)) throw new Failure(`${path} does not exist.`, { exitCode: 2 });
  let content;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Failure(
      `${path} is not a notebook: ${error.message.slice(0, 200)}. Restore it from git, or save it again in Jupyter.`,
      { cause: error },
    );
  }
  checkNotebook(content, path);
  return {
    name: nameOf(path, folder),
    path,
    content,
    figures: content.metadata?.phaselens?.figures ?? [],
    seconds: content.metadata?.phaselens?.seconds ?? 0,
    code: content.cells
      .filter((cell) => cell.cell_type === "code")
      .map((cell) => toText(cell.source)),
  };
}

/**
 * All notebooks of a folder and of the folders in it, by name.
 * @param {string} folder
 * @returns {NotebookFile[]}
 */
export function readNotebooks(folder) {
  if (!existsSync(folder)) return [];
  const at = resolve(folder);
  const files = readdirSync(at, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ipynb") && !file.includes(".ipynb_checkpoints"),
  );
  const notebooks = files.map((file) => readNotebook(join(at, file), at));
  return notebooks.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The notebooks that hold the wanted figures; all of them when nothing is wanted in particular.
 * @param {NotebookFile[]} notebooks
 * @param {string[]} wanted notebook names, figure identities, or papers ("neubauer2022" for all
 *   notebooks of it)
 * @throws Failure that lists what there is
 */
export function select(notebooks, wanted) {
  const holds = (notebook, id) =>
    notebook.name === id || notebook.name.startsWith(`${id}-`) || notebook.figures.includes(id);
  const unknown = wanted.find((id) => !notebooks.some((notebook) => holds(notebook, id)));
  if (unknown !== undefined) {
    const known = [
      ...new Set(notebooks.flatMap((notebook) => [notebook.name, ...notebook.figures])),
    ];
    const list = known.length > 0 ? `there are: ${known.join(", ")}` : "there are no notebooks yet";
    throw new Failure(`Unknown figure "${unknown}"; ${list}.`, { exitCode: 2 });
  }
  return wanted.length === 0
    ? notebooks
    : notebooks.filter((notebook) => wanted.some((id) => holds(notebook, id)));
}
