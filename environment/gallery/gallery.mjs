import { readFileSync } from "node:fs";
import { claimTable } from "./claim-table.mjs";
import { escape } from "./escape.mjs";
import { markdownToHtml } from "./markdown.mjs";
import { badge, page, picture } from "./page.mjs";
import { verdict } from "../run/records.mjs";
import { shippedNote } from "./shipped-verdicts.mjs";

const script = readFileSync(new URL("gallery.client.js", import.meta.url), "utf8");

/** How the papers are cited, by the name that notebooks give them. */
const papers = {
  bluecher2020: "Blücher et al. 2020",
  dawid2021: "Dawid et al. 2021",
  neubauer2022: "Neubauer & Roy 2022",
  performance: "The library itself",
};

/**
 * An SVG beyond this size (a scatter plot of thousands of points) makes the page slow; its PNG
 * stands in for it. Bytes.
 */
const largestSvg = 400_000;

/**
 * @typedef {object} Entry  one executed notebook
 * @property {string} name
 * @property {string} paper  name of its paper, as "dawid2021"
 * @property {string} title  plain text
 * @property {string} text  Markdown below the title
 * @property {(import("../run/records.mjs").FigureRecord & { file: string, svg: string | null, live: boolean })[]}
 *   figures file: name below figures/; live: it has a page there on which it can be turned
 * @property {import("../run/records.mjs").Claim[]} claims
 * @property {import("../run/cell-failure.mjs").CellFailure[]} failures
 * @property {import("../run/shared-execution.mjs").Provenance} provenance
 * @property {import("./shipped-verdicts.mjs").Beside} [shipped] what the repository's own run at
 *   preset `standard` gave
 */

/**
 * The page with all figures, their claims and where they come from.
 * @param {Entry[]} entries
 * @returns {string} HTML
 */
export function gallery(entries, explains = false) {
  const shipped = entries.flatMap((entry) => entry.shipped?.shipped ?? []);
  const broken = entries.filter((entry) => entry.failures.some((failure) => !failure.claim)).length;
  const contents = entries.map(
    (
      entry,
    ) => `<li><div class="thumbnail"></div><a href="#${escape(entry.name)}">${escape(entry.title)}</a>
<div class="badges">${overall(entry)}</div></li>`,
  );
  const here = [...new Set(entries.map((entry) => entry.paper))].sort();
  const totals = [
    totalsOf(entries.flatMap((entry) => entry.claims)),
    broken > 0
      ? badge("fails", `${broken} ${broken === 1 ? "notebook" : "notebooks"} did not finish`)
      : "",
  ];
  const body = `<header>
<h1>phaselens: the figures</h1>
<p class="lead">Each figure was drawn by its notebook on this machine. A claim of physics could fail and holds or fails;
an identity has to hold by mathematics and tests the code; all else is only reported with its number.</p>
<p>${totals.join(" ")}</p>
${explains ? `<p class="lead">A model and data of your own: <a href="explain.html">the page that explains them</a>, offline.</p>` : ""}
${
  shipped.length > 0
    ? `<p class="lead">Beside it stands what came out when the repository ran ${
        entries.length === shipped.length ? "them" : `${shipped.length} of them`
      } at preset <code>standard</code>:</p>
<p>${totalsOf(shipped.flatMap((one) => one.claims))}</p>`
    : ""
}
</header>
<div id="tools" role="search" hidden><div>
<input id="words" type="search" placeholder="Search figures and claims" aria-label="Search figures and claims">
<select id="paper" aria-label="Paper"><option value="">All papers</option>${here.map((paper) => option(paper, papers[paper] ?? paper)).join("")}</select>
<select id="verdict" aria-label="Verdict"><option value="">All verdicts</option>${Object.entries(
    verdicts,
  )
    .map(([value, text]) => option(value, text))
    .join("")}</select>
<button id="clear" type="button">Clear</button>
<button id="theme" type="button">Theme: auto</button>
<span id="status" role="status"></span>
</div></div>
<main>
<details id="keys"><summary>Keyboard</summary><p><kbd>/</kbd> search, <kbd>j</kbd> and <kbd>k</kbd> next and previous notebook, <kbd>t</kbd> theme,
<kbd>?</kbd> this line</p></details>
<p id="none" class="lead" hidden>No notebook fits. Clear the search to see all.</p>
<nav aria-label="Figures"><ul class="contents">
${contents.join("\n")}
</ul></nav>
${entries.length > 0 ? entries.map(article).join("\n") : "<p>There are no notebooks yet.</p>"}
</main>
<footer class="meta"><p>All claims as data: <a href="claims.json">claims.json</a></p></footer>`;
  return page("phaselens: the figures", body, script);
}

/** @param {import("../run/records.mjs").Claim[]} claims  @returns {string} badges */
function totalsOf(claims) {
  const { fails, reported, identity, physics } = count(claims);
  return [
    badge("holds", `${physics.holds} claims of physics hold`),
    badge("holds", `${identity.holds} identities hold`),
    fails > 0 ? badge("fails", `${fails} fail`) : "",
    badge("reported", `${reported} reported`),
  ]
    .filter(Boolean)
    .join(" ");
}

/** What can be filtered for. */
const verdicts = {
  holds: "something holds",
  fails: "something fails",
  reported: "something only reported",
  unfinished: "did not finish",
  differs: "other than at standard",
};
const option = (value, text) => `<option value="${escape(value)}">${escape(text)}</option>`;

/** @param {Entry} entry  the keys of `verdicts` that are true of it */
function verdictsOf({ claims, failures, shipped }) {
  const { holds, fails, reported } = count(claims);
  const differs = claims.some(
    (claim, k) => (shipped?.partners[k]?.pass ?? claim.pass) !== claim.pass,
  );
  const is = {
    holds: holds > 0,
    fails: fails > 0,
    reported: reported > 0,
    unfinished: failures.some((failure) => !failure.claim),
    differs,
  };
  return Object.keys(verdicts)
    .filter((which) => is[which])
    .join(" ");
}

/** @param {Entry} entry */
function article(entry) {
  const { name, provenance } = entry;
  const several =
    new Set([
      ...entry.figures.map((figure) => figure.id),
      ...entry.claims.map((claim) => claim.figure),
    ]).size > 1;
  return `<article id="${escape(name)}" data-paper="${escape(entry.paper)}" data-verdicts="${verdictsOf(entry)}">
<h2 tabindex="-1">${escape(entry.title)}</h2>
${entry.failures
  .filter((failure) => !failure.claim)
  .map(failureNote)
  .join("\n")}
${entry.figures.map(figure).join("\n")}
<h3>Claims</h3>
${claimTable(entry.claims, { nameFigures: several, beside: entry.shipped })}
${entry.shipped ? shippedNote(entry.shipped) : ""}
<h3>What the paper shows</h3>
${markdownToHtml(entry.text, { headingsFrom: 3 })}
<p class="meta">Notebook: <a href="notebooks/${escape(name)}.html">read</a>, <a href="notebooks/${escape(name)}.ipynb">ipynb</a> ·
<a href="provenance/${escape(name)}.json">provenance</a> · preset ${escape(provenance.preset)} · ${escape(seconds(provenance.seconds))} ·
Node ${escape(provenance.node.replace(/^v/, ""))} · ${escape(provenance.date.slice(0, 10))}</p>
</article>`;
}

/** @param {Entry["figures"][number]} one */
function figure(one) {
  const page = `figures/${escape(one.file)}.html`;
  const links = [
    one.live && `<a class="turn" href="${page}">turn its slider</a>`,
    one.svg && `<a href="figures/${escape(one.file)}.svg">SVG</a>`,
    one.png && `<a href="figures/${escape(one.file)}.png">PNG</a>`,
    one.spec && `<a href="figures/${escape(one.file)}.json">Vega-Lite</a>`,
  ].filter(Boolean);
  return `<figure id="figure-${escape(one.id)}">
<div class="plate" role="region" aria-label="${escape(`Chart: ${one.title}`)}" tabindex="0">${image(one)}</div>
<figcaption>${escape(one.title)} <span class="meta">(${escape(one.id)}: ${links.join(", ")})</span></figcaption>
</figure>`;
}

function image({ svg, png, title }) {
  if (svg && (svg.length <= largestSvg || !png)) return picture("image/svg+xml", svg, title);
  return png ? picture("image/png", png, title) : `<p class="meta">No picture was made.</p>`;
}

/** @param {import("../run/cell-failure.mjs").CellFailure} failure */
export const failureNote = (failure) =>
  `<p class="failure" role="alert"><strong>Did not finish:</strong> ${escape(failure.message)}</p>`;

/** @param {Entry} entry */
function overall(entry) {
  if (entry.failures.some((failure) => !failure.claim)) return badge("fails", "did not finish");
  const counts = count(entry.claims);
  if (counts.fails > 0)
    return badge("fails", `${counts.fails} of ${counts.fails + counts.holds} fail`);
  return counts.holds > 0
    ? badge("holds", `${counts.holds} hold`)
    : badge("reported", "only reported");
}

/**
 * How many there are of each verdict, and how many of those are identities and claims of physics.
 * @param {import("../run/records.mjs").Claim[]} claims
 */
export function count(claims) {
  const of = (which, kind) =>
    claims.filter((claim) => verdict(claim) === which && claim.kind === kind).length;
  const identity = { holds: of("holds", "identity"), fails: of("fails", "identity") };
  const physics = { holds: of("holds", "physics"), fails: of("fails", "physics") };
  return {
    holds: identity.holds + physics.holds,
    fails: identity.fails + physics.fails,
    reported: of("reported", "reported"),
    identity,
    physics,
  };
}

const seconds = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
