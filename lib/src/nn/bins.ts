import { ConfigError, ShapeError } from "../core/errors.js";
import { tensor, type Tensor } from "../core/tensor.js";
import { predictedLabels } from "./loss.js";

/** The bins of a continuous label, so that its prediction can be explained as a classification. */
export interface Bins {
  /** κ_b in ascending order. */
  readonly centres: Float64Array;
  /** σ of the smearing, in units of κ. */
  readonly width: number;
}

/**
 * @param width  default 3 Δκ, Blücher et al. 2020, App. B
 * @throws ConfigError unless there are bins, in ascending order, and the width is positive
 */
export function labelBins(centres: ArrayLike<number>, width?: number): Bins {
  if (!(centres.length >= 1)) throw new ConfigError(`labelBins: there are ${centres.length} bins. Give at least one centre.`, { bins: centres.length });
  for (let b = 1; b < centres.length; b++) {
    if (!(centres[b] > centres[b - 1])) {
      throw new ConfigError(`labelBins: bin ${b} at ${centres[b]} does not lie above bin ${b - 1} at ${centres[b - 1]}. Sort the centres.`, { bin: b });
    }
  }
  const sigma = width ?? (3 * (centres[centres.length - 1] - centres[0])) / (centres.length - 1);
  if (!(sigma > 0 && Number.isFinite(sigma))) throw new ConfigError(`labelBins: the width σ is ${sigma}. Give a positive number.`, { width: sigma });
  return { centres: Float64Array.from(centres), width: sigma };
}

/**
 * The smeared label of one κ: y_b = exp(−(κ_b − κ)² / 2σ²), not normalised, 1 in the true bin.   Blücher et al. 2020, Eq. (B4)
 * @returns  [bins]
 */
export function binTarget(value: number, { centres, width }: Bins): Float64Array {
  if (!Number.isFinite(value)) throw new ConfigError(`binTarget: the label is ${value}. Give a finite number.`, { value });
  return centres.map((centre) => Math.exp(-((centre - value) ** 2) / (2 * width ** 2)));
}

/** The same for many: [n, bins]. */
export function binTargets(values: ArrayLike<number>, bins: Bins): Tensor {
  const targets = tensor([values.length, bins.centres.length]);
  for (let n = 0; n < values.length; n++) targets.data.set(binTarget(values[n], bins), n * bins.centres.length);
  return targets;
}

/** Targets of plain regression, the alternative that App. B compares with: [n, 1]. */
export function valueTargets(values: ArrayLike<number>): Tensor {
  return tensor([values.length, 1], Float64Array.from(values));
}

/** κ̂ of each row of outputs z [n, bins]: κ of the bin with the largest output; of z [n, 1], plain regression, the output itself. */
export function predictedValues(z: Tensor, { centres }: Bins): Float64Array {
  if (z.shape[1] === 1 && centres.length !== 1) return z.data.slice();
  if (z.shape[1] !== centres.length) {
    throw new ShapeError(`predictedValues: outputs [${z.shape}] and ${centres.length} bins do not agree.`, { got: z.shape });
  }
  return Float64Array.from(predictedLabels(z), (label) => centres[label]);
}
