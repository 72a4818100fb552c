import { ConfigError, ShapeError } from "../../core/errors.js";
import { size, type Shape } from "../../core/tensor.js";

/**
 * Before `batch` samples go through an evaluator: with too few numbers those of the previous call
 * would stay where nobody expects them.
 * @throws ShapeError if x holds fewer samples, ConfigError if there is no room for them
 */
export function checkBatch(
  network: string,
  shape: Shape,
  x: Float64Array,
  batch: number,
  capacity: number,
): void {
  if (batch > capacity)
    throw new ConfigError(
      `${network}: there is room for ${capacity} samples, got ${batch}. Give fewer at a time.`,
    );
  if (x.length >= batch * size(shape)) return;
  const fact = `${batch} sample(s) of shape [${shape}] have ${batch * size(shape)} numbers, got ${x.length}`;
  throw new ShapeError(
    `${network}: ${fact}. Make inputs with core.tensor, which compares the two.`,
    { got: x.length },
  );
}
