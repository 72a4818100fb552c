import { makeRng, tensor } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { largestDifference } from "../support/matrices.js";
import { makeArena } from "phaselens/internal/kernels/arena";
import {
  divideAndConquer,
  divisionRoom,
  rowLengthOf,
} from "phaselens/internal/linalg/divideAndConquer";
import { secularRoots } from "phaselens/internal/linalg/secularRoots";
import { implicitQl } from "phaselens/internal/linalg/tridiagonal";

/** Diagonal, and the entries below it (the first means nothing). */
type Tridiagonal = readonly [Float64Array, Float64Array];

const made = (n: number, entries: (i: number) => readonly [number, number]): Tridiagonal => {
  const pairs = Array.from({ length: n }, (_, i) => entries(i));
  return [Float64Array.from(pairs, ([d]) => d), Float64Array.from(pairs, ([, e]) => e)];
};

function solved([diagonal, offDiagonal]: Tridiagonal, backend: "auto" | "typescript" = "auto") {
  const n = diagonal.length;
  const step = rowLengthOf(n);
  const room = divisionRoom(n);
  const arena = makeArena({ ...room, doubles: room.doubles + 2 * n * step }, backend);
  const [vectors, spare] = [arena.doubles(n * step), arena.doubles(n * step)];
  const values = diagonal.slice();
  divideAndConquer(arena, values, offDiagonal.slice(), { vectors, spare, step });
  const rows = tensor([n, n]);
  for (let k = 0; k < n; k++)
    rows.data.set(arena.f64.subarray(vectors + k * step, vectors + k * step + n), k * n);
  return { values, rows };
}

/** Largest |T v − λ v| and |⟨v, v′⟩ − δ|, and whether values ascend. */
function examined(matrix: Tridiagonal, { values, rows }: ReturnType<typeof solved>) {
  const [d, e] = matrix;
  const n = d.length;
  let [residual, overlap] = [0, 0];
  for (let k = 0; k < n; k++) {
    const v = rows.data.subarray(k * n, (k + 1) * n);
    for (let i = 0; i < n; i++) {
      const image =
        d[i] * v[i] + (i > 0 ? e[i] * v[i - 1] : 0) + (i + 1 < n ? e[i + 1] * v[i + 1] : 0);
      residual = Math.max(residual, Math.abs(image - values[k] * v[i]));
    }
    for (let l = 0; l <= k; l++) {
      let product = l === k ? -1 : 0;
      for (let i = 0; i < n; i++) product += v[i] * rows.data[l * n + i];
      overlap = Math.max(overlap, Math.abs(product));
    }
  }
  return { residual, overlap, ascending: values.every((x, k) => k === 0 || x >= values[k - 1]) };
}

const rng = makeRng(1, "tridiagonal");
const normal = (n: number): Tridiagonal => made(n, () => [rng.normal(), rng.normal()]);
/** Pairs of eigenvalues that agree to rounding, between which QL sees no gap. */
const wilkinson = (n: number): Tridiagonal => made(n, (i) => [Math.abs(i - (n - 1) / 2), 1]);
const glued = (copies: number): Tridiagonal =>
  made(21 * copies, (i) => [Math.abs((i % 21) - 10), i % 21 === 0 ? 1e-14 : 1]);

const matrices: Readonly<Record<string, Tridiagonal>> = {
  "normal deviates, one joint": normal(33),
  "normal deviates": normal(203),
  "more new vectors than are made together": normal(300),
  "the discrete Laplacian": made(128, () => [2, -1]),
  "Wilkinson's": wilkinson(101),
  "five of Wilkinson's, glued": glued(5),
  "nothing beside the diagonal": made(70, (i) => [(i * 31) % 70, 0]),
  "one number alone": made(70, () => [3, 0]),
  "nothing on the diagonal": made(90, () => [0, 1]),
  "entries over thirty decades": made(120, (i) => [10 ** (-i / 4), 10 ** (-i / 4 - 1)]),
  "flat but for a few": made(150, (i) => [i % 40 === 0 ? 1 : 1e-17, i % 7 === 0 ? 1e-9 : 1e-18]),
  "couplings of either sign": made(80, (i) => [i / 80, i % 2 === 0 ? 0.3 : -0.3]),
};

describe("divideAndConquer", () => {
  it.each(Object.entries(matrices))("solves %s to rounding", (_, matrix) => {
    const result = solved(matrix);
    const norm = Math.max(...matrix.flatMap((entries) => Array.from(entries, Math.abs)));
    const { residual, overlap, ascending } = examined(matrix, result);
    expect(ascending).toBe(true);
    expect(residual).toBeLessThan(5e-15 * norm * Math.sqrt(result.values.length));
    expect(overlap).toBeLessThan(5e-15 * Math.sqrt(result.values.length));
    const [values, couplings] = matrix.map((entries) => entries.slice());
    couplings[0] = 0;
    implicitQl(values, couplings);
    expect(largestDifference(values.sort(), result.values)).toBeLessThan(2e-14 * norm);
  });

  it("does the same with the TypeScript kernels", () => {
    const matrix = normal(70);
    const [fast, slow] = (["auto", "typescript"] as const).map((one) => solved(matrix, one));
    expect(largestDifference(fast.values, slow.values)).toBeLessThan(1e-14);
  });
});

describe("secularRoots", () => {
  it("finds the roots of D + z zᵀ for two poles by hand", () => {
    // diag(0, 1) + (1, 1)(1, 1)ᵀ = [[1, 1], [1, 2]]
    const { values } = secularRoots(Float64Array.of(0, 1), Float64Array.of(1, 1), 1);
    const root = Math.sqrt(5) / 2;
    expect(largestDifference(values, [1.5 - root, 1.5 + root])).toBeLessThan(1e-15);
  });

  it("keeps the distance to a pole that the root all but touches", () => {
    // λ ≈ d₀ + z₀² / (1/ρ + 1/(d₁ − d₀)): 1e-24 beside a pole of one
    const { origins, offsets } = secularRoots(Float64Array.of(1, 2), Float64Array.of(1e-12, 1), 1);
    expect(origins[0]).toBe(0);
    expect(Math.abs(offsets[0] / 5e-25 - 1)).toBeLessThan(1e-12);
  });
});
