import type { NtupleSchema } from "./schema.js";

/** A field of an RNTuple with the names that lead to it. */
export interface NamedField {
  /** "pt", "muons.pt" for a part of records or of a list of records, "pair.0". */
  readonly path: string;
  /** With all levels, as ROOT calls it: "muons._0.pt". */
  readonly qualified: string;
  readonly place: number;
  /** Whether these are the items of a list or array, which need no name of their own. */
  readonly isItem: boolean;
}

const found = new WeakMap<NtupleSchema, readonly (readonly number[])[]>();

/** Places of the fields that are parts of each field. */
export function partsOf(schema: NtupleSchema, place: number): readonly number[] {
  let parts = found.get(schema);
  if (!parts) {
    const all: number[][] = schema.fields.map(() => []);
    schema.fields.forEach(({ parent }, k) => {
      if (parent !== k && parent < all.length) all[parent].push(k);
    });
    found.set(schema, (parts = all));
  }
  return parts[place] ?? [];
}

/** Parts of pairs and tuples are called _0, _1, …: here 0, 1, … */
export const partName = ({ fields }: NtupleSchema, place: number): string =>
  fields[place].name.replace(/^_(?=\d+$)/, "");

/** All fields below those at the top, in their order. */
export function namedFields(schema: NtupleSchema): NamedField[] {
  const { fields } = schema;
  const below = (own: NamedField): NamedField[] => [
    own,
    ...partsOf(schema, own.place).flatMap((place) => {
      const isItem = fields[own.place].role !== 2;
      const path = isItem ? own.path : `${own.path}.${partName(schema, place)}`;
      return below({ path, qualified: `${own.qualified}.${fields[place].name}`, place, isItem });
    }),
  ];
  return fields.flatMap(({ name, parent }, place) =>
    parent === place ? below({ path: name, qualified: name, place, isItem: false }) : [],
  );
}
