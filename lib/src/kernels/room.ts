import { evaluateLength, type ArraysOf, type CountsOf } from "./signature.js";
import { rooms } from "./rooms.generated.js";
import type { asked, table } from "./table.js";

type Table = typeof table;
type Row<Name extends keyof Table> = Table[Name];

/**
 * How many elements an array argument of a kernel holds at the given sizes, by the kernels' table;
 * for who reserves it.
 * @throws Error if a size is missing on which it depends
 */
export function room<Name extends (typeof asked)[number]>(
  kernel: Name,
  argument: ArraysOf<Row<Name>>,
  sizes: { readonly [Count in CountsOf<Row<Name>>]?: number },
): number {
  return evaluateLength(rooms[kernel][argument], sizes as Record<string, number>);
}
