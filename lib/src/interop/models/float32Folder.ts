import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DataError } from "../../core/errors.js";
import { otherFormat, recognise } from "../../core/files/fileFormat.js";
import { tensor, type Tensor } from "../../core/tensor.js";

/** A model saved as plain float32 numbers with a JSON beside them that says which are which. */
export interface Float32Model {
  /** By name, in the order of the file. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** All else that the JSON says: widths, kept features, source. */
  readonly about: Readonly<Record<string, unknown>>;
}

/** Names of the models in a folder: those with both NAME.json and NAME.f32. */
export function float32Models(folder: string): string[] {
  const files = new Set(readdirSync(folder));
  return [...files]
    .filter((file) => file.endsWith(".json") && files.has(file.replace(/json$/, "f32")))
    .map((file) => file.slice(0, -5))
    .sort();
}

/**
 * The tensors of NAME.f32 (little-endian float32, one after the other), as NAME.json lists them:
 * `tensors: [{ name, shape, offset }]`, offsets counted in numbers.
 *
 * @throws DataError if a file is missing, truncated or too long, or the JSON does not list tensors
 *   that follow each other
 */
export function readFloat32Folder(folder: string, name: string): Float32Model {
  const [jsonPath, dataPath] = [join(folder, `${name}.json`), join(folder, `${name}.f32`)];
  const { tensors: list, ...about } = parse(jsonPath);
  const bytes = read(dataPath);
  if (!Array.isArray(list) || list.length === 0) {
    throw new DataError(
      `${jsonPath}: tensors must be a list of { name, shape, offset }, got ${JSON.stringify(list)}.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tensors: Record<string, Tensor> = {};
  let end = 0;
  for (const [k, entry] of list.entries()) {
    const {
      name: own,
      shape,
      offset,
    } = (entry ?? {}) as { name?: unknown; shape?: unknown; offset?: unknown };
    if (
      typeof own !== "string" ||
      own === "__proto__" ||
      !Array.isArray(shape) ||
      !shape.every((extent) => Number.isInteger(extent) && extent > 0)
    ) {
      throw new DataError(
        `${jsonPath}: tensors[${k}] must have a name and a shape of whole numbers ≥ 1, got ${JSON.stringify(entry)}.`,
      );
    }
    if (offset !== end) {
      throw new DataError(
        `${jsonPath}: tensors[${k}].offset must be ${end}, after the tensor before it, got ${JSON.stringify(offset)}.`,
      );
    }
    const count = (shape as number[]).reduce((product, extent) => product * extent, 1);
    end += count;
    if (4 * end > bytes.byteLength) {
      throw new DataError(
        `${dataPath}: holds ${bytes.byteLength} bytes, "${own}" ends at ${4 * end}. The file is truncated; fetch it again.`,
        { name: own },
      );
    }
    const start = end - count;
    tensors[own] = tensor(
      shape as number[],
      Float64Array.from({ length: count }, (_, p) => view.getFloat32(4 * (start + p), true)),
    );
    const bad = tensors[own].data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new DataError(
        `${dataPath}: entry ${bad} of "${own}" is ${tensors[own].data[bad]}. The file is damaged; fetch it again.`,
        { name: own },
      );
    }
  }
  if (4 * end !== bytes.byteLength) {
    throw new DataError(
      `${dataPath}: holds ${bytes.byteLength} bytes, its tensors are ${4 * end}. JSON and data do not belong together.`,
    );
  }
  return { tensors, about };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new DataError(
      `${path}: cannot be read (${(error as Error).message}). A model needs NAME.json and NAME.f32 in one folder.`,
      { path },
    );
  }
}

function parse(path: string): Record<string, unknown> {
  const bytes = read(path);
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (error) {
    const { format } = recognise(bytes) ?? {};
    if (format !== undefined && format !== "json")
      throw otherFormat(path, bytes, "the JSON of a model", "");
    throw new DataError(`${path}: is no JSON (${(error as Error).message}). Fetch it again.`, {
      path,
    });
  }
  throw new DataError(`${path}: must be a JSON object with a list of tensors.`, { path });
}
