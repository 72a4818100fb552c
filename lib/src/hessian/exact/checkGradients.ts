import { kind, tensorOf } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ShapeError } from "../../core/errors.js";
import type { Shape } from "../../core/tensor.js";

const isStream = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "blocks" in value && "shape" in value;
const tableOrStream = kind("a tensor [samples, P] or what hessian.gradientStream makes", isStream);

/**
 * The gate of gradients of samples, in one table or, where the caller takes blocks, as a stream.
 * @param blocks  whether a stream will do (default: no)
 * @throws ShapeError unless they are [samples, P], NumericalError for NaN and ±∞ in a table
 */
export function checkGradients(
  caller: string,
  what: string,
  gradients: { readonly shape: Shape },
  P: number,
  blocks = false,
): void {
  takes(caller, {
    [what]: [gradients, blocks && isStream(gradients) ? tableOrStream : tensorOf(["…"])],
  });
  if (gradients.shape.length !== 2 || gradients.shape[1] !== P || gradients.shape[0] === 0) {
    throw new ShapeError(
      `${caller}: ${what} must have shape [samples, ${P}], got [${gradients.shape}].`,
      { got: gradients.shape },
    );
  }
}
