// What the project itself reads and draws: notebooks, Markdown, formulas, verdicts.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formulaToHtml } from "../../../environment/gallery/formula.mjs";
import { escape } from "../../../environment/gallery/escape.mjs";
import { markdownToHtml } from "../../../environment/gallery/markdown.mjs";
import { notebookPage } from "../../../environment/gallery/notebook-page.mjs";
import { codeHash, readVerdicts } from "../../../environment/verdicts/verdicts.mjs";
import { readNotebook } from "../../../environment/run/notebooks.mjs";
import { json, shipped, written } from "./files.mjs";

const notebook = (name) =>
  json(readFileSync(fileURLToPath(new URL(`../../../notebooks/${name}.ipynb`, import.meta.url))));

const outputs = [
  { output_type: "stream", name: "stdout", text: ["a\n", "b"] },
  { output_type: "error", ename: "Error", evalue: "no", traceback: ["no"] },
  { output_type: "display_data", data: { "text/plain": ["1"] }, metadata: {} },
  { output_type: "display_data", data: { "image/svg+xml": "<svg/>", "text/plain": "x" } },
  { output_type: "display_data", data: { "image/png": "iVBORw0KGgo=" }, metadata: {} },
  { output_type: "execute_result", data: { "text/markdown": "*a*", "text/html": "<b>a</b>" } },
  {
    output_type: "display_data",
    data: {
      "application/vnd.phaselens.claim+json": {
        figure: "f", statement: "s", kind: "asserted", value: 1, expected: "> 0", pass: true,
      }, // prettier-ignore
      "text/plain": "claim",
    },
  },
];
const small = {
  cells: [
    { cell_type: "markdown", id: "a", metadata: {}, source: ["# Title\n", "text"] },
    { cell_type: "code", id: "b", metadata: { tags: ["parameters"] }, source: "1", outputs, execution_count: 1 },
    { cell_type: "raw", id: "c", metadata: {}, source: "x" },
  ], // prettier-ignore
  metadata: { phaselens: { figures: ["f"], paper: "own", seconds: 1 } },
  nbformat: 4,
  nbformat_minor: 5,
};

const markdown = [
  "# ", "## ", "- ", "* ", "1. ", "  - ", "| a | b |\n|---|---|\n", "|", "|-|\n", "```\n", "```ts\n", "`", "**",
  "*", "_", "$", "$$", "[", "](", ")", "[a](https://a.b)", "[a](javascript:x)", "<script>", "&amp;", "\n",
  "\n\n", "\\", "\\frac{a}{b}", "word ", ">",
]; // prettier-ignore
const formulas = [
  "\\frac", "{", "}", "^", "_", "\\alpha", "\\sum", "\\left(", "\\right)", "\\sqrt", "\\text{a}", "\\hat", "x",
  "1.5", "'", "\\", "\\mathcal", "A", "\\begin{a}", "&", "\\\\", " ", "\\bar", "[", "]", "\\unknown",
]; // prettier-ignore

export const pages = {
  readNotebook: {
    json: [small, notebook("dawid2021/fig1"), small],
    read(bytes, folder) {
      const { content, name } = readNotebook(written(folder, "n.ipynb", bytes));
      codeHash(content);
      return notebookPage(content, { name, title: name, failures: [] });
    },
  },
  markdownToHtml: {
    sound: [Buffer.from("# a\n\n- b\n- `c`\n\n| d | e |\n|---|---|\n| $f$ | **g** |\n")],
    pieces: markdown,
    read: (bytes) => markdownToHtml(bytes.toString()),
  },
  formulaToHtml: {
    sound: [Buffer.from("\\frac{a_1}{b^2} \\hat{x}")],
    pieces: formulas,
    read: (bytes) => formulaToHtml(escape(bytes.toString())),
  },
  readVerdicts: {
    json: [firstOf(json(shipped("verdicts.json")))],
    read: (bytes, folder) => readVerdicts(written(folder, "v.json", bytes)),
  },
};

/** The verdicts of two notebooks: those of all would be looked through for hours. */
function firstOf(verdicts) {
  const some = Object.entries(verdicts.notebooks ?? {}).slice(0, 2);
  return { ...verdicts, notebooks: Object.fromEntries(some) };
}
