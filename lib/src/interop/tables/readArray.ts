import { takes } from "../../core/arguments/takes.js";
import { filePath, record } from "../../core/arguments/kinds.js";
import { extname } from "node:path";
import { ConfigError, DataError } from "../../core/errors.js";
import {
  firstBytes,
  otherFormat,
  recognise,
  type FileFormat,
} from "../../core/files/fileFormat.js";
import type { LargeIntegers } from "../../core/files/largeIntegers.js";
import { readNpy } from "../../core/files/npyFile.js";
import { printable } from "../../core/printable.js";
import { size, type Tensor } from "../../core/tensor.js";
import { checkEntries } from "./checkEntries.js";
import { closestNames } from "../models/closestNames.js";
import { openHdf5 } from "./hdf5/hdf5File.js";
import type { NamedArray, ReadArrayOptions } from "./namedArray.js";
import { checkBytes, openNpz } from "./readNpz.js";
import { readParquet } from "./parquet/readParquet.js";
import { readTable } from "./readTable.js";
import { isParquet } from "./tableColumns.js";

export type { NamedArray, ReadArrayOptions } from "./namedArray.js";

/** Endings of the files that `readArray` reads; tables may end in .gz besides. */
export const arrayFormats = [".npy", ".npz", ".csv", ".tsv", ".parquet", ".h5", ".hdf5"] as const;

type ArrayKind = "npy" | "npz" | "table" | "parquet" | "hdf5";

const kindsByEnding: Readonly<Record<(typeof arrayFormats)[number], ArrayKind>> = {
  ".npy": "npy",
  ".npz": "npz",
  ".csv": "table",
  ".tsv": "table",
  ".parquet": "parquet",
  ".h5": "hdf5",
  ".hdf5": "hdf5",
};
const called: Readonly<Record<ArrayKind, string>> = {
  npy: "a .npy file",
  npz: "an .npz file",
  table: "a table",
  parquet: "a Parquet table",
  hdf5: "an HDF5 file",
};

/** Whether a file is called a table of text: .csv or .tsv, packed by gzip or not. */
const isText = (path: string): boolean => /\.[ct]sv(?:\.gz)?$/i.test(path);

/** Whether a file is called a table with columns: of text, or .parquet. */
export const isTable = (path: string): boolean => isText(path) || isParquet(path);

/** What a file is called, undefined for an ending that is not known. */
function kindByName(path: string): ArrayKind | undefined {
  if (isText(path)) return "table";
  const ending = extname(path).toLowerCase() as keyof typeof kindsByEnding;
  return Object.hasOwn(kindsByEnding, ending) ? kindsByEnding[ending] : undefined;
}

/** Whether a file is called as one that `readArray` reads. */
export const isArrayFile = (path: string): boolean => kindByName(path) !== undefined;

/**
 * An array from a file: .npy and .npz of numpy, .csv and .tsv (columns by name, packed by gzip or
 * not), .parquet, .h5 and .hdf5. What a file is stands in its first bytes; under an ending of
 * another format it is refused by what it is, under an unknown ending it is read. Sizes are held
 * against the limits before memory is taken.
 * @throws DataError naming file, and line and column or dataset, of what is missing, damaged or too
 *   large; ConfigError for an ending that is not known, or an option that does not fit the file
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 * import { interop } from "phaselens";
 * writeFileSync("table.csv", "kappa,m\n0.1,0.02\n0.3,0.9\n");
 * const { values, columns } = await interop.readArray("table.csv");
 * console.log(values.shape, columns); // → [ 2, 2 ] [ 'kappa', 'm' ]
 * ```
 */
export async function readArray(path: string, options: ReadArrayOptions = {}): Promise<NamedArray> {
  takes("readArray", { path: [path, filePath], options: [options, record()] });
  const found = await readAny(path, options);
  // a shape with an extent of 0 may have any other extent
  if (found.values.data.length === 0) {
    const fact = `${path}: holds no numbers, its shape is [${found.values.shape}]`;
    throw new DataError(`${fact}. Save at least one row.`, { path });
  }
  return found;
}

async function readAny(path: string, options: ReadArrayOptions): Promise<NamedArray> {
  const { dataset, maximumBytes = 2 ** 30, maximumEntries = 2 ** 27, integers } = options;
  const kind = kindOf(path);
  checkOptions(path, kind, options);
  if (kind === "table") return readTable(path, options, { maximumBytes, maximumEntries });
  if (kind === "parquet") {
    checkBytes(path, maximumBytes);
    return readParquet(path, options, maximumEntries);
  }
  let values: Tensor;
  if (kind === "npy") {
    checkBytes(path, maximumBytes);
    values = readNpy(path, { maximumEntries, integers });
  } else if (kind === "npz") {
    const file = openNpz(path, { maximumBytes, maximumEntries, integers });
    values = await file.read(theOne(path, dataset, file.names));
  } else {
    values = await readDataset(path, dataset, maximumEntries, integers);
  }
  return { values, columns: undefined, notes: [] };
}

/** By the first bytes; what has no signature is what it is called. */
function kindOf(path: string): ArrayKind {
  const named = kindByName(path);
  const head = begin(path, named);
  const found = recognise(head);
  if (!found) {
    if (named === undefined) throw unknownEnding(path);
    return named;
  }
  const { format } = found;
  if (isKind(format)) {
    if (named === undefined || named === format) return format;
    throw misnamed(path, found, named);
  }
  if (format === "gzip" && named === "table") return named;
  if (format === "zip" && named === "npz") return named;
  throw otherFormat(
    path,
    head,
    named === undefined ? "a file of numbers that is read here" : called[named],
    "",
  );
}

const isKind = (format: string): format is Exclude<ArrayKind, "table"> =>
  ["npy", "npz", "hdf5", "parquet"].includes(format);

function begin(path: string, named: ArrayKind | undefined): Uint8Array {
  try {
    return firstBytes(path);
  } catch (error) {
    if (named === undefined) throw unknownEnding(path);
    const { code } = error as NodeJS.ErrnoException;
    throw new DataError(`${path}: cannot be read (${code}). Name a file that exists.`, {
      path,
      code,
    });
  }
}

function unknownEnding(path: string): ConfigError {
  const known = arrayFormats.join(", ");
  const ending = extname(path).toLowerCase();
  const fact = `${path}: files ending in "${ending}" are not read; known are ${known}`;
  return new ConfigError(`${fact}. Save it as one of these; tables may be packed as .csv.gz.`, {
    path,
  });
}

/** A sound file under the ending of another kind that is read as well is only to be renamed. */
function misnamed(
  path: string,
  { format, name, endings }: FileFormat,
  named: ArrayKind,
): DataError {
  const fact = `${path}: is not ${called[named]} but ${name}`;
  return new DataError(`${fact}. Rename it to end in ${endings[0]}.`, { path, format });
}

function checkOptions(path: string, kind: ArrayKind, options: ReadArrayOptions): void {
  const table = kind === "table" || kind === "parquet";
  if (!table && (options.columns || options.without)) {
    const fact = `${path}: columns are named, but only .csv, .tsv and .parquet files have columns`;
    throw new ConfigError(`${fact}. Leave the names out.`, { path });
  }
  if (options.dataset !== undefined && (table || kind === "npy")) {
    const named = `a dataset "${options.dataset}" is named`;
    const fact = `${path}: ${named}, but only .npz and .h5 files hold several`;
    throw new ConfigError(`${fact}. Leave the name out.`, { path });
  }
}

async function readDataset(
  path: string,
  dataset: string | undefined,
  maximumEntries: number,
  integers: LargeIntegers | undefined,
): Promise<Tensor> {
  const file = await openHdf5(path);
  try {
    const name = dataset ?? onlyDataset(path, await file.datasets());
    const shape = await file.shape(name);
    checkEntries(path, size(shape), maximumEntries);
    return await file.read(name, 0, shape[0] ?? 1, integers);
  } finally {
    file.close();
  }
}

function onlyDataset(path: string, names: readonly string[]): string {
  if (names.length === 1) return names[0];
  const known = closestNames("", names);
  throw new ConfigError(
    `${path}: which dataset is meant? Name it (--dataset NAME); there are ${known}.`,
    {
      path,
      names,
    },
  );
}

function theOne(path: string, wanted: string | undefined, names: readonly string[]): string {
  if (wanted !== undefined) return wanted;
  if (names.length === 1) return names[0];
  const shown = names
    .slice(0, 8)
    .map((name) => printable(name.slice(0, 100)))
    .join(", ");
  throw new ConfigError(
    `${path}: holds ${names.length} arrays, ${shown}. Name the one that is meant (--dataset NAME).`,
    { path, names },
  );
}
