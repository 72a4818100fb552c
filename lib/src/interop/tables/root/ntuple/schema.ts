import type { FrameReader } from "./frameReader.js";

/** A field: a number, a list, a record of fields. */
export interface NtupleField {
  readonly name: string;
  /** In C++: "std::vector<float>". */
  readonly type: string;
  /** Place of the field that it is a part of; its own for those at the top. */
  readonly parent: number;
  /** 0 plain, 1 list, 2 record, 3 variant, 4 streamed. */
  readonly role: number;
  /** Of arrays and sets of bits: how many items each entry has. */
  readonly repeats: number | undefined;
  /** Of a field that shows another one: that. */
  readonly source: number | undefined;
}

/** A column: numbers of one encoding in pages. */
export interface NtupleColumn {
  readonly type: number;
  readonly bits: number;
  readonly field: number;
  /** Columns of a field may be there in several encodings. */
  readonly representation: number;
  /** The first element that is written: before are zeros, for fields that came later. */
  readonly first: number;
  readonly range: readonly [least: number, most: number] | undefined;
}

export interface NtupleSchema {
  readonly fields: readonly NtupleField[];
  readonly columns: readonly NtupleColumn[];
  /** Columns that further fields show: the column, the field. */
  readonly aliases: readonly (readonly [column: number, field: number])[];
}

/** Flags of fields, then of columns. */
const [REPEATED, PROJECTED] = [1, 2];
const [DEFERRED, RANGED] = [1, 2];

/**
 * Fields, columns and aliases (RNTuple Binary Format 1.0, "Schema Description"); further
 * information on types follows and is passed over.
 * @param before  what earlier parts of the schema had: a later one goes on counting
 */
export function readSchema(reader: FrameReader, before: NtupleSchema): NtupleSchema {
  const fields = reader.list(() => reader.record(() => readField(reader)));
  const columns = reader.list(() => reader.record(() => readColumn(reader)));
  const aliases = reader.list(() => reader.record(() => [reader.u32(), reader.u32()] as const));
  reader.list(() => reader.record(() => undefined));
  return {
    fields: [...before.fields, ...fields],
    columns: [...before.columns, ...columns],
    aliases: [...before.aliases, ...aliases],
  };
}

function readField(reader: FrameReader): NtupleField {
  reader.u32(); // version of the field
  reader.u32(); // version of its type
  const [parent, role, flags] = [reader.u32(), reader.u16(), reader.u16()];
  const [name, type] = [reader.text(), reader.text()];
  reader.text(); // another name of the type
  reader.text(); // what is said of it
  const repeats = flags & REPEATED ? reader.u64() : undefined;
  const source = flags & PROJECTED ? reader.u32() : undefined;
  return { name, type, parent, role, repeats, source };
}

function readColumn(reader: FrameReader): NtupleColumn {
  const [type, bits, field] = [reader.u16(), reader.u16(), reader.u32()];
  const [flags, representation] = [reader.u16(), reader.u16()];
  // negative where the encoding is not the first one that was used
  const first = flags & DEFERRED ? Math.abs(reader.i64()) : 0;
  const range = flags & RANGED ? ([reader.f64(), reader.f64()] as const) : undefined;
  return { type, bits, field, representation, first, range };
}
