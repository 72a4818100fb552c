import { ConfigError } from "./errors.js";

/**
 * A word of a closed list, where TypeScript may not have looked: a call from JavaScript, a notebook
 * cell, a file.
 *
 * @param what  the option with its function, e.g. "train: precision"
 * @throws ConfigError with the value and all words there are
 */
export function oneOf<T extends string>(value: T, words: readonly T[], what: string): T {
  if (words.includes(value)) return value;
  throw new ConfigError(`${what} is ${shown(value)}; it must be ${choice(words)}.`, { value });
}

/** `"a", "b" or "c"`. */
export function choice(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  return quoted.length < 2
    ? quoted.join("")
    : `${quoted.slice(0, -1).join(", ")} or ${quoted[quoted.length - 1]}`;
}

/** A value as a reader would write it, cut short. */
export function shown(value: unknown): string {
  const text = textOf(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function textOf(value: unknown): string {
  if (typeof value === "number") return String(value); // JSON has no NaN and no ∞
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} [${value as Uint8Array}]`;
  if (typeof value === "function" || typeof value === "symbol") return typeof value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // a number that JSON does not have, or an object that holds itself
    return String(value);
  }
}
