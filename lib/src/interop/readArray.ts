import { extname } from "node:path";
import { ConfigError, DataError } from "../core/errors.js";
import { parseNpy } from "../core/npy.js";
import { size, tensor, type Tensor } from "../core/tensor.js";
import { openHdf5 } from "./hdf5File.js";
import { columnOf, csvNumbers, parseCsv } from "./parseCsv.js";
import { openNpz, readBounded } from "./readNpz.js";

export interface ReadArrayOptions {
  /** Which array of an .npz file or dataset of an HDF5 file; not needed where there is one alone. */
  readonly dataset?: string;
  /** Which columns of a table, by name (default: all). */
  readonly columns?: readonly string[];
  /** Which columns not. */
  readonly without?: readonly string[];
  /** Texts of a single column that stand for 0, 1, …: the names of the classes. */
  readonly classes?: readonly string[];
  /** Most bytes of the file, and of an .npz file unpacked (default 1 GiB). */
  readonly maximumBytes?: number;
  /** Most numbers (default 2²⁷, one GiB of doubles). */
  readonly maximumEntries?: number;
}

export interface NamedArray {
  readonly values: Tensor;
  /** Names of the columns, for a table. */
  readonly columns: readonly string[] | undefined;
}

/** Endings of the files that `readArray` reads. */
export const arrayFormats = [".npy", ".npz", ".csv", ".tsv", ".h5", ".hdf5"] as const;

/**
 * An array from a file, by its ending: .npy and .npz of numpy, .csv and .tsv (columns by name), .h5 and .hdf5. Sizes are held against the
 * limits before memory is taken.
 * @throws DataError naming file, and line and column or dataset, of what is missing, damaged or too large
 * @throws ConfigError for an ending that is not known, or an option that does not fit it
 */
export async function readArray(path: string, options: ReadArrayOptions = {}): Promise<NamedArray> {
  const found = await readAny(path, options);
  // a shape with an extent of 0 may have any other extent
  if (found.values.data.length === 0) {
    throw new DataError(`${path}: holds no numbers, its shape is [${found.values.shape}]. Save at least one row.`, { path });
  }
  return found;
}

async function readAny(path: string, options: ReadArrayOptions): Promise<NamedArray> {
  const { dataset, columns, without, classes, maximumBytes = 2 ** 30, maximumEntries = 2 ** 27 } = options;
  const format = extname(path).toLowerCase();
  const table = format === ".csv" || format === ".tsv";
  if (!table && (columns || without)) {
    throw new ConfigError(`${path}: columns are named, but only .csv and .tsv files have columns. Leave the names out.`, { path });
  }
  if (dataset !== undefined && (table || format === ".npy")) {
    throw new ConfigError(
      `${path}: a dataset "${dataset}" is named, but only .npz and .h5 files hold several. Leave the name out.`, { path });
  }
  switch (format) {
    case ".npy":
      return { values: parseNpy(readBounded(path, maximumBytes), path, { maximumEntries }), columns: undefined };
    case ".npz": {
      const file = openNpz(path, { maximumBytes, maximumEntries });
      return { values: file.read(theOne(path, dataset, file.names)), columns: undefined };
    }
    case ".csv":
    case ".tsv":
      return readTable(path, options, maximumBytes, maximumEntries);
    case ".h5":
    case ".hdf5": {
      const file = await openHdf5(path);
      try {
        if (dataset === undefined) throw new ConfigError(`${path}: which dataset is meant? Name it.`, { path });
        const shape = file.shape(dataset);
        checkEntries(path, size(shape), maximumEntries);
        return { values: file.read(dataset, 0, shape[0] ?? 1), columns: undefined };
      } finally {
        file.close();
      }
    }
    default:
      throw new ConfigError(
        `${path}: files ending in "${format}" are not read; known are ${arrayFormats.join(", ")}. Save it as one of these.`, { path, classes });
  }
}

function theOne(path: string, wanted: string | undefined, names: readonly string[]): string {
  if (wanted !== undefined) return wanted;
  if (names.length === 1) return names[0];
  throw new ConfigError(
    `${path}: holds ${names.length} arrays, ${names.slice(0, 8).join(", ")}. Name the one that is meant.`, { path, names });
}

/** A V8 text has fewer letters than this. */
const LONGEST_TEXT = 2 ** 29 - 24;

function readTable(path: string, { columns, without = [], classes }: ReadArrayOptions, maximumBytes: number, maximumEntries: number): NamedArray {
  const table = parseCsv(new TextDecoder().decode(readBounded(path, Math.min(maximumBytes, LONGEST_TEXT))), path);
  for (const name of without) columnOf(table, name);
  const wanted = (columns ?? table.columns).filter((name) => !without.includes(name));
  checkEntries(path, wanted.length * table.rows.length, maximumEntries);
  if (!classes || wanted.length !== 1) return { values: csvNumbers(table, wanted), columns: wanted };
  const at = columnOf(table, wanted[0]);
  const labels = table.rows.map((fields, n) => {
    const label = classes.indexOf(fields[at].trim());
    const plain = fields[at].trim() === "" ? NaN : Number(fields[at]);
    if (label < 0 && !Number.isFinite(plain)) {
      throw new DataError(
        `${path}, line ${table.lines[n]}, column "${wanted[0]}": "${fields[at].slice(0, 40)}" is none of the classes ${classes.join(", ")}. Repair the line, or name the class.`, { line: table.lines[n] });
    }
    return label < 0 ? plain : label;
  });
  return { values: tensor([labels.length, 1], labels), columns: wanted };
}

function checkEntries(path: string, count: number, maximum: number): void {
  if (!(count <= maximum)) {
    throw new DataError(
      `${path}: holds ${count} numbers, at most ${maximum} are read. Save the rows that are wanted to a smaller file.`, { path, count });
  }
}
