import { escape } from "./escape.mjs";
import { formulaToHtml } from "./formula.mjs";

/**
 * The Markdown that our notebooks use, as HTML: headings, paragraphs, lists, tables, fenced code;
 * bold, italic, code, links and formulas within a line. Everything is escaped first, so HTML in the
 * source shows as text.
 * @param {string} source  @param {{ headingsFrom?: number }} [options]  level that "#" becomes
 */
export function markdownToHtml(source, { headingsFrom = 2 } = {}) {
  const { text, fences } = setAside(source.replace(/[\uE000\uE001]/g, "\uFFFD"));
  const blocks = text.split(/\n\s*\n/).map((block) => block.replace(/^\n+|\s+$/g, ""));
  return blocks
    .filter((block) => block !== "")
    .map((block) => blockToHtml(block, fences, headingsFrom))
    .join("\n");
}

/** Fenced code in places that are marked; a fence that is not closed is text. */
function setAside(source) {
  const fences = [];
  const lines = source.split("\n");
  const last = lines.findLastIndex((line) => /^```\s*$/.test(line));
  const text = [];
  for (let k = 0; k < lines.length; k++) {
    if (!lines[k].startsWith("```") || k >= last) {
      text.push(lines[k]);
      continue;
    }
    const begin = k + 1;
    for (k = begin; !/^```\s*$/.test(lines[k]);) k++;
    const code = lines.slice(begin, k).map((line) => `${line}\n`);
    text.push("", `\uE000${fences.push(code.join("")) - 1}`, "");
  }
  return { text: text.join("\n"), fences };
}

function blockToHtml(block, fences, headingsFrom) {
  const lines = block.split("\n");
  if (block.startsWith("\uE000"))
    return `<pre><code>${escape(fences[Number(block.slice(1))])}</code></pre>`;
  const heading = /^(#{1,6})\s+(.*)/.exec(lines[0]);
  if (heading) {
    const level = Math.min(6, heading[1].length + headingsFrom - 1);
    const rest = lines.slice(1).join("\n");
    return `<h${level}>${inline(heading[2])}</h${level}>${rest.trim() ? `\n${blockToHtml(rest, fences, headingsFrom)}` : ""}`;
  }
  if (/^\s*([-*]|\d+\.)\s/.test(lines[0])) return list(lines);
  if (lines.length > 1 && /^\s*\|?[\s:|-]+\|[\s:|-]*$/.test(lines[1])) return table(lines);
  return `<p>${inline(block.replace(/\n/g, " "))}</p>`;
}

/** One level of items; a line that starts no item continues the one above. */
function list(lines) {
  const items = [];
  for (const line of lines) {
    const item = /^\s*(?:[-*]|\d+\.)\s+(.*)/.exec(line);
    if (item) items.push(item[1]);
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  const tag = /^\s*\d/.test(lines[0]) ? "ol" : "ul";
  return `<${tag}>${items.map((item) => `<li>${inline(item)}</li>`).join("")}</${tag}>`;
}

function table([head, , ...rows]) {
  const cells = (line) =>
    line
      .trim()
      .replace(/^\||\|$/g, "")
      .split("|")
      .map((cell) => inline(cell.trim()));
  const row = (line, tag) =>
    `<tr>${cells(line)
      .map((cell) => `<${tag}>${cell}</${tag}>`)
      .join("")}</tr>`;
  return `<table><thead>${row(head, "th")}</thead><tbody>${rows.map((line) => row(line, "td")).join("")}</tbody></table>`;
}

/**
 * Marks within a line. Code and formulas are set aside first, so that their asterisks and
 * underscores stay.
 */
function inline(text) {
  const aside = [];
  const keep = (html) => `\uE001${aside.push(html) - 1}\uE001`;
  return escape(text)
    .replace(/`([^`]+)`/g, (_, code) => keep(`<code>${code}</code>`))
    .replace(/\$\$([^$]+)\$\$/g, (_, formula) => keep(formulaToHtml(formula, { display: true })))
    .replace(/\$([^$]+)\$/g, (_, formula) => keep(formulaToHtml(formula)))
    .replace(/\[([^\][]+)\]\(([^)\s]{1,1000})\)/g, (whole, label, target) =>
      isSafe(target) ? keep(`<a href="${target}">${label}</a>`) : whole,
    )
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
    .replace(/(^|[^\w*])\*([^*\s][^*]*)\*/g, "$1<em>$2</em>")
    .replace(/(^|\W)_([^_\s][^_]*)_(?=\W|$)/g, "$1<em>$2</em>")
    .replace(/\uE001(\d+)\uE001/g, (_, index) => aside[Number(index)]);
}

/** Web addresses, anchors and relative paths; no other scheme. */
const isSafe = (target) =>
  /^(https?:|#|\.{0,2}\/|[\w-]+[./])/i.test(target) &&
  !/^(javascript|data|vbscript):/i.test(target);
