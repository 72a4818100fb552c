import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const projectRoot: string = fileURLToPath(new URL("../..", import.meta.url));

/** A fenced block: ```language words. */
export interface Block {
  readonly language: string;
  /** What stands behind the language, e.g. "run". */
  readonly words: readonly string[];
  readonly code: string;
  /** Of the first line of code in its file, from 1. */
  readonly line: number;
}

export interface Page {
  /** From the root of the project, with slashes. */
  readonly path: string;
  readonly text: string;
}

/**
 * README, CONTRIBUTING, the folder docs and the READMEs of data and library; not the API reference,
 * which is generated.
 */
export function pages(): Page[] {
  const found = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md", "lib/README.md"];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(projectRoot, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && path !== "docs/api") visit(path);
      else if (entry.name.endsWith(".md")) found.push(path);
    }
  };
  visit("docs");
  return found.map((path) => ({ path, text: readFileSync(join(projectRoot, path), "utf8") }));
}

/** Fenced blocks in the order of the page. */
export function blocks(text: string): Block[] {
  const found: Block[] = [];
  const lines = text.split("\n");
  for (let n = 0; n < lines.length; n++) {
    const opening = /^```(\S+)?\s*(.*)$/.exec(lines[n]);
    if (!opening) continue;
    const first = n + 1;
    while (n + 1 < lines.length && !/^```\s*$/.test(lines[n + 1])) n++;
    const words = opening[2].split(/\s+/).filter(Boolean);
    found.push({
      language: opening[1] ?? "",
      words,
      code: lines.slice(first, n + 1).join("\n"),
      line: first + 1,
    });
    n++;
  }
  return found;
}

/**
 * The page without fenced blocks and code spans, in which nothing is a link or a heading. Lines
 * stay lines.
 */
export function prose(text: string): string {
  let fenced = false;
  const lines = text.split("\n").map((line) => {
    if (/^```/.test(line)) {
      fenced = !fenced;
      return "";
    }
    return fenced ? "" : line;
  });
  return lines.join("\n").replace(/`[^`\n]*`/g, (span) => " ".repeat(span.length));
}

/** Targets of links and pictures. */
export function links(text: string): { target: string; line: number }[] {
  return prose(text)
    .split("\n")
    .flatMap((line, n) =>
      [...line.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)].map((match) => ({
        target: match[1],
        line: n + 1,
      })),
    );
}

/** The anchors that GitHub gives the headings of a page. */
export function anchors(text: string): Set<string> {
  const found = new Set<string>();
  let fenced = false;
  for (const line of text.split("\n")) {
    if (/^```/.test(line)) fenced = !fenced;
    const heading = fenced ? null : /^#{1,6}\s+(.*?)\s*#*$/.exec(line);
    if (!heading) continue;
    const words = heading[1].replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = words.replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "").replace(/ /g, "-");
    let name = slug;
    for (let copy = 1; found.has(name); copy++) name = `${slug}-${copy}`;
    found.add(name);
  }
  return found;
}

/** The file that a relative link of a page means, from the root of the project. */
export const linkedFile = (page: string, target: string): string =>
  target === ""
    ? page
    : relative(projectRoot, join(projectRoot, dirname(page), decodeURI(target))).replaceAll(
        "\\",
        "/",
      );
