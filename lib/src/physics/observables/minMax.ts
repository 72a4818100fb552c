import { real, record, tensorOf } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { NumericalError } from "../../core/errors.js";
import { tensor, type Tensor } from "../../core/tensor.js";

/** Smallest and largest entry of a whole training set. */
export interface MinMax {
  readonly minimum: number;
  readonly maximum: number;
}

export function minMax(values: ArrayLike<number>): MinMax {
  let minimum = Infinity;
  let maximum = -Infinity;
  for (let i = 0; i < values.length; i++) {
    minimum = Math.min(minimum, values[i]);
    maximum = Math.max(maximum, values[i]);
  }
  return { minimum, maximum };
}

/**
 * (x − minimum) / (maximum − minimum), as the toolbox of Dawid et al. 2021 normalises inputs: one
 * pair of numbers for all components, which belongs to the training set and is applied to every
 * other set.
 * @throws NumericalError if the range is empty
 */
export function minMaxNormalise(values: Tensor, range: MinMax): Tensor {
  takes("minMaxNormalise", {
    values: [values, tensorOf(["…"])],
    range: [range, record({ minimum: real, maximum: real }, "{ minimum, maximum }")],
  });
  const width = range.maximum - range.minimum;
  if (!(width > 0 && Number.isFinite(width))) {
    const { minimum, maximum } = range;
    throw new NumericalError(
      `minMaxNormalise: range from ${minimum} to ${maximum}; the maximum must be above the minimum. Fit it on training data that vary.`,
      { minimum, maximum },
    );
  }
  return tensor(
    values.shape,
    values.data.map((value) => (value - range.minimum) / width),
  );
}
