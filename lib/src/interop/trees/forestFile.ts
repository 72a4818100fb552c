import { ConfigError, ShapeError } from "../../core/errors.js";
import { quoted } from "../../core/printable.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import type { Link } from "../../forest/ensemble/link.js";
import type { TreeEnsemble } from "../../forest/ensemble/treeEnsemble.js";

/** Trees from a file, whichever of the formats it has. */
export interface ForestFile {
  readonly format: "XGBoost" | "LightGBM" | "CatBoost" | "ONNX" | "TMVA" | "phaselens";
  readonly forest: TreeEnsemble;
  /** What makes a response of a margin. */
  readonly output: Link;
  /** Names of the features in their order: "f0", "f1", … where the file has none. */
  readonly features: readonly string[];
  /** Whether these names are those of the file. */
  readonly named: boolean;
  /** Labels of classes in the order of the outputs (of one output: the second is what it gives). */
  readonly classes: readonly string[] | undefined;
  readonly notes: readonly string[];
  /** What was read, for provenance. */
  readonly files: readonly string[];
  /**
   * Columns of a table in the order of the features.
   * @param x        [n, columns]
   * @param columns  their names
   * @returns        [n, features]
   * @throws ConfigError naming all features that there are not, ShapeError for another number of
   *   columns
   */
  pack(x: Tensor, columns: readonly string[]): Tensor;
}

/** What a reader of one format finds. */
export interface FoundForest extends Pick<ForestFile, "format" | "forest"> {
  readonly names?: readonly string[];
  readonly classes?: readonly string[];
  readonly notes?: readonly string[];
}

export function forestFile(found: FoundForest, path: string): ForestFile {
  const { format, forest, names = [], classes, notes = [] } = found;
  const named = names.length === forest.features;
  const features = named ? names : Array.from({ length: forest.features }, (_, k) => `f${k}`);
  const pack = (x: Tensor, columns: readonly string[]): Tensor =>
    packed(x, columns, features, named);
  const own = { format, forest, output: forest.link, features, named, classes };
  return { ...own, notes, files: [path], pack };
}

function packed(
  x: Tensor,
  columns: readonly string[],
  features: readonly string[],
  named: boolean,
): Tensor {
  const [n, width] = x.shape;
  if (x.shape.length !== 2 || width !== columns.length)
    throw new ShapeError(
      `pack: x has shape [${x.shape}] and there are ${columns.length} names. Give each column one.`,
      { shape: x.shape, columns: columns.length },
    );
  const missing = features.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    const list = (names: readonly string[]): string => names.map((name) => quoted(name)).join(", ");
    const made = named ? "" : " (the file names none: f0, f1, … are their numbers)";
    const fact = `the model asks for ${list(missing)}, which the table has not${made}; it has ${list(columns)}`;
    throw new ConfigError(`pack: ${fact}. Name the columns as the model's features.`, { missing });
  }
  const places = features.map((name) => columns.indexOf(name));
  const taken = tensor([n, features.length]);
  for (let s = 0; s < n; s++)
    places.forEach((place, k) => (taken.data[s * features.length + k] = x.data[s * width + place]));
  return taken;
}
