import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { shippedVerdicts } from "../../environment/verdicts/fingerprint.mjs";
import { count } from "../../environment/gallery/gallery.mjs";
import { readNotebooks } from "../../environment/run/notebooks.mjs";
import { readVerdicts } from "../../environment/verdicts/verdicts.mjs";
import { links, projectRoot } from "./markdown.js";

const verdicts = readVerdicts(shippedVerdicts)!;
const lines = readFileSync(join(projectRoot, "README.md"), "utf8").split("\n");
const head = lines.findIndex((line) => /^\| figure \|.*at `standard` \|$/.test(line));
const rows = lines.slice(
  head + 2,
  lines.findIndex((line, n) => n > head && line === ""),
);
const notebooksOf = (row: string): string[] =>
  links(row)
    .map(({ target }) => target)
    .filter((target) => target.endsWith(".ipynb"))
    .map((target) => target.replace("notebooks/", "").replace("/", "-").replace(".ipynb", ""));

/** "9 hold, 1 fails, 3 reported" */
function verdictsOf(names: string[]): string {
  const { holds, fails, reported } = count(
    names.flatMap((name) => verdicts.get(name)?.claims ?? []),
  );
  const words = [
    [holds, holds === 1 ? "holds" : "hold"],
    [fails, fails === 1 ? "fails" : "fail"],
    [reported, "reported"],
  ] as const;
  return words
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(", ");
}

test("the README's table names every notebook once", () => {
  const all = readNotebooks(join(projectRoot, "notebooks")).map(({ name }) => name);
  expect(rows.flatMap(notebooksOf).sort()).toEqual(all.sort());
});

test.each(rows.map((row) => [row.split("|")[1].trim(), row] as const))(
  "the README's row “%s” counts the shipped verdicts",
  (_, row) => {
    expect(
      row
        .split(/(?<!\\)\|/)
        .at(-2)!
        .trim(),
    ).toBe(verdictsOf(notebooksOf(row)));
  },
);
