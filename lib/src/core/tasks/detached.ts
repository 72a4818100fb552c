import { isPlainObject, typedArrayName } from "../cache/canonicalJson.js";

/**
 * A copy of a result whose typed arrays own their memory, and the list of these memories to be
 * handed over instead of copied once more. Only copies are handed over: the task may keep what it
 * returned.
 */
export function detached(value: unknown): { value: unknown; memory: ArrayBuffer[] } {
  const memory: ArrayBuffer[] = [];
  const copies = new Map<unknown, unknown>(); // what is shared inside the result stays shared
  const copy = (part: unknown): unknown => {
    if (typeof part !== "object" || part === null) return part;
    if (copies.has(part)) return copies.get(part);
    if (typedArrayName(part)) {
      // that of the typed arrays themselves: a Buffer's own `slice` is a view
      const own = Uint8Array.prototype.slice.call(part);
      copies.set(part, own);
      memory.push(own.buffer as ArrayBuffer);
      return own;
    }
    // left to structured cloning, which knows maps, dates, …
    if (!Array.isArray(part) && !isPlainObject(part)) return part;
    const target: Record<string, unknown> = Array.isArray(part)
      ? (new Array(part.length) as unknown as Record<string, unknown>)
      : {};
    copies.set(part, target);
    for (const [name, entry] of Object.entries(part)) target[name] = copy(entry);
    return target;
  };
  return { value: copy(value), memory };
}
