import { tensor } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { largestDifference } from "../support/matrices.js";
import { normal, tridiagonals, type Tridiagonal } from "../support/tridiagonals.js";
import { makeArena } from "phaselens/internal/kernels/arena";
import {
  divideAndConquer,
  divisionRoom,
  rowLengthOf,
} from "phaselens/internal/linalg/divideAndConquer";
import { implicitQl } from "phaselens/internal/linalg/tridiagonal";

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

describe("divideAndConquer", () => {
  it.each(Object.entries(tridiagonals))("solves %s to rounding", (_, matrix) => {
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

/** Kernel `secularRoots` for poles and z. */
function secular(poles: number[], z: number[], rho: number, backend: "auto" | "typescript") {
  const count = poles.length;
  const arena = makeArena({ doubles: 4 * count, integers: count }, backend);
  const [d, update, offsets, weights] = [poles, z, z, z].map(() => arena.doubles(count));
  const origins = arena.integers(count);
  arena.f64.set(poles, d);
  arena.f64.set(z, update);
  arena.secularRoots(count, d, update, rho, origins, offsets, weights);
  const at = Array.from(arena.i32.subarray(origins, origins + count));
  const from = Array.from(arena.f64.subarray(offsets, offsets + count));
  return { origins: at, offsets: from, values: at.map((origin, k) => poles[origin] + from[k]) };
}

describe.each(["auto", "typescript"] as const)("secularRoots, %s", (backend) => {
  it("finds the roots of D + z zᵀ for two poles by hand", () => {
    // diag(0, 1) + (1, 1)(1, 1)ᵀ = [[1, 1], [1, 2]]
    const { values } = secular([0, 1], [1, 1], 1, backend);
    const root = Math.sqrt(5) / 2;
    expect(largestDifference(values, [1.5 - root, 1.5 + root])).toBeLessThan(1e-15);
  });

  it("keeps the distance to a pole that the root all but touches", () => {
    // λ ≈ d₀ + z₀² / (1/ρ + 1/(d₁ − d₀)): 1e-24 beside a pole of one
    const { origins, offsets } = secular([1, 2], [1e-12, 1], 1, backend);
    expect(origins[0]).toBe(0);
    expect(Math.abs(offsets[0] / 5e-25 - 1)).toBeLessThan(1e-12);
  });
});
