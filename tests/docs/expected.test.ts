import { describe, expect, it } from "vitest";
import { disagreement, expectedOutputs, instrumented } from "./expected.js";
import { anchors, blocks, links } from "./markdown.js";

const page = [
  "# Title, with `code`",
  "",
  "See [here](a.md#b) and `[not](c.md)`.",
  "",
  "```ts",
  "console.log(1.5); // → 1.5",
  "for (const k of [1, 2]) console.log(k);",
  "// → 1",
  "// → 2",
  "figures.table(rows);",
  "// → a  b",
  "// → 1  2",
  "```",
  "",
  "```sh run",
  "[no](link.md)",
  "```",
  "## Title, with `code`",
].join("\n");

describe("the reader of pages", () => {
  it("finds fenced blocks with language, words and line", () => {
    expect(blocks(page).map(({ language, words, line }) => [language, words, line])).toEqual([
      ["ts", [], 6],
      ["sh", ["run"], 16],
    ]);
  });

  it("finds links in prose alone, and anchors as GitHub writes them", () => {
    expect(links(page)).toEqual([{ target: "a.md#b", line: 3 }]);
    expect([...anchors(page)]).toEqual(["title-with-code", "title-with-code-1"]);
  });

  it("joins expected lines to the print before them", () => {
    expect(expectedOutputs(blocks(page)[0])).toEqual([
      { line: 6, lines: ["1.5"] },
      { line: 7, lines: ["1", "2"] },
      { line: 10, lines: ["a  b", "1  2"] },
    ]);
    expect(instrumented(blocks(page)[0])).toContain("print(7)(k)");
    expect(instrumented(blocks(page)[0])).toContain("printing(10, figures).table(rows)");
  });
});

describe("the comparison of outputs", () => {
  it.each([
    [["loss 0.123"], ["loss 0.1238"]],
    [["≈ 40 of 50"], ["42 of 50"]],
    [
      ["3 rows", "…"],
      ["3 rows", "and", "more"],
    ],
    [["PASS: …"], ["PASS: all is well"]],
    [["1.5e-9"], ["1.6e-9"]],
    [["[ 300, 3 ]"], ["[ 300, 3 ]"]],
  ])("accepts %j for %j", (expected, printed) => {
    expect(disagreement(expected, printed)).toBeUndefined();
  });

  it.each([
    [["loss 0.123"], ["loss 0.125"]],
    [["≈ 40 of 50"], ["46 of 50"]],
    [["300"], ["301"]],
    [["3 rows"], ["3 rows", "more"]],
    [["3 rows", "more"], ["3 rows"]],
    [["gain 1.0"], ["loss 1.0"]],
    [["1.5"], ["NaN"]],
  ])("refuses %j for %j", (expected, printed) => {
    expect(disagreement(expected, printed)).toBeDefined();
  });
});
