import { tauInt } from "./autocorrelation.js";
import { ConfigError, ShapeError } from "./errors.js";
import { chooseBlockSize, type Estimate } from "./jackknife.js";
import { row, type Tensor } from "./tensor.js";

/**
 * Functions of several means with their jackknife errors: what is computed from averages over a chain, like shares of a total, has the
 * correlations of all columns in its error.
 *
 *   σ² = (B − 1)/B · Σ_b (θ_b − θ̄)²   with θ_b = f(means without block b)
 *
 * @param samples           [n, columns], in Monte Carlo order
 * @param of                f: [columns] ↦ [results]; the means themselves by default
 * @param options.blockSize samples a block; by default the largest that a column's τ_int asks for
 * @returns                 one estimate a result; its τ_int is that of the slowest column
 * @throws ConfigError for fewer than two samples or a block size outside 1 … n/2
 */
export function jackknifeMeans(
  samples: Tensor, of: (means: Float64Array) => ArrayLike<number> = (means) => means, options: { readonly blockSize?: number } = {},
): Estimate[] {
  const [n, columns] = samples.shape;
  if (samples.shape.length !== 2) throw new ShapeError(`jackknifeMeans: samples of shape [${samples.shape}]; they must be [n, columns].`, { shape: samples.shape });
  if (n < 2) throw new ConfigError(`jackknifeMeans: needs at least 2 samples, got ${n}.`, { n });
  const times = Array.from({ length: columns }, (_, k) => tauInt(Float64Array.from({ length: n }, (_, i) => samples.data[i * columns + k])));
  const blockSize = options.blockSize ?? Math.max(...times.map((time) => chooseBlockSize(n, time.tauInt, time.error)));
  if (!(Number.isInteger(blockSize) && blockSize >= 1 && 2 * blockSize <= n)) {
    throw new ConfigError(`jackknifeMeans: the block size is ${blockSize}; it must be a whole number from 1 to half of the ${n} samples.`, { blockSize, n });
  }
  const blocks = Math.floor(n / blockSize);
  const begin = (block: number): number => Math.floor((block * n) / blocks);
  const sums = (from: number, to: number): Float64Array => {
    const sum = new Float64Array(columns);
    for (let i = from; i < to; i++) row(samples, i).forEach((value, k) => (sum[k] += value));
    return sum;
  };
  const total = sums(0, n);
  const leftOut = Array.from({ length: blocks }, (_, b) => {
    const block = sums(begin(b), begin(b + 1));
    return Array.from(of(total.map((sum, k) => (sum - block[k]) / (n - (begin(b + 1) - begin(b))))));
  });
  const slowest = Math.max(...times.map((time) => time.tauInt));
  return Array.from(of(total.map((sum) => sum / n)), (mean, r) => {
    const centre = leftOut.reduce((sum, values) => sum + values[r] / blocks, 0);
    const spread = leftOut.reduce((sum, values) => sum + (values[r] - centre) ** 2, 0);
    return { mean, error: Math.sqrt(((blocks - 1) / blocks) * spread), tauInt: slowest, n };
  });
}
