import { count, tensorOf, text } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { oneHot } from "../../core/dataset.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { checkFinite, tensor, type Tensor } from "../../core/tensor.js";
import { aLoss } from "../../nn/arguments.js";
import { checkTargets, type Loss } from "../../nn/losses/loss.js";

/**
 * Targets as they lie in files, as the loss reads them, [n, out]: rows of numbers as they are, and,
 * of classes, labels 0, 1, … one-hot.
 * @param values  [n], [n, 1] or [n, out]
 * @param what    what errors call them
 * @throws ShapeError, ConfigError or NumericalError for targets that do not fit points, network or
 *         loss, labels −1 and 1 among them
 */
export function targetRows(
  values: Tensor,
  n: number,
  out: number,
  loss: Loss,
  what: string,
): Tensor {
  takes("targetRows", { what: [what, text] });
  takes(what, {
    targets: [values, tensorOf(["n", "…"], "any")],
    n: [n, count(1)],
    out: [out, count(1)],
    loss: [loss, aLoss],
  });
  const rows = rowsOf(values, n, out, loss, what);
  checkTargets(loss, rows, what);
  return rows;
}

function rowsOf({ shape, data }: Tensor, n: number, out: number, loss: Loss, what: string): Tensor {
  if (shape[0] !== n)
    throw new ShapeError(
      `${what}: has ${shape[0]} targets for ${n} points. Every point needs one.`,
      { shape },
    );
  checkFinite(data, `${what}, targets`);
  const width = data.length / n;
  if (width === out) return tensor([n, out], data);
  if (width !== 1) {
    throw new ShapeError(
      `${what}: targets have shape [${shape}], the model has ${out} outputs. Save them as [n] labels or [n, ${out}].`,
      { shape, out },
    );
  }
  if (loss.output !== "softmax") {
    throw new ConfigError(
      `${what}: holds one value a point, but the model has ${out} outputs and the loss ${loss.name}. Save targets as [n, ${out}].`,
      { out },
    );
  }
  return oneHot(data, out);
}
