import type { Block } from "./markdown.js";

/** What a page says that one `console.log`, `figures.table` or `figures.display` prints. */
export interface Expected {
  /** Line of the call in the page. */
  readonly line: number;
  readonly lines: readonly string[];
}

const PRINT = /\b(?:console\.log|figures\.(table|display))\(/;
const ARROW = /\/\/ → (.*)$/;

/** Comments `// → …` behind or below what prints, one for each line that it prints. */
export function expectedOutputs(block: Block): Expected[] {
  const found: Expected[] = [];
  let printing: { line: number; lines: string[] } | undefined;
  block.code.split("\n").forEach((line, n) => {
    if (PRINT.test(line)) found.push((printing = { line: block.line + n, lines: [] }));
    const arrow = ARROW.exec(line);
    if (!arrow) return;
    if (!printing)
      throw new Error(
        `line ${block.line + n}: "// → " stands before anything in its block that prints`,
      );
    printing.lines.push(arrow[1].trimEnd());
  });
  return found.filter(({ lines }) => lines.length > 0);
}

/**
 * The code with each `console.log` telling its line in the page to `print`, and each table to
 * `printing`, which hands out the room and keeps what the library prints.
 */
export function instrumented(block: Block): string {
  return block.code
    .split("\n")
    .map((line, n) =>
      line.replace(PRINT, (_, table?: string) =>
        table ? `printing(${block.line + n}, figures).${table}(` : `print(${block.line + n})(`,
      ),
    )
    .join("\n");
}

/** What `printing` is where the code runs, as the code of an expression. */
export const PRINTING = `(line, room) => new Proxy(room, { get: (_, name) => (...values) => {
  const log = console.log;
  console.log = print(line);
  try { return room[name](...values); } finally { console.log = log; }
} })`;

const NUMBER = /(?<![\w.])[-−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w])/g;

/**
 * What is wrong with the printed lines, or undefined. Words must be the same. Whole numbers must be
 * the same, others agree within one unit of their last digit; on a line that begins with ≈ all
 * agree within 10 %. A line … stands for any further lines, and … at an end for any text.
 */
export function disagreement(
  expected: readonly string[],
  printed: readonly string[],
): string | undefined {
  for (const [n, line] of expected.entries()) {
    if (line === "…") return undefined;
    const got = printed[n];
    if (got === undefined || !sameLine(line, got))
      return `expected "${line}", got ${got === undefined ? "nothing" : `"${got}"`}`;
  }
  return printed.length > expected.length
    ? `"${printed[expected.length]}" is printed too`
    : undefined;
}

function sameLine(expected: string, printed: string): boolean {
  const rough = expected.startsWith("≈ ");
  const open = expected.endsWith("…");
  const wanted = words(expected.slice(rough ? 2 : 0, open ? -1 : undefined));
  const got = words(printed);
  if (open ? !got.text.startsWith(wanted.text) : got.text !== wanted.text) return false;
  return wanted.numbers.every((text, n) => {
    const [value, other] = [
      Number(text.replace("−", "-")),
      Number(got.numbers[n]?.replace("−", "-")),
    ];
    return Math.abs(value - other) <= (rough ? 0.1 * Math.abs(value) : unitOf(text)) * (1 + 1e-9);
  });
}

/** The text with # for each number, and the numbers. */
function words(text: string): { text: string; numbers: string[] } {
  const numbers = text.match(NUMBER) ?? [];
  return { text: text.replace(NUMBER, "#").replace(/\s+/g, " ").trim(), numbers: [...numbers] };
}

/** One unit of the last digit; 0 for whole numbers. */
function unitOf(text: string): number {
  const [, decimals = "", exponent = "0"] =
    /^[-−]?\d+(?:\.(\d+))?(?:e([-+]?\d+))?$/.exec(text) ?? [];
  return decimals === "" && exponent === "0" ? 0 : 10 ** (Number(exponent) - decimals.length);
}
