import { existsSync } from "node:fs";
import { checkWeights } from "../core/weights.js";
import { tableColumns } from "../interop/tables/tableColumns.js";
import type { CsvOptions } from "../interop/tables/csvOptions.js";
import { isTable, readArray, type ReadArrayOptions } from "../interop/tables/readArray.js";
import { UsageError, type OptionValues } from "./command.js";
import type { modelOptions } from "./modelOptions.js";
import { namedFiles } from "./namedData.js";

type Values = OptionValues<typeof modelOptions>;

/** How a file of points and that of its targets are read. */
export interface Reading {
  readonly points: ReadArrayOptions;
  readonly target: ReadArrayOptions;
  /** The targets are in the file of the points. */
  readonly inside: boolean;
}

type ReadingValues = Pick<
  Values,
  | "columns"
  | "target-column"
  | "dataset"
  | "target-dataset"
  | "weights"
  | "masks"
  | "classes"
  | "data"
  | "train"
  | "header"
  | "decimal"
>;

export const listOption = (text: string | undefined): string[] | undefined =>
  text?.split(",").map((name) => name.trim());

/** How the tables of the call are written. */
function csvOptions({ header, decimal }: ReadingValues): CsvOptions {
  return {
    ...(header !== undefined && { header: header === "yes" }),
    ...(decimal !== undefined && { decimal: decimal === "," ? "," : "." }),
  };
}

/** What the options say of one file: columns to tables, datasets to the others. */
export async function readingOf(
  values: ReadingValues,
  path: string,
  targetPath: string | undefined,
): Promise<Reading> {
  const {
    columns,
    dataset,
    "target-column": targetColumn,
    "target-dataset": targetDataset,
  } = values;
  const table = csvOptions(values);
  const named = (isTable(path) ? targetColumn : targetDataset) !== undefined;
  // beside labelled training points the points explained may have no labels
  const unlabelled =
    isTable(path) &&
    path === values.data &&
    values.train !== undefined &&
    path !== values.train &&
    (await tableColumns(path, table))?.includes(targetColumn!) === false;
  const inside = targetPath === undefined && named && !unlabelled;
  const beside = [
    ...(inside && targetColumn !== undefined ? [targetColumn] : []),
    ...(await weightColumn(values, path, table)),
  ];
  const classes = listOption(values.classes);
  return {
    points: isTable(path)
      ? {
          columns: listOption(columns),
          without: beside.length > 0 ? beside : undefined,
          ...table,
        }
      : { dataset },
    target: isTable(targetPath ?? path)
      ? { classes, columns: targetColumn === undefined ? undefined : [targetColumn], ...table }
      : { classes, dataset: targetDataset },
    inside,
  };
}

/** The column of weights, which is no input: in the training points, and where else it is. */
async function weightColumn(
  { weights, train }: ReadingValues,
  path: string,
  table: CsvOptions,
): Promise<string[]> {
  if (weights === undefined || existsSync(weights) || !isTable(path)) return [];
  return path === train || (await tableColumns(path, table))?.includes(weights) ? [weights] : [];
}

/** How the weights of the training points are read, and from which file. */
export function weightsReading(values: ReadingValues): { path: string; options: ReadArrayOptions } {
  const { weights, train } = values;
  if (existsSync(weights!))
    return { path: weights!, options: isTable(weights!) ? csvOptions(values) : {} };
  if (train === undefined || namedFiles(train)) {
    const cure = "Give a file that holds one number for each training point";
    throw new UsageError(`--weights is ${weights}, which is no file. ${cure}.`);
  }
  return isTable(train)
    ? { path: train, options: { columns: [weights!], ...csvOptions(values) } }
    : { path: train, options: { dataset: weights } };
}

/** @throws UsageError unless there is one number for each of the n training points */
export async function readWeights(
  values: Values,
  n: number,
): Promise<{ weights: Float64Array; path: string }> {
  if (!existsSync(values.weights!) && values.train?.toLowerCase().endsWith(".npy"))
    throw new UsageError(
      `--weights is ${values.weights}, but ${values.train} holds one array. Give a file of weights.`,
    );
  const { path, options } = weightsReading(values);
  const { shape, data } = (await readArray(path, options)).values;
  if (data.length !== n)
    throw new UsageError(
      `--weights ${values.weights}: holds numbers of shape [${shape}] for ${n} training points. Give one for each.`,
    );
  checkWeights(data, n, `--weights ${values.weights}`);
  return { weights: data, path };
}
