// Symmetric tridiagonal matrices that are hard in different ways.
import { makeRng } from "phaselens/core";

/** Diagonal, and the entries below it (the first means nothing). */
export type Tridiagonal = readonly [Float64Array, Float64Array];

const made = (n: number, entries: (i: number) => readonly [number, number]): Tridiagonal => {
  const pairs = Array.from({ length: n }, (_, i) => entries(i));
  return [Float64Array.from(pairs, ([d]) => d), Float64Array.from(pairs, ([, e]) => e)];
};

const rng = makeRng(1, "tridiagonal");
export const normal = (n: number): Tridiagonal => made(n, () => [rng.normal(), rng.normal()]);
/** Pairs of eigenvalues that agree to rounding, between which QL sees no gap. */
const wilkinson = (n: number): Tridiagonal => made(n, (i) => [Math.abs(i - (n - 1) / 2), 1]);
const glued = (copies: number): Tridiagonal =>
  made(21 * copies, (i) => [Math.abs((i % 21) - 10), i % 21 === 0 ? 1e-14 : 1]);

export const tridiagonals: Readonly<Record<string, Tridiagonal>> = {
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
  "a half whose squares underflow": made(140, (i) => {
    const scale = i < 70 ? 1 : 1e-165;
    return [scale * rng.normal(), scale * rng.normal()];
  }),
  "couplings of either sign": made(80, (i) => [i / 80, i % 2 === 0 ? 0.3 : -0.3]),
};
