import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { DataError } from "phaselens/core";
import { readRootTree, type RootColumn } from "phaselens/interop";
import { openRootTreeHere } from "phaselens/internal/interop/tables/root/openRootTreeHere";
import { afterAll, describe, expect, it, vi } from "vitest";
import { isJagged } from "phaselens/internal/interop/tables/root/rootColumn";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "phaselens-root-"));
afterAll(() => rmSync(folder, { recursive: true }));
const written = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

type Plain = readonly (number | readonly number[])[];
/** Numbers, or lists of them, entry by entry. */
const plain = (column: RootColumn): Plain =>
  isJagged(column)
    ? Array.from({ length: column.offsets.length - 1 }, (_, e) =>
        Array.from(column.values.subarray(column.offsets[e], column.offsets[e + 1])),
      )
    : Array.from(column);
/** What uproot reads in the files of make_root.py. */
const { trees } = JSON.parse(gunzipSync(readFileSync(fixture("root.json.gz"))).toString()) as {
  trees: Record<string, Record<string, Plain>>;
};
const failure = async (path: string, tree: string, branch: string): Promise<string> => {
  const error = await readRootTree(path, { tree, branches: [branch] }).then(
    () => undefined,
    (reason: Error) => reason,
  );
  expect(error, `${branch}: nothing was refused`).toBeInstanceOf(DataError);
  return error!.message;
};

/**
 * Not numbers of one list, or, of uproot 5.7, doubles quantised in RNTuples, which it rounds to
 * singles.
 */
const refused: Readonly<Record<string, string>> = {
  letters: "holds text",
  nested: "holds lists in lists",
  half: "holds Float16_t, which is not read. Write it as float or double.",
  letter: "holds characters",
  deep: "holds lists in lists",
  arrays: "holds lists in lists",
  either: "holds a choice of types (std::variant",
};
const single = ["q20", "q32"];

describe.each(Object.keys(trees))("%s, as uproot reads it", (key) => {
  const [file, tree] = key.split("/");
  const path = fixture(`root/${file}`);
  const names = Object.keys(trees[key]).filter((name) => !Object.hasOwn(refused, name));

  it("has the numbers of every branch or field, to the last bit, all together and each by itself", async () => {
    const together = await readRootTree(path, { tree, branches: names });
    expect(Object.keys(together)).toEqual(names);
    for (const name of names) {
      const wanted = trees[key][name];
      const found = plain(together[name]);
      if (single.includes(name))
        expect(
          found
            .map((value) => Math.fround(value as number))
            .every((value, k) => Math.abs(value - (wanted[k] as number)) < 1e-6),
          name,
        ).toBe(true);
      else expect(found, name).toEqual(wanted);
      expect(plain((await readRootTree(path, { tree, branches: [name] }))[name]), name).toEqual(
        found,
      );
    }
  }, 60_000);

  it("has them in any part of the entries, across baskets, pages and clusters", async () => {
    const whole = await readRootTree(path, { tree, branches: names });
    const entries = plain(whole[names[0]]).length;
    const part = fc.tuple(
      fc.nat(entries - 1),
      fc.integer({ min: 1, max: entries }),
      fc.subarray(names, { minLength: 1, maxLength: Math.min(4, names.length) }),
    );
    await fc.assert(
      fc.asyncProperty(part, async ([first, length, some]) => {
        const count = Math.min(length, entries - first);
        const found = await readRootTree(path, { tree, branches: some, first, count });
        for (const name of some)
          expect(plain(found[name]), name).toEqual(plain(whole[name]).slice(first, first + count));
      }),
      { numRuns: 60, seed: 21 },
    );
  }, 60_000);

  it.skipIf(Object.keys(trees[key]).length === names.length)(
    "refuses what is no number by its kind, and does not call it damaged",
    async () => {
      for (const name of Object.keys(trees[key]).filter((one) => Object.hasOwn(refused, one))) {
        const message = await failure(path, tree, name);
        expect(message).toContain(refused[name]);
        expect(message).not.toMatch(/damaged|fetch/);
      }
    },
  );
});

describe("names", () => {
  const objects = fixture("root/objects.root");
  it("of several branches are refused with their paths, and each is read by its path", async () => {
    expect(await failure(objects, "split", "first.x")).toBe(
      `${objects}: "split" has 2 branches of the name "first.x". Name one by its path: "one/first/first.x", "two/first/first.x".`,
    );
    const two = await readRootTree(objects, {
      tree: "split",
      branches: ["one/first/first.x", "two/first/first.x"],
    });
    expect(plain(two["one/first/first.x"])).not.toEqual(plain(two["two/first/first.x"]));
    // at the top a name is a path
    expect(plain((await readRootTree(objects, { tree: "split", branches: ["big"] })).big)).toEqual(
      Array.from({ length: 20 }, (_, k) => k),
    );
    expect(await failure(objects, "split", "second.n")).toContain(
      '"one/second/second.n", "two/second/second.n"',
    );
    expect(
      plain((await readRootTree(objects, { tree: "split", branches: ["points.px"] }))["points.px"]),
    ).toEqual(trees["objects.root/split"]["points/points.px"]);
  });

  it("of two branches in one place are told apart by their turn", async () => {
    const path = fixture("root/twice.root");
    expect(await failure(path, "t", "pt")).toContain(
      'has 2 branches of the name "pt". Name one by its path: "pt;1", "pt;2".',
    );
    const found = await readRootTree(path, { tree: "t", branches: ["pt;1", "pt;2", "eta"] });
    expect([plain(found["pt;1"]), plain(found["pt;2"])]).toEqual([
      [0, 1, 2, 3],
      [10, 11, 12, 13],
    ]);
  });

  it("of fields of an RNTuple lead through records and lists, with the levels that ROOT has or without", async () => {
    const path = fixture("root/ntuple-zstd.root");
    const found = await readRootTree(path, {
      tree: "r",
      branches: ["points.px", "points._0.px", "pair.1", "pair._1", "floats._0", "floats"],
    });
    expect(plain(found["points._0.px"])).toEqual(plain(found["points.px"]));
    expect(plain(found["pair._1"])).toEqual(plain(found["pair.1"]));
    expect(plain(found["floats._0"])).toEqual(plain(found.floats));
    expect(await failure(path, "r", "points")).toMatch(
      /field "points" holds records of px, e, id, good, not numbers\. Name a part of it, such as points\.px\.$|_0\.px/,
    );
    expect(await failure(path, "r", "points.pz")).toMatch(
      /has no field "points\.pz"; it has points\.px/,
    );
    expect(await failure(path, "none", "x")).toContain('there is no tree "none"; there are r.');
  });
});

// ROOT 6.40 itself, printed with 17 digits
it("reals in few bits of an RNTuple are those of ROOT to the last bit", async () => {
  const [head, ...lines] = readFileSync(fixture("root-quantised.csv"), "utf8").trim().split("\n");
  const names = head.split(",");
  const found = await readRootTree(fixture("root/ntuple-zstd.root"), {
    tree: "r",
    branches: names,
  });
  names.forEach((name, k) =>
    expect(plain(found[name]), name).toEqual(lines.map((line) => Number(line.split(",")[k]))),
  );
});

describe("integers of eight bytes", () => {
  it("beyond 2^53 are refused by entry and value, or rounded where that is asked for", async () => {
    // the values of a tree without packing, in place of others of it
    const bytes = readFileSync(fixture("root/packed-none.root"));
    const at = bytes.indexOf(
      Buffer.from([
        0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0,
        32,
      ]),
    );
    expect(at).toBeGreaterThan(0); // 0, −1, 32 = k⁵ with its sign
    bytes.writeBigInt64BE(-(2n ** 32n), at);
    bytes.writeBigInt64BE(2n ** 53n + 1n, at + 8);
    bytes.writeBigInt64BE(-(2n ** 60n), at + 16);
    const path = written("large.root", bytes);
    expect(await failure(path, "t", "x")).toContain(
      '"t", branch "x": a number of entry 1 is 9007199254740993, beyond the integers a double holds exactly (2^53)',
    );
    const { x } = await readRootTree(path, { tree: "t", branches: ["x"], integers: "rounded" });
    expect(plain(x).slice(0, 4)).toEqual([-(2 ** 32), 2 ** 53, -(2 ** 60), -243]);
  });

  it("in members of objects are those of the file: jsroot alone has −2³² as 0", async () => {
    interface Buffer8 {
      readonly o: number;
      ntoi8(): number | bigint;
    }
    const name = "jsroot/io"; // its types are the library's own
    const { TBuffer } = (await import(name)) as {
      TBuffer: new (view: DataView, at: number) => Buffer8;
    };
    (await openRootTreeHere(fixture("root/objects.root"), "split")).close();
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.nat(63),
        async (large, shift) => {
          const exact = large >> BigInt(shift);
          const view = new DataView(new ArrayBuffer(8));
          view.setBigInt64(0, exact);
          const buffer = new TBuffer(view, 0);
          expect(BigInt(buffer.ntoi8())).toBe(exact);
          expect(buffer.o).toBe(8);
        },
      ),
      { seed: 22 },
    );
  });
});

it("what the library beneath prints of a file cannot act on a terminal", async () => {
  const bytes = readFileSync(fixture("root/packed-none.root"));
  const printed: string[] = [];
  const spies = (["log", "info", "warn", "error"] as const).map((level) =>
    vi
      .spyOn(console, level)
      .mockImplementation((...values: unknown[]) => void printed.push(values.join(" "))),
  );
  for (let k = 0; k < 60; k++) {
    const damaged = Buffer.from(bytes);
    for (let p = 100 + 13 * k; p < damaged.length; p += 97 + 7 * k) damaged[p] = 0x1b;
    const path = written("escape.root", damaged);
    // in this thread: what a thread of its own prints is dropped
    const read = async (): Promise<unknown> => {
      const tree = await openRootTreeHere(path, "t");
      return tree.read(["x", "y"], 0, tree.entries).finally(tree.close);
    };
    await read().catch((error: Error) => printed.push(error.message));
  }
  for (const spy of spies) spy.mockRestore();
  expect(printed.length).toBeGreaterThan(30);
  // eslint-disable-next-line no-control-regex
  for (const text of printed) expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f]/);
});
