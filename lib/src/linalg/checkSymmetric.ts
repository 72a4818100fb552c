import { NumericalError } from "../core/errors.js";
import { checkFinite, type Tensor } from "../core/tensor.js";

// Larger differences between A_ij and A_ji are a mistake, not rounding: float32 files keep 1e-7.
const ASYMMETRY = 1e-5;

/**
 * Looks at all entries of a square matrix.
 * @returns the largest of them, by its size
 * @throws NumericalError if it holds NaN or ±∞ or is not symmetric to 1e-5 of its largest entry
 */
export function checkSymmetric(matrix: Tensor, caller: string): number {
  const [n] = matrix.shape;
  const { data } = matrix;
  let [largest, sum] = [0, 0];
  for (let i = 0; i < n; i++) {
    const row = data.subarray(i * n, i * n + i + 1);
    for (let j = 0, mirrored = i; j <= i; j++, mirrored += n) {
      const size = Math.abs(row[j]);
      if (size > largest) largest = size;
      sum += Math.abs(row[j] - data[mirrored]); // NaN of what is no number, and of two ∞
    }
  }
  return sum === 0 ? largest : checkDifferences(matrix, caller);
}

/** The same for a matrix that is not symmetric to the last bit. */
function checkDifferences(matrix: Tensor, caller: string): number {
  const [n] = matrix.shape;
  const { data } = matrix;
  checkFinite(data, caller);
  let [largest, worst] = [0, 0];
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const [lower, upper] = [data[i * n + j], data[j * n + i]];
      largest = Math.max(largest, Math.abs(lower), Math.abs(upper));
      worst = Math.max(worst, Math.abs(lower - upper));
    }
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
