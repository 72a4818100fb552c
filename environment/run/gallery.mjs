import { escape } from "./escape.mjs";
import { markdownToHtml } from "./markdown.mjs";
import { badge, claimTable, page, picture } from "./page.mjs";
import { verdict } from "./records.mjs";

/** An SVG beyond this size (a scatter plot of thousands of points) makes the page slow; its PNG stands in for it. Bytes. */
const largestSvg = 400_000;

/**
 * @typedef {object} Entry  one executed notebook
 * @property {string} name
 * @property {string} title  plain text
 * @property {string} text  Markdown below the title
 * @property {(import("./records.mjs").FigureRecord & { file: string, svg: string | null })[]} figures  file: name below figures/
 * @property {import("./records.mjs").Claim[]} claims
 * @property {import("./cell-failure.mjs").CellFailure[]} failures
 * @property {import("./shared-execution.mjs").Provenance} provenance
 */

/** The page with all figures, their claims and where they come from. @param {Entry[]} entries  @returns {string} HTML */
export function gallery(entries) {
  const counts = count(entries.flatMap((entry) => entry.claims));
  const broken = entries.filter((entry) => entry.failures.some((failure) => !failure.claim)).length;
  const contents = entries.map((entry) => `<li><a href="#${escape(entry.name)}">${escape(entry.title)}</a> ${overall(entry)}</li>`);
  const totals = [
    badge("holds", `${counts.holds} asserted claims hold`),
    counts.fails > 0 ? badge("fails", `${counts.fails} fail`) : "",
    badge("reported", `${counts.reported} reported`),
    broken > 0 ? badge("fails", `${broken} ${broken === 1 ? "notebook" : "notebooks"} did not finish`) : "",
  ];
  const body = `<header>
<h1>phaselens: the figures</h1>
<p class="lead">Each figure was drawn by its notebook on this machine. A claim is either asserted, and then it holds or fails, or only
reported with its number.</p>
<p>${totals.join(" ")}</p>
<nav aria-label="Figures"><ul class="contents">
${contents.join("\n")}
</ul></nav>
</header>
<main>
${entries.length > 0 ? entries.map(article).join("\n") : "<p>There are no notebooks yet.</p>"}
</main>
<footer class="meta"><p>All claims as data: <a href="claims.json">claims.json</a></p></footer>`;
  return page("phaselens: the figures", body);
}

/** @param {Entry} entry */
function article(entry) {
  const { name, provenance } = entry;
  const several = new Set([...entry.figures.map((figure) => figure.id), ...entry.claims.map((claim) => claim.figure)]).size > 1;
  return `<article id="${escape(name)}">
<h2>${escape(entry.title)}</h2>
${entry.failures.filter((failure) => !failure.claim).map(failureNote).join("\n")}
${entry.figures.map(figure).join("\n")}
<h3>Claims</h3>
${claimTable(entry.claims, { nameFigures: several })}
<h3>What the paper shows</h3>
${markdownToHtml(entry.text, { headingsFrom: 3 })}
<p class="meta">Notebook: <a href="notebooks/${escape(name)}.html">read</a>, <a href="notebooks/${escape(name)}.ipynb">ipynb</a> ·
<a href="provenance/${escape(name)}.json">provenance</a> · preset ${escape(provenance.preset)} · ${escape(seconds(provenance.seconds))} ·
Node ${escape(provenance.node.replace(/^v/, ""))} · ${escape(provenance.date.slice(0, 10))}</p>
</article>`;
}

/** @param {Entry["figures"][number]} one */
function figure(one) {
  const links = [
    one.svg && `<a href="figures/${escape(one.file)}.svg">SVG</a>`,
    one.png && `<a href="figures/${escape(one.file)}.png">PNG</a>`,
    one.spec && `<a href="figures/${escape(one.file)}.json">Vega-Lite</a>`,
  ].filter(Boolean);
  return `<figure id="figure-${escape(one.id)}">
<div class="plate">${image(one)}</div>
<figcaption>${escape(one.title)} <span class="meta">(${escape(one.id)}: ${links.join(", ")})</span></figcaption>
</figure>`;
}

function image({ svg, png, title }) {
  if (svg && (svg.length <= largestSvg || !png)) return picture("image/svg+xml", svg, title);
  return png ? picture("image/png", png, title) : `<p class="meta">No picture was made.</p>`;
}

/** @param {import("./cell-failure.mjs").CellFailure} failure */
export const failureNote = (failure) => `<p class="failure" role="alert"><strong>Did not finish:</strong> ${escape(failure.message)}</p>`;

/** @param {Entry} entry */
function overall(entry) {
  if (entry.failures.some((failure) => !failure.claim)) return badge("fails", "did not finish");
  const counts = count(entry.claims);
  if (counts.fails > 0) return badge("fails", `${counts.fails} of ${counts.fails + counts.holds} fail`);
  return counts.holds > 0 ? badge("holds", `${counts.holds} hold`) : badge("reported", "nothing asserted");
}

/** @param {import("./records.mjs").Claim[]} claims  @returns {{ holds: number, fails: number, reported: number }} */
export function count(claims) {
  const counts = { holds: 0, fails: 0, reported: 0 };
  for (const claim of claims) counts[verdict(claim)]++;
  return counts;
}

const seconds = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
