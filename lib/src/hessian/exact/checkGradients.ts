import { ShapeError } from "../../core/errors.js";
import type { Shape } from "../../core/tensor.js";

/** @throws ShapeError unless the gradients are [samples, P] */
export function checkGradients(
  caller: string,
  what: string,
  gradients: { readonly shape: Shape },
  P: number,
): void {
  if (gradients.shape.length !== 2 || gradients.shape[1] !== P) {
    throw new ShapeError(
      `${caller}: ${what} must have shape [samples, ${P}], got [${gradients.shape}].`,
      { got: gradients.shape },
    );
  }
}
