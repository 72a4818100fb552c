import { ConfigError } from "../../core/errors.js";
import type { Layer } from "./layer.js";

/** What is to be said or done for each kind of layer. A kind without an entry does not compile. */
export type ByKind<T> = {
  readonly [K in Layer["kind"]]: (layer: Extract<Layer, { kind: K }>) => T;
};

/**
 * The entry of a layer's kind, applied to it.
 * @param caller  begins the message of the error, e.g. "graph: " (default nothing)
 * @throws ConfigError for a kind that there is not, which TypeScript cannot see in a layer made in
 *   JavaScript
 */
export function byKind<T>(table: ByKind<T>, layer: Layer, caller = ""): T {
  if (Object.hasOwn(table, layer.kind)) return (table[layer.kind] as (layer: Layer) => T)(layer);
  const known = Object.keys(table).join(", ");
  const fact = `${caller}${layer.name} is of the unknown kind ${JSON.stringify(layer.kind)}`;
  throw new ConfigError(`${fact}. Use one of ${known}.`, { kind: layer.kind });
}
