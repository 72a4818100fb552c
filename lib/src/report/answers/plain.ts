import type { Tensor } from "../../core/tensor.js";
import { row } from "../../core/tensor.js";
import type { InputValues } from "./document.js";

/** Plain JSON: typed arrays as lists, numbers that are not finite as null, undefined left out. */
export function plain<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_key, own: unknown) =>
      own instanceof Float64Array ? Array.from(own) : own,
    ),
  ) as T;
}

/** Sample t of what belongs to inputs, as values by input. */
export const sampleOf = (byInput: Readonly<Record<string, Tensor>>, t: number): InputValues[] =>
  Object.entries(byInput).map(([name, own]) => ({
    name,
    shape: own.shape.slice(1),
    values: Array.from(row(own, t)),
  }));

/** How far through a list of values others lie, 0 to 100; equal ones count half. */
export function percentileAmong(sorted: Float64Array, value: number): number {
  let [below, equal] = [0, 0];
  for (const own of sorted) {
    if (own < value) below++;
    else if (own === value) equal++;
    else break;
  }
  return (100 * (below + equal / 2)) / sorted.length;
}
