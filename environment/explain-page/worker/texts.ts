// Words in a column of a table: names of classes, perhaps.
import { csvScanner } from "phaselens/internal/interop/tables/csvScanner";
import { csvSeparator } from "phaselens/internal/interop/tables/csvSeparator";
import { openParquet } from "phaselens/internal/interop/tables/parquet/openParquet";
import { isParquet } from "phaselens/internal/interop/tables/tableColumns";
import { bytesOf, fileAt } from "../node/files.js";

/** Bytes of the table that are looked at, and texts that may be classes at most. */
const [LOOKED, MOST] = [2 ** 20, 100];

/** Of two classes the second is what one output speaks for. */
const YES = /\b(sig(nal)?|yes|true|pos(itive)?|pass(ed)?)\b/i;

/**
 * The different texts of a column near the beginning of a table, sorted; undefined where they are
 * numbers, or too many to be classes.
 */
export async function distinctTexts(
  path: string,
  columns: readonly string[],
  name: string,
): Promise<readonly string[] | undefined> {
  const found = isParquet(path) ? await inParquet(path, name) : inText(path, columns.indexOf(name));
  const texts = [...found].filter((value) => value !== "").sort();
  if (texts.length > MOST || texts.every((value) => Number.isFinite(Number(value))))
    return undefined;
  return texts.length === 2 && YES.test(texts[0]) && !YES.test(texts[1]) ? texts.reverse() : texts;
}

async function inParquet(path: string, name: string): Promise<Set<string>> {
  const file = await openParquet(path);
  const values = Array.from(await file.read(name));
  file.close();
  return new Set(values.filter((value) => typeof value === "string"));
}

function inText(path: string, column: number): Set<string> {
  const text = new TextDecoder().decode(bytesOf(fileAt(path), 0, LOOKED)).replace(/^\uFEFF/, "");
  const found = new Set<string>();
  let [at, line] = [0, 0];
  const scanner = csvScanner(path, csvSeparator(text, "."), {
    field: (value) => {
      if (at++ === column && line > 0) found.add(value.trim());
    },
    record: () => {
      at = 0;
      line++;
    },
  });
  scanner.push(text.slice(0, text.lastIndexOf("\n") + 1));
  return found;
}
