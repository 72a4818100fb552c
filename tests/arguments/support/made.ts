const marked = new WeakSet<object>();

/**
 * Marks what the library made, or a handle of something else: such an argument is replaced as a
 * whole, and its inside is left alone.
 */
export function made<T extends object>(value: T): T {
  marked.add(value);
  return value;
}

const has = (value: object, ...names: readonly string[]): boolean =>
  names.every((name) => name in value);

/** Networks, layers, losses and streams are told without a mark. */
export function isMade(value: object): boolean {
  return (
    marked.has(value) ||
    has(value, "nodes", "parameterCount") ||
    has(value, "uniform", "fork") ||
    has(value, "value", "gradient") ||
    has(value, "kind", "outputShape") ||
    ![Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)
  );
}
