// Matrix products in single precision; see ../twins. Tiles of 4 rows × 8 columns: eight accumulators, two loads of b and four
// broadcasts of a for each step. Columns of b that belong together stay in the first-level cache while all panels of a pass by.
import { plusProductSingle } from "./fused";

// @ts-ignore: decorator
@inline function grown(c: v128, a: v128, b: v128): v128 {
  return plusProductSingle(a, b, c);
}

/** What becomes of a vector of sums: + what is there (mode 1), max(…, 0) (mode 2). */
// @ts-ignore: decorator
@inline function finished(sum: v128, c: usize, mode: i32): v128 {
  if (mode == 1) return f32x4.add(v128.load(c), sum);
  if (mode == 2) return f32x4.max(sum, f32x4.splat(0));
  return sum;
}

/** Rows of c that a panel has. */
// @ts-ignore: decorator
@inline function storeRows(rows: i32, wide: bool, mode: i32, c: usize, step: usize,
  c00: v128, c01: v128, c10: v128, c11: v128, c20: v128, c21: v128, c30: v128, c31: v128): void {
  v128.store(c, finished(c00, c, mode));
  if (wide) v128.store(c, finished(c01, c + 16, mode), 16);
  if (rows < 2) return;
  c += step;
  v128.store(c, finished(c10, c, mode));
  if (wide) v128.store(c, finished(c11, c + 16, mode), 16);
  if (rows < 3) return;
  c += step;
  v128.store(c, finished(c20, c, mode));
  if (wide) v128.store(c, finished(c21, c + 16, mode), 16);
  if (rows < 4) return;
  c += step;
  v128.store(c, finished(c30, c, mode));
  if (wide) v128.store(c, finished(c31, c + 16, mode), 16);
}

// @ts-ignore: decorator
@inline function tile(wide: bool, rows: i32, depth: i32, a: usize, b: usize, bStep: usize, c: usize, cStep: usize, start: usize, mode: i32): void {
  let c00 = f32x4.splat(0), c10 = c00, c20 = c00, c30 = c00;
  if (start) {
    c00 = v128.load32_splat(start);
    if (rows > 1) c10 = v128.load32_splat(start, 4);
    if (rows > 2) c20 = v128.load32_splat(start, 8);
    if (rows > 3) c30 = v128.load32_splat(start, 12);
  }
  let c01 = c00, c11 = c10, c21 = c20, c31 = c30;
  for (let k = 0; k < depth; k++) { // two steps at a time need more registers than there are: half the speed
    const b0 = v128.load(b), b1 = wide ? v128.load(b, 16) : b0;
    let x = v128.load32_splat(a);
    c00 = grown(c00, x, b0); if (wide) c01 = grown(c01, x, b1);
    x = v128.load32_splat(a, 4);
    c10 = grown(c10, x, b0); if (wide) c11 = grown(c11, x, b1);
    x = v128.load32_splat(a, 8);
    c20 = grown(c20, x, b0); if (wide) c21 = grown(c21, x, b1);
    x = v128.load32_splat(a, 12);
    c30 = grown(c30, x, b0); if (wide) c31 = grown(c31, x, b1);
    b += bStep; a += 16;
  }
  storeRows(rows, wide, mode, c, cStep, c00, c01, c10, c11, c20, c21, c30, c31);
}

/** One column, for the last of a number of columns that four do not divide. */
// @ts-ignore: decorator
@inline function column(rows: i32, depth: i32, a: usize, b: usize, bStep: usize, c: usize, cStep: usize, start: usize, mode: i32): void {
  let sum = f32x4.splat(0);
  for (let k = 0; k < depth; k++) {
    sum = plusProductSingle(v128.load(a), v128.load32_splat(b), sum);
    a += 16; b += bStep;
  }
  for (let r = 0; r < rows; r++) {
    let value = f32x4.extract_lane(sum, 0);
    sum = v128.shuffle<f32>(sum, sum, 1, 2, 3, 0);
    if (start) value += load<f32>(start + (<usize>r << 2));
    if (mode == 1) value += load<f32>(c);
    if (mode == 2) value = max<f32>(value, 0);
    store<f32>(c, value);
    c += cStep;
  }
}

function tiles(wide: bool, m: i32, depth: i32, packed: usize, b: usize, bStep: usize, c: usize, cStep: usize, start: usize, mode: i32): void {
  const panel = <usize>depth << 4;
  let i = 0;
  if (wide) for (; i + 4 <= m; i += 4) {
    tile(true, 4, depth, packed, b, bStep, c, cStep, start, mode);
    packed += panel; c += cStep << 2; if (start) start += 16;
  }
  else for (; i + 4 <= m; i += 4) {
    tile(false, 4, depth, packed, b, bStep, c, cStep, start, mode);
    packed += panel; c += cStep << 2; if (start) start += 16;
  }
  if (i < m) {
    tile(false, m - i, depth, packed, b, bStep, c, cStep, start, mode);
    if (wide) tile(false, m - i, depth, packed, b + 16, bStep, c + 16, cStep, start, mode);
  }
}

export function singleMatrix(
  m: i32, n: i32, depth: i32, packed: usize, b: usize, bStep: i32, c: usize, cStep: i32, start: usize, mode: i32,
): void {
  const bWide = <usize>bStep << 2, cWide = <usize>cStep << 2, panel = <usize>depth << 4;
  let j = 0;
  for (; j + 8 <= n; j += 8) {
    const o = <usize>j << 2;
    tiles(true, m, depth, packed, b + o, bWide, c + o, cWide, start, mode);
  }
  if (j + 4 <= n) {
    const o = <usize>j << 2;
    tiles(false, m, depth, packed, b + o, bWide, c + o, cWide, start, mode);
    j += 4;
  }
  for (; j < n; j++) {
    const o = <usize>j << 2;
    for (let i = 0; i < m; i += 4) {
      const from = start ? start + (<usize>i << 2) : 0;
      column(min(4, m - i), depth, packed + <usize>(i >> 2) * panel, b + o, bWide, c + <usize>i * cWide + o, cWide, from, mode);
    }
  }
}

/** Four rows of four turned into their columns. */
// @ts-ignore: decorator
@inline function turned(a: v128, b: v128, c: v128, d: v128, to: usize, step: usize): void {
  const p = v128.shuffle<f32>(a, b, 0, 4, 1, 5), q = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const r = v128.shuffle<f32>(a, b, 2, 6, 3, 7), s = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(p, q, 0, 1, 4, 5));
  v128.store(to + step, v128.shuffle<f32>(p, q, 2, 3, 6, 7));
  v128.store(to + 2 * step, v128.shuffle<f32>(r, s, 0, 1, 4, 5));
  v128.store(to + 3 * step, v128.shuffle<f32>(r, s, 2, 3, 6, 7));
}

export function singlePanels(
  panels: i32, rows: i32, depth: i32, a: usize, rowStep: i32, depthStep: i32, packed: usize, panelStep: i32,
): void {
  const row = <usize>rowStep << 2, next = <usize>depthStep << 2;
  for (let p = 0; p < panels; p++) {
    const first = p << 2, count = min(4, rows - first);
    let from = a + <usize>first * row, to = packed + ((<usize>p * <usize>panelStep) << 2);
    let k = 0;
    if (count == 4 && depthStep == 1) for (; k + 4 <= depth; k += 4) {
      turned(v128.load(from), v128.load(from + row), v128.load(from + 2 * row), v128.load(from + 3 * row), to, 16);
      from += 16; to += 64;
    }
    else if (count == 4 && rowStep == 1) for (; k < depth; k++) {
      v128.store(to, v128.load(from));
      from += next; to += 16;
    }
    for (; k < depth; k++) {
      let at = from;
      for (let r = 0; r < 4; r++) {
        store<f32>(to + (<usize>r << 2), r < count ? load<f32>(at) : 0);
        at += r + 1 < count ? row : 0;
      }
      from += next; to += 16;
    }
  }
}

export function singleTranspose(rows: i32, columns: i32, x: usize, y: usize): void {
  const width = <usize>columns << 2, height = <usize>rows << 2;
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    let from = x + <usize>i * width, to = y + (<usize>i << 2);
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      turned(v128.load(from), v128.load(from + width), v128.load(from + 2 * width), v128.load(from + 3 * width), to, height);
      from += 16; to += height << 2;
    }
    for (; j < columns; j++) {
      for (let r: usize = 0; r < 4; r++) store<f32>(to + (r << 2), load<f32>(from + r * width));
      from += 4; to += height;
    }
  }
  for (; i < rows; i++) {
    let from = x + <usize>i * width, to = y + (<usize>i << 2);
    for (let j = 0; j < columns; j++) {
      store<f32>(to, load<f32>(from));
      from += 4; to += height;
    }
  }
}

export function singleRowSums(rows: i32, n: i32, x: usize, out: usize): void {
  for (let r = 0; r < rows; r++) {
    let s = f32x4.splat(0);
    let j = 0;
    for (; j + 4 <= n; j += 4) { s = f32x4.add(s, v128.load(x)); x += 16; }
    let sum = f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3));
    for (; j < n; j++) { sum += load<f32>(x); x += 4; }
    store<f32>(out, load<f32>(out) + sum);
    out += 4;
  }
}

export function singleDistinct(rows: i32, n: i32, x: usize): i32 {
  let distinct = 1;
  for (let r = 0; r < rows && distinct < n; r++) {
    const last = load<f32>(x + (<usize>(n - 1) << 2)), all = f32x4.splat(last);
    let j = n - 1; // columns from here on are the last one's
    while (j - 4 >= distinct - 1 && v128.all_true<i32>(f32x4.eq(v128.load(x + (<usize>(j - 4) << 2)), all))) j -= 4;
    while (j > distinct - 1 && load<f32>(x + (<usize>(j - 1) << 2)) == last) j--;
    distinct = j + 1;
    x += <usize>n << 2;
  }
  return distinct;
}

export function singleRepeatLast(rows: i32, n: i32, distinct: i32, y: usize): void {
  for (let r = 0; r < rows; r++) {
    const last = load<f32>(y + (<usize>(distinct - 1) << 2));
    for (let j = distinct; j < n; j++) store<f32>(y + (<usize>j << 2), last);
    y += <usize>n << 2;
  }
}
