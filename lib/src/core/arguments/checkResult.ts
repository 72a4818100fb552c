import { NumericalError } from "../errors.js";
import { firstNotFinite } from "../tensor.js";

/**
 * Refuses NaN that was computed from finite numbers: differences of what is beyond the largest
 * double.
 * @throws NumericalError
 */
export function checkResult(values: ArrayLike<number>, caller: string): void {
  if (firstNotFinite(values) < 0) return;
  const at = Array.from(values).findIndex(Number.isNaN);
  if (at < 0) return;
  throw new NumericalError(
    `${caller}: entry ${at} of the result is NaN: numbers on the way to it are beyond the largest double. Use inputs in another unit.`,
    { index: at },
  );
}
