import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import hdf5 from "h5wasm/node";
import { ConfigError, DataError } from "phaselens/core";
import { readArray, readHdf5 } from "phaselens/interop";
import { afterAll, describe, expect, it } from "vitest";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`fixtures/hdf5/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "phaselens-hdf5-"));
afterAll(() => rmSync(folder, { recursive: true }));
const failure = async (path: string, name: string): Promise<Error> => {
  const error = await readHdf5(path, [name]).then(
    () => undefined,
    (reason: Error) => reason,
  );
  expect(error, `${name}: nothing was refused`).toBeInstanceOf(DataError);
  return error!;
};

interface Expected {
  readonly numbers: Readonly<
    Record<string, { readonly shape: number[]; readonly values: (number | string)[] }>
  >;
  readonly refused: Readonly<Record<string, string>>;
}
const { files } = JSON.parse(readFileSync(fixture("../hdf5.json"), "utf8")) as {
  files: Record<string, Expected>;
}; // make_hdf5.py

describe.each(Object.keys(files))("%s, as h5py reads it", (file) => {
  const { numbers, refused } = files[file];

  it.each(Object.keys(numbers))("%s has its shape and numbers, to the last bit", async (name) => {
    const { shape, values } = numbers[name];
    const found = (await readHdf5(fixture(file), [name]))[name];
    expect(found.shape).toEqual(shape);
    const special: Readonly<Record<string, number>> = {
      nan: NaN,
      inf: Infinity,
      "-inf": -Infinity,
    };
    expect(Array.from(found.data)).toEqual(
      values.map((value) => (typeof value === "string" ? special[value] : value)),
    );
    if (shape.length > 0) {
      const part = (await readHdf5(fixture(file), [name], { first: 1, count: shape[0] - 1 }))[name];
      expect(Array.from(part.data)).toEqual(
        Array.from(found.data).slice(found.data.length / shape[0]),
      );
    }
    expect((await readHdf5(fixture(file), [`/${name}`]))[`/${name}`].data).toEqual(found.data);
  });

  it.skipIf(Object.keys(refused).length === 0)(
    "what holds no numbers, is packed otherwise or is not there is named, and never called damaged",
    async () => {
      for (const [name, reason] of Object.entries(refused)) {
        const { message } = await failure(fixture(file), name);
        expect(message).toContain(reason);
        expect(message).not.toMatch(/damaged|fetch/);
      }
    },
  );
});

describe("an HDF5 file", () => {
  it("packed by a filter that is not read says which, and how to write it again", async () => {
    expect((await failure(fixture("filters.h5"), "LZF")).message).toBe(
      `${fixture("filters.h5")}: "LZF" is packed by the filter LZF (32000), which is not read. Write it again with gzip: h5repack -f GZIP=4 in.h5 out.h5, or in h5py compression="gzip".`,
    );
  });

  it("that shows a file which is not there is refused, and with the file read", async () => {
    const moved = join(folder, "moved");
    mkdirSync(moved);
    for (const name of ["view.h5", "part-0.h5", "part-2.h5"])
      copyFileSync(fixture(name), join(moved, name));
    const { message } = await failure(join(moved, "view.h5"), "x");
    expect(message).toBe(
      `${join(moved, "view.h5")}: "x" is a view of "x" in "part-1.h5", which is not there. Put that file beside this one.`,
    );
    writeFileSync(join(moved, "part-1.h5"), "no HDF5");
    expect((await failure(join(moved, "view.h5"), "x")).message).toBe(message);
    copyFileSync(fixture("numbers.h5"), join(moved, "part-1.h5")); // has no x
    expect((await failure(join(moved, "view.h5"), "x")).message).toBe(message);
    copyFileSync(fixture("part-1.h5"), join(moved, "part-1.h5"));
    expect((await readHdf5(join(moved, "view.h5"), ["x"])).x.data[4]).toBe(2);
  });

  it("with integers beyond 2^53 gives the nearest doubles where they are asked for", async () => {
    const found = await readHdf5(fixture("numbers.h5"), ["beyond", "beyond-unsigned"], {
      integers: "rounded",
    });
    expect([...found.beyond.data, ...found["beyond-unsigned"].data]).toEqual([0, 2 ** 53, 2 ** 64]);
  });

  it("of one dataset needs no name, of several one, and rows that there are", async () => {
    expect((await readArray(fixture("part-0.h5"))).values.data[0]).toBe(1);
    await expect(readArray(fixture("latest.h5"))).rejects.toThrow(
      "which dataset is meant? Name it (--dataset NAME); there are x, twelve, tracked.",
    );
    await expect(readArray(fixture("latest.h5"))).rejects.toThrow(ConfigError);
    for (const [first, count] of [
      [3, 1],
      [-1, 2],
      [0, 5],
      [0.5, 1],
      [0, 0],
    ]) {
      await expect(
        readHdf5(fixture("part-0.h5"), ["x"], { first, count: count + Number(first === 3) }),
      ).rejects.toThrow('"x" has 4');
    }
    expect((await readHdf5(fixture("numbers.h5"), ["scalar"])).scalar).toEqual({
      shape: [],
      data: Float64Array.of(2.5),
    });
    await expect(
      readHdf5(fixture("numbers.h5"), ["scalar"], { first: 1, count: 1 }),
    ).rejects.toThrow('"scalar" has 1');
  });

  it("of 3000 datasets in 300 groups is looked through once, not once a dataset", async () => {
    await hdf5.ready;
    const path = join(folder, "many.h5");
    const file = new hdf5.File(path, "w");
    for (let group = 0; group < 300; group++) {
      file.create_group(`g${group}`);
      const inner = file.get(`g${group}`) as InstanceType<typeof hdf5.Group>;
      for (let k = 0; k < 10; k++)
        inner.create_dataset({ name: `x${k}`, data: Float64Array.of(group, k) });
    }
    file.close();
    const names = Array.from({ length: 300 }, (_, group) => `g${group}/x7`);
    const begun = performance.now();
    const found = await readHdf5(path, names);
    expect(found["g299/x7"].data).toEqual(Float64Array.of(299, 7));
    // 25 s and more before; a second or two on a busy machine
    expect(performance.now() - begun).toBeLessThan(10_000);
  }, 60_000);

  it("of another kind, cut short, or marked as being written to, is called that", async () => {
    const sound = readFileSync(fixture("numbers.h5"));
    const written = (name: string, bytes: Uint8Array | string): string => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    };
    expect(
      (await failure(written("a.h5", "PK\x03\x04 and so on, and on, and on, and on"), "x")).message,
    ).toMatch(/is not an HDF5 file but a ZIP archive\. Unpack it first\.$/);
    expect((await failure(written("b.h5", "a,b\n1,2\n"), "x")).message).toMatch(
      /is no HDF5 file, it lacks the signature of one\. Name an HDF5 file\.$/,
    );
    expect((await failure(written("c.h5", sound.subarray(0, 20_000)), "scalar")).message).toMatch(
      /cannot be read as HDF5 \(truncated file: .*\)\. It is truncated or damaged; fetch it again\.$/,
    );
    expect((await failure(join(folder, "none.h5"), "x")).message).toMatch(
      /cannot be read \(ENOENT.*Name a file that exists\.$/,
    );
    const latest = readFileSync(fixture("part-0.h5"));
    // the old superblock has no such mark; a version of the future is named
    expect(latest[8]).toBe(0);
    latest[8] = 9;
    expect((await failure(written("d.h5", latest), "x")).message).toMatch(
      /is of a version that is not known/,
    );
  });
});
