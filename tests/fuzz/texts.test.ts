import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { core, generate } from "phaselens";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gallery } from "../../environment/gallery/gallery.mjs";
import { markdownToHtml } from "../../environment/gallery/markdown.mjs";
import { always, damaged, damagedJson, survives } from "../support/hostile.js";
import { parseExpectation } from "phaselens/internal/figures/claims/expectation";
import { escapeHtml } from "phaselens/internal/figures/output/escapeHtml";
import { parseAnyManifest } from "phaselens/internal/generate/anyManifest";
import { planAnyPieces } from "phaselens/internal/generate/anyPieces";
import { parseManifest } from "phaselens/internal/generate/manifest";
import { parseParticleJets } from "phaselens/internal/physics/jets/parseParticleJets";

const folder = mkdtempSync(join(tmpdir(), "phaselens-fuzz-"));
const before = process.env.PHASELENS_CACHE;
beforeAll(() => (process.env.PHASELENS_CACHE = folder));
afterAll(() => {
  if (before === undefined) delete process.env.PHASELENS_CACHE;
  else process.env.PHASELENS_CACHE = before;
  rmSync(folder, { recursive: true });
});
const data = (name: string): string =>
  readFileSync(new URL(`../../data/${name}`, import.meta.url), "utf8");

describe("a manifest", () => {
  it.each(["bluecher2020-quick.json", "neubauer2022-quick.json"])(
    "%s, damaged, is read or refused, and so are its pieces",
    async (name) => {
      await always(damagedJson(JSON.parse(data(name))), (text) =>
        survives(() => planAnyPieces(parseAnyManifest(JSON.parse(text), name))),
      );
    },
  );

  it("of any JSON is refused", async () => {
    await always(fc.jsonValue(), async (value) =>
      expect(await survives(() => parseAnyManifest(value, "m"))).toBe("refused"),
    );
  });

  it.each([
    "..",
    "../x",
    "/etc",
    "a/b",
    "a\\b",
    "",
    ".hidden",
    "a\0b",
    "x".repeat(65),
    "CON/..",
    "a\n",
    "__proto__",
  ])("refuses %j as a name and as a set", async (name) => {
    const sound = JSON.parse(data("bluecher2020-quick.json")) as { sets: object };
    expect(await survives(() => parseManifest({ ...sound, name }, "m"))).toBe("refused");
    const sets = JSON.parse(`{ ${JSON.stringify(name)}: { "configurations": 1 } }`) as object;
    expect(await survives(() => parseManifest({ ...sound, sets }, "m"))).toBe("refused");
  });

  it("that asks for 10¹² ensembles is refused or planned without making a list of them", async () => {
    const sound = JSON.parse(data("bluecher2020-quick.json")) as object;
    for (const lattice of [
      [1e12, 1e12],
      [2 ** 31, 2],
      [1e4, 1e4, 1e4],
    ]) {
      expect(
        await survives(() => generate.planPieces(parseManifest({ ...sound, lattice }, "m"))),
      ).toBe("refused");
    }
    const jets = JSON.parse(data("neubauer2022-quick.json")) as object;
    expect(
      await survives(() =>
        planAnyPieces(parseAnyManifest({ ...jets, sets: { training: { jets: 1e12 } } }, "m")),
      ),
    ).toBe("refused");
    for (const count of [1e12, 2 ** 31, 1e7]) {
      await survives(() =>
        generate.planPieces(
          parseManifest({ ...sound, hoppingParameters: { first: 0.01, step: 1e-14, count } }, "m"),
        ),
      );
    }
  });
});

describe("a file of the cache", () => {
  it("that is damaged is read or refused, also if its checksum is right", async () => {
    const key = { function: "fuzz", version: 1, params: {} };
    await core.cached(key, () => ({
      a: [1, NaN, "x"],
      b: Float64Array.of(1, 2, 3),
      c: { $number: "y" },
      d: undefined,
    }));
    const path = join(
      folder,
      readdirSync(folder).find((name) => name.endsWith(".cache")) as string,
    );
    const sound = readFileSync(path);
    const start = sound.indexOf(10) + 1;
    const checked = (body: Buffer): Buffer =>
      Buffer.concat([
        Buffer.from(
          `phaselens-cache 1 sha256:${createHash("sha256").update(body).digest("hex")}\n`,
        ),
        body,
      ]);
    await always(fc.oneof(damaged(sound), damaged(sound.subarray(start)).map(checked)), (bytes) => {
      writeFileSync(path, bytes);
      return survives(() => core.cached(key, () => 0));
    });
    const head = sound.toString("utf8", start, sound.indexOf(10, start));
    await always(damagedJson(JSON.parse(head)), (text) => {
      writeFileSync(
        path,
        checked(
          Buffer.concat([Buffer.from(`${text}\n`), sound.subarray(sound.indexOf(10, start) + 1)]),
        ),
      );
      return survives(() => core.cached(key, () => 0));
    });
  });
});

describe("particles of Pythia", () => {
  const about = JSON.parse(data("neubauer2022-pythia.json")) as {
    columns: { name: string; type: string; length: number }[];
    sets: object;
  };
  const width: Readonly<Record<string, number>> = { uint8: 1, uint16: 2, int16: 2, float32: 4 };

  /** No jets at all, which is enough to be sound. */
  const empty = (() => {
    const bytes = Buffer.alloc(0);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return {
      about: {
        ...about,
        sets: { training: { first: 0, jets: 0 } },
        sha256,
        columns: about.columns.map((column) => ({ ...column, length: 0 })),
      },
      packed: gzipSync(bytes),
    };
  })();

  it("with a damaged JSON are read or refused", async () => {
    expect(
      await survives(() => parseParticleJets(JSON.stringify(empty.about), empty.packed, "jets")),
    ).toBe("read");
    await always(damagedJson(empty.about), (text) =>
      survives(() => parseParticleJets(text, empty.packed, "jets")),
    );
  });

  it("with numbers at random, of the right number and checksum, are read or refused", async () => {
    await always(
      fc
        .array(fc.nat(3), { minLength: about.columns.length, maxLength: about.columns.length })
        .chain((lengths) => {
          const columns = about.columns.map((column, k) => ({ ...column, length: lengths[k] }));
          const size = columns.reduce((sum, { type, length }) => sum + width[type] * length, 0);
          return fc
            .uint8Array({ minLength: size, maxLength: size })
            .map((bytes) => ({ columns, bytes }));
        }),
      ({ columns, bytes }) => {
        const sha256 = createHash("sha256").update(bytes).digest("hex");
        const json = JSON.stringify({
          ...empty.about,
          sets: { training: { first: 0, jets: columns[0].length } },
          columns,
          sha256,
        });
        return survives(() => parseParticleJets(json, gzipSync(bytes), "jets"));
      },
    );
  });

  it("that claim 10¹² numbers, or unpack to more than they claim, are refused before that", async () => {
    const claim = (length: number): string =>
      JSON.stringify({
        ...empty.about,
        columns: empty.about.columns.map((column) => ({ ...column, length })),
      });
    expect(await survives(() => parseParticleJets(claim(1e12), empty.packed, "jets"))).toBe(
      "refused",
    );
    const bomb = gzipSync(Buffer.alloc(300 * 2 ** 20));
    expect(await survives(() => parseParticleJets(claim(10), bomb, "jets"))).toBe("refused");
  }, 20_000);
});

describe("texts", () => {
  it("as an expectation are read or refused", async () => {
    const alike = fc
      .array(
        fc.constantFrom(
          "> ",
          "in [",
          "]",
          ", ",
          "= ",
          "true",
          "1",
          "e9",
          ".",
          "-",
          "9".repeat(400),
        ),
        { maxLength: 6 },
      )
      .map((parts) => parts.join(""));
    await always(fc.oneof(fc.string(), alike), (text) => survives(() => parseExpectation(text)));
    expect(await survives(() => parseExpectation(`> ${"1".repeat(200_000)}x`))).toBe("refused");
  });

  const markup = fc
    .array(
      fc.oneof(
        fc.string(),
        fc.constantFrom(
          "<script>alert(1)</script>",
          "<img src=x onerror=alert(1)>",
          "](javascript:alert(1))",
          "[a](",
          "![b](",
          "**",
          "_",
          "`",
          "```\n",
          "$",
          "$$",
          "\n",
          "\n\n",
          "# ",
          "- ",
          "| a |\n|---|\n",
          '" onload="',
          "' x='",
          "<!--",
          "]]>",
          "&lt;script&gt;",
          "\\",
          "data:text/html,<script>",
          "JaVaScRiPt:",
          "java\tscript:",
          " vbscript:x",
          "\u2028",
          "\0",
        ),
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join(""));
  /** What must not come of text: elements that act, attributes that act, addresses that act. */
  const acts =
    /<(?:script|iframe|object|embed|style|link|meta|svg|base|form)\b|<[^>]*\son\w+\s*=|(?:href|src)\s*=\s*["']?\s*(?:javascript|vbscript|data:text)/i;

  it("made safe for HTML hold no mark-up and come back as they were", async () => {
    await always(markup, async (text) => {
      const safe = escapeHtml(text);
      expect(safe).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
      const entities: Readonly<Record<string, string>> = {
        "&lt;": "<",
        "&gt;": ">",
        "&quot;": '"',
        "&#39;": "'",
        "&amp;": "&",
      };
      expect(safe.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity])).toBe(text);
    });
  });

  it("of notebooks as HTML hold nothing that acts", async () => {
    await always(markup, async (text) => expect(markdownToHtml(text)).not.toMatch(acts));
  });

  it("in the gallery, as titles, claims and failures, hold nothing that acts beyond what an empty one holds", async () => {
    const entry = (text: string): Parameters<typeof gallery>[0][number] =>
      ({
        name: "dawid2021-fig3",
        paper: "dawid2021",
        title: text,
        text,
        figures: [
          {
            id: "dawid2021-fig3",
            title: text,
            spec: {},
            png: null,
            file: "dawid2021-fig3",
            svg: null,
          },
        ],
        claims: [
          {
            figure: "dawid2021-fig3",
            statement: text,
            kind: "physics",
            value: 0.5,
            expected: text,
            pass: true,
          },
        ],
        failures: [{ message: text }],
        provenance: {
          notebook: text,
          preset: "quick",
          date: "2026-01-02T03:04:05.000Z",
          seconds: 1,
          peakMegabytes: 100,
          cells: [],
          node: text,
          machine: text,
          packages: { [text]: text },
          hashes: { notebook: "", library: "", data: "", lockfile: "", runner: "" },
        },
      }) as unknown as Parameters<typeof gallery>[0][number];
    /**
     * The tags of a page, without what stands in quotes in them: an attribute that was closed early
     * shows.
     */
    const tags = (html: string): string =>
      (html.match(/<[a-z!/](?:"[^"]*"|'[^']*'|[^>"'])*>/gi) ?? [])
        .join("")
        .replace(/"[^"]*"|'[^']*'/g, '""');
    const count = (html: string, what: RegExp): number => (tags(html).match(what) ?? []).length;
    const plain = gallery([entry("x")]);
    await always(
      markup,
      async (text) => {
        const html = gallery([entry(text)]);
        for (const what of [/<script\b/gi, /<img\b/gi, /<svg\b/gi, /<iframe\b/gi, /\son\w+\s*=/gi])
          expect(count(html, what), String(what)).toBe(count(plain, what));
        expect(html).not.toMatch(/(?:href|src)\s*=\s*["']?\s*(?:javascript|vbscript|data:text)/i);
      },
      60,
    );
  }, 60_000);
});
