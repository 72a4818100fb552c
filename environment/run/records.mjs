// What an executed notebook says: its figures and claims, read from its outputs (MIME types of
// lib/src/figures), and its text.
import { toText } from "./outputs.mjs";

export const claimType = "application/vnd.phaselens.claim+json";
export const figureType = "application/vnd.phaselens.figure+json";
export const specType = "application/vnd.vegalite.v5+json";

/**
 * @typedef {{ figure: string, statement: string, kind: "identity" | "physics" | "reported", value:
 *   number | boolean | string, expected: string,
 *   pass: boolean | null }} Claim value: a text for NaN and ∞; pass: null when a reported claim
 *   leaves nothing to decide
 * @typedef {{ id: string, title: string, spec: object | null, png: Buffer | null }} FigureRecord
 */

/** All display bundles in order. @param {object} notebook  @returns {Record<string, any>[]} */
function bundles(notebook) {
  const cells = notebook.cells.filter((cell) => cell.cell_type === "code");
  return cells
    .flatMap((cell) => cell.outputs)
    .flatMap((output) => (output.data ? [output.data] : []));
}

/**
 * Claims in the order in which they were made, with exactly the keys of claims.json.
 * @param {object} notebook
 * @returns {Claim[]}
 */
export function claimsOf(notebook) {
  return bundles(notebook).flatMap((data) => {
    if (!data[claimType]) return [];
    const { figure, statement, kind, value, expected, pass } = data[claimType];
    return [{ figure, statement, kind, value, expected, pass }];
  });
}

/**
 * Figures in order; one that is shown again under its identity counts once, as it was shown last.
 * @returns {FigureRecord[]}
 */
export function figuresOf(notebook) {
  const figures = new Map();
  for (const data of bundles(notebook)) {
    if (!data[figureType]) continue;
    const { id, title } = data[figureType];
    const png = data["image/png"] ? Buffer.from(toText(data["image/png"]), "base64") : null;
    figures.set(id, { id: String(id), title: String(title), spec: data[specType] ?? null, png });
  }
  return [...figures.values()];
}

/**
 * Markdown of the first cell, split into its title and the rest.
 * @returns {{ title: string, text: string }}
 */
export function introduction(notebook, name) {
  const first = notebook.cells.find((cell) => cell.cell_type === "markdown");
  const source = first ? toText(first.source) : "";
  const heading = /^#\s+(.*)$/m.exec(source);
  if (!heading) return { title: name, text: source };
  return { title: heading[1].trim(), text: source.replace(heading[0], "").trim() };
}

/** @param {Claim} claim  @returns {"holds" | "fails" | "reported"} */
export const verdict = (claim) =>
  claim.kind === "reported" ? "reported" : claim.pass ? "holds" : "fails";
