import { fraction as inUnit, record, stream } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { someSamples } from "../../nn/arguments.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import type { Rng } from "../../core/random/rng.js";
import { row, tensor, type Tensor } from "../../core/tensor.js";
import type { Samples } from "../../nn/losses/risk.js";

/** Samples some of whose labels are wrong on purpose. */
export interface Mislabelled {
  readonly samples: Samples;
  /** The rows concerned, ascending. */
  readonly rows: readonly number[];
}

/**
 * Gives a fraction of the samples, drawn at random, the label of another class. The inputs and
 * weights are shared, not copied.
 * @param options.fraction  of the samples, rounded to whole ones; 0.05 in the test of Koh and Liang 2017
 * @throws ConfigError if the fraction changes none or all, or a target row is not one-hot
 */
export function mislabel(
  samples: Samples,
  options: { readonly fraction: number; readonly rng: Rng },
): Mislabelled {
  takes("mislabel", {
    samples: [samples, someSamples],
    options: [options, record({ fraction: inUnit, rng: stream })],
  });
  const { fraction, rng } = options;
  if (samples.x.shape[0] !== samples.target.shape[0])
    throw new ShapeError(
      `mislabel: ${samples.x.shape[0]} inputs but ${samples.target.shape[0]} targets. Each sample needs one target row.`,
    );
  const [n, classes] = samples.target.shape;
  const count = Math.round(fraction * n);
  if (!(count >= 1 && count < n))
    throw new ConfigError(
      `mislabel: a fraction of ${fraction} is ${count} of ${n} samples. Choose one between 1/n and 1.`,
      { fraction, n },
    );
  if (classes < 2)
    throw new ConfigError(
      `mislabel: the targets have ${classes} column(s); labels need two classes at least.`,
      { classes },
    );
  const target: Tensor = tensor(samples.target.shape, samples.target.data.slice());
  const rows = Array.from(rng.fork("rows").permutation(n).subarray(0, count)).sort((a, b) => a - b);
  const labels = rng.fork("labels");
  for (const r of rows) {
    const values = row(target, r);
    const label = values.indexOf(1);
    if (label < 0 || values.some((v, k) => v !== (k === label ? 1 : 0))) {
      throw new ConfigError(
        `mislabel: target ${r} is [${Array.from(values)}], not one-hot; it must be. Only class labels can be changed for others.`,
        { row: r },
      );
    }
    values[label] = 0;
    values[(label + 1 + labels.integer(classes - 1)) % classes] = 1;
  }
  return { samples: { ...samples, target }, rows };
}
