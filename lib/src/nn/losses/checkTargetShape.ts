import { ShapeError } from "../../core/errors.js";
import type { Tensor } from "../../core/tensor.js";

/** @throws ShapeError unless targets are [n, out] with at least one column */
export function checkTargetShape({ shape }: Tensor, what: string): void {
  if (shape.length === 2 && shape[1] >= 1) return;
  throw new ShapeError(
    `${what}: targets have shape [${shape}]; they must be [n, out], one row a sample.`,
    { shape },
  );
}
