import { DataError } from "../../core/errors.js";
import { quoted } from "../../core/printable.js";

/** A value within a parsed file, and what messages call the place: "m.json: learner.objective". */
export interface Place {
  readonly value: unknown;
  readonly where: string;
}

const RESAVE = "The file is damaged or of a form that is not known; save the model again";

/** Anything that is not as it must be. */
export function wrong({ where }: Place, fact: string, cure: string = RESAVE): DataError {
  return new DataError(`${where}: ${fact}. ${cure}.`, { where });
}

/** Whether there is something of this name. */
export const has = ({ value }: Place, key: string): boolean =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key);

/** What is inside, by names one after the other. @throws DataError where one is missing */
export function inside(place: Place, ...keys: readonly string[]): Place {
  return keys.reduce((outer, key) => {
    if (!has(outer, key)) throw wrong(outer, `has no ${quoted(key)}`);
    return {
      value: (outer.value as Record<string, unknown>)[key],
      where: `${outer.where}${outer === place && !place.where.includes(": ") ? ": " : "."}${key}`,
    };
  }, place);
}

/** The places of a list. */
export function entries(place: Place): Place[] {
  if (!Array.isArray(place.value)) throw wrong(place, "is no list");
  return place.value.map((value: unknown, k) => ({ value, where: `${place.where}[${k}]` }));
}

export function textAt(place: Place): string {
  if (typeof place.value !== "string") throw wrong(place, "is no text");
  return place.value;
}

/** A number, or a text that is one, as XGBoost writes its parameters. */
export function numberAt(place: Place): number {
  const { value } = place;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) throw wrong(place, "is no number");
  return number;
}

/** A whole number from `least` to `most`. */
export function countAt(place: Place, least: number, most: number): number {
  const number = numberAt(place);
  if (!(Number.isInteger(number) && number >= least && number <= most))
    throw wrong(place, `is ${number}, a whole number from ${least} to ${most} is expected`);
  return number;
}

/** A list of numbers, plain or typed. @param length  how many there must be */
export function numbersAt(place: Place, length?: number): ArrayLike<number> {
  const { value } = place;
  const listed = Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
  if (!listed) throw wrong(place, "is no list of numbers");
  const list = value as ArrayLike<unknown>;
  if (length !== undefined && list.length !== length)
    throw wrong(place, `has ${list.length} entries, ${length} are expected`);
  for (let k = 0; k < list.length; k++)
    if (typeof list[k] !== "number") throw wrong(place, `has an entry ${k} that is no number`);
  return list as ArrayLike<number>;
}
