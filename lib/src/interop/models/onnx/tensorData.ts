import { DataError } from "../../../core/errors.js";
import { numberTypes, type NumberTypeName } from "../../../core/files/numberTypes.js";
import { quoted } from "../../../core/printable.js";
import type { Shape } from "../../../core/tensor.js";
import type { TensorMessage } from "./messages.js";
import { damaged, roundedIntegers } from "./wire.js";

/** Numbers that a file holds, as doubles. */
export interface OnnxTensor {
  readonly name: string;
  /** No axes for a single number. */
  readonly shape: Shape;
  readonly type: NumberTypeName;
  readonly data: Float64Array;
}

/** Bytes of a file beside the model: "weights.bin" from byte `start` on, `length` of them. */
export type ExternalBytes = (
  file: string,
  start: number,
  length: number,
  tensor: string,
) => Uint8Array;

/** Kinds of numbers by their numbers in onnx.proto. */
const types: Readonly<Record<number, NumberTypeName>> = {
  1: "float32",
  2: "uint8",
  3: "int8",
  4: "uint16",
  5: "int16",
  6: "int32",
  7: "int64",
  9: "bool",
  10: "float16",
  11: "float64",
  12: "uint32",
  13: "uint64",
  16: "bfloat16",
  17: "float8_e4m3fn",
  18: "float8_e4m3fnuz",
  19: "float8_e5m2",
  20: "float8_e5m2fnuz",
};
/** Kinds that are told apart in an error and not read. */
const unread: Readonly<Record<number, string>> = {
  8: "texts",
  14: "complex numbers",
  15: "complex numbers",
  21: "integers of 4 bits",
  22: "integers of 4 bits",
  23: "numbers of 4 bits",
};

/** The kind of numbers of that number in onnx.proto. @throws DataError for one that is not read */
export function numberType(code: number | undefined, where: string): NumberTypeName {
  if (code !== undefined && Object.hasOwn(types, code)) return types[code];
  const what = Object.hasOwn(unread, code ?? 0) ? unread[code!] : `numbers of kind ${code ?? 0}`;
  throw new DataError(
    `${where}: holds ${what}, which are not read. Export the model with float32 weights and without quantisation.`,
    { code },
  );
}

/** Whether numbers of a kind are whole: they are divided with truncation. */
export const isWhole = (type: NumberTypeName): boolean => !/^b?float/.test(type);

/** More axes than any tensor has, and more numbers than a model may hold in one. */
const [MOST_AXES, MOST] = [16, 2 ** 28];

/** Numbers of a shape. @throws DataError for extents that are none, or for too many of them */
export function countOf(shape: Shape, where: string): number {
  const fine = shape.length <= MOST_AXES && shape.every((e) => Number.isSafeInteger(e) && e >= 0);
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (fine && count <= MOST) return count;
  throw new DataError(
    `${where}: claims the shape [${shape.slice(0, MOST_AXES)}]; extents must be whole numbers ≥ 0 with at most ${MOST} entries in all. The file is damaged; fetch it again.`,
    { shape },
  );
}

/**
 * The numbers of a tensor of the file, wherever it keeps them: as raw bytes, in a list of its
 * type, or in a file beside it.
 * @throws DataError if there are more or fewer than its shape says, before memory is taken
 */
export function tensorOf(
  message: TensorMessage,
  path: string,
  external: ExternalBytes,
): OnnxTensor {
  const { name = "", dims: shape } = message;
  const where = `${path}: tensor ${quoted(name)}`;
  const type = numberType(message.dataType, where);
  const count = countOf(shape, where);
  const data =
    message.location === 1
      ? fromBytes(type, externalBytes(message, type, count, where, external), count, where)
      : message.raw
        ? fromBytes(type, message.raw, count, where)
        : fromList(type, listOf(message, type), count, where);
  return { name, shape, type, data };
}

function fromBytes(
  type: NumberTypeName,
  bytes: Uint8Array,
  count: number,
  where: string,
): Float64Array {
  const { bytes: each, read } = numberTypes[type];
  if (bytes.length !== each * count)
    throw damaged(where, `holds ${bytes.length} bytes, its shape needs ${each * count}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new Float64Array(count);
  for (let k = 0; k < count; k++) data[k] = read(view, each * k, true, roundedIntegers);
  return data;
}

/** The list that keeps numbers of a type, by onnx.proto. */
function listOf(message: TensorMessage, type: NumberTypeName): ArrayLike<number> {
  if (type === "float32") return message.floats;
  if (type === "float64") return message.doubles;
  if (type === "int64") return message.int64s;
  return type === "uint32" || type === "uint64" ? message.uint64s : message.int32s;
}

function fromList(
  type: NumberTypeName,
  list: ArrayLike<number>,
  count: number,
  where: string,
): Float64Array {
  if (list.length !== count)
    throw damaged(where, `holds ${list.length} numbers, its shape needs ${count}`);
  if (type === "uint64") return Float64Array.from(list, (v) => (v < 0 ? v + 2 ** 64 : v));
  if (isWhole(type) || type === "float32" || type === "float64") return Float64Array.from(list);
  // the bits of small floating-point numbers stand in a list of integers
  const { bytes, read } = numberTypes[type];
  const view = new DataView(new ArrayBuffer(2));
  return Float64Array.from(list, (bits) => {
    if (bytes === 1) view.setUint8(0, bits);
    else view.setUint16(0, bits, true);
    return read(view, 0, true, roundedIntegers);
  });
}

function externalBytes(
  { external, name = "" }: TensorMessage,
  type: NumberTypeName,
  count: number,
  where: string,
  read: ExternalBytes,
): Uint8Array {
  const entry = (key: string): string | undefined => external.find((e) => e.key === key)?.value;
  const file = entry("location");
  const expected = numberTypes[type].bytes * count;
  const [start, length] = [entry("offset") ?? "0", entry("length") ?? String(expected)].map(Number);
  if (file === undefined) throw damaged(where, "lies in another file, which is not named");
  if (!(Number.isSafeInteger(start) && start >= 0) || length !== expected)
    throw damaged(
      where,
      `claims ${length} bytes from byte ${start} of ${quoted(file)} on, its shape needs ${expected}`,
    );
  return read(file, start, length, name);
}
