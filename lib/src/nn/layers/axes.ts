import { takes } from "../../core/arguments/takes.js";
import { count, kind, listOf } from "../../core/arguments/kinds.js";
import { ConfigError } from "../../core/errors.js";

/** One whole number for all axes of space, or one for each. */
export type PerAxis = number | readonly number[];

/**
 * What is added around space: one number for both sides of all axes, or for each axis one number or
 * [before, after].
 */
export type Padding = number | readonly (number | readonly [number, number])[];

const numbersOrOne = kind(
  "a whole number, or one for each axis",
  (value) => typeof value === "number" || Array.isArray(value),
);

/**
 * `value` for each of `axes` axes.
 * @throws ConfigError unless these are whole numbers of at least `least`, as many as there are axes
 */
export function perAxis(value: PerAxis, axes: number, least: number, what: string): number[] {
  takes(what, { value: [value, numbersOrOne] });
  const all = typeof value === "number" ? Array<number>(axes).fill(value) : [...value];
  if (all.length !== axes)
    throw new ConfigError(
      `${what} has ${all.length} entries for ${axes} axes. Give one number, or one for each axis.`,
    );
  for (const one of all) {
    if (!Number.isInteger(one) || one < least)
      throw new ConfigError(`${what} must be a whole number ≥ ${least}, got ${one}.`);
  }
  return all;
}

/** [before, after] of each axis. @throws ConfigError as `perAxis` */
export function paddings(
  value: Padding,
  axes: number,
  what: string,
): (readonly [number, number])[] {
  takes(what, { value: [value, numbersOrOne] });
  for (const one of typeof value === "number" ? [] : value)
    if (typeof one !== "number") takes(what, { sides: [one, listOf(count(), 0, 2)] });
  const sides = (side: 0 | 1): number[] =>
    perAxis(
      typeof value === "number"
        ? value
        : value.map((one) => (typeof one === "number" ? one : one[side])),
      axes,
      0,
      what,
    );
  const [before, after] = [sides(0), sides(1)];
  return before.map((one, axis) => [one, after[axis]] as const);
}

/** "2", or "2×1" where axes differ. */
export function describeAxes(values: readonly (number | string)[]): string {
  return values.every((value) => value === values[0]) ? String(values[0]) : values.join("×");
}

/** "1", "1×0" or, where the sides of an axis differ, "0+1". */
export function describePadding(pairs: readonly (readonly [number, number])[]): string {
  return describeAxes(
    pairs.map(([before, after]) => (before === after ? String(before) : `${before}+${after}`)),
  );
}

/** The opposite of `describeAxes`. */
export function axesFrom(text: string): PerAxis {
  const values = text.split("×").map(Number);
  return values.length === 1 ? values[0] : values;
}

/** The opposite of `describePadding` for so many axes. */
export function paddingFrom(text: string, axes: number): Padding {
  const one = text.split("×").map((part): readonly [number, number] => {
    const [before, after] = part.split("+").map(Number);
    return [before, after ?? before];
  });
  return one.length === 1 ? Array<readonly [number, number]>(axes).fill(one[0]) : one;
}
