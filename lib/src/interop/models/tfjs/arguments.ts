import type { Value } from "./importer.js";
import type { KerasCall } from "./kerasCall.js";

/**
 * The tensor that a layer is called with at this place, or by this name. Keras 2 has several
 * tensors in a list in the place of the first.
 */
export function tensorArgument(
  { args, named }: KerasCall,
  inputs: readonly Value[],
  position: number,
  name: string,
): Value | undefined {
  const own = args[position] ?? named[name];
  const index =
    typeof own === "object" && own !== null ? (own as { tensor?: unknown }).tensor : undefined;
  return typeof index === "number" ? inputs[index] : undefined;
}
