import { dotted, isGlobal, isList, type PickleValue } from "./pickleValue.js";

/** Keys that lead to a tensor, from the outermost. */
export type TensorPath = readonly PickleValue[];

/**
 * A name of its own for each path. Usually the keys with points between them, "model.fc1.weight",
 * "layers.0"; where two tensors would have one name, both are written as Python would ask for them,
 * `["a.b"]` and `["a"]["b"]`.
 *
 * @returns `names`, one a path, all different; `shared`: each plain name that several paths have,
 *   with the names that they were given
 */
export function tensorNames(paths: readonly TensorPath[]): {
  readonly names: readonly string[];
  readonly shared: ReadonlyMap<string, readonly string[]>;
} {
  const plain = paths.map((path) => path.map(keyText).join("."));
  const owners = new Map<string, number[]>();
  plain.forEach((name, k) => owners.set(name, [...(owners.get(name) ?? []), k]));
  // what begins like a name in brackets is written in them, so that it is never one
  const seen = new Map<string, number>();
  const names = paths.map((path, k) => {
    if (owners.get(plain[k])!.length === 1 && !plain[k].startsWith("[")) return plain[k];
    const own = inBrackets(path);
    const before = seen.get(own) ?? 0;
    seen.set(own, before + 1);
    return before === 0 ? own : `${own}#${before + 1}`; // keys that are objects
  });
  const shared = [...owners]
    .filter(([, own]) => own.length > 1)
    .map(([name, own]) => [name, own.map((k) => names[k])] as const);
  return { names, shared: new Map(shared) };
}

/** A key as a part of a name. */
function keyText(key: PickleValue): string {
  return typeof key === "string" ? key : keyInPython(key);
}

/** `["a"][0]`, as Python would ask for it. */
export const inBrackets = (path: TensorPath): string =>
  path.map((key) => `[${keyInPython(key)}]`).join("");

/** Numbers, truth values, tuples as Python writes them. */
function keyInPython(key: PickleValue): string {
  if (key === null) return "None";
  if (typeof key === "boolean") return key ? "True" : "False";
  if (typeof key === "string") return JSON.stringify(key);
  if (typeof key === "number" || typeof key === "bigint") return String(key);
  if (isList(key))
    return `(${key.map((inner) => (isList(inner) ? "(…)" : keyInPython(inner))).join(", ")})`;
  if (key instanceof Uint8Array) return `b${JSON.stringify(Buffer.from(key).toString("latin1"))}`;
  return isGlobal(key) ? dotted(key.global) : "object";
}
