import { size, type Shape } from "phaselens/core";

/**
 * Settings of one layer, taken one after the other from the numbers of a recipe; 0 is the plainest.
 */
export interface Draw {
  /** 0 … count − 1. */
  below(count: number): number;
  among<T>(list: readonly T[]): T;
}

export function drawFrom(numbers: readonly number[]): Draw {
  let next = 0;
  const below = (count: number): number => numbers[next++ % numbers.length] % count;
  return { below, among: (list) => list[below(list.length)] };
}

/** Divisors of n, the smallest first. */
export const divisors = (n: number): number[] =>
  Array.from({ length: n }, (_, k) => k + 1).filter((k) => n % k === 0);

/** A shape with as many entries and so many axes of space after its channels. */
export function factorised(draw: Draw, entries: number, space: number): number[] {
  const shape: number[] = [];
  let left = entries;
  for (let axis = 0; axis < space; axis++) {
    shape.push(draw.among(divisors(left).reverse()));
    left /= shape[axis];
  }
  return [left, ...shape];
}

/** All places of a row-major array in order. */
export function indices(shape: Shape): number[][] {
  return Array.from({ length: size(shape) }, (_, place) => {
    const index = Array<number>(shape.length);
    for (let axis = shape.length - 1, rest = place; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return index;
  });
}

/** The place of an index, −1 if it lies outside. */
export function placeOf(index: readonly number[], shape: Shape): number {
  let place = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    if (index[axis] < 0 || index[axis] >= shape[axis]) return -1;
    place = place * shape[axis] + index[axis];
  }
  return place;
}
