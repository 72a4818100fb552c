import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";

import { describe, expect, it } from "vitest";
import {
  roundedValue,
  seedsOf,
  shippedOf,
  shipVerdicts,
  textOf,
} from "../../environment/verdicts/ship.mjs";
import { readVerdicts } from "../../environment/verdicts/verdicts.mjs";
import { scratchFolder } from "./fixture.js";
import { provenance, type Provenance } from "./provenance.js";
import { claim, shippedEntry, type Claim } from "./shipped.js";
import { meets, parseExpectation } from "phaselens/internal/figures/claims/expectation";

const scratch = scratchFolder();
let count = 0;
const path = (): string => join(scratch, `verdicts-${++count}.json`);
const agrees = (value: number, expected: string): boolean =>
  meets(value, parseExpectation(expected));

type Executed = Parameters<typeof shipVerdicts>[1][number];
type Failures = Executed["failures"];

/** A notebook that ran at preset standard and made these claims. */
function executed(
  name: string,
  claims: Claim[],
  own: Partial<Provenance> = {},
  failures: Partial<Failures[number]>[] = [],
): Executed {
  const outputs = claims.map((one) => ({
    output_type: "display_data",
    data: { "application/vnd.phaselens.claim+json": one },
    metadata: {},
  }));
  const about = provenance({
    notebook: name,
    preset: "standard",
    packages: { phaselens: "0.1.0" },
    parameters: { seeds: [1, 2] },
    ...own,
  });
  const notebook = { cells: [{ cell_type: "code", source: [], outputs }], metadata: {} };
  return { name, notebook, failures, provenance: about } as unknown as Executed;
}

describe("the file of shipped verdicts", () => {
  it("is read as it was written, whatever stands in it", () => {
    const value = fc.oneof(
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
      fc.constantFrom("NaN", "Infinity"),
    );
    const any = fc.record({
      figure: fc.string({ unit: "binary" }),
      statement: fc.string({ unit: "binary" }),
      kind: fc.constantFrom("identity", "physics", "reported"),
      value,
      expected: fc.string(),
      pass: fc.constantFrom(true, false, null),
    }) as fc.Arbitrary<Claim>;
    const file = path();
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[a-z0-9-]{1,12}$/)),
        fc.array(any),
        (names, claims) => {
          const verdicts = new Map(names.map((name) => [name, shippedEntry({ claims })]));
          writeFileSync(file, textOf(verdicts));
          expect(readVerdicts(file)).toEqual(verdicts);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("has notebooks by name whatever their order, fig2 before fig10, and one claim a line", () => {
    const two = [claim(), claim({ statement: "another" })];
    const text = textOf(
      new Map([
        ["a-fig10", shippedEntry()],
        ["a-fig2", shippedEntry({ claims: two })],
      ]),
    );
    expect(text).toBe(
      textOf(
        new Map([
          ["a-fig2", shippedEntry({ claims: two })],
          ["a-fig10", shippedEntry()],
        ]),
      ),
    );
    expect([...text.matchAll(/"(a-fig\d+)"/g)].map(([, name]) => name)).toEqual([
      "a-fig2",
      "a-fig10",
    ]);
    expect(text.split("\n").filter((line) => line.includes('"statement"'))).toHaveLength(3);
  });

  it("that is not there is none", () => {
    expect(readVerdicts(join(scratch, "absent.json"))).toBeNull();
  });

  const sound = (): {
    format: unknown;
    preset: unknown;
    notebooks: Record<string, Record<string, unknown>>;
  } => JSON.parse(textOf(new Map([["a", shippedEntry()]])));
  const changed = (change: (file: ReturnType<typeof sound>) => unknown): string => {
    const file = sound();
    change(file);
    return JSON.stringify(file);
  };
  it.each([
    ["{ half", /it is no JSON/],
    ["[]", /it is no object/],
    [changed((file) => (file.format = 1)), /format is 1, this version reads 2/],
    [changed((file) => (file.preset = "quick")), /preset is "quick", not "standard"/],
    [changed((file) => (file.notebooks = [] as never)), /notebooks is no object/],
    [changed((file) => (file.notebooks.a = null as never)), /notebooks\.a is no object/],
    [
      changed((file) => (file.notebooks.a.seeds = ["1"])),
      /notebooks\.a\.seeds is \["1"\], it must be a list of whole numbers/,
    ],
    [
      changed((file) => (file.notebooks.a.cost = { seconds: -1 })),
      /notebooks\.a\.cost\.seconds is -1, it must be seconds/,
    ],
    [
      changed((file) => (file.notebooks.a.date = "<b>")),
      /notebooks\.a\.date is "<b>", it must be a date/,
    ],
    [
      changed((file) => (file.notebooks.a.code = "x")),
      /notebooks\.a\.code is "x", it must be a hash/,
    ],
    [
      changed((file) => (file.notebooks.a.studies = { "scan.json": 1 })),
      /notebooks\.a\.studies is \{"scan\.json":1\}, it must be files with their hashes/,
    ],
    [changed((file) => delete file.notebooks.a.versions), /notebooks\.a\.versions is no object/],
    [changed((file) => (file.notebooks.a.extra = 1)), /notebooks\.a has an unknown field "extra"/],
    [changed((file) => (file.notebooks.a.claims = {})), /notebooks\.a\.claims is no list/],
    [
      changed((file) => ((file.notebooks.a.claims as { kind: string }[])[0].kind = "asserted")),
      /claims\[0\]\.kind is "asserted", it must be identity, physics/,
    ],
    [
      changed((file) => ((file.notebooks.a.claims as { value: unknown }[])[0].value = null)),
      /claims\[0\]\.value is null, it must be a number/,
    ],
  ])("that is damaged is refused by name with what to do: %s", (text, fault) => {
    const file = path();
    writeFileSync(file, text);
    expect(() => readVerdicts(file)).toThrow(fault);
    expect(() => readVerdicts(file)).toThrow(
      /^\S+verdicts-\d+\.json is damaged: .*Restore it from git, or delete it and write it anew with npm run verdicts\.$/,
    );
  });
});

describe("shipping", () => {
  it("puts new verdicts beside those of other notebooks, and drops what there is no notebook of", async () => {
    const file = path();
    await shipVerdicts(
      file,
      [
        executed("a", [claim({ value: 1 })]),
        executed("b", [claim({ value: 1 })]),
        executed("gone", []),
      ],
      ["a", "b", "gone"],
    );
    const { shipped, left } = await shipVerdicts(
      file,
      [executed("b", [claim({ value: 2 })])],
      ["a", "b", "new"],
    );
    expect([shipped, left]).toEqual([["b"], []]);
    const verdicts = readVerdicts(file)!;
    expect([...verdicts].map(([name, { claims }]) => [name, claims[0].value])).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
  });

  it("writes a claim that failed as it is, and leaves the earlier verdicts of a notebook that did not finish", async () => {
    const file = path();
    const failed = executed("a", [claim({ value: 0, pass: false })], {}, [{ claim: true }]);
    await shipVerdicts(file, [failed, executed("b", [claim({ value: 1 })])], ["a", "b"]);
    const broken = executed("b", [], {}, [{ claim: false }]);
    expect(await shipVerdicts(file, [broken], ["a", "b"])).toEqual({ shipped: [], left: ["b"] });
    expect([...readVerdicts(file)!.values()].map(({ claims }) => claims[0].pass)).toEqual([
      false,
      true,
    ]);
  });

  it("says seeds, cost, versions and the state of the notebook", () => {
    expect(
      shippedOf(
        executed("a", [claim()], {
          seconds: 12.345,
          cpuSeconds: 1.2345,
          studies: { "scan.json": "0123456789ab" },
          cache: { found: 2, made: 1 },
        }),
        agrees,
      ),
    ).toEqual({
      code: expect.stringMatching(/^[0-9a-f]{12}$/),
      studies: { "scan.json": "0123456789ab" },
      versions: { phaselens: "0.1.0", node: "20.19.0" },
      machine: "test",
      date: "2026-01-02",
      seeds: [1, 2],
      cost: { seconds: 12, cpuSeconds: 1.2, cache: { found: 2, made: 1 } },
      claims: [claim()],
    });
    expect(
      [{ seeds: [3, 4], seed: 1 }, { seed: 7 }, { sites: 12 }, { seeds: "all" }, null].map(seedsOf),
    ).toEqual([[3, 4], [7], [], [], []]);
  });

  it("refuses another preset, a reader's own jets, and leaves a damaged file alone", async () => {
    const file = path();
    const ship = (own: Partial<Provenance>): Promise<unknown> =>
      shipVerdicts(file, [executed("a", [], own)], ["a"]);
    await expect(ship({ preset: "quick" })).rejects.toThrow(
      "a ran at preset quick; the verdicts that are shipped are those of standard.",
    );
    await expect(ship({ hashes: { ...provenance().hashes, jets: "x" } })).rejects.toThrow(
      /PHASELENS_JETS; unset it/,
    );
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, "{ half");
    await expect(ship({})).rejects.toThrow("is damaged");
    expect(readFileSync(file, "utf8")).toBe("{ half");
  });

  it("rounds to five digits, noise to one, and never across an expectation", () => {
    const rounded = (value: number, expected: string): unknown =>
      roundedValue(claim({ value, expected, pass: agrees(value, expected) }), agrees);
    expect([
      rounded(0.123456789, "> 0.1"),
      rounded(740, "= 740"),
      rounded(1234567, "> 0"),
      rounded(4.4408920985e-16, "< 1e-9"),
    ]).toEqual([0.12346, 740, 1234567, 4e-16]);
    expect([rounded(0.99999999, "< 1"), rounded(1.00000001, "<= 1")]).toEqual([
      0.99999999, 1.00000001,
    ]);
    expect(roundedValue(claim({ value: 0.123456789, expected: "small", pass: null }), agrees)).toBe(
      0.12346,
    );
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(
        finite,
        finite,
        fc.constantFrom("<", ">", "<=", ">=", "="),
        (value, bound, sign) => {
          expect(agrees(rounded(value, `${sign} ${bound}`) as number, `${sign} ${bound}`)).toBe(
            agrees(value, `${sign} ${bound}`),
          );
        },
      ),
    );
    fc.assert(
      fc.property(finite, fc.double({ min: -1e-9, max: 1e-9, noNaN: true }), (bound, offset) => {
        // close to the bound
        const value = bound * (1 + offset);
        if (Number.isFinite(value))
          expect(agrees(rounded(value, `< ${bound}`) as number, `< ${bound}`)).toBe(value < bound);
      }),
    );
  });
});
