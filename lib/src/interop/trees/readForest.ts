import { readFileSync, statSync } from "node:fs";
import { filePath } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { DataError } from "../../core/errors.js";
import { firstBytes, otherFormat, recognise } from "../../core/files/fileFormat.js";
import { ensembleOf, type TreeEnsemble } from "../../forest/ensemble/treeEnsemble.js";
import { ENSEMBLE_VERSION, ensembleFromJson } from "../../forest/ensembleJson.js";
import { forestFromJson } from "../../forest/forestJson.js";
import { readCatboost } from "./catboost.js";
import { forestFile, type ForestFile, type FoundForest } from "./forestFile.js";
import { lightgbmForest } from "./lightgbm.js";
import { limits } from "./limits.js";
import { isTreeModel, onnxForest } from "./onnxTrees.js";
import { has, type Place } from "./place.js";
import { tmvaForest } from "./tmva.js";
import { readUbjson } from "./ubjson.js";
import { readXgboost } from "./xgboost.js";

const WANTED = "a model of trees";
const CURE =
  "Save it with XGBoost (.json, .ubj), LightGBM (.txt), CatBoost (.json), TMVA (.xml), skl2onnx (.onnx) or forestToJson";

/**
 * Trees that another library grew: XGBoost's JSON and UBJSON, LightGBM's text, CatBoost's JSON,
 * TMVA's weights in XML, scikit-learn's through ONNX (skl2onnx), and trees of `forestToJson`, of
 * any kind that is grown here. The format is known by the content. `forest` goes to `predict`,
 * `contributions` and `shapley`.
 *
 * Predictions are those of the library that grew the trees to 1e-6, also for missing values (NaN)
 * and values at a threshold: comparisons are in its precision.
 * @throws DataError if the file is not there, damaged, or none of these, for objectives whose link
 *   is not known and numbers that a tree cannot have; ConfigError for what has no contributions
 *   (linear models in leaves, other operators beside the trees)
 * @example
 * ```ts
 * import { core, forest, interop } from "phaselens";
 * import { writeFileSync } from "node:fs";
 * const x = core.tensor([4, 1], [1, 2, 3, 4]);
 * const grow = { seed: 1, bootstrap: false };
 * const grown = await forest.randomForest({ x, target: [0, 0, 1, 1] }, grow);
 * writeFileSync("forest.json", JSON.stringify(forest.forestToJson(grown)));
 * const model = interop.readForest("forest.json");
 * console.log(Array.from(forest.predict(model.forest, x))); // → [ 0, 0, 1, 1 ]
 * ```
 */
export function readForest(path: string): ForestFile {
  takes("readForest", { path: [path, filePath] });
  return forestFile(found(path), path);
}

function found(path: string): FoundForest {
  const bytes = contentOf(path);
  const format = recognise(bytes)?.format;
  if (format === "onnx") return onnxForest(bytes, path);
  if (isUbjson(bytes)) return fromObject({ value: readUbjson(bytes, path), where: path });
  if (format === "xml" || startsWith(bytes, "<MethodSetup")) return tmvaForest(textOf(bytes), path);
  if (format === "json" || startsWith(bytes, "{"))
    return fromObject({ value: parsed(textOf(bytes), path), where: path });
  if (format === undefined && startsWith(bytes, "tree")) return lightgbmForest(textOf(bytes), path);
  throw otherFormat(path, bytes, WANTED, `${CURE}.`);
}

function contentOf(path: string): Uint8Array {
  try {
    const status = statSync(path);
    if (status.isDirectory()) throw new DataError(`${path}: is a folder, not ${WANTED}. ${CURE}.`);
    if (status.size > limits.bytes)
      throw new DataError(
        `${path}: has ${status.size} bytes, at most ${limits.bytes} are read. Save fewer trees, or pruned ones.`,
        { size: status.size },
      );
    return readFileSync(path);
  } catch (error) {
    if (error instanceof DataError) throw error;
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new DataError(`${path}: cannot be read (${why}). ${CURE}.`, { path });
  }
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  textOf(bytes.subarray(0, 200)).trimStart().startsWith(text);

/** A container, then the length of its first name or what it says of its entries. */
function isUbjson(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7b && "iUIlL$#".includes(String.fromCharCode(bytes[1]));
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (key !== "__proto__") return value;
      const fact = `${path}: has a key "__proto__", which no model has`;
      throw new DataError(`${fact}. Do not use this file.`, { key });
    });
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`${path}: is no JSON (${(error as Error).message}). ${CURE}.`, { path });
  }
}

function fromObject(model: Place): FoundForest {
  if (has(model, "learner")) return readXgboost(model);
  if (has(model, "features_info")) return readCatboost(model);
  if (has(model, "format") && (model.value as { format: unknown }).format === "phaselens-forest")
    return { format: "phaselens", forest: ownForest(model) };
  const cure = `${CURE}`;
  throw new DataError(`${model.where}: is JSON, but no model of trees. ${cure}.`);
}

function ownForest({ value, where }: Place): TreeEnsemble {
  const { version } = value as { version?: unknown };
  if (version === ENSEMBLE_VERSION) return ensembleFromJson(value, where);
  return ensembleOf(forestFromJson(value, where));
}

/** Whether a file is one that `readForest` is for: by its beginning, of ONNX by its operators. */
export function isForestFile(path: string): boolean {
  try {
    const head = firstBytes(path);
    if (recognise(head)?.format === "onnx")
      return statSync(path).size <= limits.bytes && isTreeModel(readFileSync(path), path);
    if (isUbjson(head) || /\.ubj$/i.test(path)) return true;
    if (startsWith(head, "tree\n") || startsWith(head, "tree\r")) return true;
    if (recognise(head)?.format === "xml" || startsWith(head, "<MethodSetup")) return true;
    const text = textOf(head);
    return (
      /^\s*\{\s*"(?:learner|features_info|model_info|oblivious_trees)"/.test(text) ||
      text.includes('"phaselens-forest"')
    );
  } catch {
    return false;
  }
}
