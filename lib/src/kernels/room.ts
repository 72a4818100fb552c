import type { KernelName } from "./kernels.js";
import { evaluateLength, parseSignature, type ArraysOf, type CountsOf } from "./signature.js";
import { table } from "./table.js";

type Row<Name extends KernelName> = (typeof table)[Name];

/**
 * How many elements an array argument of a kernel holds at the given sizes, by the kernels' table;
 * for who reserves it.
 * @throws Error if a size is missing on which it depends
 */
export function room<Name extends KernelName>(
  kernel: Name,
  argument: ArraysOf<Row<Name>>,
  sizes: { readonly [Count in CountsOf<Row<Name>>]?: number },
): number {
  const own = parseSignature(table[kernel]).args.find(({ name }) => name === argument);
  return evaluateLength(own!.length!, sizes as Record<string, number>);
}
