import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { tensor } from "phaselens/core";
import { readArray } from "phaselens/interop";
import { networkAnswers } from "phaselens/internal/report/answers/networkAnswers";
import {
  influenceTable,
  pointsTable,
  relevanceTable,
  tableFile,
  type Table,
} from "phaselens/internal/report/answers/tables";
import { describe, expect, it } from "vitest";
import { threeKinds } from "./questions.js";

const scratch = mkdtempSync(join(tmpdir(), "phaselens-tables-"));
async function written(table: Table, format: "csv" | "parquet"): Promise<string> {
  const path = join(scratch, `table.${format}`);
  writeFileSync(path, await tableFile(table, format));
  return path;
}

describe("tables of answers", () => {
  it.each(["csv", "parquet"] as const)(
    "as %s hold influence and relevance to the last bit",
    async (format) => {
      const influence = tensor([2, 3], [0.1, -2e-7, 3, Math.PI, 1e300, -0.3]);
      const relatif = tensor([2, 3], [1, 2, 3, 4, 5, 6]);
      const table = influenceTable([17, 42], [5, 7, 9], influence, relatif);
      const found = await readArray(await written(table, format));
      expect(found.columns).toEqual(["row", "training_row", "influence", "relatif"]);
      const rows = [17, 42].flatMap((row, t) =>
        [5, 7, 9].flatMap((own, r) => [
          row,
          own,
          influence.data[3 * t + r],
          relatif.data[3 * t + r],
        ]),
      );
      expect(Array.from(found.values.data)).toEqual(rows);
      const own = await readArray(
        await written(relevanceTable([4], tensor([1, 2], [1 / 3, -5]), ["a,b", "c"]), format),
      );
      expect([own.columns, Array.from(own.values.data)]).toEqual([
        ["row", "a,b", "c"],
        [4, 1 / 3, -5],
      ]);
    },
  );

  it("of points hold what is known of each, nothing where it is not, and no formula", async () => {
    const { question } = threeKinds();
    const answers = networkAnswers({ ...question, classes: ["=1+1", 'a"b', "-x"] });
    await answers.rows();
    const before = pointsTable(answers.document).map(({ name }) => name);
    expect(before).toEqual([
      "row",
      "prediction",
      "sure",
      "target",
      "wrong",
      "loss",
      "output_0",
      "output_1",
      "output_2",
    ]);
    await answers.training();
    const table = pointsTable(answers.document);
    const [rue] = table.filter(({ name }) => name === "rue");
    const { rows } = answers.document;
    expect(rue.values).toEqual(rows.map((own) => own.uncertainty!.variance));
    const text = (await tableFile(table, "csv")) as string;
    expect(text).not.toMatch(/,[=+@-][^\d.,]/);
    expect(text).toContain('"\'=1+1"');
    const bytes = (await tableFile(table, "parquet")) as Uint8Array;
    const objects = await parquetReadObjects({ file: bytes.buffer as ArrayBuffer });
    expect(objects).toHaveLength(30);
    expect(objects[3]).toMatchObject({ row: 3, prediction: rows[3].label, wrong: rows[3].wrong });
  });
});
