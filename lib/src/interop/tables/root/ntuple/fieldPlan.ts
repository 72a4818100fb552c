import { isIndex, isNumeric } from "./decodePage.js";
import { partName, partsOf } from "./namedFields.js";
import type { NtupleField, NtupleSchema } from "./schema.js";

/**
 * What has to be read for the numbers of a field. Columns are places in the schema, by encoding.
 */
export interface FieldPlan {
  readonly kind: "plan";
  /** Where the list of each entry ends, if it is a list. */
  readonly list: readonly number[] | undefined;
  /** Numbers of each entry, for arrays. */
  readonly repeats: number | undefined;
  readonly numbers: readonly number[];
  /** Whether the numbers are singles, to which reals in few bits are rounded. */
  readonly isSingle: boolean;
}

/** What a field holds that is no numbers, and the cure. */
export interface NoPlan {
  readonly kind: "none";
  readonly holds: string;
  readonly cure: string;
}

const [PLAIN, LIST, RECORD] = [0, 1, 2];
const others: Readonly<Record<number, string>> = { 3: "a choice of types", 4: "objects" };

/** How the numbers of a field are read: of each entry one, a list, or an array. */
export function fieldPlan(schema: NtupleSchema, place: number): FieldPlan | NoPlan {
  const { fields } = schema;
  const lists: (readonly number[])[] = [];
  let repeats: number | undefined;
  const passing = (at: number): void => {
    const { role, repeats: own } = fields[at];
    if (role === LIST) lists.push(encodings(schema, at));
    if (role === PLAIN && own !== undefined) repeats = (repeats ?? 1) * own;
  };
  for (const above of upTo(schema, place)) passing(above);
  let current = place;
  for (;;) {
    const field = fields[current];
    const parts = partsOf(schema, current);
    if (field.role === RECORD) return record(schema, field, parts);
    const columns = encodings(schema, current);
    if (field.role === PLAIN && columns.length > 0) {
      return planOf(schema, field, columns, lists, repeats);
    }
    if (field.role > RECORD || parts.length !== 1)
      return none(field, others[field.role] ?? "nothing known");
    [current] = parts;
    passing(current);
  }
}

/** A field and what it is a part of, the outermost first. */
function upTo({ fields }: NtupleSchema, place: number): number[] {
  const all = [place];
  while (fields[all[0]].parent !== all[0] && all.length <= fields.length) {
    all.unshift(fields[all[0]].parent);
  }
  return all;
}

function planOf(
  schema: NtupleSchema,
  field: NtupleField,
  numbers: readonly number[],
  lists: readonly (readonly number[])[],
  repeats: number | undefined,
): FieldPlan | NoPlan {
  const own = numbers.map((k) => schema.columns[k]);
  if (own.some(isIndex)) return none(field, "texts");
  if (!own.every(isNumeric)) return none(field, "characters, or an encoding that is not read");
  if (lists.length > 1 || (lists.length > 0 && repeats !== undefined)) {
    const cure = "Write it as one list, with the lengths beside it";
    return { kind: "none", holds: "lists in lists", cure };
  }
  return { kind: "plan", list: lists[0], repeats, numbers, isSingle: field.type === "float" };
}

/**
 * The columns of a field, or of the one that it shows, one of each encoding; of texts, which have
 * two, all.
 */
function encodings({ fields, columns, aliases }: NtupleSchema, place: number): readonly number[] {
  if (fields[place].source !== undefined) {
    return aliases.filter(([, field]) => field === place).map(([column]) => column);
  }
  return columns.flatMap(({ field }, k) => (field === place ? [k] : []));
}

const none = ({ type }: NtupleField, holds: string): NoPlan => ({
  kind: "none",
  holds: `${holds} (${type.slice(0, 60)})`,
  cure: "Leave it out",
});

function record(schema: NtupleSchema, { name }: NtupleField, parts: readonly number[]): NoPlan {
  const names = parts.map((part) => partName(schema, part).slice(0, 40));
  const shown = `${names.slice(0, 8).join(", ")}${names.length > 8 ? ", …" : ""}`;
  const cure = `Name a part of it, such as ${name}.${names[0] ?? "part"}`;
  return { kind: "none", holds: `records of ${shown}`, cure };
}
