// Dense layers in single precision; see ../twins. Rows of weights and of outputs are whole vectors of four.
// 32 rows of 256 weights fill two thirds of a first-level cache; every sample passes over them before the next rows are read.
import { plusProductSingle } from "./fused";

const BLOCK = 32, PANEL = 256;

// @ts-ignore: decorator
@inline function grow(c: v128, x: v128, row: usize, o: usize): v128 {
  return plusProductSingle(x, v128.load(row + o), c);
}

/** c[0 … 4·vectors) = c or 0, + Σ value · row over a list of (row's address, value). */
// @ts-ignore: decorator
@inline function tile(vectors: i32, list: usize, stop: usize, o: usize, c: usize, onto: bool): void {
  const zero = f32x4.splat(0);
  let c0 = zero, c1 = zero, c2 = zero, c3 = zero, c4 = zero, c5 = zero, c6 = zero, c7 = zero;
  if (onto) {
    c0 = v128.load(c);
    if (vectors > 1) { c1 = v128.load(c, 16); c2 = v128.load(c, 32); c3 = v128.load(c, 48); }
    if (vectors > 4) { c4 = v128.load(c, 64); c5 = v128.load(c, 80); c6 = v128.load(c, 96); c7 = v128.load(c, 112); }
  }
  for (let p = list; p < stop; p += 8) {
    const row = <usize>load<u32>(p) + o;
    const x = v128.load32_splat(p, 4);
    c0 = grow(c0, x, row, 0);
    if (vectors > 1) { c1 = grow(c1, x, row, 16); c2 = grow(c2, x, row, 32); c3 = grow(c3, x, row, 48); }
    if (vectors > 4) { c4 = grow(c4, x, row, 64); c5 = grow(c5, x, row, 80); c6 = grow(c6, x, row, 96); c7 = grow(c7, x, row, 112); }
  }
  v128.store(c, c0);
  if (vectors > 1) { v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48); }
  if (vectors > 4) { v128.store(c, c4, 64); v128.store(c, c5, 80); v128.store(c, c6, 96); v128.store(c, c7, 112); }
}

function sums(list: usize, stop: usize, from: usize, to: usize, c: usize): void {
  let o = from;
  for (; o + 128 <= to; o += 128) tile(8, list, stop, o, c + o, true);
  for (; o + 64 <= to; o += 64) tile(4, list, stop, o, c + o, true);
  for (; o < to; o += 16) tile(1, list, stop, o, c + o, true);
}

function freshSums(list: usize, stop: usize, to: usize, c: usize): void {
  let o: usize = 0;
  for (; o + 128 <= to; o += 128) tile(8, list, stop, o, c + o, false);
  for (; o + 64 <= to; o += 64) tile(4, list, stop, o, c + o, false);
  for (; o < to; o += 16) tile(1, list, stop, o, c + o, false);
}

/** Pairs (row's address, value) of the values that are not 0; returns the list's end. Without a branch that could be mispredicted. */
// @ts-ignore: decorator
@inline function nonzero(count: i32, x: usize, step: usize, rows: usize, width: usize, list: usize): usize {
  let p = list;
  for (let i = 0; i < count; i++) {
    const value = load<f32>(x);
    store<u32>(p, <u32>rows);
    store<f32>(p, value, 4);
    p += <usize>(value != 0) << 3;
    x += step;
    rows += width;
  }
  return p;
}

export function singleDense(
  batch: i32, inputs: i32, outputs: i32, x: usize, xWidth: i32, w: usize, bias: usize, y: usize, list: usize,
): void {
  const width = <usize>outputs << 2, xStep = <usize>xWidth << 2;
  for (let n = 0; n < batch; n++) memory.copy(y + <usize>n * width, bias, width);
  for (let start = 0; start < inputs; start += BLOCK) {
    const count = min(BLOCK, inputs - start);
    const rows = w + <usize>start * width, first = x + (<usize>start << 2);
    for (let panel = 0; panel < outputs; panel += PANEL) {
      const from = <usize>panel << 2, to = <usize>min(panel + PANEL, outputs) << 2;
      for (let n = 0; n < batch; n++) {
        const stop = nonzero(count, first + <usize>n * xStep, 4, rows, width, list);
        sums(list, stop, from, to, y + <usize>n * width);
      }
    }
  }
}

export function singleDenseGradient(
  batch: i32, rows: i32, outputs: i32, x: usize, xWidth: i32, g: usize, gw: usize, list: usize,
): void {
  const width = <usize>outputs << 2, xStep = <usize>xWidth << 2;
  for (let i = 0; i < rows; i++) {
    const stop = nonzero(batch, x + (<usize>i << 2), xStep, g, width, list);
    freshSums(list, stop, width, gw + <usize>i * width);
  }
}

/** Four dot products of rows with e, side by side. */
// @ts-ignore: decorator
@inline function dots(a: usize, b: usize, c: usize, d: usize, e: usize, width: usize): v128 {
  const zero = f32x4.splat(0);
  let a0 = zero, b0 = zero, c0 = zero, d0 = zero, a1 = zero, b1 = zero, c1 = zero, d1 = zero;
  let o: usize = 0;
  for (; o + 32 <= width; o += 32) {
    const x = v128.load(e + o), y = v128.load(e + o, 16);
    a0 = plusProductSingle(x, v128.load(a + o), a0); a1 = plusProductSingle(y, v128.load(a + o, 16), a1);
    b0 = plusProductSingle(x, v128.load(b + o), b0); b1 = plusProductSingle(y, v128.load(b + o, 16), b1);
    c0 = plusProductSingle(x, v128.load(c + o), c0); c1 = plusProductSingle(y, v128.load(c + o, 16), c1);
    d0 = plusProductSingle(x, v128.load(d + o), d0); d1 = plusProductSingle(y, v128.load(d + o, 16), d1);
  }
  if (o < width) {
    const x = v128.load(e + o);
    a0 = plusProductSingle(x, v128.load(a + o), a0);
    b0 = plusProductSingle(x, v128.load(b + o), b0);
    c0 = plusProductSingle(x, v128.load(c + o), c0);
    d0 = plusProductSingle(x, v128.load(d + o), d0);
  }
  a0 = f32x4.add(a0, a1); b0 = f32x4.add(b0, b1); c0 = f32x4.add(c0, c1); d0 = f32x4.add(d0, d1);
  const p = f32x4.add(v128.shuffle<f32>(a0, b0, 0, 4, 1, 5), v128.shuffle<f32>(a0, b0, 2, 6, 3, 7));
  const q = f32x4.add(v128.shuffle<f32>(c0, d0, 0, 4, 1, 5), v128.shuffle<f32>(c0, d0, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(p, q, 0, 1, 4, 5), v128.shuffle<f32>(p, q, 2, 3, 6, 7));
}

export function singleDenseTransposed(
  batch: i32, inputs: i32, outputs: i32, w: usize, g: usize, x: usize, gx: usize, xWidth: i32, sparse: i32, list: usize,
): void {
  const width = <usize>outputs << 2, xStep = <usize>xWidth << 2;
  for (let start = 0; start < inputs; start += BLOCK) {
    const count = min(BLOCK, inputs - start);
    for (let n = 0; n < batch; n++) {
      const e = g + <usize>n * width;
      let at = x + <usize>n * xStep + (<usize>start << 2), to = gx + <usize>n * xStep + (<usize>start << 2);
      let row = w + <usize>start * width, p = list;
      for (let i = 0; i < count; i++) {
        store<u32>(p, <u32>row);
        store<u32>(p, <u32>to, 4);
        store<f32>(to, 0);
        p += <usize>(!sparse || load<f32>(at) != 0) << 3;
        at += 4; to += 4; row += width;
      }
      const last = p - 8;
      for (let q = list; q < p; q += 32) { // at the end the last row stands in for those that are missing
        const q1 = min(q + 8, last), q2 = min(q + 16, last), q3 = min(q + 24, last);
        const sum = dots(<usize>load<u32>(q), <usize>load<u32>(q1), <usize>load<u32>(q2), <usize>load<u32>(q3), e, width);
        v128.store_lane<f32>(<usize>load<u32>(q, 4), sum, 0);
        v128.store_lane<f32>(<usize>load<u32>(q1, 4), sum, 1);
        v128.store_lane<f32>(<usize>load<u32>(q2, 4), sum, 2);
        v128.store_lane<f32>(<usize>load<u32>(q3, 4), sum, 3);
      }
    }
  }
}
