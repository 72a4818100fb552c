import { numbers, positive, text } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { cells } from "./cells.js";
import type { GridPanel } from "../charts/grid.js";
import { path } from "./path.js";

const corners: readonly (readonly number[])[] = Array.from({ length: 8 }, (_, k) => [
  k >> 2,
  (k >> 1) & 1,
  k & 1,
]);
const project = ([back, up, right]: readonly number[]): { x: number; y: number } => ({
  x: 4 * right + 1.7 * back,
  y: 4 * up + 1.4 * back,
});
const edges = corners.flatMap((a, k) =>
  corners
    .slice(k + 1)
    .filter((b) => a.filter((step, axis) => step !== b[axis]).length === 1)
    .map((b) => [project(a), project(b)]),
);

/**
 * A panel with a filter of 2 × 2 × 2 weights as a cube in parallel projection, the first axis to
 * the back: red positive, blue negative.
 * @param weights  [8], last axis fastest
 * @param limit    weight of the full colours; give filters that are compared the same
 * @throws ConfigError if there are not eight weights
 */
export function cube(title: string, weights: ArrayLike<number>, limit: number): GridPanel {
  takes("cube", { title: [title, text], weights: [weights, numbers()], limit: [limit, positive] });
  if (weights.length !== 8)
    throw new ConfigError(
      `cube: ${weights.length} weights; a cube needs one for each of its eight corners.`,
      {
        weights: weights.length,
      },
    );
  const rows = corners.map((corner, k) => ({ ...project(corner), weight: weights[k] }));
  return {
    title,
    width: 110,
    height: 110,
    x: { title: "n₃", domain: [-1, 6.8], ticks: [] },
    y: { title: "n₂", domain: [-1, 6.8], ticks: [] },
    marks: [
      ...edges.map((ends) => path({ rows: ends, x: "x", y: "y" })),
      cells({ rows, x: "x", y: "y", value: "weight", limit }),
    ],
  };
}
