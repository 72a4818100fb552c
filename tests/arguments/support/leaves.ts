import {
  badArrays,
  badEntries,
  badFunctions,
  badNumbers,
  badObjects,
  badTensors,
  badTexts,
  like,
  type Bad,
} from "./badValues.js";
import { isMade } from "./made.js";

/** A place in the arguments of a call and what is put there. */
export interface Leaf {
  /** "1.l2" is the property l2 of the second argument, "0[]" an entry of the first. */
  readonly path: string;
  readonly bad: readonly Bad[];
  /** The arguments with one value exchanged. */
  readonly exchange: (args: unknown[], value: unknown) => unknown[];
}

type Exchange = Leaf["exchange"];

/** All places of the arguments of a call. */
export function leavesOf(args: readonly unknown[]): Leaf[] {
  return args.flatMap((value, k) =>
    within(
      value,
      String(k),
      (all, bad) => {
        const changed = [...all];
        changed[k] = bad;
        return changed;
      },
      (all) => all[k],
    ),
  );
}

function within(
  value: unknown,
  path: string,
  exchange: Exchange,
  find: (args: readonly unknown[]) => unknown,
): Leaf[] {
  const leaf = (bad: readonly Bad[]): Leaf => ({ path, bad, exchange });
  if (typeof value === "number") return [leaf(badNumbers)];
  if (typeof value === "string") return [leaf(badTexts)];
  if (typeof value === "function") return [leaf(badFunctions)];
  if (typeof value !== "object" || value === null) return []; // any value is true or false
  if (isTensor(value)) {
    const data = property("data", exchange, find);
    return [
      leaf(badTensors(value)),
      ...entries(value.data, `${path}.data`, data.exchange, data.find),
    ];
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const values = value as ArrayLike<unknown>;
    return [leaf(badArrays(values)), ...entries(values, path, exchange, find)];
  }
  if (isMade(value)) return [leaf(badObjects)];
  return [
    leaf(badObjects),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const own = property(name, exchange, find);
      return within(inner, `${path}.${name}`, own.exchange, own.find);
    }),
  ];
}

const isTensor = (value: object): value is { shape: number[]; data: Float64Array } =>
  "shape" in value && "data" in value && ArrayBuffer.isView(value.data);

interface Place {
  readonly exchange: Exchange;
  readonly find: (args: readonly unknown[]) => unknown;
}

function property(name: string, exchange: Exchange, find: Place["find"]): Place {
  const inner = (args: readonly unknown[]): object => find(args) as object;
  return {
    exchange: (args, bad) => exchange(args, { ...inner(args), [name]: bad }),
    find: (args) => (inner(args) as Record<string, unknown>)[name],
  };
}

/** The last entry of a list: what only looks at the first one is found out. */
function entries(
  values: ArrayLike<unknown>,
  path: string,
  exchange: Exchange,
  find: Place["find"],
): Leaf[] {
  const at = values.length - 1;
  if (at < 0) return [];
  const put: Exchange = (args, bad) => {
    const whole = find(args) as ArrayLike<unknown>;
    const changed = Array.from(whole);
    changed[at] = bad;
    return exchange(args, like(whole, changed));
  };
  const entry = (args: readonly unknown[]): unknown => (find(args) as ArrayLike<unknown>)[at];
  if (typeof values[at] === "number")
    return [{ path: `${path}[]`, bad: held(values), exchange: put }];
  return within(values[at], `${path}[]`, put, entry);
}

/** What an array of this kind can hold: one of integers has no NaN. */
const held = (values: ArrayLike<unknown>): readonly Bad[] =>
  ArrayBuffer.isView(values) && !(values instanceof Float64Array || values instanceof Float32Array)
    ? badEntries.filter(({ value }) => value === -1)
    : badEntries;
