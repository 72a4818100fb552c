import { NumericalError } from "../core/errors.js";
import { checkFinite, type Tensor } from "../core/tensor.js";

// Larger differences between A_ij and A_ji are a mistake, not rounding: float32 files keep 1e-7.
const ASYMMETRY = 1e-5;
/** Rows and columns that are compared at a time, so that both stay in the first-level cache. */
const TILE = 32;

/**
 * Looks at all entries of a square matrix in one pass.
 * @returns the largest of them, by its size
 * @throws NumericalError if it holds NaN or ±∞ or is not symmetric to 1e-5 of its largest entry
 */
export function checkSymmetric(matrix: Tensor, caller: string): number {
  const [n] = matrix.shape;
  const { data } = matrix;
  let [largest, worst, unsound] = [0, 0, 0];
  for (let rows = 0; rows < n; rows += TILE) {
    for (let columns = 0; columns <= rows; columns += TILE) {
      for (let i = rows; i < Math.min(rows + TILE, n); i++) {
        const stop = Math.min(columns + TILE, i + 1);
        for (let j = columns, mirrored = columns * n + i; j < stop; j++, mirrored += n) {
          const [lower, upper] = [data[i * n + j], data[mirrored]];
          const [own, other] = [Math.abs(lower), Math.abs(upper)];
          const difference = Math.abs(lower - upper);
          if (own > largest) largest = own;
          if (other > largest) largest = other;
          if (difference > worst) worst = difference;
          unsound += own - own + (other - other); // NaN of what is no number, and of ±∞
        }
      }
    }
  }
  if (unsound !== 0) checkFinite(data, caller);
  const allowed = ASYMMETRY * largest;
  if (worst > allowed) throw asymmetric(matrix, allowed, caller);
  return largest;
}

function asymmetric({ shape: [n], data }: Tensor, allowed: number, caller: string): NumericalError {
  const differs = (k: number): boolean => {
    const [i, j] = [Math.floor(k / n), k % n];
    return j < i && Math.abs(data[k] - data[j * n + i]) > allowed;
  };
  const at = data.findIndex((_, k) => differs(k));
  const [i, j] = [Math.floor(at / n), at % n];
  const [lower, upper] = [data[i * n + j], data[j * n + i]];
  return new NumericalError(
    `${caller}: entry (${i}, ${j}) is ${lower}, entry (${j}, ${i}) is ${upper}. Pass a symmetric matrix, e.g. (A + Aᵀ)/2.`,
    { i, j },
  );
}
