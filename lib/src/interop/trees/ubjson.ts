import { DataError } from "../../core/errors.js";

/**
 * Universal Binary JSON (ubjson.org, draft 12) as XGBoost writes it: every value is a letter and
 * what follows; containers may say their length (#) and the type of all their entries ($), which
 * makes typed arrays of numbers. No length is believed before it is compared with the bytes that
 * there are, and nothing nests deeper than a model does.
 * @throws DataError for what is damaged or cut off
 */
export function readUbjson(bytes: Uint8Array, source: string): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cursor: Cursor = { bytes, view, at: 0, depth: 0, source };
  return value(cursor, letter(cursor));
}

interface Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly source: string;
  at: number;
  depth: number;
}

const DEEPEST = 200;
/** Entries without bytes of their own (true, false, null), at most. */
const MOST_EMPTY = 2 ** 20;

function damaged({ source, at }: Cursor, fact: string): DataError {
  const cure = "The file is damaged or cut off; save the model again";
  return new DataError(`${source}: at byte ${at} ${fact}. ${cure}.`, { at });
}

/** The next bytes, where so many are left. */
function forward(cursor: Cursor, count: number): number {
  const { at, bytes } = cursor;
  const left = bytes.length - at;
  if (!(count >= 0 && count <= left))
    throw damaged(cursor, `${count} bytes are expected, ${left} are left`);
  cursor.at += count;
  return at;
}

const letter = (cursor: Cursor): string => String.fromCharCode(cursor.bytes[forward(cursor, 1)]);

const numbers: Readonly<
  Record<string, readonly [size: number, read: (view: DataView, at: number) => number]>
> = {
  i: [1, (view, at) => view.getInt8(at)],
  U: [1, (view, at) => view.getUint8(at)],
  I: [2, (view, at) => view.getInt16(at)],
  l: [4, (view, at) => view.getInt32(at)],
  L: [8, (view, at) => Number(view.getBigInt64(at))],
  d: [4, (view, at) => view.getFloat32(at)],
  D: [8, (view, at) => view.getFloat64(at)],
};
const empties: Readonly<Record<string, unknown>> = { Z: null, T: true, F: false };

function value(cursor: Cursor, type: string): unknown {
  if (Object.hasOwn(numbers, type)) {
    const [size, read] = numbers[type];
    return read(cursor.view, forward(cursor, size));
  }
  if (Object.hasOwn(empties, type)) return empties[type];
  if (type === "S" || type === "H") return text(cursor);
  if (type === "C") return letter(cursor);
  if (type !== "{" && type !== "[")
    throw damaged(cursor, `stands "${type}", which begins no value`);
  if (++cursor.depth > DEEPEST) throw damaged(cursor, `values nest deeper than ${DEEPEST}`);
  const found = type === "{" ? record(cursor) : list(cursor);
  cursor.depth--;
  return found;
}

function length(cursor: Cursor): number {
  const type = letter(cursor);
  if (!"iUIlL".includes(type)) throw damaged(cursor, `a length is of the type "${type}"`);
  return value(cursor, type) as number;
}

function text(cursor: Cursor): string {
  const count = length(cursor);
  const at = forward(cursor, count);
  return new TextDecoder().decode(cursor.bytes.subarray(at, at + count));
}

/** What a container says of its entries: their type, and how many there are. */
function header(cursor: Cursor): { type: string | undefined; count: number | undefined } {
  const next = (sign: string): boolean => {
    if (cursor.bytes[cursor.at] !== sign.charCodeAt(0)) return false;
    cursor.at++;
    return true;
  };
  const type = next("$") ? letter(cursor) : undefined;
  const count = next("#") ? length(cursor) : undefined;
  if (type !== undefined && count === undefined)
    throw damaged(cursor, "a list with a type has no length");
  if (count !== undefined && type !== undefined && Object.hasOwn(numbers, type))
    return { type, count };
  const most =
    type !== undefined && Object.hasOwn(empties, type) ? MOST_EMPTY : cursor.bytes.length;
  if (count !== undefined && !(count >= 0 && count <= most))
    throw damaged(cursor, `a list claims ${count} entries`);
  return { type, count };
}

function list(cursor: Cursor): unknown {
  const { type, count } = header(cursor);
  if (type !== undefined && Object.hasOwn(numbers, type)) return typed(cursor, type, count!);
  const found: unknown[] = [];
  if (count !== undefined) {
    for (let k = 0; k < count; k++) found.push(value(cursor, type ?? letter(cursor)));
    return found;
  }
  for (let sign = letter(cursor); sign !== "]"; sign = letter(cursor))
    if (sign !== "N") found.push(value(cursor, sign));
  return found;
}

/** Numbers of one type, one after the other. */
function typed(cursor: Cursor, type: string, count: number): Float64Array {
  const [size, read] = numbers[type];
  const from = forward(cursor, count * size);
  return Float64Array.from({ length: count }, (_, k) => read(cursor.view, from + k * size));
}

function record(cursor: Cursor): Record<string, unknown> {
  const { type, count } = header(cursor);
  const found: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const end = "}".charCodeAt(0);
  for (let k = 0; count === undefined ? cursor.bytes[cursor.at] !== end : k < count; k++) {
    const key = text(cursor);
    if (key === "__proto__") throw damaged(cursor, 'stands a key "__proto__", which no model has');
    found[key] = value(cursor, type ?? letter(cursor));
  }
  if (count === undefined) forward(cursor, 1);
  return found;
}
