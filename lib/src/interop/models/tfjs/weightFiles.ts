import { halfPrecision } from "../../../core/files/halfPrecision.js";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { z } from "zod";
import { DataError } from "../../../core/errors.js";
import { size, type Shape } from "../../../core/tensor.js";

/** Files that are one stretch of bytes, and the weights in it. */
export interface WeightGroup {
  readonly paths: readonly string[];
  readonly weights: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly dtype: string;
    readonly quantization?: {
      readonly dtype: string;
      readonly scale?: number;
      readonly min?: number;
    };
  }[];
}

const entry = z.looseObject({
  name: z.string().min(1),
  shape: z
    .array(
      z
        .int()
        .min(0)
        .max(2 ** 31),
    )
    .max(8),
  dtype: z.string(),
  quantization: z
    .looseObject({ dtype: z.string(), scale: z.number().optional(), min: z.number().optional() })
    .optional(),
});
export const weightsManifest: z.ZodType<readonly WeightGroup[]> = z.array(
  z.looseObject({ paths: z.array(z.string().min(1)).min(1), weights: z.array(entry) }),
);

export interface NamedWeight {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/**
 * The weights that the manifest of a model.json lists, by name. A group's files are one stretch of
 * bytes, in order.
 *
 * @param model         path of model.json; its folder must hold all files
 * @param maximumBytes  of all weights together, as they are stored and as they are read
 * @throws DataError for files elsewhere, missing, too short or too long, and for types that are not
 *   known
 */
export function readWeightFiles(
  model: string,
  manifest: readonly WeightGroup[],
  maximumBytes: number,
): Map<string, NamedWeight> {
  const weights = new Map<string, NamedWeight>();
  let total = 0;
  for (const { paths, weights: list } of manifest) {
    const layout = list.map((own) => {
      const stored = own.quantization?.dtype ?? own.dtype;
      if (!Object.hasOwn(numberTypes, stored)) {
        throw new DataError(
          `${model}: "${own.name}" is stored as ${JSON.stringify(stored)}; ${Object.keys(numberTypes).join(", ")} are read. Save it as float32.`,
        );
      }
      const count = size(own.shape);
      total += Math.max(4, numberTypes[stored].bytes) * count;
      if (!(total <= maximumBytes)) {
        throw new DataError(
          `${model}: its weights up to "${own.name}" of shape [${own.shape}] exceed ${maximumBytes} bytes. Raise maximumBytes if you trust it.`,
        );
      }
      return { own, stored, count, bytes: numberTypes[stored].bytes * count };
    });
    const bytes = readGroup(
      model,
      paths,
      layout.reduce((sum, own) => sum + own.bytes, 0),
    );
    let at = 0;
    for (const {
      own: { name, shape, quantization },
      stored,
      count,
      bytes: length,
    } of layout) {
      if (weights.has(name))
        throw new DataError(`${model}: lists the weight "${name}" twice. The file is damaged.`, {
          name,
        });
      const data = decodeNumbers(stored, bytes.subarray(at, at + length), count);
      if (quantization && stored !== "float16") {
        const { scale = 1, min = 0 } = quantization;
        for (let p = 0; p < count; p++) data[p] = data[p] * scale + min;
      }
      const bad = data.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) {
        throw new DataError(
          `${model}: entry ${bad} of "${name}" is ${data[bad]}. The file is damaged, or training had failed.`,
          { name },
        );
      }
      weights.set(name, { shape, data });
      at += length;
    }
  }
  return weights;
}

/**
 * All files of a group, if together they are as long as they must be: lengths are compared before
 * anything is read.
 */
function readGroup(model: string, paths: readonly string[], expected: number): Buffer {
  const files = paths.map((path) => inFolder(model, path));
  const length = files.reduce((sum, file) => sum + statSync(file).size, 0);
  if (length !== expected) {
    throw new DataError(
      `${model}: ${paths.join(", ")} hold ${length} bytes, the weights listed are ${expected}. Files are cut short or mixed up; fetch them again.`,
    );
  }
  return Buffer.concat(files.map((file) => readFileSync(file)));
}

/** The real path of a file that must lie in the folder of model.json or below. */
function inFolder(model: string, path: string): string {
  const folder = realpathSync(dirname(model));
  if (
    path.startsWith("/") ||
    path.includes("\\") ||
    path.includes("\0") ||
    /^[a-z]+:/i.test(path) ||
    path.split("/").includes("..")
  ) {
    throw new DataError(
      `${model}: names the file ${JSON.stringify(path)}, and only files of its own folder are read. Move it there and correct the name.`,
      { path },
    );
  }
  let real: string;
  try {
    real = realpathSync(join(folder, path));
  } catch (error) {
    throw new DataError(
      `${model}: names the file ${JSON.stringify(path)}, which cannot be read (${(error as Error).message}). Put it beside model.json.`,
      { path },
    );
  }
  if (!real.startsWith(folder + sep) || !statSync(real).isFile()) {
    throw new DataError(
      `${model}: names ${JSON.stringify(path)}, which is no file of its own folder. Put a copy of it beside model.json.`,
      { path },
    );
  }
  return real;
}

interface NumberType {
  readonly bytes: number;
  read(view: DataView, at: number): number;
}

/** How numbers may be stored, little-endian; quantised ones as whole numbers. */
const numberTypes: Readonly<Record<string, NumberType>> = {
  float32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  int32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  bool: { bytes: 1, read: (view, at) => view.getUint8(at) },
  uint8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  uint16: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  float16: { bytes: 2, read: (view, at) => halfPrecision(view.getUint16(at, true)) },
};

/** `count` numbers of a type. */
function decodeNumbers(type: string, bytes: Uint8Array, count: number): Float32Array {
  const { bytes: width, read } = numberTypes[type];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: count }, (_, p) => read(view, width * p));
}
