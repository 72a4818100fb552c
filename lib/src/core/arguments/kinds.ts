import { ConfigError, NumericalError, ShapeError } from "../errors.js";
import { choice, shown } from "../oneOf.js";
import { firstNotFinite, size, type Tensor } from "../tensor.js";
import type { ArgumentFault, ArgumentKind } from "./takes.js";

/** One value of which a test tells whether it is right. @param words  after "it must be" */
export function kind(words: string, holds: (value: unknown) => boolean): ArgumentKind {
  return (value, name) =>
    holds(value)
      ? undefined
      : { message: `${name} is ${shown(value)}; it must be ${words}`, error: ConfigError };
}

const number = (words: string, holds: (value: number) => boolean): ArgumentKind =>
  kind(words, (value) => typeof value === "number" && holds(value));

/** Any number but NaN and ±∞. */
export const real: ArgumentKind = number("a finite number", Number.isFinite);
export const positive: ArgumentKind = number(
  "a finite number > 0",
  (value) => value > 0 && value < Infinity,
);
export const nonNegative: ArgumentKind = number(
  "a finite number ≥ 0",
  (value) => value >= 0 && value < Infinity,
);
/** 0 … 1. */
export const fraction: ArgumentKind = number(
  "a number in [0, 1]",
  (value) => value >= 0 && value <= 1,
);
/** A bound that ∞ lifts. */
export const limit: ArgumentKind = number(
  "a number > 0, or Infinity for no limit",
  (value) => value > 0,
);
/** Whole, of either sign. */
export const integer: ArgumentKind = number("a whole number", Number.isSafeInteger);

/** A whole number within bounds. */
export function count(least: number = 0, most: number = Infinity): ArgumentKind {
  const words =
    most === Infinity ? `a whole number ≥ ${least}` : `a whole number ${least} … ${most}`;
  return number(words, (value) => Number.isSafeInteger(value) && value >= least && value <= most);
}

export const text: ArgumentKind = kind("a text", (value) => typeof value === "string");
export const name: ArgumentKind = kind(
  "a text that is not empty",
  (value) => typeof value === "string" && value !== "",
);
export const callable: ArgumentKind = kind("a function", (value) => typeof value === "function");

export const truth: ArgumentKind = kind("true or false", (value) => typeof value === "boolean");

/** A word of a closed list. */
export function word(words: readonly string[]): ArgumentKind {
  return kind(choice(words), (value) => words.includes(value as string));
}

/** May be left out. */
export function optional(inner: ArgumentKind): ArgumentKind {
  return (value, name) => (value === undefined ? undefined : inner(value, name));
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** An object with properties of these kinds; others are left alone. @param words  what it is */
export function record(
  fields: Readonly<Record<string, ArgumentKind>> = {},
  words: string = "an object of options",
): ArgumentKind {
  const whole = kind(words, (value) => isObject(value) && !Array.isArray(value));
  return (value, name) => {
    const fault = whole(value, name);
    if (fault !== undefined) return fault;
    for (const field in fields) {
      const own = name === "options" ? field : `${name}.${field}`;
      const inner = fields[field]((value as Record<string, unknown>)[field], own);
      if (inner !== undefined) return inner;
    }
    return undefined;
  };
}

/** Values of one kind by names that are the caller's. @param words  what it is */
export function byName(inner: ArgumentKind, words: string): ArgumentKind {
  const whole = record({}, words);
  return (value, name) => {
    const fault = whole(value, name);
    if (fault !== undefined) return fault;
    return record(Object.fromEntries(Object.keys(value as object).map((own) => [own, inner])))(
      value,
      name,
    );
  };
}

/** An object with these functions: a stream of random numbers, a network, a loss. */
export function having(words: string, ...members: readonly string[]): ArgumentKind {
  return kind(words, (value) => isObject(value) && members.every((member) => member in value));
}

/** Where a module is. */
export const address: ArgumentKind = kind(
  "a URL, an absolute path or the name of a package",
  (value) => value instanceof URL || (typeof value === "string" && value !== ""),
);

/** A path of a file. */
export const filePath: ArgumentKind = kind(
  "the path of a file",
  (value) => typeof value === "string" && value !== "",
);

const isListed = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);

/** An array or typed array of anything. */
export const list: ArgumentKind = kind("an array", isListed);

/** A list of values of one kind. */
export function listOf(inner: ArgumentKind, least: number = 0, length?: number): ArgumentKind {
  return (value, name) => {
    const fault = lengthFault(value, name, "a list", least, length);
    if (fault !== undefined) return fault;
    const values = value as ArrayLike<unknown>;
    for (let k = 0; k < values.length; k++) {
      const one = inner(values[k], `${name}[${k}]`);
      if (one !== undefined) return one;
    }
    return undefined;
  };
}

/** Finite numbers in an array or typed array. */
export function numbers(least: number = 0, length?: number): ArgumentKind {
  return (value, name) => {
    const fault = lengthFault(value, name, "an array of numbers", least, length);
    return fault ?? entryFault(value as ArrayLike<number>, name);
  };
}

/** Finite numbers in a Float64Array: a vector of R^P. */
export function vector(length?: number, words: string = "a Float64Array"): ArgumentKind {
  return (value, name) => {
    if (!(value instanceof Float64Array))
      return { message: `${name} is ${shown(value)}; it must be ${words}`, error: ShapeError };
    return lengthFault(value, name, words, 0, length) ?? entryFault(value, name);
  };
}

function lengthFault(
  value: unknown,
  name: string,
  words: string,
  least: number,
  length: number | undefined,
): ArgumentFault | undefined {
  if (!isListed(value))
    return { message: `${name} is ${shown(value)}; it must be ${words}`, error: ConfigError };
  if (length !== undefined && value.length !== length)
    return {
      message: `${name} has ${value.length} entries; it must have ${length}`,
      error: ShapeError,
    };
  if (value.length < least)
    return {
      message: `${name} has ${value.length} entries; it must have at least ${least}`,
      error: ConfigError,
    };
  return undefined;
}

function entryFault(values: ArrayLike<number>, name: string): ArgumentFault | undefined {
  const at = firstNotFinite(values);
  if (at < 0) return undefined;
  return {
    message: `${name}: entry ${at} is ${shown(values[at])}; every entry must be a finite number`,
    error: NumericalError,
  };
}

/** An axis of a tensor: its length, or a name where it may have any length ≥ 1. */
export type Axis = number | string;

/**
 * A tensor of finite numbers whose numbers are as many as its shape says.
 * @param axes  e.g. ["n", 3]; a last "…" stands for any further axes, a name for any length ≥ 1
 * @param entries  "any" where NaN and ±∞ mean something
 */
export function tensorOf(
  axes: readonly Axis[],
  entries: "finite" | "any" = "finite",
): ArgumentKind {
  const open = axes[axes.length - 1] === "…";
  const own = open ? axes.slice(0, -1) : axes;
  const words = `a tensor [${axes.join(", ")}]`;
  const fits = (shape: readonly number[]): boolean =>
    (open ? shape.length >= own.length : shape.length === own.length) &&
    own.every((axis, k) => (typeof axis === "number" ? shape[k] === axis : shape[k] >= 1));
  return (value, name) => {
    const fault = tensorFault(value, name, words);
    if (fault !== undefined) return fault;
    const { shape, data } = value as Tensor;
    if (!fits(shape))
      return { message: `${name} has shape [${shape}]; it must be ${words}`, error: ShapeError };
    return entries === "any" ? undefined : entryFault(data, name);
  };
}

/** What is wrong with the parts of a tensor, whatever its shape. */
function tensorFault(value: unknown, name: string, words: string): ArgumentFault | undefined {
  const { shape, data } = (isObject(value) ? value : {}) as Partial<Tensor>;
  const whole = Array.isArray(shape) && shape.every((extent) => Number.isSafeInteger(extent));
  if (whole && data instanceof Float64Array && data.length === size(shape)) return undefined;
  const cure = "Make it with core.tensor";
  if (whole && isListed(data))
    return {
      message: `${name} has shape [${shape}] and ${data.length} numbers; it must be ${words} with ${size(shape)} numbers in a Float64Array. ${cure}`,
      error: ShapeError,
    };
  return {
    message: `${name} is ${shown(value)}; it must be ${words}. ${cure}`,
    error: ShapeError,
  };
}

/** A stream of random numbers. */
export const stream: ArgumentKind = having(
  "a stream of random numbers, core.makeRng(seed)",
  "uniform",
  "normal",
  "fork",
);
