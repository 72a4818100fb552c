import { tensor, type Tensor } from "../../core/tensor.js";
import { makeArena } from "../../kernels/arena.js";
import { symmetricEigen } from "../../linalg/symmetricEigen.js";
import { weigh } from "../../nn/losses/weighed.js";
import type { AffineGeometry } from "../../nn/layers/layer.js";

/**
 * Statistics of one affine layer for `kroneckerCurvature`. The layer's weights and biases make one
 * matrix [out, in·taps + 1]; its gradient for one sample is Σ_t g_t a_tᵀ over output sites t, a_t
 * the inputs that meet the weights there and a 1 for the bias, g_t the gradient of the output
 * (Grosse and Martens 2016).
 */
export interface KroneckerBlock {
  /** Rows and columns of the layer's matrix. */
  readonly shape: readonly [number, number];
  /** First pass: add inputs x [batch, in, site] to Σ w a aᵀ. @param roots  √w, [batch] */
  addInputs(x: Float64Array, batch: number, roots?: Float64Array): void;
  /** First pass: add output gradients g [batch, out, site] to Σ g gᵀ. */
  addGradients(g: Float64Array, batch: number): void;
  /**
   * End of the first pass: eigenbases of both sums; the eigenvalues become the factors' products
   * for a mean over n samples, of a layer that is used so many times.
   */
  decompose(n: number, uses: number): void;
  /** Second pass: set the eigenvalues to 0, add (Q_outᵀ ∇W Q_in)² of each sample, divide by n. */
  clear(): void;
  addSquares(x: Float64Array, g: Float64Array, batch: number): void;
  /** The same of one gradient, weights before biases. */
  addSquaresOf(gradient: Float64Array): void;
  divide(n: number): void;
  /** Eigenvalues, [out, in·taps + 1]. */
  readonly eigenvalues: Float64Array;
  /**
   * W ← Q_out (f(s) ∘ (Q_outᵀ W Q_in)) Q_inᵀ, in place on the layer's parameters, weights before
   * biases. With roots of columns, of W in their frame.
   */
  transform(parameters: Float64Array, f: (eigenvalue: number) => number): void;
  /** Add l2 of the penalty: in a frame the best diagonal of l2/μ in this basis. */
  addPenalty(l2: number): void;
  /** The eigenvector of `eigenvalues[k]`, weights before biases. */
  direction(k: number): Float64Array;
  /** Both bases and the eigenvalues, copied; `load` makes a block of the same shape this one. */
  state(): Float64Array[];
  load(state: readonly Float64Array[]): void;
}

/** Rows (samples × sites) that are staged together; one sample with more sites is staged whole. */
const ROWS = 64;

/**
 * @param roots  √μ of each column of the layer's matrix, the bias last: the frame √μ W, in which
 *   all of the statistics are (default: that of W itself)
 */
export function makeKroneckerBlock(
  { outChannels: to, inChannels, taps, sites, inputSites, siteOf }: AffineGeometry,
  roots?: Float64Array,
): KroneckerBlock {
  const depth = inChannels * taps;
  const from = depth + 1;
  const together = Math.max(1, Math.floor(ROWS / sites));
  const rows = together * sites;
  const arena = makeArena({
    doubles: 2 * rows * (from + to) + 2 * (from * from + to * to) + 3 * to * from,
    integers: 3 * rows + 3 * from + 8 * to,
  });
  const { f64, i32 } = arena;
  const list = (start: number, count: number, step: number): number => {
    const offsets = arena.integers(count);
    for (let k = 0; k < count; k++) i32[offsets + k] = start + k * step;
    return offsets;
  };
  const [a, g, rotatedA, rotatedG] = [
    arena.doubles(rows * from),
    arena.doubles(rows * to),
    arena.doubles(rows * from),
    arena.doubles(rows * to),
  ];
  const [sumA, sumG] = [arena.doubles(from * from), arena.doubles(to * to)];
  // an eigenvector a row
  const [basisA, basisG] = [arena.doubles(from * from), arena.doubles(to * to)];
  const [s, w, v] = [arena.doubles(to * from), arena.doubles(to * from), arena.doubles(to * from)];
  const [aRows, gRows, rotatedARows] = [
    list(a, rows, from),
    list(g, rows, to),
    list(rotatedA, rows, from),
  ];
  const [aColumns, gColumns, rotatedGColumns] = [
    list(a, from, 1),
    list(g, to, 1),
    list(rotatedG, to, 1),
  ];
  const [sumARows, sumGRows] = [list(sumA, from, from), list(sumG, to, to)];
  const [basisARows, basisGRows, basisGColumns] = [
    list(basisA, from, from),
    list(basisG, to, to),
    list(basisG, to, 1),
  ];
  const [sRows, wRows, vRows] = [list(s, to, from), list(w, to, from), list(v, to, from)];

  /** a_t of samples first … first + count as rows. */
  const stageInputs = (x: Float64Array, first: number, count: number): void => {
    let at = a;
    for (let n = first; n < first + count; n++) {
      const start = n * inChannels * inputSites;
      for (let t = 0; t < sites; t++) {
        for (let i = 0; i < inChannels; i++) {
          for (let k = 0; k < taps; k++) {
            const site = siteOf[t * taps + k];
            f64[at++] = site < 0 ? 0 : x[start + i * inputSites + site];
          }
        }
        f64[at++] = 1;
        if (roots) for (let i = 0; i < from; i++) f64[at - from + i] /= roots[i];
      }
    }
  };
  /** g_t as rows. */
  const stageGradients = (gradient: Float64Array, first: number, count: number): void => {
    let at = g;
    for (let n = first; n < first + count; n++) {
      for (let t = 0; t < sites; t++)
        for (let j = 0; j < to; j++) f64[at++] = gradient[(n * to + j) * sites + t];
    }
  };
  const inParts = (batch: number, part: (first: number, count: number) => void): void => {
    for (let first = 0; first < batch; first += together)
      part(first, Math.min(together, batch - first));
  };
  /** Weights and biases as the matrix at `w`. */
  const stageMatrix = (parameters: Float64Array): void => {
    for (let j = 0; j < to; j++) {
      f64.set(parameters.subarray(j * depth, (j + 1) * depth), w + j * from);
      f64[w + j * from + depth] = parameters[to * depth + j];
    }
  };
  /** And the matrix at `w` as weights and biases. */
  const readMatrix = (parameters: Float64Array): void => {
    for (let j = 0; j < to; j++) {
      parameters.set(f64.subarray(w + j * from, w + j * from + depth), j * depth);
      parameters[to * depth + j] = f64[w + j * from + depth];
    }
  };
  /** The matrix at `w` into the eigenbases; the result is at `w` again. */
  const rotate = (): void => {
    f64.fill(0, v, v + to * from);
    arena.rowDots(to, from, from, wRows, basisARows, v, from);
    f64.fill(0, w, w + to * from);
    arena.rowProduct(to, from, to, basisGRows, 1, vRows, wRows);
  };
  /** And back. */
  const rotateBack = (): void => {
    f64.fill(0, v, v + to * from);
    arena.rowProduct(to, from, to, basisGColumns, to, wRows, vRows);
    f64.fill(0, w, w + to * from);
    arena.rowProduct(to, from, from, vRows, 1, basisARows, wRows);
  };

  return {
    shape: [to, from],
    eigenvalues: f64.subarray(s, s + to * from),
    addInputs(x, batch, roots) {
      inParts(batch, (first, count) => {
        stageInputs(x, first, count);
        weigh(f64.subarray(a, a + rows * from), roots?.subarray(first), count, sites * from);
        arena.rowProduct(from, from, count * sites, aColumns, from, aRows, sumARows);
      });
    },
    addGradients(gradient, batch) {
      inParts(batch, (first, count) => {
        stageGradients(gradient, first, count);
        arena.rowProduct(to, to, count * sites, gColumns, to, gRows, sumGRows);
      });
    },
    decompose(n, uses) {
      const inputs = symmetricEigen(squareAt(f64, sumA, from));
      const outputs = symmetricEigen(squareAt(f64, sumG, to));
      f64.set(inputs.vectors.data, basisA);
      f64.set(outputs.vectors.data, basisG);
      // E[Σ_t a aᵀ] ⊗ E[mean_t g gᵀ]: derivatives at different sites taken as uncorrelated, all
      // sites as alike
      const scale = 1 / (n * n * sites * uses);
      for (let j = 0; j < to; j++) {
        for (let i = 0; i < from; i++)
          f64[s + j * from + i] =
            Math.max(0, outputs.values[j]) * Math.max(0, inputs.values[i]) * scale;
      }
    },
    clear: () => void f64.fill(0, s, s + to * from),
    divide: (n) => {
      for (let p = s; p < s + to * from; p++) f64[p] /= n;
    },
    addSquares(x, gradient, batch) {
      inParts(batch, (first, count) => {
        stageInputs(x, first, count);
        stageGradients(gradient, first, count);
        if (sites === 1) {
          // (q_outᵀ g aᵀ q_in)² = (q_outᵀ g)² (q_inᵀ a)², summed over samples by one product
          f64.fill(0, rotatedA, rotatedA + count * from);
          f64.fill(0, rotatedG, rotatedG + count * to);
          arena.rowDots(count, from, from, aRows, basisARows, rotatedA, from);
          arena.rowDots(count, to, to, gRows, basisGRows, rotatedG, to);
          for (let p = rotatedA; p < rotatedA + count * from; p++) f64[p] *= f64[p];
          for (let p = rotatedG; p < rotatedG + count * to; p++) f64[p] *= f64[p];
          arena.rowProduct(to, from, count, rotatedGColumns, to, rotatedARows, sRows);
          return;
        }
        for (let n = 0; n < count; n++) {
          f64.fill(0, w, w + to * from);
          for (let j = 0; j < to; j++) i32[gColumns + j] = g + n * sites * to + j;
          arena.rowProduct(to, from, sites, gColumns, to, aRows + n * sites, wRows);
          rotate();
          for (let p = 0; p < to * from; p++) f64[s + p] += f64[w + p] ** 2;
        }
        for (let j = 0; j < to; j++) i32[gColumns + j] = g + j;
      });
    },
    addSquaresOf(gradient) {
      stageMatrix(gradient);
      if (roots) for (let p = 0; p < to * from; p++) f64[w + p] /= roots[p % from];
      rotate();
      for (let p = 0; p < to * from; p++) f64[s + p] += f64[w + p] ** 2;
    },
    transform(parameters, f) {
      stageMatrix(parameters);
      rotate();
      for (let p = 0; p < to * from; p++) f64[w + p] *= f(f64[s + p]);
      rotateBack();
      readMatrix(parameters);
    },
    addPenalty(l2) {
      for (let i = 0; i < from; i++) {
        let own = roots ? 0 : l2;
        if (roots)
          for (let q = 0; q < from; q++)
            own += (l2 * f64[basisA + i * from + q] ** 2) / roots[q] ** 2;
        for (let j = 0; j < to; j++) f64[s + j * from + i] += own;
      }
    },
    state: () => [
      f64.slice(basisA, basisA + from * from),
      f64.slice(basisG, basisG + to * to),
      f64.slice(s, s + to * from),
    ],
    load(state) {
      [basisA, basisG, s].forEach((place, k) => f64.set(state[k], place));
    },
    direction(k) {
      f64.fill(0, w, w + to * from);
      f64[w + k] = 1;
      rotateBack();
      const parameters = new Float64Array(to * from);
      readMatrix(parameters);
      return parameters;
    },
  };
}

function squareAt(f64: Float64Array, start: number, n: number): Tensor {
  return tensor([n, n], f64.slice(start, start + n * n));
}
