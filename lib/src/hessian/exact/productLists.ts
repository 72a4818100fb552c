import type { Arena } from "../../kernels/arena.js";
import type { HessianPlan } from "./segments.js";

/** Places of the rows A, B and C of a product C += A B, as lists of offsets in an arena. */
export interface ProductLists {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** Integers that the lists take from an arena. */
export const productListsSpace = (plan: HessianPlan): number => 3 * longest(plan) + 64;

export function makeProductLists(arena: Arena, plan: HessianPlan): ProductLists {
  const length = longest(plan);
  return { a: arena.integers(length), b: arena.integers(length), c: arena.integers(length) };
}

/** A product takes a row for each weight of a channel, or for each channel. */
const longest = ({ blocks }: HessianPlan): number =>
  Math.max(...blocks.map((b) => Math.max(b.width, b.geometry.outChannels)));
