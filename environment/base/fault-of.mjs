// The form of JSON that is read, as a table of its fields.

export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const isText = (value) => typeof value === "string";

/** A value for a sentence: its JSON, or the begin of it. @param {unknown} value */
export const brief = (value) => {
  const json = JSON.stringify(value) ?? "nothing";
  return json.length > 100 ? `${json.slice(0, 100)}…` : json;
};

/**
 * What is wrong with an object, or null.
 * @param {any} value
 * @param {object} fields  of each: what it must be, in words, and a test; or the fields of an object
 *   within; or a list of these
 * @param {string} place  what the sentence calls it
 * @returns {string | null}
 */
export function faultOf(value, fields, place) {
  if (!isObject(value)) return `${place} is no object`;
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(fields, key));
  if (unknown !== undefined) return `${place} has an unknown field ${brief(unknown)}`;
  return first(Object.entries(fields), ([key, rule]) =>
    faultOfField(value[key], rule, `${place}.${key}`),
  );
}

function faultOfField(value, rule, place) {
  if (!Array.isArray(rule)) return faultOf(value, rule, place);
  if (rule.length === 2)
    return rule[1](value) ? null : `${place} is ${brief(value)}, it must be ${rule[0]}`;
  if (!Array.isArray(value)) return `${place} is no list`;
  return first([...value.entries()], ([k, one]) => faultOf(one, rule[0], `${place}[${k}]`));
}

/**
 * The first fault that is found.
 * @template T
 * @param {T[]} items
 * @param {(item: T) => string | null} find
 * @returns {string | null}
 */
export function first(items, find) {
  for (const item of items) {
    const fault = find(item);
    if (fault) return fault;
  }
  return null;
}
