import { power } from "../../core/power.js";

/** Sites (n₁, n₂, n₃) of a unit cube in the order of a filter's weights, the last axis fastest. */
export const cubeCorners: readonly (readonly number[])[] = Array.from({ length: 8 }, (_, k) => [
  k >> 2,
  (k >> 1) & 1,
  k & 1,
]);

/** (−1)^(n₁+n₂+n₃) of each corner. */
export const cubeParity: readonly number[] = cubeCorners.map((corner) =>
  power(
    -1,
    corner.reduce((sum, step) => sum + step, 0),
  ),
);

const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/**
 * The 48 symmetries of the cube: where each corner goes, `[48][8]`; the first eight are the
 * reflections, the identity foremost.
 */
export const cubeSymmetries: readonly (readonly number[])[] = orders.flatMap((order) =>
  cubeCorners.map((reflected) =>
    cubeCorners.map((corner) =>
      order.reduce((place, axis, k) => place + ((corner[axis] ^ reflected[k]) << (2 - k)), 0),
    ),
  ),
);
