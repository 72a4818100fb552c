import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { ConfigError, DataError } from "phaselens/core";
import { readArray, type ReadArrayOptions } from "phaselens/interop";
import { afterAll, describe, expect, it } from "vitest";
import { damaged } from "../support/hostile.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-csv-"));
afterAll(() => rmSync(folder, { recursive: true }));
const written = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const tables = fileURLToPath(new URL("fixtures/tables/", import.meta.url));
const refusal = async (
  text: string | Uint8Array,
  options: ReadArrayOptions = {},
  name = "t.csv",
): Promise<string> => {
  const error = await readArray(written(name, text), options).then(
    () => undefined,
    (reason: Error) => reason,
  );
  expect(error, "nothing was refused").toBeInstanceOf(DataError);
  return error!.message;
};
const read = async (
  text: string | Uint8Array,
  options: ReadArrayOptions = {},
  name = "t.csv",
): Promise<number[][]> => {
  const {
    values: {
      shape: [n, width],
      data,
    },
  } = await readArray(written(name, text), options);
  return Array.from({ length: n }, (_, row) =>
    Array.from(data.slice(row * width, (row + 1) * width)),
  );
};
const ASKED =
  /may be names of the columns or the first sample\. Say which: header: true for names, false for a sample \(--header yes or --header no\)\.$/;

interface Case {
  readonly file: string;
  readonly options: ReadArrayOptions;
  readonly asked: boolean;
  readonly columns: readonly string[];
  readonly values: number[][];
}
const { cases } = JSON.parse(readFileSync(join(tables, "tables.json"), "utf8")) as {
  cases: Case[];
};

describe("a table that pandas wrote", () => {
  it.each(cases)(
    "$file comes back, column by column; numbers as names are asked about",
    async ({ file, options, asked, columns, values }) => {
      const path = join(tables, file);
      if (asked) await expect(readArray(path, options)).rejects.toThrow(ASKED);
      const found = await readArray(path, asked ? { ...options, header: true } : options);
      expect(found.columns).toEqual(columns);
      expect(found.values.shape).toEqual([values.length, columns.length]);
      expect(Array.from(found.values.data)).toEqual(values.flat());
      expect(found.notes).toEqual([]);
      if (asked)
        expect((await readArray(path, { ...options, header: false })).values.shape[0]).toBe(
          values.length + 1,
        );
    },
  );

  it.each(["german.csv", "german-one.csv", "german-quoted.csv"])(
    "%s, with decimal commas, is refused with the cure where it is not said",
    async (file) => {
      await expect(readArray(join(tables, file))).rejects.toThrow(
        /[Gg]ive decimal: "," \(--decimal ,\)/,
      );
    },
  );
});

describe("a first line of numbers", () => {
  it.each([
    ["0,1,2\n0.5,1.5,-2\n", "what pandas calls columns without a name"],
    ["0,1,2\n7,1,5\n2,2,2\n", "the same above whole numbers"],
    ["0\n0.5\n0.25\n", "one such column"],
    ["0,1\n0.3,0.4\n", "two"],
    ["2019,2020,2021\n0.5,0.25,0.125\n", "years"],
    ["2019,2020\n5,3\n1,4\n", "years above counts"],
    ["1990\t2000\n1\t0\n0\t1\n", "years above classes"],
    ["4,8,16\n0.1,0.2,0.3\n", "sizes of a lattice"],
    ["10,20,30\n3,1,2\n5,4,9\n", "momenta above counts"],
    ["0.1,0.2,0.3\n5,-2,1\n", "couplings"],
    ["-1,-0.5,0,0.5\n0.3,0.2,0.2,0.9", "couplings of either sign"],
  ])("of %j is asked about: %s", async (text) => {
    expect(await refusal(text)).toMatch(ASKED);
    const lines = text
      .trim()
      .split("\n")
      .map((line) => line.split(/[,\t]/).map(Number));
    expect(await read(text, { header: "no" })).toEqual(lines);
    expect(await read(text, { header: "yes" })).toEqual(lines.slice(1));
    const { columns } = await readArray(join(folder, "t.csv"), { header: true });
    expect(columns).toEqual(text.split("\n")[0].split(/[,\t]/));
  });

  it.each([
    "1,2\n3,4\n5,6\n",
    "1\t2\t3\n4\t5\t6\n",
    "3,1,2\n0,1,2\n",
    "0,1\n1,0\n0,1\n",
    "0\n1\n1\n0\n",
    "5,7\n3,1\n",
    "1,5\n2,5\n3,5\n",
    "0,1,2\n",
    "7\n",
    "0.1,0.2,0.3\n0.4,0.5,0.6\n",
    "0.5,1.5\n0.25,1\n",
    "1,2,4\n5,1,8\n1,3,9\n2,2,2\n",
  ])("of %j is a sample", async (text) => {
    expect(await read(text)).toEqual(
      text
        .trim()
        .split("\n")
        .map((line) => line.split(/[,\t]/).map(Number)),
    );
  });

  it("of tables of whole numbers drawn alike is a sample but for 1 in 50, and with the option always what it says", async () => {
    const table = fc
      .record({
        width: fc.integer({ min: 1, max: 6 }),
        rows: fc.integer({ min: 2, max: 30 }),
        least: fc.constantFrom(0, 1, -50),
        span: fc.constantFrom(2, 3, 10, 1000, 1e6),
      })
      .chain(({ width, rows, least, span }) =>
        fc.array(
          fc.array(fc.noBias(fc.integer({ min: least, max: least + span - 1 })), {
            minLength: width,
            maxLength: width,
          }),
          { minLength: rows, maxLength: rows },
        ),
      );
    let [asked, all] = [0, 0];
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const text = rows.map((row) => row.join(",")).join("\n");
        expect(await read(text, { header: false })).toEqual(rows);
        const counted = rows[0].every((value, k) => value === k);
        all++;
        const found = await readArray(join(folder, "t.csv")).catch((error: Error) => error);
        if (found instanceof Error) {
          expect(found.message).toMatch(ASKED);
          if (!counted) asked++;
        } else expect(Array.from(found.values.data)).toEqual(rows.flat());
        const names = rows[0].map(String);
        if (new Set(names).size === names.length)
          expect(await read(text, { header: true })).toEqual(rows.slice(1));
      }),
      { numRuns: 800, seed: 12 },
    );
    // each kind of table may reach 1 in 50, most stay far below; 800 draws
    expect(asked / all).toBeLessThan(0.02);
  });

  it("that pandas counts is never taken for a sample, whatever is below", async () => {
    const value = fc.oneof(
      fc.integer({ min: -20, max: 20 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const table = fc.integer({ min: 3, max: 7 }).chain((width) =>
      fc.array(fc.array(value, { minLength: width, maxLength: width }), {
        minLength: 1,
        maxLength: 8,
      }),
    );
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const header = rows[0].map((_, k) => k).join(",");
        expect(await refusal([header, ...rows.map((row) => row.join(","))].join("\n"))).toMatch(
          ASKED,
        );
      }),
      { numRuns: 200, seed: 13 },
    );
  });

  it("with a missing or an infinite number is a sample that is refused, and no list of names", async () => {
    for (const [text, value] of [
      ["1,nan\n2,3\n", "nan"],
      ["1,\n2,3\n", ""],
      ["inf,1\n2,3\n", "inf"],
      ["0x10,1\n2,3\n", "0x10"],
      ["NA,1\n2,3\n", "NA"],
    ]) {
      expect(await refusal(text)).toContain(
        `line 1, column "${text.startsWith("1") ? 2 : 1}": "${value}" is no finite number`,
      );
    }
    const index = await readArray(written("index.csv", ",0,1\n0,0.5,0.25\n1,1.5,1.25\n"));
    expect(index.columns).toEqual(["", "0", "1"]);
    expect(index.notes).toEqual([
      expect.stringMatching(
        /the first column has no name and counts the rows.*index=False of pandas/,
      ),
    ]);
  });

  it("with missing numbers is read where these are wanted as NaN, and other words are refused still", async () => {
    const path = written("holes.csv", "a,b,c\n1,,nan\nNA,2, null \nN/A,none,3\n");
    const { values } = await readArray(path, { missing: true });
    expect(Array.from(values.data)).toEqual([1, NaN, NaN, NaN, 2, NaN, NaN, NaN, 3]);
    for (const word of ["x", "inf", "-"])
      await expect(
        readArray(written("word.csv", `a,b\n1,${word}\n`), { missing: true }),
      ).rejects.toThrow(`line 2, column "b": "${word}"`);
    const bare = await readArray(written("bare.csv", "1,\n,2\n"), { missing: true });
    expect(Array.from(bare.values.data)).toEqual([1, NaN, NaN, 2]);
  });

  it("is named only as yes or no, true or false", async () => {
    const wrong = readArray(written("t.csv", "1,2\n"), { header: "maybe" as "yes" });
    await expect(wrong).rejects.toThrow(ConfigError);
    await expect(wrong).rejects.toThrow(
      'header is "maybe"; it must be true or "yes", false or "no".',
    );
    await expect(readArray(join(folder, "t.csv"), { decimal: ";" as "," })).rejects.toThrow(
      'decimal is ";"; it must be "." or ",".',
    );
  });
});

describe("a field of a table", () => {
  it("is a number by the grammar of decimals, as exactly as text is read at all; everything else is refused by value", async () => {
    const isSafe = (text: string): boolean =>
      /[.eE]/.test(text) || Number.isSafeInteger(Number(text));
    const number = fc
      .oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
        fc.stringMatching(/^[+-]?(\d{1,12}\.?\d{0,12}|\.\d{1,12})([eE][+-]?\d{1,2})?$/),
      )
      .filter(isSafe);
    await fc.assert(
      fc.asyncProperty(number, async (text) => {
        expect(await read(`a,b\n${text},1\n`)).toEqual([[Number(text), 1]]);
        expect(await read(`a;b\n${text.replace(".", ",")};1\n`, { decimal: "," })).toEqual([
          [Number(text), 1],
        ]);
      }),
      { numRuns: 300, seed: 14 },
    );
    for (const text of [
      "0x10",
      "0b11",
      "0o7",
      "1_000",
      "1e",
      "e5",
      ".",
      "-",
      "1.2.3",
      "1,2",
      "Infinity",
      "١",
      "1 000",
      "0x",
      "1d5",
      "1f",
      "True",
    ]) {
      expect(await refusal(`a\n"${text}"\n`)).toContain(
        `line 2, column "a": "${text}" is no finite number`,
      );
    }
    expect(await refusal("id,x\n0x10,1\n")).toContain(
      '"0x10" is no finite number in decimals. Write it in decimals, as 16, or leave',
    );
    expect(await refusal("a;b\n1.5;2\n", { decimal: "," })).toContain(
      'it has a decimal point. Give decimal: "." (--decimal .)',
    );
    expect(await refusal("1,5;2,5\n2,5;3\n")).toMatch(
      /"1,5" is no finite number: it has a decimal comma. Give decimal: ","/,
    );
  });

  it("of whole numbers beyond 2^53 is exact, refused, or rounded where that is asked for", async () => {
    expect(await read("id\n9007199254740993\n", { integers: "rounded" })).toEqual([
      [9007199254740992],
    ]);
    expect(await refusal("id\n1\n9007199254740993\n")).toContain(
      'line 3, column "id": the number is 9007199254740993, beyond the integers a double holds exactly (2^53). Leave it out, or',
    );
    expect(await read("id\n+1152921504606846976\n-9007199254740994\n")).toEqual([
      [2 ** 60],
      [-(2 ** 53) - 2],
    ]);
    // a decimal is always rounded
    expect(await read("id\n9007199254740993.0\n")).toEqual([[9007199254740992]]);
    // what JavaScript prints for this double
    expect(await read("id\n24407764629700750\n")).toEqual([[24407764629700752]]);
  });

  it("of digits apart by a comma may be a number with a decimal comma, which is noted", async () => {
    const plain = await readArray(written("one.csv", "1,5\n2,5\n3,5\n"));
    expect([plain.values.shape, plain.notes]).toEqual([
      [3, 2],
      [
        expect.stringMatching(
          /one\.csv: is read as two columns of whole numbers; if 1,5 is one number.*decimal: ","/,
        ),
      ],
    ]);
    const decimal = await readArray(join(folder, "one.csv"), { decimal: "," });
    expect([decimal.values.shape, [...decimal.values.data], decimal.notes]).toEqual([
      [3, 1],
      [1.5, 2.5, 3.5],
      [],
    ]);
  });
});

describe("a table packed by gzip", () => {
  const text = "a,b\n1,2\n3,4\n";
  it("is read by its first bytes, in one or several parts, whether it is called .csv.gz or .csv", async () => {
    expect(await read(gzipSync(text), {}, "t.csv.gz")).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await read(gzipSync(text), {}, "t.csv")).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await read(text, {}, "u.TSV.GZ")).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(
      await read(Buffer.concat([gzipSync("a,b\n1,2\n"), gzipSync("3,4\n")]), {}, "t.csv.gz"),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it("is refused where it is damaged, of another kind, or larger unpacked than may be", async () => {
    expect(await refusal(gzipSync(text).subarray(0, -6), {}, "cut.csv.gz")).toMatch(
      /cut\.csv\.gz: cannot be unpacked by gzip \(.*\)\. It is damaged or cut off; fetch it again\.$/,
    );
    expect(
      await refusal(gzipSync(Buffer.from("\x93NUMPY\x01\0", "latin1")), {}, "n.csv.gz"),
    ).toMatch(/is not a table but a NumPy array/);
    expect(
      await refusal(gzipSync(Buffer.alloc(1e7, "1")), { maximumBytes: 1e6 }, "bomb.csv.gz"),
    ).toContain("unpacked larger than the 1000000 bytes");
    expect(await refusal("a\0b\n1\n")).toContain(
      "is no text, byte 1 is 0. Save the table as CSV in UTF-8.",
    );
    await fc.assert(
      fc.asyncProperty(damaged(gzipSync(text.repeat(50))), async (bytes) => {
        await readArray(written("d.csv.gz", bytes)).catch((error: Error) =>
          expect(error).toBeInstanceOf(DataError),
        );
      }),
      { numRuns: 200, seed: 15 },
    );
  });
});
