import { makeRng, tensor, type Tensor } from "phaselens/core";

import { describe, expect, it } from "vitest";
import {
  identity,
  largestDifference,
  product,
  randomSymmetric,
  transpose,
} from "../support/matrices.js";
import { makeArena, wasmAvailable } from "phaselens/internal/kernels/arena";
import { room } from "phaselens/internal/kernels/room";

const backends = ["auto", "typescript"] as const;
const sizes = [1, 2, 3, 4, 5, 8, 13, 32, 57];

function reduce(matrix: Tensor, backend: "auto" | "typescript", inPlace = false) {
  const [n] = matrix.shape;
  const scratch = room("tridiagonalise", "scratch", { n });
  const arena = makeArena({ doubles: 2 * n * n + 3 * n + scratch }, backend);
  const a = arena.doubles(n * n);
  const reflectors = inPlace ? a : arena.doubles(n * n);
  const [d, e, tau] = Array.from({ length: 3 }, () => arena.doubles(n));
  arena.f64.set(matrix.data, a);
  arena.tridiagonalise(n, a, d, e, reflectors, tau, arena.doubles(scratch));
  return {
    arena,
    reflectors,
    tau,
    diagonal: arena.f64.slice(d, d + n),
    offDiagonal: arena.f64.slice(e, e + n),
  };
}

function tridiagonal({
  diagonal,
  offDiagonal,
}: {
  diagonal: Float64Array;
  offDiagonal: Float64Array;
}): Tensor {
  const n = diagonal.length;
  const t = tensor([n, n]);
  for (let i = 0; i < n; i++) {
    t.data[i * n + i] = diagonal[i];
    if (i > 0) t.data[i * n + i - 1] = t.data[(i - 1) * n + i] = offDiagonal[i];
  }
  return t;
}

/** Q = H_{n−1} … H_1 multiplied out from the stored reflectors. */
function orthogonalFactor({ arena, reflectors, tau, diagonal }: ReturnType<typeof reduce>): Tensor {
  const n = diagonal.length;
  let q = identity(n);
  for (let m = 1; m < n; m++) {
    const h = identity(n);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < m; j++)
        h.data[i * n + j] -=
          arena.f64[tau + m] *
          arena.f64[reflectors + m * n + i] *
          arena.f64[reflectors + m * n + j];
    }
    q = product(h, q);
  }
  return q;
}

describe.each(backends)("eigen kernels, backend %s", (backend) => {
  it.each(sizes)("tridiagonalise › Q T Qᵀ is the matrix and Q is orthogonal, n = %i", (n) => {
    const matrix = randomSymmetric(n, makeRng(n));
    const reduction = reduce(matrix, backend);
    const q = orthogonalFactor(reduction);
    expect(
      largestDifference(
        product(product(q, tridiagonal(reduction)), transpose(q)).data,
        matrix.data,
      ),
    ).toBeLessThan(1e-13 * n);
    expect(largestDifference(product(q, transpose(q)).data, identity(n).data)).toBeLessThan(
      1e-14 * n,
    );
  });

  it("tridiagonalise › does the same where reflectors take the place of the matrix", () => {
    for (const n of [1, 2, 9, ...(backend === "auto" ? [401] : [])]) {
      const matrix = randomSymmetric(n, makeRng(n));
      if (n > 2) for (let j = 0; j < 4; j++) matrix.data[6 * n + j] = matrix.data[j * n + 6] = 0;
      const [apart, within] = [false, true].map((inPlace) => {
        const { arena, reflectors, tau, ...rest } = reduce(matrix, backend, inPlace);
        const copy = (at: number, count: number) => arena.f64.slice(at, at + count);
        return { ...rest, reflectors: copy(reflectors, n * n), tau: copy(tau, n) };
      });
      expect(within).toEqual(apart);
    }
  });

  it("tridiagonalise › leaves a tridiagonal matrix as it is, without reflections", () => {
    const t = tensor(
      [5, 5],
      [1, 2, 0, 0, 0, 2, 3, -1, 0, 0, 0, -1, 4, 0, 0, 0, 0, 0, 5, 7, 0, 0, 0, 7, 6],
    );
    const { arena, tau, diagonal, offDiagonal } = reduce(t, backend);
    expect(Array.from(diagonal)).toEqual([1, 3, 4, 5, 6]);
    expect(Array.from(offDiagonal)).toEqual([0, 2, -1, 0, 7]);
    expect(Array.from(arena.f64.subarray(tau, tau + 5))).toEqual([0, 0, 0, 0, 0]);
  });

  it("tridiagonalise › a row without reflection between rows with one does not lose the pending update", () => {
    // 2 + 2 + 2 blocks: reflections alternate with rows that need none
    const n = 7;
    const matrix = randomSymmetric(n, makeRng(4));
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) if (i < 4 !== j < 4) matrix.data[i * n + j] = 0;
    const reduction = reduce(matrix, backend);
    const q = orthogonalFactor(reduction);
    expect(
      largestDifference(
        product(product(q, tridiagonal(reduction)), transpose(q)).data,
        matrix.data,
      ),
    ).toBeLessThan(1e-13);
  });
});

describe.skipIf(!wasmAvailable())("the compiled reduction", () => {
  it("agrees with its TypeScript twin entry by entry", () => {
    const matrix = randomSymmetric(45, makeRng(45));
    const [fast, slow] = backends.map((backend) => reduce(matrix, backend));
    expect(fast.arena.backend).toBe("wasm");
    expect(largestDifference(fast.diagonal, slow.diagonal)).toBeLessThan(1e-12);
    expect(largestDifference(fast.offDiagonal, slow.offDiagonal)).toBeLessThan(1e-12);
  });
});
