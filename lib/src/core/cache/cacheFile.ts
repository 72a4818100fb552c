import type { Hash } from "node:crypto";
import { canonicalJson, isPlainObject, typedArrayName } from "./canonicalJson.js";
import { ConfigError, DataError } from "../errors.js";
import { nodeModule } from "../files/nodeModule.js";

/** Part of every key: a new format finds no old files instead of misreading them. */
export const CACHE_FORMAT = 1;

const ALIGNMENT = 8; // of each array, so that a reader in any language may map the file

type TypedArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;
type ArrayClass = new (buffer: ArrayBuffer) => TypedArray;
const CLASSES: Readonly<Record<string, ArrayClass>> = {
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
};

interface Head {
  key: unknown;
  /** Class, first byte counted from the end of the head, and length in bytes of each array. */
  arrays: [name: string, at: number, bytes: number][];
  value: unknown;
}

/**
 * The value as JSON; what JSON cannot say becomes `{"$…": …}`, and the entries of typed arrays go
 * to `arrays`.
 */
function encodeValue(
  value: unknown,
  path: string,
  arrays: TypedArray[],
  above: readonly unknown[],
): unknown {
  if (value === undefined) return { $undefined: true };
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $number: Object.is(value, -0) ? "-0" : String(value) };
  }
  if (above.includes(value))
    throw new ConfigError(
      `${path} refers back to what contains it; a cached value must be a tree.`,
      { path },
    );
  const name = typedArrayName(value);
  if (name && name in CLASSES) return { $array: arrays.push(value as TypedArray) - 1 };
  const here = [...above, value];
  if (Array.isArray(value))
    return value.map((entry, i) => encodeValue(entry, `${path}[${i}]`, arrays, here));
  if (isPlainObject(value)) {
    const fields = Object.entries(value).map(
      ([field, entry]) => [field, encodeValue(entry, `${path}.${field}`, arrays, here)] as const,
    );
    const object = Object.fromEntries(fields);
    return fields.some(([field]) => field.startsWith("$")) ? { $object: object } : object;
  }
  const kind =
    typeof value === "object"
      ? (name ?? value.constructor?.name ?? "object of unknown class")
      : typeof value;
  throw new ConfigError(
    `${path} is a ${kind}; the cache keeps numbers, texts, booleans, arrays, typed arrays and plain objects of them.`,
    { path },
  );
}

function decodeValue(value: unknown, arrays: readonly TypedArray[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => decodeValue(entry, arrays));
  const fields = value as Record<string, unknown>;
  if ("$undefined" in fields) return undefined;
  if ("$number" in fields) return Number(fields.$number);
  if ("$array" in fields) return arrays[fields.$array as number];
  const object = ("$object" in fields ? fields.$object : fields) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(object).map(([field, entry]) => [field, decodeValue(entry, arrays)]),
  );
}

/**
 * The content of a cache file, in parts to be written one after the other:
 *
 *   phaselens-cache 1 sha256:<of all that follows>        one line
 *   {"key": …, "arrays": [[class, at, bytes] …], "value": …}   one line, padded with blanks
 *   the entries of the arrays, little-endian, each array at a multiple of 8 bytes
 *
 * @param key   canonical JSON
 * @param what  what errors call the value
 * @throws ConfigError naming the part of the value that cannot be kept
 */
export function encodeCacheFile(
  key: string,
  value: unknown,
  what: string,
): (string | Uint8Array)[] {
  const arrays: TypedArray[] = [];
  const encoded = encodeValue(value, what, arrays, []);
  const body: Uint8Array[] = [];
  const table: Head["arrays"] = [];
  let at = 0;
  for (const array of arrays) {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    table.push([typedArrayName(array) as string, at, bytes.length]);
    const padding = -bytes.length & (ALIGNMENT - 1);
    body.push(bytes, new Uint8Array(padding));
    at += bytes.length + padding;
  }
  const text = `{"key":${key},"arrays":${JSON.stringify(table)},"value":${JSON.stringify(encoded)}`;
  const firstLine = firstLineFor("0".repeat(64)).length;
  const unpadded = firstLine + Buffer.byteLength(text) + 2; // closing brace and newline
  const head = Buffer.from(`${text}${" ".repeat(-unpadded & (ALIGNMENT - 1))}}\n`);
  const hash = sha256().update(head);
  for (const part of body) hash.update(part);
  return [firstLineFor(hash.digest("hex")), head, ...body];
}

const sha256 = (): Hash => nodeModule("node:crypto", "the cache").createHash("sha256");

const firstLineFor = (checksum: string): string =>
  `phaselens-cache ${CACHE_FORMAT} sha256:${checksum}\n`;

/**
 * The value in a cache file.
 * @param key  canonical JSON of what the file should have been computed from
 * @throws DataError naming the file and the cure if it is damaged or belongs to another key
 */
export function decodeCacheFile(bytes: Buffer, path: string, key: string): unknown {
  const cure = "Delete that file, or run with --force (PHASELENS_FORCE=1) to compute it again.";
  const end = bytes.indexOf(0x0a) + 1;
  const expected = /^phaselens-cache 1 sha256:([0-9a-f]{64})\n$/.exec(
    bytes.toString("latin1", 0, Math.min(end, 100)),
  )?.[1];
  if (!expected) {
    throw new DataError(
      `${path}: is not a cache file of format ${CACHE_FORMAT} (its first line is unreadable). ${cure}`,
      { file: path },
    );
  }
  const found = sha256().update(bytes.subarray(end)).digest("hex");
  if (found !== expected) {
    throw new DataError(
      `${path}: the cache file is damaged; checksum ${expected} expected, ${found} found (${bytes.length} bytes). ${cure}`,
      {
        file: path,
        expected,
        found,
      },
    );
  }
  const start = bytes.indexOf(0x0a, end) + 1;
  let kept: string;
  try {
    const head = JSON.parse(bytes.toString("utf8", end, start)) as Head;
    kept = canonicalJson(head.key);
    if (kept === key) return decodeValue(head.value, decodeArrays(head, bytes.subarray(start)));
  } catch (error) {
    // the checksum is right, so somebody else wrote the file
    throw new DataError(
      `${path}: the head of the cache file is not as this library writes it (${(error as Error).message}). ${cure}`,
      { file: path },
    );
  }
  throw new DataError(
    `${path}: the cache file holds the result of another key, ${kept.slice(0, 200)}. ${cure}`,
    { file: path },
  );
}

function decodeArrays({ arrays }: Head, body: Uint8Array): TypedArray[] {
  return arrays.map(([name, at, length]) => {
    const sound =
      Object.hasOwn(CLASSES, name) &&
      Number.isInteger(at) &&
      Number.isInteger(length) &&
      at >= 0 &&
      length >= 0 &&
      at + length <= body.length;
    if (!sound) throw new RangeError(`array ${name} at ${at}, ${length} bytes of ${body.length}`);
    // a copy of its own: the buffer of the file is not kept alive, nor aligned (a Buffer's slice
    // would be)
    const own = new Uint8Array(length);
    own.set(body.subarray(at, at + length));
    return new CLASSES[name](own.buffer);
  });
}
