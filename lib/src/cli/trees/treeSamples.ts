import { ConfigError, ShapeError } from "../../core/errors.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { checkModelInputs } from "../../forest/ensemble/checkModelInputs.js";
import { tableColumns } from "../../interop/tables/tableColumns.js";
import { isTable, readArray, type ReadArrayOptions } from "../../interop/tables/readArray.js";
import type { ForestFile } from "../../interop/trees/forestFile.js";
import { UsageError, type OptionValues } from "../command.js";
import type { modelOptions } from "../modelOptions.js";
import { listOption, readingOf } from "../reading.js";

/** The options that trees are read by. */
export type TreeValues = OptionValues<typeof modelOptions> & { readonly background?: string };

/** Samples as a model of trees reads them. */
export interface TreeSamples {
  /** [n, features] in the model's order; NaN is a missing value. */
  readonly x: Tensor;
  readonly notes: readonly string[];
}

/**
 * Samples of a file: columns of a table by the names that the model has, other arrays and tables
 * for models without names in their order.
 * @throws UsageError naming all features that the table has not; ShapeError for another number of
 *   them, NumericalError for missing values where the trees do not say where these go
 */
export async function treeSamples(
  values: TreeValues,
  model: ForestFile,
  path: string,
): Promise<TreeSamples> {
  const { points } = await readingOf({ ...values, train: undefined }, path, values.target);
  const options = isTable(path)
    ? { ...points, ...(await columnsOf(values, model, path, points)) }
    : points;
  const { values: x, notes } = await readArray(path, { ...options, missing: true });
  const { features } = model.forest;
  if (x.shape.length !== 2 || x.shape[1] !== features)
    throw new ShapeError(
      `${path}: holds samples of shape [${x.shape.slice(1)}], and the model reads ${features} features. Name them in its order with --columns, or save [n, ${features}].`,
      { shape: x.shape, features },
    );
  checkModelInputs(model.forest, x, path);
  return { x, notes };
}

type Columns = Pick<ReadArrayOptions, "columns" | "without">;

/** Which columns of a table are the features. */
async function columnsOf(
  { columns, "target-column": target }: TreeValues,
  model: ForestFile,
  path: string,
  options: ReadArrayOptions,
): Promise<Columns> {
  const listed = listOption(columns);
  if (listed) return { columns: listed, without: undefined };
  const known = await tableColumns(path, options);
  if (!known) return { without: undefined }; // whoever reads the whole says why
  const has = (name: string): boolean => known.includes(name);
  if (!model.named && !model.features.every(has))
    return { without: target !== undefined && has(target) ? [target] : undefined };
  checkNames(model, known, path);
  return { columns: model.features, without: undefined };
}

/** @throws UsageError naming all features that are missing */
function checkNames(model: ForestFile, known: readonly string[], path: string): void {
  try {
    model.pack(tensor([1, known.length]), known);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const fact = error.message.replace(/^pack: /, "");
    const cure = "Or name its columns in the order of the features with --columns";
    throw new UsageError(`${path}: ${fact} ${cure}.`, error.details);
  }
}
