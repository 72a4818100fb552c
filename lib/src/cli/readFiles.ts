import { basename } from "node:path";
import { closestNames } from "../interop/models/closestNames.js";
import { isTable, readArray, type NamedArray } from "../interop/tables/readArray.js";
import { tableColumns } from "../interop/tables/tableColumns.js";
import type { OptionValues } from "./command.js";
import type { modelOptions } from "./modelOptions.js";
import { readingOf } from "./reading.js";

type Values = OptionValues<typeof modelOptions>;

/**
 * A table and the target beside or inside it.
 * @param like  columns of another table, which this one is read in the order of
 */
export async function readFiles(
  values: Values,
  path: string,
  targetPath: string | undefined,
  like: readonly string[] | undefined,
): Promise<{ array: NamedArray; target: NamedArray | undefined }> {
  const reading = await readingOf(values, path, targetPath);
  const array = await readArray(
    path,
    like && isTable(path)
      ? { ...reading.points, columns: like, without: undefined }
      : reading.points,
  );
  const beside = targetPath ?? (reading.inside ? path : undefined);
  return {
    array,
    target: beside === undefined ? undefined : await readArray(beside, reading.target),
  };
}

/**
 * A model without names of its inputs cannot say which of two orders of columns is its own: that of
 * the points is taken, and this said.
 */
export async function otherOrder(
  values: Values,
  path: string,
  like: readonly string[],
): Promise<readonly string[]> {
  if (values.columns !== undefined || !isTable(path)) return [];
  const { points } = await readingOf(values, path, undefined);
  const own = (await tableColumns(path, points)) ?? like;
  if (own.filter((name) => like.includes(name)).join() === like.join()) return [];
  const files = `${basename(path)} has its columns in another order than ${basename(values.data!)}`;
  return [
    `${files}; both were read as ${closestNames("", like)}. If that is not the order of the model's inputs, name it with --columns.`,
  ];
}
