import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataError, readNpy } from "phaselens/core";
import { readArray, readHdf5, readRootTree } from "phaselens/interop";
import { afterAll, describe, expect, it } from "vitest";
import { recognise } from "phaselens/internal/core/files/fileFormat";
import { openNpz } from "phaselens/internal/interop/tables/readNpz";

const folder = mkdtempSync(join(tmpdir(), "phaselens-names-"));
afterAll(() => rmSync(folder, { recursive: true }));
/** First bytes of files as the programs themselves write them, see make_heads.py. */
const { heads } = JSON.parse(
  readFileSync(new URL("fixtures/heads.json", import.meta.url), "utf8"),
) as { heads: Record<string, { format: string; head: string }> };

/** Readers, the kinds that they read, and an ending that they are given. */
const readers: Readonly<
  Record<string, { kinds: readonly string[]; ending: string; read(path: string): unknown }>
> = {
  readNpy: { kinds: ["npy"], ending: ".npy", read: (path) => readNpy(path) },
  openNpz: { kinds: ["npz"], ending: ".npz", read: (path) => openNpz(path) },
  readHdf5: { kinds: ["hdf5"], ending: ".h5", read: (path) => readHdf5(path, ["x"]) },
  readRootTree: {
    kinds: ["root"],
    ending: ".root",
    read: (path) => readRootTree(path, { tree: "t", branches: ["x"] }),
  },
  "readArray, .npy": { kinds: ["npy"], ending: ".npy", read: (path) => readArray(path) },
  "readArray, .npz": { kinds: ["npz"], ending: ".npz", read: (path) => readArray(path) },
  "readArray, .h5": {
    kinds: ["hdf5"],
    ending: ".h5",
    read: (path) => readArray(path, { dataset: "x" }),
  },
  "readArray, .csv": { kinds: ["gzip"], ending: ".csv", read: (path) => readArray(path) },
  "readArray, .csv.gz": { kinds: ["gzip"], ending: ".csv.gz", read: (path) => readArray(path) },
  "readArray, .dat": {
    kinds: ["npy", "npz", "hdf5", "parquet"],
    ending: ".dat",
    read: (path) => readArray(path, { dataset: undefined }),
  },
};

describe.each(Object.keys(readers))("%s", (reader) => {
  const { kinds, ending, read } = readers[reader];
  it.each(Object.keys(heads).filter((name) => !kinds.includes(heads[name].format)))(
    "names %s for what it is, and does not call it damaged",
    async (name) => {
      const bytes = Buffer.from(heads[name].head, "base64");
      const path = join(folder, `misnamed${ending}`);
      writeFileSync(path, bytes);
      const error = await Promise.resolve()
        .then(() => read(path))
        .then(
          () => undefined,
          (reason: Error) => reason,
        );
      expect(error).toBeInstanceOf(DataError);
      expect(error!.message).toContain(` but ${recognise(bytes)!.name}. `);
      expect(error!.message).not.toMatch(/damaged|truncated|fetch it again|no such|cut off/i);
      expect(error!.message).toMatch(/\. [A-Z][^.].*\.$/s); // a cure follows
    },
  );
});

it("a file under an ending that says nothing is read for what it is", async () => {
  const path = join(folder, "array.dat");
  writeFileSync(path, Buffer.from(heads["a.npy"].head, "base64"));
  expect((await readArray(path)).values.shape).toEqual([2, 3]);
});
