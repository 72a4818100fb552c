import { NotConvergedError } from "../core/errors.js";
import type { Arena } from "../kernels/arena.js";
import { room } from "../kernels/room.js";

/** Doubles that `tridiagonalValues` takes from an arena. */
export const tridiagonalRoom = (n: number): number =>
  2 * n + room("tridiagonalQl", "scratch", { n });

/**
 * Eigenvalues of a symmetric tridiagonal matrix with entries of order one, ascending, to √n ε‖T‖
 * (`tridiagonalQl`). A sweep of QL mostly waits for its divisions, so four go over the matrix
 * together: a fifth more sweeps than one after the other with Wilkinson's shift, in a third of the
 * time.
 * @param offDiagonal  entry i is T_{i,i−1}, entry 0 means nothing
 * @throws NotConvergedError if an eigenvalue is not found in 40 rounds of sweeps
 */
export function tridiagonalValues(
  arena: Arena,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
): Float64Array {
  const { f64 } = arena;
  const n = diagonal.length;
  const [own, squares] = [arena.doubles(n), arena.doubles(n)];
  const scratch = arena.doubles(room("tridiagonalQl", "scratch", { n }));
  let largest = 0;
  for (let i = 0; i < n; i++) {
    const coupling = i + 1 < n ? offDiagonal[i + 1] : 0;
    f64[own + i] = diagonal[i];
    f64[squares + i] = coupling * coupling;
    largest = Math.max(largest, Math.abs(diagonal[i]), Math.abs(coupling));
  }
  // see `implicitQl`: what lies this far below ‖T‖ is noise of the reduction
  const least = 0.01 * Number.EPSILON * largest;
  const failed = arena.tridiagonalQl(n, own, squares, least * least, scratch);
  if (failed >= 0)
    throw new NotConvergedError(
      `symmetricEigen: eigenvalue ${failed} of ${n} not found in 40 rounds of sweeps. ` +
        "Scale the matrix to entries of order one.",
      { index: failed },
    );
  return f64.slice(own, own + n).sort();
}
