import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parquetWriteBuffer } from "hyparquet-writer";
import { PhaselensError } from "phaselens/core";
import { readArray } from "phaselens/interop";
import { describe, expect, it } from "vitest";
import { tableColumns } from "phaselens/internal/interop/tables/tableColumns";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`fixtures/parquet/${name}.parquet`, import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "phaselens-parquet-"));
const rows = Array.from({ length: 40 }, (_, k) => k);

describe("Parquet", () => {
  it.each(["none", "snappy", "gzip", "brotli", "zstd"])(
    "of pyarrow, packed by %s in three groups of rows: numbers of every width, truth values, texts of classes, holes",
    async (codec) => {
      const path = fixture(codec);
      const columns = ["mass", "single", "count", "byte", "yes"];
      const { values, columns: named } = await readArray(path, { columns });
      expect(named).toEqual(columns);
      expect(values.shape).toEqual([40, 5]);
      expect(Array.from(values.data)).toEqual(
        rows.flatMap((k) => [0.5 * k - 3, 0.25 * k, k * k, k - 20, k % 3 === 0 ? 1 : 0]),
      );
      const classes = ["up", "down", "strange"];
      const kind = await readArray(path, { columns: ["kind"], classes });
      expect(Array.from(kind.values.data)).toEqual(rows.map((k) => k % 3));
      const holes = await readArray(path, { columns: ["holes"], missing: true });
      expect(Array.from(holes.values.data)).toEqual(rows.map((k) => (k % 5 === 0 ? NaN : k / 8)));
    },
  );

  it("takes truth values for the classes that are called so, in any spelling and order", async () => {
    const path = join(scratch, "truth.parquet");
    const data = [true, false, true];
    const buffer = parquetWriteBuffer({ columnData: [{ name: "yes", data, type: "BOOLEAN" }] });
    writeFileSync(path, new Uint8Array(buffer));
    const read = async (classes: string[]): Promise<number[]> =>
      Array.from((await readArray(path, { columns: ["yes"], classes })).values.data);
    expect(await read(["True", "False"])).toEqual([0, 1, 0]);
    expect(await read(["False", "True"])).toEqual([1, 0, 1]);
    expect(await read(["no", "yes"])).toEqual([1, 0, 1]);
  });

  it("takes all columns but those left out; lists are left out and named", async () => {
    const path = fixture("snappy");
    const found = await readArray(path, { without: ["kind", "holes"] });
    expect(found.columns).toEqual(["mass", "single", "count", "byte", "yes"]);
    expect(found.notes).toEqual([expect.stringMatching(/lists and records were left out: list/)]);
    expect(await tableColumns(path)).toContain("kind");
  });

  it("says what is wrong, where, and what to do", async () => {
    const path = fixture("snappy");
    const cases = [
      [{ columns: ["mas"] }, /has no column "mas"; there are mass/],
      [{ columns: ["list"] }, /column "list" holds lists or records. Save one number a row/],
      [{ columns: ["holes"] }, /row 0, column "holes": a missing value is no finite number/],
      [{ columns: ["mass", "kind"] }, /row 0, column "kind": "up" is no finite number/],
      [{ columns: ["kind"], classes: ["up"] }, /row 1, column "kind": "down" is none of the cla/],
      [{ dataset: "mass" }, /only .npz and .h5 files hold several/],
      [{ maximumEntries: 39, columns: ["mass"] }, /39/],
    ] as const;
    for (const [options, message] of cases)
      await expect(readArray(path, options)).rejects.toThrow(message);
    await expect(readArray(fixture("large"))).rejects.toThrow(/row 1, column "large": .*2\^53/);
    const { values } = await readArray(fixture("large"), { integers: "rounded" });
    expect(values.data[1]).toBe(2 ** 53);
  });

  it("of its own writer comes back to the last bit", async () => {
    const numbers = rows.map((k) => Math.sin(k) * 10 ** (k - 20));
    const path = join(scratch, "own.parquet");
    const columnData = [{ name: "a", data: numbers, type: "DOUBLE" as const }];
    writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData })));
    expect(Array.from((await readArray(path)).values.data)).toEqual(numbers);
  });

  it("that is cut off or damaged is refused as such, and never ends the process", async () => {
    const whole = readFileSync(fixture("gzip"));
    const path = join(scratch, "damaged.parquet");
    const attempt = async (bytes: Uint8Array): Promise<void> => {
      writeFileSync(path, bytes);
      try {
        await readArray(path, { columns: ["mass", "count"] });
      } catch (error) {
        expect(error).toBeInstanceOf(PhaselensError);
      }
    };
    for (let cut = 0; cut < whole.length; cut += 97) await attempt(whole.subarray(0, cut));
    for (let at = 4; at < whole.length; at += 31) {
      const bytes = Uint8Array.from(whole);
      bytes[at] ^= 0x55;
      await attempt(bytes);
    }
  });
});
