import { ConfigError, DataError } from "./errors.js";
import { size, type Tensor } from "./tensor.js";

/** Element types written and read, by numpy's names: doubles, singles, signed integers of 8, 4, 2 bytes, bytes, booleans. */
export type NpyDtype = "f8" | "f4" | "i8" | "i4" | "i2" | "u1" | "b1";

interface Element {
  readonly bytes: number;
  /** Whole numbers it can hold; absent for floating point. */
  readonly range?: readonly [number, number];
  read(view: DataView, at: number, little: boolean): number;
  write(view: DataView, at: number, value: number): void;
}

const SAFE = Number.MAX_SAFE_INTEGER; // beyond it doubles skip integers

const ELEMENTS: Readonly<Record<NpyDtype, Element>> = {
  f8: { bytes: 8, read: (v, at, little) => v.getFloat64(at, little), write: (v, at, x) => v.setFloat64(at, x, true) },
  f4: { bytes: 4, read: (v, at, little) => v.getFloat32(at, little), write: (v, at, x) => v.setFloat32(at, x, true) },
  i8: {
    bytes: 8,
    range: [-SAFE, SAFE],
    read: (v, at, little) => Number(v.getBigInt64(at, little)),
    write: (v, at, x) => v.setBigInt64(at, BigInt(x), true),
  },
  i4: { bytes: 4, range: [-(2 ** 31), 2 ** 31 - 1], read: (v, at, little) => v.getInt32(at, little), write: (v, at, x) => v.setInt32(at, x, true) },
  i2: { bytes: 2, range: [-(2 ** 15), 2 ** 15 - 1], read: (v, at, little) => v.getInt16(at, little), write: (v, at, x) => v.setInt16(at, x, true) },
  u1: { bytes: 1, range: [0, 255], read: (v, at) => v.getUint8(at), write: (v, at, x) => v.setUint8(at, x) },
  b1: { bytes: 1, range: [0, 1], read: (v, at) => v.getUint8(at), write: (v, at, x) => v.setUint8(at, x) },
};

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
const CURE = "Fetch or generate the file again.";

interface Header {
  dtype: NpyDtype;
  little: boolean;
  fortranOrder: boolean;
  shape: number[];
}

/** The fields of the header, a Python dictionary such as `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }`. */
function parseHeader(text: string, name: string): Header {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (/'descr'\s*:\s*\[/.test(text)) {
    const cure = "Save each field on its own.";
    throw new DataError(`${name}: holds records (a numpy structured array); only plain arrays are read. ${cure}`, { file: name });
  }
  if (descr === undefined || order === undefined || shape === undefined) {
    const fact = `the .npy header ${JSON.stringify(text.trim().slice(0, 200))} lacks descr, fortran_order or shape`;
    throw new DataError(`${name}: ${fact}. ${CURE}`, { file: name });
  }
  const dtype = descr.slice(1) as NpyDtype;
  if (!/^[<>|=]/.test(descr) || !Object.hasOwn(ELEMENTS, dtype)) {
    const known = Object.keys(ELEMENTS).join(", ");
    throw new DataError(`${name}: holds elements of type "${descr}"; read are ${known}. Convert it in numpy with .astype("f8").`, { file: name, descr });
  }
  const extents = shape.split(",").filter((extent) => extent.trim() !== "").map(Number);
  return { dtype, little: descr[0] !== ">", fortranOrder: order === "True", shape: extents };
}

/**
 * The array in the bytes of a .npy file, versions 1 to 3, as doubles in row-major order; Fortran order is rearranged.
 * @param bytes  the whole file
 * @param name   what errors call it
 * @param options  `maximumEntries`: most numbers that are read (default: as many as the file holds, which its length bounds)
 * @throws DataError if it is not such a file, ends early, goes on too long, holds too many numbers, or an integer beyond ±(2⁵³ − 1)
 */
export function parseNpy(bytes: Uint8Array, name: string, { maximumEntries = Infinity }: { readonly maximumEntries?: number } = {}): Tensor {
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    const found = `${bytes.length} bytes that do not begin with \\x93NUMPY and a header`;
    throw new DataError(`${name}: is not a .npy file (${found}). ${CURE}`, { file: name });
  }
  const version = bytes[6];
  if (version < 1 || version > 3) {
    throw new DataError(`${name}: is of .npy version ${version}; versions 1 to 3 are read. Save it again with numpy.save.`, { file: name, version });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerAt = version === 1 ? 10 : 12;
  const headerLength = version === 1 ? view.getUint16(8, true) : bytes.length >= 12 ? view.getUint32(8, true) : Infinity;
  const start = headerAt + headerLength;
  if (start > bytes.length) {
    throw new DataError(`${name}: is cut off inside its header; ${start} bytes expected, ${bytes.length} found. ${CURE}`, { file: name });
  }
  const header = parseHeader(new TextDecoder().decode(bytes.subarray(headerAt, start)), name);
  const element = ELEMENTS[header.dtype];
  const count = size(header.shape);
  const expected = start + count * element.bytes;
  if (bytes.length !== expected) {
    const what = `shape [${header.shape}] of ${header.dtype} needs ${expected} bytes, found ${bytes.length}`;
    const fault = bytes.length < expected ? "cut off" : "too long";
    throw new DataError(`${name}: is ${fault}; ${what}. ${CURE}`, { file: name, expected, found: bytes.length });
  }

  if (count > maximumEntries) {
    throw new DataError(`${name}: holds ${count} numbers, at most ${maximumEntries} are read. Save the rows that are wanted to a smaller file.`, { file: name, count });
  }

  const stored = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const value = element.read(view, start + k * element.bytes, header.little);
    if (header.dtype === "i8" && !Number.isSafeInteger(value)) {
      const limit = "beyond the integers a double holds exactly (2^53 - 1)";
      throw new DataError(`${name}: entry ${k} is ${value}, ${limit}. Save it as f8 if rounding is meant.`, { file: name, entry: k });
    }
    stored[k] = value;
  }
  return { shape: header.shape, data: header.fortranOrder ? rowMajor(stored, header.shape) : stored };
}

/** Column-major entries (first index fastest) in row-major order (last index fastest). */
function rowMajor(stored: Float64Array, shape: readonly number[]): Float64Array {
  const result = new Float64Array(stored.length);
  const strides: number[] = [];
  let stride = stored.length;
  for (const extent of shape) strides.push((stride /= extent || 1));
  const index = shape.map(() => 0);
  for (let k = 0, at = 0; k < stored.length; k++) {
    result[at] = stored[k];
    for (let axis = 0; axis < shape.length; axis++) {
      at += strides[axis];
      if (++index[axis] < shape[axis]) break;
      at -= index[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return result;
}

/**
 * The bytes of a .npy file, version 1.0 (2.0 if the header needs it), row-major, little-endian; the same bytes as numpy writes.
 * @param options.dtype  "f8" by default; "f4" rounds
 * @throws ConfigError naming the first entry that an integer type cannot hold exactly
 */
export function encodeNpy(array: Tensor, options: { dtype?: NpyDtype } = {}): Uint8Array {
  const dtype = options.dtype ?? "f8";
  if (!Object.hasOwn(ELEMENTS, dtype)) {
    throw new ConfigError(`encodeNpy: dtype is "${dtype}"; it must be one of ${Object.keys(ELEMENTS).join(", ")}.`, { dtype });
  }
  const element = ELEMENTS[dtype];
  const shape = array.shape.length === 1 ? `(${array.shape[0]},)` : `(${array.shape.join(", ")})`;
  const descr = `${element.bytes === 1 ? "|" : "<"}${dtype}`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const version = dictionary.length + 64 > 65535 ? 2 : 1;
  const headerAt = version === 1 ? 10 : 12;
  const start = Math.ceil((headerAt + dictionary.length + 1) / 64) * 64; // numpy aligns the data to 64 bytes
  const bytes = new Uint8Array(start + array.data.length * element.bytes).fill(0x20, headerAt, start);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  bytes[6] = version;
  if (version === 1) view.setUint16(8, start - headerAt, true);
  else view.setUint32(8, start - headerAt, true);
  bytes.set(new TextEncoder().encode(dictionary), headerAt);
  bytes[start - 1] = 0x0a;
  for (let k = 0; k < array.data.length; k++) {
    const value = array.data[k];
    if (element.range && !(Number.isInteger(value) && value >= element.range[0] && value <= element.range[1])) {
      const range = `${dtype} holds whole numbers from ${element.range[0]} to ${element.range[1]}`;
      throw new ConfigError(`encodeNpy: entry ${k} is ${value}; ${range}. Use f8.`, { entry: k, value });
    }
    element.write(view, start + k * element.bytes, value);
  }
  return bytes;
}
