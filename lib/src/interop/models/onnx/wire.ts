import { DataError } from "../../../core/errors.js";
import { integerReader, type IntegerReader } from "../../../core/files/largeIntegers.js";

/**
 * The wire format of protocol buffers, as far as ONNX needs it (protobuf.dev, "Encoding"): a
 * message is a run of fields, each a tag (number · 8 + type) and a value: a varint (0), eight bytes
 * (1), a length and as many bytes (2), four bytes (5). No length is believed before it is compared
 * with the bytes that there are.
 */
export interface WireValue {
  readonly type: number;
  /** Of a varint, as a signed integer of 64 bits; the nearest double beyond 2⁵³. */
  readonly integer: number;
  /** Of the other three. */
  readonly bytes: Uint8Array;
}

/** A kind of field: how what it holds is begun, and how a value is added. */
export interface FieldType<T> {
  readonly begin: () => T;
  add(held: T, value: WireValue, where: string): T;
}

/** Fields of a message by their names, each with its number. */
export type MessageFields<T> = {
  readonly [K in keyof T]: readonly [number: number, type: FieldType<T[K]>];
};

/** Reads a message. @param where  what an error calls the place: "x.onnx: graph" */
export type MessageReader<T> = (bytes: Uint8Array, where: string) => T;

/** Messages within messages, at most: graphs of branches are the only ones that nest. */
const DEEPEST = 24;
let depth = 0;

/**
 * The reader of a message with such fields; others are passed over, as the format wants it.
 */
export function message<T>(fields: MessageFields<T>): MessageReader<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  const byNumber = new Map(names.map((name) => [fields[name][0], name]));
  return (bytes, where) => {
    const own = Object.fromEntries(names.map((name) => [name, fields[name][1].begin()])) as T;
    if (depth >= DEEPEST) throw damaged(where, `nests more than ${DEEPEST} messages`);
    depth++;
    try {
      eachField(bytes, where, (number, value) => {
        const name = byNumber.get(number);
        if (name === undefined) return;
        own[name] = fields[name][1].add(own[name], value, `${where}.${name}`);
      });
    } finally {
      depth--;
    }
    return own;
  };
}

export function damaged(where: string, fact: string): DataError {
  return new DataError(`${where}: ${fact}. The file is damaged or cut off; fetch it again.`, {
    where,
  });
}

const none = new Uint8Array(0);
/** Bytes of the types of fixed length. */
const fixed: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

function eachField(
  bytes: Uint8Array,
  where: string,
  visit: (number: number, value: WireValue) => void,
): void {
  const cursor = { bytes, at: 0, where };
  while (cursor.at < bytes.length) {
    const tag = varint(cursor);
    const [number, type] = [Math.floor(tag / 8), tag % 8];
    if (number < 1 || number > 2 ** 29) throw damaged(where, `has a field of number ${number}`);
    if (type === 0) {
      visit(number, { type, integer: varint(cursor), bytes: none });
      continue;
    }
    const length = type === 2 ? varint(cursor) : fixed[type];
    if (length === undefined) throw damaged(where, `has a field of the unknown type ${type}`);
    const left = bytes.length - cursor.at;
    if (!(length >= 0 && length <= left))
      throw damaged(where, `a field claims ${length} bytes, ${left} are left`);
    visit(number, { type, integer: 0, bytes: bytes.subarray(cursor.at, cursor.at + length) });
    cursor.at += length;
  }
}

interface Cursor {
  readonly bytes: Uint8Array;
  readonly where: string;
  at: number;
}

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
function varint(cursor: Cursor): number {
  const { bytes, at, where } = cursor;
  let value = 0;
  for (let k = 0, scale = 1; k < 7; k++, scale *= 128) {
    const byte = bytes[at + k];
    if (byte === undefined) throw damaged(where, "ends within a number");
    value += (byte & 127) * scale;
    if (byte < 128) {
      cursor.at = at + k + 1;
      return value;
    }
  }
  let exact = 0n;
  for (let k = 0; k < 10; k++) {
    const byte = bytes[at + k];
    if (byte === undefined) throw damaged(where, "ends within a number");
    exact |= BigInt(byte & 127) << BigInt(7 * k);
    if (byte < 128) {
      cursor.at = at + k + 1;
      return Number(BigInt.asIntN(64, exact));
    }
  }
  throw damaged(where, "has a number of more than ten bytes");
}

function wanted(value: WireValue, type: number, where: string): void {
  if (value.type !== type)
    throw damaged(where, `is stored as wire type ${value.type}, it must be ${type}`);
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

/** A field that holds one value, the last of those given; undefined if there is none. */
const one = <T>(read: (value: WireValue, where: string) => T): FieldType<T | undefined> => ({
  begin: () => undefined,
  add: (_, value, where) => read(value, where),
});

/** A field that holds a list, one value at a time. */
const many = <T>(read: (value: WireValue, where: string) => T): FieldType<T[]> => ({
  begin: () => [],
  add(held, value, where) {
    held.push(read(value, `${where}[${held.length}]`));
    return held;
  },
});

const bytesOf = (value: WireValue, where: string): Uint8Array => {
  wanted(value, 2, where);
  return value.bytes;
};
const textOf = (value: WireValue, where: string): string =>
  new TextDecoder().decode(bytesOf(value, where));
const integerOf = (value: WireValue, where: string): number => {
  wanted(value, 0, where);
  return value.integer;
};

/** A list of numbers, one at a time or packed into one stretch of bytes. */
const packed = (
  single: number,
  size: number,
  read: (value: WireValue, where: string) => number[],
): FieldType<number[]> => ({
  begin: () => [],
  add(held, value, where) {
    if (value.type !== single) wanted(value, 2, where);
    if (size > 1 && value.bytes.length % size !== 0)
      throw damaged(where, `${value.bytes.length} bytes are no whole number of numbers`);
    for (const entry of read(value, where)) held.push(entry);
    return held;
  },
});

function packedVarints(value: WireValue, where: string): number[] {
  if (value.type === 0) return [value.integer];
  const cursor = { bytes: value.bytes, at: 0, where };
  const found: number[] = [];
  while (cursor.at < value.bytes.length) found.push(varint(cursor));
  return found;
}

const fixedNumbers = (size: 4 | 8): FieldType<number[]> =>
  packed(size === 4 ? 5 : 1, size, ({ bytes }) => {
    const view = viewOf(bytes);
    return Array.from({ length: bytes.length / size }, (_, k) =>
      size === 4 ? view.getFloat32(4 * k, true) : view.getFloat64(8 * k, true),
    );
  });

/**
 * Numbers of four or eight bytes that may be millions: those in one stretch of bytes, as writers
 * have it, go into one array at once.
 */
function manyNumbers(size: 4 | 8): FieldType<ArrayLike<number>> {
  const some = fixedNumbers(size);
  return {
    begin: some.begin,
    add(held, value, where) {
      if (held.length > 0 || value.type !== 2) {
        const before = Array.isArray(held) ? (held as number[]) : Array.from(held);
        return some.add(before, value, where);
      }
      if (value.bytes.length % size !== 0) return some.add([], value, where);
      const view = viewOf(value.bytes);
      const numbers = new Float64Array(value.bytes.length / size);
      for (let k = 0; k < numbers.length; k++)
        numbers[k] = size === 4 ? view.getFloat32(4 * k, true) : view.getFloat64(8 * k, true);
      return numbers;
    },
  };
}

/** The kinds of fields that ONNX uses. */
export const wire: {
  readonly integer: FieldType<number | undefined>;
  readonly text: FieldType<string | undefined>;
  readonly bytes: FieldType<Uint8Array | undefined>;
  readonly float: FieldType<number | undefined>;
  readonly integers: FieldType<number[]>;
  readonly floats: FieldType<number[]>;
  readonly manyFloats: FieldType<ArrayLike<number>>;
  readonly manyDoubles: FieldType<ArrayLike<number>>;
  readonly texts: FieldType<string[]>;
  one<T>(read: MessageReader<T>): FieldType<T | undefined>;
  many<T>(read: MessageReader<T>): FieldType<T[]>;
} = {
  integer: one(integerOf),
  text: one(textOf),
  bytes: one(bytesOf),
  float: one((value, where) => {
    wanted(value, 5, where);
    return viewOf(value.bytes).getFloat32(0, true);
  }),
  integers: packed(0, 1, packedVarints),
  floats: fixedNumbers(4),
  manyFloats: manyNumbers(4),
  manyDoubles: manyNumbers(8),
  texts: many(textOf),
  one: (read) => one((value, where) => read(bytesOf(value, where), where)),
  many: (read) => many((value, where) => read(bytesOf(value, where), where)),
};

/** An integer of 64 bits, the nearest double beyond 2⁵³ (bounds of slices are such). */
export const roundedIntegers: IntegerReader = integerReader("rounded", () => "");
