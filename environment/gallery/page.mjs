import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { escape } from "./escape.mjs";

const style = readFileSync(new URL("page.css", import.meta.url), "utf8");

/**
 * A whole page that needs no other file. Its policy lets the given script run and no other.
 * @param {string} title plain text
 * @param {string} body HTML
 * @param {string} [script] JavaScript of our own
 */
export const page = (title, body, script = "") => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-src 'self'${policy(script)}">
<title>${escape(title)}</title>
<style>
${style}</style>
</head>
<body>
${body}
${script && `<script>${script}</script>\n`}</body>
</html>
`;

const policy = (script) =>
  script ? `; script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'` : "";

const signs = { holds: "✓", fails: "✗", reported: "–" };

/**
 * A verdict by sign, word, border and colour.
 * @param {"holds" | "fails" | "reported"} which
 * @param {string} [words]
 */
export const badge = (which, words = which) =>
  `<span class="badge ${which}"><span aria-hidden="true">${signs[which]}</span> ${escape(words)}</span>`;

/**
 * A measured value for people: four digits of a fraction, all of a whole number.
 * @param {unknown} value
 */
export function shown(value) {
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  const text =
    Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6
      ? String(Number(value.toPrecision(4)))
      : value.toExponential(2);
  return text.replace("-", "−");
}

/**
 * A picture inside the page.
 * @param {string} type
 * @param {Buffer | string} bytes
 * @param {string} title
 */
export const picture = (type, bytes, title) => {
  const data = Buffer.from(bytes).toString("base64");
  return `<img src="data:${type};base64,${data}" alt="${escape(title)}">`;
};
