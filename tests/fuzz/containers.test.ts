import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import hdf5 from "h5wasm/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { always, damaged, randomBytes, RUNS } from "../support/hostile.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-fuzz-"));
const fixture = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../interop/fixtures/${name}`, import.meta.url)));

interface Outcome {
  readonly end: "read" | "refused" | "broken" | "stray" | "too long" | "died";
  readonly message?: string;
  /**
   * By which the process grew. jsroot makes arrays as long as a damaged basket says, but fails
   * before it fills them.
   */
  readonly bytes?: number;
}

/**
 * A reading thread that is replaced when it had to be ended, and now and then: what damaged files
 * leave in a library is not our subject.
 */
function reader(): {
  read(kind: string, bytes: Uint8Array, what: object): Promise<Outcome>;
  close(): void;
} {
  let worker: Worker | undefined;
  let number = 0;
  return {
    async read(kind, bytes, what) {
      const path = join(folder, `${kind}-${number++ % 4}`);
      writeFileSync(path, bytes);
      worker ??= new Worker(new URL("readContainer.mjs", import.meta.url));
      const thread = worker;
      const outcome = await new Promise<Outcome>((resolve) => {
        const patience = setTimeout(() => resolve({ end: "too long" }), 8000);
        const settle = (found: Outcome): void => {
          clearTimeout(patience);
          resolve(found);
        };
        thread.removeAllListeners();
        thread.once("message", settle);
        thread.once("error", (error) => settle({ end: "died", message: error.message }));
        thread.once("exit", () => settle({ end: "died" }));
        thread.postMessage({ kind, path, what });
      });
      if (outcome.end === "too long" || outcome.end === "died" || number % 500 === 0) {
        worker = undefined;
        await thread.terminate();
      }
      return outcome;
    },
    close: () => void worker?.terminate(),
  };
}

const reading = reader();
afterAll(() => {
  reading.close();
  rmSync(folder, { recursive: true });
});
const endsWell = async (kind: string, bytes: Uint8Array, what: object): Promise<Outcome> => {
  const outcome = await reading.read(kind, bytes, what);
  expect(["read", "refused"], JSON.stringify(outcome)).toContain(outcome.end);
  expect(outcome.bytes, "bytes of memory that were touched").toBeLessThan(500 * 2 ** 20);
  return outcome;
};

describe("a ROOT file", () => {
  const lists = { tree: "lists", branches: ["vector", "doubles", "fixed", "flag"] };
  const jets = { tree: "deepntuplizer/tree", branches: ["fj_pt", "track_ptrel"] };

  it("that is damaged or made up is read or refused, in seconds", async () => {
    const sound = fixture("lists.root");
    expect((await endsWell("root", sound, lists)).end).toBe("read");
    await always(
      fc.oneof(damaged(sound), randomBytes(sound.subarray(0, 60))),
      (bytes) => endsWell("root", bytes, lists),
      RUNS / 3,
    );
  }, 120_000);

  it("of lists with counters, damaged, is read or refused, in seconds", async () => {
    const sound = fixture("jets.root");
    expect((await endsWell("root", sound, jets)).end).toBe("read");
    await always(damaged(sound), (bytes) => endsWell("root", bytes, jets), RUNS / 3);
  }, 120_000);
});

describe("an RNTuple", () => {
  it.each(["ntuple-none.root", "ntuple-zstd.root"])(
    "of every encoding, %s, damaged, is read or refused, in seconds",
    async (name) => {
      const whole = fixture(`root/${name}`);
      const fields = [
        "i16s",
        "i64s",
        "u64",
        "f16",
        "bit",
        "t13",
        "q20",
        "floats",
        "longs",
        "bits",
        "three",
        "points.px",
        "event.weight",
        "mask",
        "late",
        "late_list",
        "text",
        "deep",
      ];
      const some = fc.subarray(fields, { minLength: 1, maxLength: 3 });
      await always(
        fc.tuple(damaged(whole), some),
        ([bytes, branches]) => endsWell("root", bytes, { tree: "r", branches }),
        RUNS / 3,
      );
    },
    120_000,
  );
});

describe("a TTree", () => {
  it.each([
    ["packed-lz4.root", "t", ["x", "y"]],
    ["packed-none.root", "t", ["x", "y", "n"]],
    ["objects.root", "split", ["one/weight[3]", "points.px", "two/big"]],
  ])(
    "%s, damaged, is read or refused, in seconds",
    async (name, tree, branches) => {
      await always(
        damaged(fixture(`root/${name}`)),
        (bytes) => endsWell("root", bytes, { tree, branches }),
        RUNS / 3,
      );
    },
    120_000,
  );
});

describe("an HDF5 file", () => {
  let sound: Buffer;
  const names = { names: ["group/x", "y"] };
  beforeAll(async () => {
    await hdf5.ready;
    const path = join(folder, "sound.h5");
    const file = new hdf5.File(path, "w");
    file.create_group("group").create_dataset({
      name: "x",
      data: Float32Array.from({ length: 60 }, (_, k) => k),
      shape: [20, 3],
      chunks: [10, 3],
      compression: "gzip",
    });
    file.create_dataset({ name: "y", data: Float64Array.of(1, 2, 3), shape: [3] });
    file.close();
    sound = readFileSync(path);
  });

  it("that is damaged or made up is read or refused, in seconds", async () => {
    expect((await endsWell("hdf5", sound, names)).end).toBe("read");
    await always(
      fc.oneof(damaged(sound), randomBytes(sound.subarray(0, 96))),
      (bytes) => endsWell("hdf5", bytes, names),
      RUNS / 3,
    );
  }, 120_000);

  it.each(["numbers.h5", "filters.h5", "latest.h5"])(
    "%s, of every type of numbers, filter and link, damaged, is read or refused",
    async (name) => {
      const whole = fixture(`hdf5/${name}`);
      const { files } = JSON.parse(fixture("hdf5.json").toString()) as {
        files: Record<string, Record<"numbers" | "refused", object>>;
      };
      const { numbers, refused } = files[name];
      const all = [...Object.keys(numbers), ...Object.keys(refused)];
      await always(
        fc.tuple(damaged(whole), fc.constantFrom(...all), fc.constantFrom(...all)),
        ([bytes, ...some]) => endsWell("hdf5", bytes, { names: some }),
        RUNS / 3,
      );
    },
    120_000,
  );

  it("of some kilobytes that says it holds 10¹² numbers is refused before memory is taken", async () => {
    const path = join(folder, "large.h5");
    const file = new hdf5.File(path, "w");
    const set = file.create_dataset({
      name: "x",
      data: Float32Array.of(1, 2, 3),
      shape: [1, 3],
      maxshape: [null, null],
      chunks: [1, 3],
    } as Parameters<typeof file.create_dataset>[0]);
    set.resize([1_000_000, 1_000_000]);
    file.close();
    const bytes = readFileSync(path);
    expect(bytes.length).toBeLessThan(100_000);
    const { end, message } = await endsWell("hdf5", bytes, { names: ["x"] });
    expect([end, message]).toEqual([
      "refused",
      expect.stringContaining("1000000000000 numbers are asked for"),
    ]);
  }, 60_000);
});
