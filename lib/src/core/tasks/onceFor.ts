/**
 * The same function, computed once for each object as long as that lives: what a thread prepares
 * for all items that share one (`ParallelOptions.shared`).
 */
export function onceFor<K extends object, V>(make: (of: K) => V): (of: K) => V {
  const made = new WeakMap<K, { readonly value: V }>();
  return (of) => {
    let found = made.get(of);
    if (found === undefined) made.set(of, (found = { value: make(of) }));
    return found.value;
  };
}
