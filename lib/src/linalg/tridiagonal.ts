import { NotConvergedError } from "../core/errors.js";

// QL takes 1 to 2 sweeps for an eigenvalue; LAPACK gives up after 30.
const SWEEPS_PER_EIGENVALUE = 30;

/**
 * Eigenvalues of the symmetric tridiagonal matrix by implicit QL (Bowdler, Martin, Reinsch and
 * Wilkinson 1968), left in
 * `diagonal`, unordered; `offDiagonal[i]` = T_{i,i−1} is destroyed. Absolute error a few ε‖T‖.
 *
 * @param rotate  what to do with rows of eigenvectors: (row i, row i + 1) ← (c row i − s row i + 1,
 *   s row i + c row i + 1), in the order of the calls
 * @throws NotConvergedError if an eigenvalue needs more than 30 sweeps
 */
export function implicitQl(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  rotate?: (i: number, c: number, s: number) => void,
): void {
  const d = diagonal;
  const e = offDiagonal; // e[i + 1] couples i and i + 1
  const n = d.length;
  // In a spectrum that is flat but for a few directions, as of a network's Hessian, many entries
  // are rounding errors of each other; testing them against their neighbours alone never ends. What
  // lies this far below ‖T‖ is noise of the reduction.
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(d[i]), Math.abs(e[i]));
  const noise = 0.01 * Number.EPSILON * largest;
  for (let l = 0; l < n; l++) {
    for (let attempt = 0; ; attempt++) {
      let m = l;
      while (
        m < n - 1 &&
        Math.abs(e[m + 1]) > Math.max(noise, Number.EPSILON * (Math.abs(d[m]) + Math.abs(d[m + 1])))
      )
        m++;
      if (m === l) break;
      if (attempt === SWEEPS_PER_EIGENVALUE) {
        throw new NotConvergedError(
          `symmetricEigen: eigenvalue ${l} of ${n} not found in ${attempt} sweeps, off-diagonal entry ${e[l + 1].toExponential(2)}. ` +
            "Scale the matrix to entries of order one.",
          { index: l },
        );
      }
      // Wilkinson's shift, chased upwards
      let g = (d[l + 1] - d[l]) / (2 * e[l + 1]);
      let r = Math.sqrt(g * g + 1);
      g = d[m] - d[l] + e[l + 1] / (g + (g >= 0 ? r : -r));
      let s = 1;
      let c = 1;
      let p = 0;
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i + 1];
        const b = c * e[i + 1];
        r = Math.sqrt(f * f + g * g);
        if (i + 1 < m) e[i + 2] = r;
        if (r === 0) {
          // the matrix splits here; the rotations so far stand
          d[i + 1] -= p;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        rotate?.(i, c, s);
      }
      if (i < l) {
        d[l] -= p;
        e[l + 1] = g;
      }
      if (m < n - 1) e[m + 1] = 0;
    }
  }
}

/**
 * At which of three numbers the symmetric tridiagonal matrix has an eigenvalue below it (a pivot of
 * T − x that is negative, by Sylvester's law of inertia): bit k of the result for the k-th. Exact
 * for a matrix within a few ε‖T‖ of the given one. `floor` stands in for a pivot that vanishes.
 * Each division waits for the one before; three chains take the time of one.
 */
export function anyBelow(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  [x, y, z]: readonly [number, number, number],
  floor: number,
): number {
  let [p, q, r] = [1, 1, 1];
  let found = 0;
  for (let i = 0; i < diagonal.length && found !== 7; i++) {
    const square = offDiagonal[i] * offDiagonal[i]; // offDiagonal[0] is 0
    p = diagonal[i] - x - square / p;
    q = diagonal[i] - y - square / q;
    r = diagonal[i] - z - square / r;
    // also a pivot that vanishes counts, as −floor
    if (p < floor) found |= 1;
    if (q < floor) found |= 2;
    if (r < floor) found |= 4;
  }
  return found;
}
