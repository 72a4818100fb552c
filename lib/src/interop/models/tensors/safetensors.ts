import { z } from "zod";
import { DataError } from "../../../core/errors.js";
import { integerReader, type LargeIntegers } from "../../../core/files/largeIntegers.js";
import { numberTypes, type NumberTypeName } from "../../../core/files/numberTypes.js";
import { quoted } from "../../../core/printable.js";
import { size, type Tensor } from "../../../core/tensor.js";
import {
  notInside,
  putNamed,
  type NamedTensors,
  type TensorsOptions,
  type WholeFile,
} from "./namedTensors.js";

/** Kinds of numbers by the names that the format gives them. */
const types: Readonly<Record<string, NumberTypeName>> = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  F8_E4M3: "float8_e4m3fn",
  F8_E5M2: "float8_e5m2",
  F8_E8M0: "float8_e8m0fnu",
  F8_E4M3FNUZ: "float8_e4m3fnuz",
  F8_E5M2FNUZ: "float8_e5m2fnuz",
  I64: "int64",
  I32: "int32",
  I16: "int16",
  I8: "int8",
  U64: "uint64",
  U32: "uint32",
  U16: "uint16",
  U8: "uint8",
  BOOL: "bool",
};

/** Most bytes of the list of tensors; of a model of ten thousand it has one million. */
const LONGEST_HEADER = 2 ** 26;

const whole = z
  .int()
  .min(0)
  .max(2 ** 40);
const entry = z.object({
  dtype: z.string().max(40),
  shape: z.array(whole).max(64),
  data_offsets: z.tuple([whole, whole]),
});
type Entry = z.infer<typeof entry>;
type Named = readonly [name: string, own: Entry];

const DAMAGED = "The file is damaged or truncated; fetch it again";

/**
 * The tensors of a `.safetensors` file: the length of a JSON text in eight bytes, this text, which
 * names type, shape and place of each tensor, then the numbers one after the other without gaps.
 * @throws DataError for a file that is truncated or damaged, or holds more than may be read
 */
export function openSafetensors(
  { bytes: whole, limit }: WholeFile,
  path: string,
  { inside, integers = "exact" }: TensorsOptions,
): NamedTensors {
  const bytes = Buffer.from(whole.buffer, whole.byteOffset, whole.length);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  if (!(start <= bytes.length && start <= LONGEST_HEADER)) {
    const fact = `ends at byte ${bytes.length}, its list of tensors at ${start}`;
    throw new DataError(`${path}: ${fact}. ${DAMAGED}.`, { path });
  }
  const all = entriesOf(bytes.toString("utf8", 8, start), path);
  checkPlaces(all, bytes.length - start, path);
  const tensors: Record<string, Tensor> = {};
  const leftOut: Record<string, string> = {};
  let left = limit;
  for (const [name, own] of part(all, inside, path)) {
    left -= Object.hasOwn(types, own.dtype) ? 8 * size(own.shape) : 0;
    if (!(left >= 0)) {
      const fact = `${path}: ${quoted(name)} of shape [${own.shape}] exceeds what may be read`;
      throw new DataError(`${fact}. Raise maximumBytes if you trust it.`, { name });
    }
    const made = tensorOf(bytes.subarray(start), own, quoted(name), integers);
    if (typeof made === "string") putNamed(leftOut, name, made);
    else putNamed(tensors, name, made);
  }
  return { tensors, leftOut };
}

function entriesOf(header: string, path: string): Named[] {
  let json: unknown;
  try {
    json = JSON.parse(header);
  } catch (error) {
    const fact = `${path}: its list of tensors is no JSON (${(error as Error).message})`;
    throw new DataError(`${fact}. ${DAMAGED}.`, { path });
  }
  return Object.entries(json as object)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]): Named => {
      const found = entry.safeParse(value);
      if (found.success) return [name, found.data];
      const { path: field, message } = found.error.issues[0];
      throw new DataError(`${path}: ${quoted(name)}, ${field.join(".")}: ${message}. ${DAMAGED}.`, {
        name,
      });
    });
}

/** Tensors follow each other without gaps from the first byte to the last. */
function checkPlaces(entries: readonly Named[], length: number, path: string): void {
  const sorted = [...entries].sort(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
  );
  let at = 0;
  for (const [name, { dtype, shape, data_offsets: offsets }] of sorted) {
    const [begin, end] = offsets;
    const width = Object.hasOwn(types, dtype) ? numberTypes[types[dtype]].bytes : undefined;
    const fits = width === undefined ? end >= begin : end - begin === width * size(shape);
    if (begin !== at || !fits || end > length) {
      const place = `at bytes ${begin} to ${end} of ${length}`;
      const fact = `${path}: ${quoted(name)} of shape [${shape}] is ${place}`;
      throw new DataError(`${fact}, where it does not fit. ${DAMAGED}.`, { name });
    }
    at = end;
  }
  if (at === length) return;
  const fact = `${path}: holds ${length} bytes of numbers, its tensors are ${at}`;
  throw new DataError(`${fact}. ${DAMAGED}.`, { path });
}

/** Those whose names begin with the key and a point, without these. */
function part(all: readonly Named[], inside: string | undefined, path: string): readonly Named[] {
  if (inside === undefined) return all;
  const found = all
    .filter(([name]) => name.startsWith(`${inside}.`))
    .map(([name, own]): Named => [name.slice(inside.length + 1), own]);
  if (found.length > 0) return found;
  const nested = all.map(([name]) => name.split(".")).filter((parts) => parts.length > 1);
  throw notInside(path, inside, [...new Set(nested.map(([first]) => first))]);
}

/** The tensor, or why there is none. */
function tensorOf(
  bytes: Uint8Array,
  { dtype, shape, data_offsets: [begin, end] }: Entry,
  name: string,
  large: LargeIntegers,
): Tensor | string {
  if (!Object.hasOwn(types, dtype))
    return `${name} is of type ${quoted(dtype)}, which is not read. Save it as float32.`;
  const { bytes: width, read } = numberTypes[types[dtype]];
  const own = bytes.subarray(begin, end);
  const view = new DataView(own.buffer, own.byteOffset, own.byteLength);
  const integers = integerReader(large, () => `An entry of ${name}`);
  try {
    const data = new Float64Array(size(shape));
    for (let p = 0; p < data.length; p++) data[p] = read(view, width * p, true, integers);
    return { shape, data };
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}
