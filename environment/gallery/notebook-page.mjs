import { claimTable } from "./claim-table.mjs";
import { escape } from "./escape.mjs";
import { failureNote } from "./gallery.mjs";
import { markdownToHtml } from "./markdown.mjs";
import { toText } from "../run/outputs.mjs";
import { page, picture } from "./page.mjs";
import { claimType, figureType } from "../run/records.mjs";
import { shippedNote } from "./shipped-verdicts.mjs";

/**
 * An executed notebook as a page to read, since browsers do not show .ipynb files.
 * @param {object} notebook
 * @param {{ name: string, title: string, failures: import("../run/cell-failure.mjs").CellFailure[],
 *   shipped?: import("./shipped-verdicts.mjs").Beside }} about shipped: verdicts at preset
 *   `standard`, shown at each claim
 */
export function notebookPage(notebook, { name, title, failures, shipped }) {
  const partners = [...(shipped?.partners ?? [])];
  /** A claim, with its partner: claims come in the order in which they were paired. */
  const claimOutput = (claim) =>
    claimTable([claim], {
      nameFigures: false,
      beside: shipped && { partners: partners.splice(0, 1), rest: [] },
    });
  const body = `<header><p class="meta"><a href="../index.html#${escape(name)}">All figures</a> ·
<a href="${escape(name)}.ipynb">this notebook as .ipynb</a></p>
${failures
  .filter((failure) => !failure.claim)
  .map(failureNote)
  .join("\n")}
${shipped ? shippedNote(shipped) : ""}</header>
<main>
${notebook.cells.map((one) => cell(one, claimOutput)).join("\n")}
</main>`;
  return page(title, body);
}

function cell(one, claimOutput) {
  if (one.cell_type === "markdown") return markdownToHtml(toText(one.source), { headingsFrom: 1 });
  if (one.cell_type !== "code") return "";
  const outputs = (one.outputs ?? [])
    .map((each) => output(each, claimOutput))
    .filter((html) => html !== "");
  const shown = outputs.length > 0 ? `\n<div class="output">${outputs.join("\n")}</div>` : "";
  return `<div class="cell"><pre><code>${escape(toText(one.source))}</code></pre>${shown}</div>`;
}

function output(one, claimOutput) {
  if (one.output_type === "stream") return `<pre>${escape(toText(one.text))}</pre>`;
  if (one.output_type === "error") return `<p class="failure">${escape(one.evalue)}</p>`;
  const data = one.data;
  if (data[claimType]) return claimOutput(data[claimType]);
  const title = data[figureType]?.title ?? (toText(data["text/plain"]) || "output");
  if (data["image/png"]) {
    return `<figure><div class="plate">${picture("image/png", Buffer.from(toText(data["image/png"]), "base64"), title)}</div></figure>`;
  }
  if (data["image/svg+xml"])
    return `<figure><div class="plate">${picture("image/svg+xml", toText(data["image/svg+xml"]), title)}</div></figure>`;
  if (data["text/markdown"])
    return markdownToHtml(toText(data["text/markdown"]), { headingsFrom: 3 });
  if (data["text/plain"]) return `<pre>${escape(toText(data["text/plain"]))}</pre>`;
  // Foreign HTML stays behind a wall: no scripts, no access to this page.
  if (data["text/html"])
    return `<iframe sandbox title="output" srcdoc="${escape(toText(data["text/html"]))}"></iframe>`;
  return "";
}
