import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { besideShipped } from "../../environment/gallery/shipped-verdicts.mjs";
import { writeResults } from "../../environment/gallery/results.mjs";
import { codeHash } from "../../environment/verdicts/verdicts.mjs";
import { scratchFolder } from "./fixture.js";
import { provenance, type Provenance } from "./provenance.js";
import { claim, shippedEntry, type Claim } from "./shipped.js";

const scratch = scratchFolder();
const attack = `<script>alert("1")</script>`;

/** The gallery and the page of a notebook that made some claims, beside what is shipped of it. */
async function pages(
  claims: Claim[],
  shipped?: Parameters<typeof writeResults>[3],
): Promise<string[]> {
  const folder = join(scratch, String(Math.random()));
  const outputs = claims.map((one) => ({
    output_type: "display_data",
    data: { "application/vnd.phaselens.claim+json": one },
    metadata: {},
  }));
  const notebook = { cells: [{ cell_type: "code", source: [], outputs }], metadata: {} };
  await writeResults(
    folder,
    [{ name: "a", notebook, failures: [], provenance: provenance({ notebook: "a" }) }],
    ["a"],
    shipped,
  );
  return ["index.html", "notebooks/a.html"].map((name) => readFileSync(join(folder, name), "utf8"));
}

/** Texts of the cells of each row, without tags. */
const rows = (html: string): string[][] =>
  [...html.matchAll(/<tr><td>[\s\S]*?<\/tr>/g)].map(([row]) =>
    [...row.matchAll(/<td[^>]*>([\s\S]*?)<\/td>/g)].map(([, cell]) =>
      cell.replace(/<[^>]*>/g, "").trim(),
    ),
  );

describe("the shipped verdicts in gallery and notebook", () => {
  const own = [
    claim({ statement: "of 5 networks", value: 0.5 }),
    claim({ statement: "new here" }),
    claim({ statement: "reported", kind: "reported", pass: false }),
  ];
  const shipped = [
    claim({ statement: "of 24 networks", value: 0.05, pass: false, expected: "> 0.2" }),
    claim({ statement: "reported", kind: "reported", value: 3, pass: true }),
    claim({ statement: "only there", kind: "identity", value: 1e-16 }),
  ];

  test("stand in a column of their own; what has no partner is said", async () => {
    const [gallery, page] = await pages(own, new Map([["a", shippedEntry({ claims: shipped })]]));
    const both = [
      [
        "✓ holds",
        "of 5 networks",
        "0.5",
        "&gt; 0.1",
        "0.05 ✗ fails of 24 networks; expected &gt; 0.2",
      ],
      ["✓ holds", "new here", "0.5", "&gt; 0.1", "no such claim"],
      ["– reported, differs", "reported", "0.5", "&gt; 0.1", "3 – reported, agrees"],
    ];
    expect(rows(gallery)).toEqual([
      ...both,
      ["not in this run", "only there", "–", "&gt; 0.1", "1.00e−16 ✓ identity holds"],
    ]);
    expect(rows(page)).toEqual(both);
    for (const html of [gallery, page]) {
      expect(html).toContain(
        "Standard, as shipped: seeds 1, 2, 3 · 12.0 s, 20.0 s of CPU · 1 of 3 kept results from the cache · phaselens 0.1.0, Node 20.19.0 · " +
          "linux x64, a processor, 2 cores · 2026-01-02.",
      );
    }
    expect(gallery).toMatch(
      /ran them at preset <code>standard<\/code>:[\s\S]*0 claims of physics hold[\s\S]*1 identities hold[\s\S]*1 fail[\s\S]*1 reported/,
    );
  });

  test("are left out where there is no file or it lacks the notebook", async () => {
    for (const html of [
      ...(await pages(own)),
      ...(await pages(own, null)),
      ...(await pages(own, new Map([["b", shippedEntry()]]))),
    ]) {
      expect(html).not.toMatch(/as shipped|at preset <code>standard/);
      expect(rows(html).map((row) => row.length)).toEqual([4, 4, 4]);
    }
  });

  test("are shown as text, whatever stands in them", async () => {
    const hostile = shippedEntry({
      machine: attack,
      versions: { phaselens: attack, node: attack },
      claims: [
        claim({ statement: `x: ${attack}`, value: attack, expected: attack }),
        claim({ statement: attack, figure: attack, expected: attack }),
      ],
    });
    for (const html of await pages([claim({ statement: "x: y" })], new Map([["a", hostile]]))) {
      const [script = ""] = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
        (match) => match[1],
      );
      expect(html.replace(`<script>${script}</script>`, "")).not.toContain("<script");
      expect(html).toContain("&lt;script&gt;");
    }
  });

  test("are marked when the notebook, the library or a study that it read is another one now", () => {
    const notebook = (text: string, code: string): { cells: object[] } => ({
      cells: [
        { cell_type: "markdown", source: [text] },
        { cell_type: "code", source: [code], outputs: [] },
      ],
    });
    const studies = { "scan.json": "0123456789ab" };
    const shipped = shippedEntry({ code: codeHash(notebook("text", "1 + 1")), studies });
    const caveats = (text: string, code: string, about: Partial<Provenance>): string[] =>
      besideShipped(notebook(text, code), shipped, provenance(about)).caveats;
    const packages = { phaselens: "0.1.0" };
    expect(caveats("another text", "1 + 1", { packages, studies })).toEqual([]);
    expect(caveats("text", "1 + 1", { packages })).toEqual([]); // at quick it reads none
    const other = { packages: { phaselens: "0.2.0" }, studies: { "scan.json": "ba9876543210" } };
    expect(caveats("text", "1 + 2", other)).toEqual([
      "this run is of phaselens 0.2.0",
      "the notebook's code has changed since",
      "data/studies/scan.json has changed since",
    ]);
  });
});
