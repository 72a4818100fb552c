import type { Tensor } from "phaselens/core";

/** A value in the place of a sound one. */
export interface Bad {
  /** As a report names it, e.g. "NaN", "a row less". */
  readonly name: string;
  readonly value: unknown;
}

/** No memory holds so many numbers and no loop ends. */
export const HUGE = 2 ** 40;

const named = (...values: readonly unknown[]): Bad[] =>
  values.map((value) => ({
    name: typeof value === "string" ? JSON.stringify(value) : String(value),
    value,
  }));

/** In the place of a number. */
export const badNumbers: readonly Bad[] = [
  ...named(NaN, Infinity, -Infinity, -1, 0.5, 1e308, HUGE, null, undefined, "1"),
];

/** In the place of an entry of an array of numbers. */
export const badEntries: readonly Bad[] = named(NaN, Infinity, -Infinity, -1, 0.5, 1e308);

const nothing: readonly Bad[] = named(undefined, null);

/** In the place of a word, a name, a path. */
export const badTexts: readonly Bad[] = [...nothing, ...named("", "no such word", 5)];
/** In the place of a function. */
export const badFunctions: readonly Bad[] = [...nothing, ...named(5, "text")];
/** In the place of what the library made, and of options. */
export const badObjects: readonly Bad[] = [
  ...nothing,
  ...named(5, "text"),
  { name: "{}", value: {} },
];

type Numbers = number[] | Float64Array | Int32Array;

const isTyped = (values: unknown): values is Float64Array => ArrayBuffer.isView(values);

/** An array of the same kind with other contents. */
export function like(values: ArrayLike<unknown>, contents: readonly unknown[]): unknown {
  if (!isTyped(values)) return contents;
  const kind = values.constructor as unknown as new (from: readonly unknown[]) => Numbers;
  return new kind(contents);
}

/** In the place of an array: shorter, longer, empty, none. */
export function badArrays(values: ArrayLike<unknown>): Bad[] {
  const all = Array.from(values);
  return [
    ...nothing,
    ...named(5, "text"),
    { name: "empty", value: like(values, []) },
    { name: "one less", value: like(values, all.slice(0, -1)) },
    { name: "one more", value: like(values, [...all, all[all.length - 1]]) },
  ];
}

/** In the place of a tensor: rows missing or too many, other shapes, shapes that are not true. */
export function badTensors({ shape, data }: Tensor): Bad[] {
  const [rows, ...rest] = shape;
  const width = rest.reduce((product, extent) => product * extent, 1);
  const filled = (own: readonly number[]): Tensor => ({
    shape: own,
    data: Float64Array.from(
      { length: own.reduce((product, extent) => product * extent, 1) },
      (_, k) => data[k % data.length],
    ),
  });
  return [
    ...nothing,
    ...named(5, "text"),
    { name: "{}", value: {} },
    { name: "numbers alone", value: Array.from(data) },
    { name: "a shape of more rows than there are", value: { shape: [rows + 2, ...rest], data } },
    { name: "a shape without numbers", value: { shape } },
    { name: "no rows", value: filled([0, ...rest]) },
    { name: "a row less", value: { shape: [rows - 1, ...rest], data: data.slice(width) } },
    { name: "a row more", value: filled([rows + 1, ...rest]) },
    ...(rest.length === 0
      ? []
      : [{ name: "wider", value: filled([...shape.slice(0, -1), shape[shape.length - 1] + 1]) }]),
    { name: "one axis more", value: { shape: [...shape, 1], data } },
    ...(rest.length === 0 ? [] : [{ name: "flat", value: { shape: [data.length], data } }]),
  ];
}
