import { takes } from "../../core/arguments/takes.js";
import {
  listOf,
  numbers,
  optional,
  positive,
  real,
  record,
  tensorOf,
} from "../../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { largestOutputs } from "./largestOutputs.js";
import { softmaxRow } from "./softmax.js";

/** The bins of a continuous label, so that its prediction can be explained as a classification. */
export interface Bins {
  /** κ_b in ascending order. */
  readonly centres: Float64Array;
  /** σ of the smearing, in units of κ. */
  readonly width: number;
}

const someBins = record({ centres: listOf(real, 1), width: positive }, "bins of nn.labelBins");

/**
 * Bins of κ whose labels are smeared with a Gaussian of that width.
 * @param centres  [bins], ascending
 * @param width    σ, default 3 Δκ, Blücher et al. 2020, App. B
 * @throws ConfigError unless there are bins, in ascending order, and the width is positive
 */
export function labelBins(centres: ArrayLike<number>, width?: number): Bins {
  takes("labelBins", { centres: [centres, numbers()], width: [width, optional(positive)] });
  const bins = centres.length;
  if (!(bins >= 1)) {
    throw new ConfigError(`labelBins: there are ${bins} bins. Give at least one centre.`, { bins });
  }
  for (let b = 1; b < bins; b++) {
    if (centres[b] > centres[b - 1]) continue;
    const fact = `bin ${b} at ${centres[b]} does not lie above bin ${b - 1} at ${centres[b - 1]}`;
    throw new ConfigError(`labelBins: ${fact}. They must ascend; sort the centres.`, { bin: b });
  }
  const sigma = width ?? (3 * (centres[bins - 1] - centres[0])) / (bins - 1);
  if (!(sigma > 0 && Number.isFinite(sigma))) {
    const fact = `the width σ is ${sigma}`;
    throw new ConfigError(`labelBins: ${fact}. Give a positive number.`, { width: sigma });
  }
  return { centres: Float64Array.from(centres), width: sigma };
}

/**
 * The smeared label of one κ: y_b = exp(−(κ_b − κ)² / 2σ²), not normalised, 1 in the true bin.
 * Blücher et al. 2020, Eq. (B4)
 * @returns  [bins]
 */
export function binTarget(value: number, bins: Bins): Float64Array {
  return exponents(value, bins, "binTarget").map(Math.exp);
}

/**
 * The smeared labels of many κ: [n, bins], rows that sum to 1, as a cross-entropy reads them.
 * @param options.normalised  false: as in Eq. (B4), 1 in the true bin, of which the squared error of Eq.
 *          (E1) is taken (default true)
 */
export function binTargets(
  values: ArrayLike<number>,
  bins: Bins,
  options: { readonly normalised?: boolean } = {},
): Tensor {
  takes("binTargets", {
    values: [values, numbers()],
    bins: [bins, someBins],
    options: [options, record()],
  });
  const { normalised = true } = options;
  const { centres } = bins;
  const count = centres.length;
  const targets = tensor([values.length, count]);
  for (let n = 0; n < values.length; n++) {
    const powers = exponents(values[n], bins, "binTargets");
    // far from all bins every y_b rounds to 0, their shares do not
    if (normalised) softmaxRow(powers, 0, count, targets.data, n * count);
    else targets.data.set(powers.map(Math.exp), n * count);
    if (normalised && powers.every((power) => power === -Infinity))
      throw new ConfigError(
        `binTargets: the label ${values[n]} is too far from all bins, ${centres[0]} … ${centres[count - 1]}. Give labels within a few widths of them.`,
        { label: values[n] },
      );
  }
  return targets;
}

/** −(κ_b − κ)² / 2σ² of each bin. */
function exponents(value: number, { centres, width }: Bins, what: string): Float64Array {
  if (!Number.isFinite(value)) {
    throw new ConfigError(`${what}: the label is ${value}. Give a finite number.`, { value });
  }
  return centres.map((centre) => -((centre - value) ** 2) / (2 * width ** 2));
}

/** Targets of plain regression, the alternative that App. B compares with: [n, 1]. */
export function valueTargets(values: ArrayLike<number>): Tensor {
  takes("valueTargets", { values: [values, numbers()] });
  return tensor([values.length, 1], Float64Array.from(values));
}

/**
 * κ̂ of each row of outputs z [n, bins]: κ of the bin with the largest output; of z [n, 1], plain
 * regression, the output itself.
 */
export function predictedValues(z: Tensor, bins: Bins): Float64Array {
  takes("predictedValues", { z: [z, tensorOf(["n", "out"])], bins: [bins, someBins] });
  const { centres } = bins;
  if (z.shape[1] === 1 && centres.length !== 1) return z.data.slice();
  if (z.shape[1] !== centres.length) {
    throw new ShapeError(
      `predictedValues: outputs [${z.shape}] and ${centres.length} bins; they must agree.`,
      { got: z.shape },
    );
  }
  return Float64Array.from(largestOutputs(z, "predictedValues"), (label) => centres[label]);
}
