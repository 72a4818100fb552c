import { existsSync } from "node:fs";
import { size, type Shape, type Tensor } from "../core/tensor.js";
import { readArray } from "../interop/tables/readArray.js";
import type { ModelInput } from "../interop/models/modelInputs.js";
import { UsageError } from "./command.js";

/**
 * Files of inputs by name, of a text like `pf_features=pf.npy,sv_features=sv.npy`; undefined for
 * the path of one file.
 * @throws UsageError where only some of the parts have a name
 */
export function namedFiles(text: string): ReadonlyMap<string, string> | undefined {
  if (existsSync(text) || !text.includes("=")) return undefined;
  const parts = text.split(",").map((part) => /^([^=]+)=(.+)$/.exec(part.trim()));
  if (parts.every((part) => part !== null)) {
    const names = parts.map(([, name]) => name);
    const twice = names.find((name, k) => names.indexOf(name) < k);
    if (twice === undefined) return new Map(parts.map(([, name, path]) => [name, path] as const));
    throw new UsageError(`"${text}" names ${twice} twice. Give each input one file.`);
  }
  throw new UsageError(
    `"${text}": each part must be NAME=FILE. Write pf_features=pf.npy,sv_features=sv.npy, for example.`,
  );
}

/** Inputs of a model by name, and the files that they came from. */
export interface NamedInputs {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly files: readonly string[];
}

/**
 * The inputs of a model with several of them: from a file for each, or one file that holds arrays
 * of their names.
 * @throws UsageError for inputs that are missing or not known
 */
export async function namedInputs(text: string, names: readonly string[]): Promise<NamedInputs> {
  const files = namedFiles(text);
  if (!files && names.length > 1 && /\.(npy|csv|tsv)(\.gz)?$/i.test(text))
    throw new UsageError(
      `"${text}" is one array, and the inputs of the model are ${names.join(", ")}. Give each of them a file: ${names.map((name) => `${name}=FILE`).join(",")}.`,
    );
  const given = [...(files?.keys() ?? names)];
  const [missing, unknown] = [
    names.filter((name) => !given.includes(name)),
    given.filter((name) => !names.includes(name)),
  ];
  if (missing.length + unknown.length > 0) {
    const wrong = missing.length > 0 ? `is without ${missing.join(", ")}` : `names ${unknown[0]}`;
    throw new UsageError(
      `"${text}" ${wrong}; the inputs of the model are ${names.join(", ")}. Give each of them a file.`,
    );
  }
  const entries = names.map(async (name) => {
    const path = files?.get(name) ?? text;
    const { values } = await readArray(path, files ? {} : { dataset: name });
    return [name, values] as const;
  });
  return {
    tensors: Object.fromEntries(await Promise.all(entries)),
    files: files ? [...files.values()] : [text],
  };
}

/** Extents of one sample of each input, as data have them. */
export const extentsOf = ({ tensors }: NamedInputs): Record<string, Shape> =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape.slice(1)]));

/** What each entry of a packed sample is called: "pf_features 3,4". */
export const entryNames = (inputs: readonly ModelInput[]): string[] =>
  inputs.flatMap(({ name, shape = [] }) =>
    Array.from({ length: size(shape) }, (_, f) => {
      let left = f;
      const index = [...shape].reverse().map((extent) => {
        const at = left % extent;
        left = Math.floor(left / extent);
        return at;
      });
      return `${name} ${index.reverse().join(",")}`;
    }),
  );
