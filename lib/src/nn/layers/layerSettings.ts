import { isPlainObject } from "../../core/cache/canonicalJson.js";

/**
 * What a setting of a layer may be, beyond what its builder checks: for specifications that come
 * from files.
 */
export interface Setting {
  /** "a number", as in an error. */
  readonly text: string;
  /** May be left out. */
  readonly optional?: boolean;
  accepts(value: unknown): boolean;
}

/** More axes or numbers than any layer has. */
const MOST = 16;

export const number: Setting = { text: "a number", accepts: (value) => Number.isFinite(value) };

/** A whole number ≥ 0; builders say which are large enough. */
export const whole: Setting = {
  text: "a whole number",
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};

const list = (of: Setting, text: string): Setting => ({
  text,
  accepts: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MOST &&
    value.every((one) => of.accepts(one)),
});

export const integer: Setting = { text: "a whole number", accepts: Number.isSafeInteger };

export const truth: Setting = {
  text: "true or false",
  accepts: (value) => typeof value === "boolean",
};

export const word = (words: readonly string[]): Setting => ({
  text: `one of ${words.join(", ")}`,
  accepts: (value) => typeof value === "string" && words.includes(value),
});

/** Tables of entries and given numbers, as many as a sample may have. */
const long = (of: Setting, text: string): Setting => ({
  text,
  accepts: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((one) => of.accepts(one)),
});

export const numbers: Setting = long(number, "a list of numbers");
export const table: Setting = long(integer, "a list of whole numbers");

export const wholes: Setting = list(whole, "a list of whole numbers");

const side: Setting = {
  text: "two whole numbers",
  accepts: (value) =>
    Array.isArray(value) && value.length === 2 && value.every((one) => whole.accepts(one)),
};

/** [before, after] of each axis. */
export const sides: Setting = list(side, "a list of pairs of whole numbers");

/** An `ObjectGroup`. */
export const group: Setting = {
  text: "{ start, features, objects }, whole numbers",
  accepts: (value) =>
    isPlainObject(value) &&
    Object.keys(value).length === 3 &&
    ["start", "features", "objects"].every((key) => whole.accepts(value[key])),
};

export const either = (one: Setting, other: Setting): Setting => ({
  text: `${one.text} or ${other.text}`,
  accepts: (value) => one.accepts(value) || other.accepts(value),
});

export const optional = (setting: Setting): Setting => ({ ...setting, optional: true });
