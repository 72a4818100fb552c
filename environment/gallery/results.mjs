// Writes the folder results/: everything is made in a draft, whose files then take the place of
// those of earlier runs, and of no others.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../base/failure.mjs";
import { gallery } from "./gallery.mjs";
import { isLive, livePage } from "./live/live.mjs";
import { notebookPage } from "./notebook-page.mjs";
import { checkNotebook } from "../run/notebook-form.mjs";
import { besideShipped } from "./shipped-verdicts.mjs";
import { claimsOf, figuresOf, introduction } from "../run/records.mjs";
import { svgOf } from "./svg.mjs";

/** What is always written: whether it may be is known before the notebooks run. */
const always = ["index.html", "claims.json", "explain.html"];

/**
 * Makes the folder, or finds out that it holds what we must not replace. The library is imported
 * late, since it may only just have been built.
 * @param {string} folder  @returns {Promise<import("../../lib/dist/core/files/ownedFolder.js").Draft>}
 */
export async function openResults(folder) {
  const { openDraft } = await import("../../lib/dist/core/files/ownedFolder.js");
  return openDraft(folder, "npm start", always);
}

/**
 * @typedef {Pick<import("../run/shared-execution.mjs").Executed, "name" | "notebook" | "failures" |
 *   "provenance">} Result
 */

/**
 * @param {string} folder  results/
 * @param {Result[]} results  of this run
 * @param {string[]} names all notebooks that there are: of those that did not run now, earlier
 *   results stay
 * @param {import("../verdicts/verdicts.mjs").Verdicts | null} [verdicts] those that the repository ships,
 *   shown beside
 * @param {string} [explainPage]  the page that explains, which stands beside the gallery
 * @returns {Promise<import("./gallery.mjs").Entry[]>} what the gallery shows
 */
export async function writeResults(folder, results, names, verdicts = null, explainPage) {
  const into = await openResults(folder);
  const fresh = new Set(results.map((result) => result.name));
  const kept = names
    .filter((name) => !fresh.has(name))
    .flatMap((name) => earlierResult(folder, name));
  const all = [...results, ...kept].sort(
    (a, b) => byPaper(a, b) || a.name.localeCompare(b.name, "en", { numeric: true }),
  ); // fig2 before fig10
  const draft = into.folder;
  try {
    for (const name of ["notebooks", "figures", "provenance"])
      mkdirSync(join(draft, name), { recursive: true });
    const entries = [];
    for (const result of all)
      entries.push(await writeOne(draft, result, verdicts?.get(result.name)));
    const claims = entries.flatMap((entry) => entry.claims);
    writeFileSync(join(draft, "claims.json"), `${JSON.stringify(claims, null, 2)}\n`);
    writeFileSync(join(draft, "index.html"), gallery(entries, explainPage !== undefined));
    if (explainPage !== undefined) copyFileSync(explainPage, join(draft, "explain.html"));
    into.commit();
    return entries;
  } catch (error) {
    into.discard();
    if (error.syscall === undefined) throw error;
    throw new Failure(`${folder}: cannot be written (${error.code}).`, { cause: error });
  }
}

/**
 * Draws the figures of a notebook while others run; what cannot be drawn is said when the results
 * are written.
 * @param {Pick<Result, "notebook">} result
 */
export async function drawAhead({ notebook }) {
  for (const { spec } of figuresOf(notebook)) if (spec) await svgOf(spec).catch(() => {});
}

/** @param {Pick<Result, "name" | "notebook">} result  @returns {string} as "dawid2021" */
const paperOf = ({ name, notebook }) => notebook.metadata?.phaselens?.paper ?? name.split("-")[0];
const byPaper = (a, b) => paperOf(a).localeCompare(paperOf(b), "en");

/**
 * @param {string} draft
 * @param {Result} result
 * @param {import("../verdicts/verdicts.mjs").Shipped} [verdicts] of this notebook
 * @returns {Promise<import("./gallery.mjs").Entry>}
 */
async function writeOne(draft, { name, notebook, failures, provenance }, verdicts) {
  const { title, text } = introduction(notebook, name);
  const figures = [];
  for (const figure of figuresOf(notebook)) {
    const file = figure.id.replace(/[^\w.-]/g, "_");
    const svg = figure.spec ? await svgOf(figure.spec) : null;
    const path = (extension) => join(draft, "figures", `${file}.${extension}`);
    if (figure.spec) writeFileSync(path("json"), `${JSON.stringify(figure.spec, null, 1)}\n`);
    if (svg) writeFileSync(path("svg"), svg);
    if (figure.png) writeFileSync(path("png"), figure.png);
    const live = isLive(figure);
    if (live) writeFileSync(path("html"), await livePage(figure));
    figures.push({ ...figure, file, svg, live });
  }
  const shipped = verdicts && besideShipped(notebook, verdicts, provenance);
  writeFileSync(
    join(draft, "notebooks", `${name}.ipynb`),
    `${JSON.stringify(notebook, null, 1)}\n`,
  );
  writeFileSync(
    join(draft, "notebooks", `${name}.html`),
    notebookPage(notebook, { name, title, failures, shipped }),
  );
  writeFileSync(
    join(draft, "provenance", `${name}.json`),
    `${JSON.stringify({ ...provenance, failures }, null, 2)}\n`,
  );
  return {
    name,
    paper: paperOf({ name, notebook }),
    title,
    text,
    figures,
    claims: claimsOf(notebook),
    failures,
    provenance,
    shipped,
  };
}

/** What an earlier run left about a notebook; nothing when it is incomplete. @returns {Result[]} */
function earlierResult(folder, name) {
  try {
    const path = join(folder, "notebooks", `${name}.ipynb`);
    const notebook = JSON.parse(readFileSync(path, "utf8"));
    checkNotebook(notebook, path);
    const { failures, ...provenance } = JSON.parse(
      readFileSync(join(folder, "provenance", `${name}.json`), "utf8"),
    );
    return [{ name, notebook, failures, provenance }];
  } catch {
    return [];
  }
}
