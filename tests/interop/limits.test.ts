import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { writeFileSync } from "node:fs";
import hdf5 from "h5wasm/node";
import { core, interop } from "phaselens";
import { encodeNpy } from "phaselens/internal/core/files/npy";
import { afterAll, describe, expect, it } from "vitest";
import { whole } from "../support/whole.js";
import { zip } from "./zip.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-limits-"));
afterAll(() => rmSync(folder, { recursive: true }));
const fixture = (name: string): string =>
  fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

interface Reading {
  readonly numbers?: number;
  readonly refused?: string;
  readonly name?: string | false;
  readonly megabytes: number;
  /** Of the processor: a busy machine takes longer by the clock. */
  readonly seconds: number;
}

function reading(kind: string, path: string, options: object = {}): Reading {
  const script = fileURLToPath(new URL("readInLimits.mjs", import.meta.url));
  const run = spawnSync(process.execPath, [script, kind, path, JSON.stringify(options)], {
    encoding: "utf8",
    timeout: 120_000,
  });
  expect(run.stderr).toBe("");
  return JSON.parse(run.stdout) as Reading;
}

const MEGABYTE = 2 ** 20;
/** By how much files are smaller that are held to the same limits; tests/slow has them whole. */
const PART = whole ? 1 : 1 / 4;
/** Every parser: beyond what the data themselves need. */
const [LARGEST, LONGEST] = [300, 2];
/** The garbage of short texts that Node collects when it sees fit. */
const GARBAGE = 60;

describe(`a table of ${60 * PART} MB`, () => {
  const path = join(folder, "large.csv");
  const numbers = 12_000_000 * PART;
  const write = (): void => {
    const file = openSync(path, "w");
    const block = Array.from(
      { length: 10_000 },
      (_, n) => `${n % 10}.25,1.5,${n % 7}.125,-${n % 3}.5\n`,
    ).join("");
    for (let k = 0; k < numbers / 40_000; k++) writeSync(file, block);
    closeSync(file);
  };

  it("takes at most twice the memory of its numbers, packed or not", () => {
    write();
    const needed = (numbers * 8) / MEGABYTE;
    const plain = reading("array", path);
    expect(plain.numbers).toBe(numbers);
    expect(plain.megabytes).toBeLessThan(2 * needed + GARBAGE);
  }, 120_000);

  it("of one line that never ends, or one quote, is refused before it is held", () => {
    for (const [name, text] of [
      ["line.csv", "1,".repeat(20 * MEGABYTE)],
      ["quote.csv", `a,b\n1,"${"2,3\n".repeat(10 * MEGABYTE)}`],
    ] as const) {
      writeFileSync(join(folder, name), text);
      const { refused, megabytes, seconds } = reading("array", join(folder, name));
      expect(refused).toMatch(
        /line [12](?:, column "2")?: (?:has more than|a field has more than)/,
      );
      expect(megabytes).toBeLessThan(LARGEST);
      expect(seconds).toBeLessThan(LONGEST);
    }
  }, 120_000);
});

it("a table of 60,000 columns is read in time that grows with its length", () => {
  const path = join(folder, "wide.csv");
  const names = Array.from({ length: 60_000 }, (_, k) => `column ${k}`).join();
  const line = Array.from({ length: 60_000 }, (_, k) => k / 8).join();
  writeFileSync(path, [names, line, line, ""].join("\n"));
  const { numbers, seconds } = reading("array", path);
  expect(numbers).toBe(120_000);
  expect(seconds).toBeLessThan(LONGEST);
  const asked = reading("array", path, { columns: ["colunm 59999"] });
  expect(asked.refused).toContain('there is no column "colunm 59999"');
  expect(asked.seconds).toBeLessThan(LONGEST);
}, 60_000);

it("a table packed 1,000-fold is read up to its limit in little memory", () => {
  const path = join(folder, "bomb.csv.gz");
  writeFileSync(path, gzipSync("0\n".repeat(64 * PART * MEGABYTE)));
  const { refused, megabytes } = reading("array", path, {
    header: false,
    maximumEntries: 1e6,
  });
  expect(refused).toContain("holds more than 1000000 numbers");
  expect(megabytes).toBeLessThan(LARGEST);
}, 60_000);

it(`an .npz file that packs ${512 * PART} MB a thousandfold takes the memory of its numbers`, () => {
  const path = join(folder, "bomb.npz");
  const count = 2 ** 26 * PART - 64;
  const head = Buffer.from(encodeNpy(core.tensor([1], [0]))).subarray(0, 120);
  const text = head
    .toString("latin1")
    .replace(/\(1,\), } */, `(${count},), }`)
    .padEnd(127);
  const npy = Buffer.alloc(128 + 8 * count);
  npy.write(`${text}\n`, "latin1");
  npy.writeUInt16LE(118, 8);
  writeFileSync(path, zip([{ name: "x.npy", data: npy, deflate: true }]));
  const { numbers, megabytes } = reading("array", path);
  expect(numbers).toBe(count);
  expect(megabytes).toBeLessThan((8 * count) / MEGABYTE + LARGEST);
  const limited = reading("array", path, { maximumEntries: 1e6 });
  expect(limited.refused).toContain(`holds ${count} numbers, at most 1000000 are read`);
  expect(limited.megabytes).toBeLessThan(LARGEST);
}, 120_000);

it("a ZIP archive is refused whose files are larger than what they are packed in, or longer than it", () => {
  const lying = join(folder, "lying.npz");
  writeFileSync(lying, zip([{ name: "x.npy", data: Buffer.alloc(10), claimed: 2 ** 29 }]));
  const { refused, megabytes } = reading("array", lying);
  expect(refused).toContain('"x.npy" cannot have 536870912 bytes, it is packed in 10');
  expect(megabytes).toBeLessThan(LARGEST);
}, 60_000);

it("a checkpoint of 352 bytes that claims 2²⁷ numbers is refused at once", () => {
  const { refused, megabytes, seconds } = reading("pytorch", fixture("bomb.pt"));
  expect(refused).toContain("exceeds what may be read");
  expect(megabytes).toBeLessThan(LARGEST);
  expect(seconds).toBeLessThan(LONGEST);
}, 60_000);

it.each([
  ["damaged-basket-count.root", "lists", ["vector", "doubles"]],
  ["damaged-jets.root", "deepntuplizer/tree", ["fj_pt", "track_ptrel"]],
])(
  "%s, two bytes of which are wrong, is refused in little time and memory",
  (name, tree, branches) => {
    const { refused, megabytes, seconds } = reading("root", fixture(`root/${name}`), {
      tree,
      branches,
    });
    expect(refused).toContain("is damaged");
    expect(megabytes).toBeLessThan(LARGEST);
    expect(seconds).toBeLessThan(LONGEST);
  },
  60_000,
);

describe("an HDF5 file of some kilobytes", () => {
  const path = join(folder, "large.h5");
  /** Says that it has so many rows of three numbers; one was written. */
  const write = async (rows: number): Promise<void> => {
    await hdf5.ready;
    const file = new hdf5.File(path, "w");
    const set = file.create_dataset({
      name: "x",
      data: Float32Array.of(1, 2, 3),
      shape: [1, 3],
      maxshape: [null, 3],
      chunks: [1, 3],
    } as Parameters<typeof file.create_dataset>[0]);
    set.resize([rows, 3]);
    file.close();
  };

  it.each([
    [4e11, 'rows of "x" with 1200000000000 numbers are asked for'],
    [2e7, "is to give 240000000 bytes at once, the file has"],
  ])(
    "that says it has %d rows is refused before memory is taken",
    async (rows, sentence) => {
      await write(rows);
      const { refused, megabytes, seconds } = reading("hdf5", path, { names: ["x"] });
      expect(refused).toContain(sentence);
      expect(megabytes).toBeLessThan(LARGEST);
      expect(seconds).toBeLessThan(LONGEST);
      const { x } = await interop.readHdf5(path, ["x"], { count: 2 });
      expect(Array.from(x.data)).toEqual([1, 2, 3, 0, 0, 0]);
    },
    60_000,
  );
});
