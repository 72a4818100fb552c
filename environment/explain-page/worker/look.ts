// Looks at what was dropped: which file is the model, what arrays and columns there are.
import { parseNpy } from "phaselens/internal/core/files/npy";
import { firstBytes, recognise } from "phaselens/internal/core/files/fileFormat";
import { isOnnxFile, onnxInputs } from "phaselens/internal/interop/models/onnx/onnxFile";
import { lossTypes } from "phaselens/internal/nn/losses/lossTypes";
import { readModel } from "phaselens/internal/interop/models/readModel";
import { tableColumns } from "phaselens/internal/interop/tables/tableColumns";
import { isTable } from "phaselens/internal/interop/tables/readArray";
import { isForestFile, readForest } from "phaselens/internal/interop/trees/readForest";
import { bytesOf, fileAt } from "../node/files.js";
import { dirname, join } from "../node/path.js";
import { inputOf, roleOf, settled, targetColumnOf } from "./guess.js";
import type { Looked, LookedItem, LookedModel } from "./protocol.js";
import { isStateDictionary, lookAtDictionary, withNetwork } from "./stateDictionary.js";
import { arraysOf, tableOfRoot } from "./tables.js";
import { distinctTexts } from "./texts.js";

/**
 * @param paths    of the files that were dropped
 * @param network  of a state dictionary, as it was named
 */
export async function look(paths: readonly string[], network?: string): Promise<Looked> {
  const models = paths.filter(isModel);
  const parts = new Set(models.flatMap(partsOf));
  const found = (await Promise.all(paths.map((path) => itemsOf(path, parts)))).flat();
  const file = found.find(({ kind }) => kind === "model");
  const dictionary = file && dictionaryOf(file);
  const model = file && (await lookAtModel(file.path, network ?? dictionary?.network));
  const inputs = model?.inputs ?? [];
  const named = found.map((item) =>
    inputs.length > 1 && item.kind === "array" && !/arget/.test(item.role)
      ? withInput(item, inputs)
      : item,
  );
  const items = settled(named).map((item) =>
    item === file
      ? {
          ...item,
          ...(dictionary && { tensors: dictionary.tensors }),
          ...(model?.problem !== undefined && { problem: model.problem }),
        }
      : item,
  );
  const loss = model?.format === "ONNX" ? await lossOf(file!.path, items) : dictionary?.loss;
  return {
    items,
    ...(model && { model }),
    guess: { ...(await guessed(items, model)), ...(loss !== undefined && { loss }) },
  };
}

/** What a state dictionary says; undefined for other models, and where it cannot be read. */
function dictionaryOf({ path }: LookedItem): ReturnType<typeof lookAtDictionary> | undefined {
  try {
    return isStateDictionary(path) ? lookAtDictionary(path) : undefined;
  } catch {
    return undefined; // looking at the model says why
  }
}

/** The loss that belongs to the last layer of an ONNX model; undefined where it is not read yet. */
async function lossOf(path: string, items: readonly LookedItem[]): Promise<string | undefined> {
  const points = items.filter(
    ({ role, shape }) => role !== "unused" && shape && !/arget/.test(role),
  );
  const [only] = onnxInputs(path);
  const extents = Object.fromEntries(
    points.map(({ input = only.name, shape }) => [input, shape!.slice(1)]),
  );
  try {
    const { loss } = await readModel(path, { extents });
    return Object.values(lossTypes).find((type) => type.build({}) === loss)?.option;
  } catch {
    return undefined; // reading it for the answers says why
  }
}

function withInput(item: LookedItem, inputs: readonly string[]): LookedItem {
  const input = inputOf(item.name, inputs);
  return input === undefined ? { ...item, role: "unused" } : { ...item, input };
}

async function guessed(
  items: readonly LookedItem[],
  model: LookedModel | undefined,
): Promise<Looked["guess"]> {
  const table = items.find(({ kind, role }) => kind === "table" && role !== "unused");
  const targetColumn = table?.columns && targetColumnOf(table.columns, model);
  const labels =
    targetColumn !== undefined && !model?.classes
      ? await distinctTexts(table!.path, table!.columns!, targetColumn)
      : undefined;
  return {
    ...(targetColumn !== undefined && { targetColumn }),
    ...(labels && { classes: labels.join(",") }),
  };
}

/** What is in a file; a file that cannot be read says why. */
async function itemsOf(path: string, parts: ReadonlySet<string>): Promise<LookedItem[]> {
  const item = (
    own: string,
    kind: LookedItem["kind"],
    more: Partial<LookedItem> = {},
  ): LookedItem => ({
    path: own,
    name: own,
    kind,
    role: roleOf(own, kind, more.shape),
    ...more,
  });
  if (parts.has(path)) return [item(path, "part")];
  try {
    if (isModel(path)) return [item(path, "model")];
    const format = recognise(firstBytes(path))?.format;
    const table = async (own: string): Promise<LookedItem[]> => [
      item(own, "table", { columns: await tableColumns(own) }),
    ];
    if (format === "npy") return [item(path, "array", { shape: shapeOf(path) })];
    if (format === "npz" || format === "hdf5" || (format === "zip" && /\.npz$/i.test(path)))
      return (await arraysOf(path, format)).map(({ path: own, problem }) =>
        problem === undefined
          ? item(own, "array", { shape: shapeOf(own) })
          : item(own, "other", { problem }),
      );
    if (format === "root") return await table(await tableOfRoot(path));
    if (isTable(path)) return await table(path);
    return [item(path, "other")];
  } catch (error) {
    return [item(path, "other", { problem: (error as Error).message })];
  }
}

function isModel(path: string): boolean {
  if (/\.(onnx|keras)$/i.test(path) || isStateDictionary(path) || isForestFile(path)) return true;
  if (!/\.json$/i.test(path)) return false;
  const text = new TextDecoder().decode(firstBytes(path));
  return /"modelTopology"|"phaselens-network"/.test(text);
}

/** Files beside a model that hold its weights. */
function partsOf(path: string): string[] {
  if (!/\.json$/i.test(path)) return [];
  try {
    const json = JSON.parse(new TextDecoder().decode(bytesOf(fileAt(path)))) as {
      parameters?: unknown;
      weightsManifest?: { paths: string[] }[];
    };
    const groups = json.weightsManifest?.flatMap(({ paths }) => paths) ?? [];
    return [...groups, String(json.parameters)].map((name) => join(dirname(path), name));
  } catch {
    return []; // whoever reads the model says what is wrong
  }
}

/** Of a .npy file, by its header alone: of a file of no numbers, its end is missing. */
function shapeOf(path: string): readonly number[] | undefined {
  const head = new TextDecoder("latin1").decode(firstBytes(path).subarray(0, 1024));
  const listed = /'shape':\s*\(([\d,\s]*)\)/.exec(head)?.[1];
  return listed === undefined
    ? parseNpy(bytesOf(fileAt(path)), path).shape
    : listed
        .split(",")
        .filter((part) => part.trim() !== "")
        .map(Number);
}

async function lookAtModel(path: string, named: string = ""): Promise<LookedModel> {
  if (isStateDictionary(path)) return lookAtNetwork(path, named);
  try {
    if (isForestFile(path)) {
      const { format, features, named, classes } = readForest(path);
      const known = { ...(named && { features }), ...(classes && { classes }) };
      return { kind: "trees", format, inputs: ["input"], lossKnown: true, ...known };
    }
    if (isOnnxFile(path)) {
      const inputs = onnxInputs(path).map(({ name }) => name);
      return { kind: "network", format: "ONNX", inputs, lossKnown: false };
    }
    const { format, inputs } = await readModel(path);
    return { kind: "network", format, inputs: inputs.map(({ name }) => name), lossKnown: true };
  } catch (error) {
    const problem = (error as Error).message;
    return { kind: "network", format: "", inputs: ["input"], lossKnown: true, problem };
  }
}

/** Numbers with the network that was named for them. */
async function lookAtNetwork(path: string, network: string): Promise<LookedModel> {
  const known = { kind: "network", format: "PyTorch", lossKnown: false, network } as const;
  try {
    const { inputs } = await readModel(withNetwork(path, network));
    return { ...known, inputs: inputs.map(({ name }) => name) };
  } catch (error) {
    return { ...known, inputs: ["input"], problem: (error as Error).message };
  }
}
