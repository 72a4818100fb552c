import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { gallery } from "../../environment/gallery/gallery.mjs";
import { markdownToHtml } from "../../environment/gallery/markdown.mjs";
import { notebookPage } from "../../environment/gallery/notebook-page.mjs";
import { readNotebooks } from "../../environment/run/notebooks.mjs";
import { shown } from "../../environment/gallery/page.mjs";
import { provenance } from "./provenance.js";

const attack = `<script>alert("1")</script>`;

type Entries = Parameters<typeof gallery>[0];

const entry = (
  claims: Entries[number]["claims"],
  failures: Entries[number]["failures"] = [],
): Entries[number] => ({
  name: "fixture-fig1",
  paper: `fixture"${attack}`,
  title: `Fig. 1 ${attack}`,
  text: `**Source.** ${attack} [here](javascript:alert(1))`,
  figures: [
    {
      id: "fixture-fig1",
      title: attack,
      spec: {},
      png: null,
      file: "fixture-fig1",
      svg: "<svg></svg>",
      live: false,
    },
  ],
  claims,
  failures,
  provenance: provenance({ machine: attack }),
});

const claim = (
  kind: "identity" | "physics" | "reported",
  pass: boolean | null,
): Entries[number]["claims"][number] => ({
  figure: "fixture-fig1",
  statement: attack,
  kind,
  value: 0.5,
  expected: "> 0.9",
  pass,
});

describe("the gallery", () => {
  const html = gallery([
    entry([
      claim("physics", true),
      claim("physics", false),
      claim("reported", null),
      claim("reported", false),
    ]),
  ]);

  test("shows HTML in a title, a statement and a text as text", () => {
    const [script] = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((match) => match[1]);
    expect(html.replace(`<script>${script}</script>`, "")).not.toContain("<script");
    expect(html).toContain(
      `script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'"`,
    );
    expect(html.split("&lt;script&gt;").length - 1).toBeGreaterThanOrEqual(6);
    expect(html).not.toContain('href="javascript:');
  });

  test("gives each verdict its own sign and word", () => {
    for (const words of [
      "✓</span> holds",
      "✗</span> fails",
      "–</span> reported<",
      "–</span> reported, differs",
    ])
      expect(html).toContain(words);
    expect(html).toContain("1 claims of physics hold");
    expect(html).toContain("1 of 2 fail");
    expect(gallery([entry([claim("identity", true)])])).toMatch(
      /0 claims of physics hold[\s\S]*1 identities hold[\s\S]*identity holds/,
    );
    // no red where nothing failed
    expect(gallery([entry([claim("physics", true)])])).not.toMatch(/0 fail|class="badge fails"/);
  });

  test("asks for nothing from the network: every picture is inside, every link relative or to the paper", () => {
    const sources = [...html.matchAll(/\s(?:src|href)="([^"]*)"/g)].map((match) => match[1]);
    expect(sources.length).toBeGreaterThan(5);
    for (const source of sources)
      expect(source).toMatch(/^(data:image\/|#|figures\/|notebooks\/|provenance\/|claims\.json)/);
    expect(html).not.toMatch(/@import|url\(/);
  });

  test("says when a notebook did not finish, and why", () => {
    const failure = {
      cell: 3,
      line: 1,
      name: "Error",
      message: `cell 3 failed: ${attack}`,
      trace: [],
      claim: false,
    };
    const page = gallery([entry([], [failure])]);
    expect(page).toContain("did not finish");
    expect(page).toContain("cell 3 failed: &lt;script&gt;");
  });
});

test("an executed notebook as a page keeps foreign HTML behind a sandbox and shows code as text", () => {
  const display = (data: object) => ({ output_type: "display_data", data, metadata: {} });
  const notebook = {
    cells: [
      { cell_type: "markdown", source: [`# ${attack}`] },
      {
        cell_type: "code",
        source: `const a = "${attack}";`,
        outputs: [
          { output_type: "stream", name: "stdout", text: [attack] },
          display({ "text/html": attack }),
          display({ "text/plain": attack }),
        ],
      },
    ],
  };
  const html = notebookPage(notebook, { name: "fixture", title: attack, failures: [] });
  expect(html).not.toContain("<script");
  expect(html).toContain('<iframe sandbox title="output" srcdoc="&lt;script&gt;');
});

describe("Markdown", () => {
  test("knows bold, italic, code, formulas, links, lists and tables", () => {
    const html = markdownToHtml(
      "**Source.** *J. Phys.* `a_b*c*` $V_1*x*y$ [doi](https://doi.org/10.1/x)\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    );
    expect(html).toBe(
      "<p><strong>Source.</strong> <em>J. Phys.</em> <code>a_b*c*</code> " +
        '<span class="formula"><i>V</i><sub>1</sub>*<i>x</i>*<i>y</i></span> ' +
        '<a href="https://doi.org/10.1/x">doi</a></p>\n<ul><li>one</li><li>two</li></ul>\n' +
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
    );
  });

  const inner = (formula: string): string =>
    markdownToHtml(formula).replace(/^<p><span class="formula[^>]*>|<\/span><\/p>$/g, "");

  test.each([
    ["$10^{-6}$", "10<sup>−6</sup>"],
    [
      "$\\frac1L$",
      '<span class="fraction"><span>1</span><span class="sr">/</span><span><i>L</i></span></span>',
    ],
    ["$O_\\text{CDW-I}$", "<i>O</i><sub>CDW-I</sub>"],
    ["$a < b$", "<i>a</i>\u2009&lt;\u2009<i>b</i>"],
    ["$E = -2 - x$", "<i>E</i>\u2009=\u2009−2\u2009−\u2009<i>x</i>"],
    ["$\\tilde\\lambda_i^2$", "<i>λ\u0303</i><sub><i>i</i></sub><sup>2</sup>"],
    ["$\\mathcal{R}$", "ℛ"],
    ["$y'$", "<i>y</i><sup>′</sup>"],
    ["$$\\sum_i n_i$$", "∑<sub><i>i</i></sub><i>n</i><sub><i>i</i></sub>"],
  ])("sets %s", (formula, html) => {
    expect(inner(formula)).toBe(html);
  });

  test("leaves a formula with an unknown command, or with a brace too many, as it was written, and HTML in it as text", () => {
    expect(inner("$\\strange{x} <b>$")).toBe("\\strange{x} &lt;b&gt;");
    expect(inner("$x}_2$")).toBe("x}_2");
    expect(inner("$\\text{<img>}$")).toBe("&lt;img&gt;");
  });

  test("sets every formula of our notebooks", () => {
    const unset = readNotebooks(
      fileURLToPath(new URL("../../notebooks/", import.meta.url)),
    ).flatMap(({ content }) =>
      (content.cells as { cell_type: string; source: string | string[] }[])
        .filter((cell) => cell.cell_type === "markdown")
        .flatMap(
          (cell) =>
            markdownToHtml([cell.source].flat().join("")).match(
              /<span class="formula source">.*?<\/span>/g,
            ) ?? [],
        ),
    );
    expect(unset).toEqual([]);
  });

  test("leaves fenced code as it is", () => {
    expect(markdownToHtml("text\n\n```ts\nconst a = **b**;\n\nlet c;\n```")).toBe(
      "<p>text</p>\n<pre><code>const a = **b**;\n\nlet c;\n</code></pre>",
    );
  });
});

test.each([
  [0.99712345, "0.9971"],
  [-3.21e-7, "−3.21e−7"],
  [37, "37"],
  [true, "true"],
  ["NaN", "NaN"],
])("a measured %s reads %s", (value, text) => {
  expect(shown(value).replace("e-", "e−")).toBe(text);
});
