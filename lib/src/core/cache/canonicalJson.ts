import { ConfigError } from "../errors.js";

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

/**
 * Name of a typed array's class, or undefined. By tag: an array made in a notebook cell belongs to
 * another realm, where instanceof fails.
 */
export function typedArrayName(value: unknown): string | undefined {
  return ArrayBuffer.isView(value) && tagOf(value) !== "DataView" ? tagOf(value) : undefined;
}

/** An object written as `{…}`, in whichever realm. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || tagOf(value) !== "Object") return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * JSON that is the same text for equal values: keys sorted, fields that are undefined left out,
 * NaN, ±∞ and −0 told apart, typed arrays spelt out. For hashing and comparing, not for reading
 * back.
 * @param path  where the value stands, for errors
 * @throws ConfigError for what has no content to compare: functions, symbols, instances of classes,
 *   cycles
 */
export function canonicalJson(
  value: unknown,
  path: string = "value",
  above: readonly unknown[] = [],
): string {
  if (value === undefined) return "null";
  if (value === null || typeof value === "string" || typeof value === "boolean")
    return JSON.stringify(value);
  if (typeof value === "number") {
    if (Number.isFinite(value) && !Object.is(value, -0)) return JSON.stringify(value);
    return `{"$number":"${Object.is(value, -0) ? "-0" : value}"}`;
  }
  if (above.includes(value))
    throw new ConfigError(
      `${path} refers back to what contains it; a key must be a tree of plain values.`,
      { path },
    );
  const here = [...above, value];
  const typed = typedArrayName(value);
  if (typed) {
    const entries = Array.from(value as Float64Array, (entry) =>
      typeof entry === "bigint" ? `"${entry}"` : canonicalJson(entry),
    );
    return `{"$array":"${typed}","values":[${entries.join(",")}]}`;
  }
  if (Array.isArray(value))
    return `[${value.map((entry, i) => canonicalJson(entry, `${path}[${i}]`, here)).join(",")}]`;
  if (isPlainObject(value)) {
    const fields = Object.keys(value)
      .filter((name) => value[name] !== undefined)
      .sort();
    return `{${fields.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name], `${path}.${name}`, here)}`).join(",")}}`;
  }
  const kind = typeof value === "object" ? tagOf(value) : typeof value;
  throw new ConfigError(
    `${path} is a ${kind}; use numbers, texts, booleans, arrays, typed arrays and plain objects of them.`,
    { path },
  );
}
