import { shown } from "../core/oneOf.js";
import { takes } from "../core/arguments/takes.js";
import { optional, positive, record, tensorOf } from "../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../core/errors.js";
import { axpy, dot, row, tensor, type Tensor } from "../core/tensor.js";
import { lanczos } from "./lanczos.js";

/** Options of `principalComponents`. */
export interface PrincipalOptions {
  /** How many. */
  readonly count: number;
  /** Residual in units of the largest eigenvalue, 1e-8 by default. */
  readonly tolerance?: number;
  /**
   * false: about zero instead of about the mean, as for data in which each row stands with both
   * signs (default true).
   */
  readonly centre?: boolean;
}

/** What `principalComponents` gives. */
export interface PrincipalComponents {
  /** [count, features], unit vectors, the largest variance first. */
  readonly directions: Tensor;
  /** Variance along each of them, with n in the denominator. */
  readonly variances: Float64Array;
  /** Each as a part of the total variance. */
  readonly ratios: Float64Array;
}

/**
 * Principal components: eigenvectors of the covariance of the rows, the largest eigenvalues first,
 * by Lanczos' method on v ↦ Xᵀ(Xv)/n with X centred; the covariance matrix is never formed.
 * @param x  [n, …features]
 * @throws ConfigError for fewer than two rows or a count out of range, NotConvergedError as
 *   `lanczos`
 */
export function principalComponents(x: Tensor, options: PrincipalOptions): PrincipalComponents {
  takes("principalComponents", {
    x: [x, tensorOf(["…"])],
    options: [options, record({ tolerance: optional(positive) })],
  });
  if (x.shape.length < 2)
    throw new ShapeError(
      `principalComponents: the data have shape [${x.shape}]; they must be [n, …features].`,
      { shape: x.shape },
    );
  const n = x.shape[0];
  const features = x.data.length / n;
  const { count, tolerance = 1e-8, centre = true } = options;
  if (n < 2) throw new ConfigError(`principalComponents: ${n} row. Give at least two.`, { n });
  if (!(Number.isInteger(count) && count >= 1 && count <= features)) {
    throw new ConfigError(
      `principalComponents: count is ${shown(count)}; it must be a whole number from 1 to ${features}, the number of features.`,
      { count },
    );
  }
  const centred = tensor([n, features], Float64Array.from(x.data));
  const mean = new Float64Array(features);
  for (let r = 0; centre && r < n; r++) axpy(1 / n, row(centred, r), mean);
  for (let r = 0; r < n; r++) axpy(-1, mean, row(centred, r));
  let total = 0;
  for (const value of centred.data) total += value * value;
  const apply = (v: Float64Array): Float64Array => {
    const image = new Float64Array(features);
    for (let r = 0; r < n; r++) {
      const sample = row(centred, r);
      axpy(dot(sample, v) / n, sample, image);
    }
    return image;
  };
  const { values, vectors } = lanczos(
    { dimension: features, apply },
    { count, which: "highest", tolerance },
  );
  const directions = tensor([count, features]);
  for (let k = 0; k < count; k++) row(directions, k).set(row(vectors, count - 1 - k));
  const variances = values.slice().reverse();
  return {
    directions,
    variances,
    ratios: variances.map((variance) => (total > 0 ? (variance * n) / total : 0)),
  };
}
