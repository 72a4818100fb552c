import type { Kernels } from "./kernels.js";
import type { Views } from "./views.js";
import { nativeBlas } from "../core/native/blas.js";
import { NO, ROW_MAJOR, YES, LOWER, type NativeBlas } from "../core/native/load.js";

/**
 * Multiplications from which the detour through a library pays: a call costs .3 µs, and from here
 * on OpenBLAS was the faster in every shape measured, with its kernels for small matrices or not.
 */
const WORTH = 1 << 14;
/** The same where the factor is put together first. */
const WORTH_COPYING = 1 << 17;

/**
 * C ← A B, or C + A B, by a native library: A [m, depth] and B [depth, n], row-major or as their
 * transposes, with the distances of their rows; places count numbers of the precision. False if
 * nothing was done, because there is no library or the product is too small for the detour.
 */
export type NativeMatrix = (
  m: number,
  n: number,
  depth: number,
  a: number,
  aStep: number,
  aTransposed: boolean,
  b: number,
  bStep: number,
  bTransposed: boolean,
  c: number,
  cStep: number,
  add: boolean,
) => boolean;

/** Distance of the offsets list[0 … count), if it is the same between all neighbours. */
function stride(i32: Int32Array, list: number, count: number): number | undefined {
  if (count < 2) return 0;
  const step = i32[list + 1] - i32[list];
  for (let k = 2; k < count; k++) if (i32[list + k] - i32[list + k - 1] !== step) return undefined;
  return step;
}

/**
 * How long the runs are into which the offsets list[0 … count) fall, all of one length and with the
 * same distance of neighbours, and that distance; undefined if they are no such.
 */
function runs(
  i32: Int32Array,
  list: number,
  count: number,
): { readonly length: number; readonly step: number } | undefined {
  if (count < 2) return { length: 1, step: 0 };
  const step = i32[list + 1] - i32[list];
  let length = 2;
  while (length < count && i32[list + length] - i32[list + length - 1] === step) length++;
  if (count % length !== 0) return undefined;
  for (let start = length; start < count; start += length)
    if (stride(i32, list + start, length) !== step) return undefined;
  return { length, step };
}

/**
 * The kernels that multiply, with large products of evenly spaced rows, of B in runs of them,
 * handed to a native BLAS; all others, and rows that lie anywhere, stay where they are.
 */
export function nativeProducts(
  own: Kernels,
  views: Views,
): Kernels & { readonly nativeSingle: NativeMatrix; readonly nativeDouble: NativeMatrix } {
  const { f64, i32 } = views;
  let packed = new Float64Array(0);
  let square = new Float64Array(0);
  let start: number | undefined;
  /** Where the arena begins; its memory never moves. */
  const base = (blas: NativeBlas): number => (start ??= blas.addressOf(f64));

  const rowProduct: Kernels["rowProduct"] = (m, n, depth, aRows, aStep, bRows, cRows, shift) => {
    const blas = m * n * depth >= WORTH ? nativeBlas() : undefined;
    const done = blas && product(blas, m, n, depth, aRows, aStep, bRows, cRows, shift ?? 0);
    if (!done) own.rowProduct(m, n, depth, aRows, aStep, bRows, cRows, shift ?? 0);
  };

  /** C += A B of doubles, with offsets. */
  const dgemm = (
    blas: NativeBlas,
    [m, n, depth]: readonly [number, number, number],
    [aTransposed, bTransposed]: readonly [boolean, boolean],
    [a, aStep]: readonly [number, number],
    [b, bStep]: readonly [number, number],
    [c, cStep]: readonly [number, number],
  ): void => {
    const from = base(blas);
    blas.dgemm(
      ROW_MAJOR,
      aTransposed ? YES : NO,
      bTransposed ? YES : NO,
      m,
      n,
      depth,
      1,
      from + 8 * a,
      aStep,
      from + 8 * b,
      bStep,
      1,
      from + 8 * c,
      cStep,
    );
  };

  /** False if the rows are not those of matrices. */
  const product = (
    blas: NativeBlas,
    m: number,
    n: number,
    depth: number,
    aRows: number,
    aStep: number,
    bRows: number,
    cRows: number,
    shift: number,
  ): boolean => {
    const [a, b, c] = [stride(i32, aRows, m), runs(i32, bRows, depth), stride(i32, cRows, m)];
    if (a === undefined || b === undefined || c === undefined) return false;
    if ((m > 1 && c < n) || (b.length > 1 && b.step < n)) return false;
    const plain = aStep === 1 && (m === 1 || a >= depth);
    if (!plain && !((m === 1 || a === 1) && aStep >= m)) return false;
    if (m * n * b.length < WORTH) return false;
    for (let first = 0; first < depth; first += b.length)
      dgemm(
        blas,
        [m, n, b.length],
        [!plain, false],
        [i32[aRows] + first * aStep, plain ? Math.max(a, depth) : aStep],
        [i32[bRows + first] + shift, Math.max(b.step, n)],
        [i32[cRows], Math.max(c, n)],
      );
    return true;
  };

  const rowDots: Kernels["rowDots"] = (m, count, n, aRows, bRows, c, cStep) => {
    const blas = m * count * n >= WORTH ? nativeBlas() : undefined;
    const a = blas && stride(i32, aRows, m);
    const b = blas && runs(i32, bRows, count);
    const matrices = b && (m === 1 || a! >= n) && (b.length === 1 || b.step >= n);
    if (!matrices || (m > 1 && cStep < count) || m * n * b.length < WORTH)
      return own.rowDots(m, count, n, aRows, bRows, c, cStep);
    for (let first = 0; first < count; first += b.length)
      dgemm(
        blas!,
        [m, b.length, n],
        [false, true],
        [i32[aRows], Math.max(a!, n)],
        [i32[bRows + first], Math.max(b.step, n)],
        [c + first, Math.max(cStep, count)],
      );
  };

  const gram: Kernels["gram"] = (panels, rows, from, c) => {
    const width = 4 * panels;
    const blas = width * width * rows >= WORTH_COPYING ? nativeBlas() : undefined;
    if (!blas) return own.gram(panels, rows, from, c);
    if (packed.length < rows * width) packed = new Float64Array(rows * width);
    if (square.length < width * width) square = new Float64Array(width * width);
    for (let p = 0; p < panels; p++)
      for (let k = 0, at = from + p * rows * 4; k < rows; k++, at += 4)
        for (let lane = 0; lane < 4; lane++) packed[k * width + 4 * p + lane] = f64[at + lane];
    blas.dsyrk(ROW_MAJOR, LOWER, YES, width, rows, 1, packed, width, 0, square, width);
    // the kernel also completes the 4 × 4 blocks on the diagonal
    for (let i = 0; i < width; i++)
      for (let j = 0; j < 4 * ((i >> 2) + 1); j++)
        f64[c + i * width + j] += j <= i ? square[i * width + j] : square[j * width + i];
  };

  const nativeMatrix =
    (precision: "sgemm" | "dgemm", bytes: number): NativeMatrix =>
    (m, n, depth, a, aStep, aTransposed, b, bStep, bTransposed, c, cStep, add) => {
      const blas = m * n * depth >= WORTH ? nativeBlas() : undefined;
      if (!blas) return false;
      const from = base(blas);
      blas[precision](
        ROW_MAJOR,
        aTransposed ? YES : NO,
        bTransposed ? YES : NO,
        m,
        n,
        depth,
        1,
        from + bytes * a,
        aStep,
        from + bytes * b,
        bStep,
        add ? 1 : 0,
        from + bytes * c,
        cStep,
      );
      return true;
    };

  const nativeSingle = nativeMatrix("sgemm", 4);
  const nativeDouble = nativeMatrix("dgemm", 8);
  return { ...own, rowProduct, rowDots, gram, nativeSingle, nativeDouble };
}
