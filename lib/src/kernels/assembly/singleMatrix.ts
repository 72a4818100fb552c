// Matrix products of the numbers T; see ../twins. Tiles of 4 rows × 2 vectors: eight accumulators, two loads of b and four
// broadcasts of a for each step. Columns of b that belong together stay in the first-level cache while all panels of a pass by.
import { bits, grown, lanes, sumOf } from "./numbers";

/** What becomes of a vector of sums: + what is there (mode 1), max(…, 0) (mode 2). */
// @ts-ignore: decorator
@inline function finished<T>(sum: v128, c: usize, mode: i32): v128 {
  if (mode == 1) return v128.add<T>(v128.load(c), sum);
  if (mode == 2) return v128.max<T>(sum, v128.splat<T>(0));
  return sum;
}

/** Rows of c that a panel has. */
// @ts-ignore: decorator
@inline function storeRows<T>(rows: i32, wide: bool, mode: i32, c: usize, step: usize,
  c00: v128, c01: v128, c10: v128, c11: v128, c20: v128, c21: v128, c30: v128, c31: v128): void {
  v128.store(c, finished<T>(c00, c, mode));
  if (wide) v128.store(c, finished<T>(c01, c + 16, mode), 16);
  if (rows < 2) return;
  c += step;
  v128.store(c, finished<T>(c10, c, mode));
  if (wide) v128.store(c, finished<T>(c11, c + 16, mode), 16);
  if (rows < 3) return;
  c += step;
  v128.store(c, finished<T>(c20, c, mode));
  if (wide) v128.store(c, finished<T>(c21, c + 16, mode), 16);
  if (rows < 4) return;
  c += step;
  v128.store(c, finished<T>(c30, c, mode));
  if (wide) v128.store(c, finished<T>(c31, c + 16, mode), 16);
}

// @ts-ignore: decorator
@inline function tile<T>(wide: bool, rows: i32, depth: i32, a: usize, b: usize, bStep: usize, c: usize, cStep: usize, start: usize, mode: i32): void {
  let c00 = v128.splat<T>(0), c10 = c00, c20 = c00, c30 = c00;
  if (start) {
    c00 = v128.load_splat<T>(start);
    if (rows > 1) c10 = v128.load_splat<T>(start, sizeof<T>());
    if (rows > 2) c20 = v128.load_splat<T>(start, 2 * sizeof<T>());
    if (rows > 3) c30 = v128.load_splat<T>(start, 3 * sizeof<T>());
  }
  let c01 = c00, c11 = c10, c21 = c20, c31 = c30;
  for (let k = 0; k < depth; k++) { // two steps at a time need more registers than there are: half the speed
    const b0 = v128.load(b), b1 = wide ? v128.load(b, 16) : b0;
    let x = v128.load_splat<T>(a);
    c00 = grown<T>(c00, x, b0); if (wide) c01 = grown<T>(c01, x, b1);
    x = v128.load_splat<T>(a, sizeof<T>());
    c10 = grown<T>(c10, x, b0); if (wide) c11 = grown<T>(c11, x, b1);
    x = v128.load_splat<T>(a, 2 * sizeof<T>());
    c20 = grown<T>(c20, x, b0); if (wide) c21 = grown<T>(c21, x, b1);
    x = v128.load_splat<T>(a, 3 * sizeof<T>());
    c30 = grown<T>(c30, x, b0); if (wide) c31 = grown<T>(c31, x, b1);
    b += bStep; a += 4 * sizeof<T>();
  }
  storeRows<T>(rows, wide, mode, c, cStep, c00, c01, c10, c11, c20, c21, c30, c31);
}

/** One column, for the last of a number of columns that vectors do not divide. */
// @ts-ignore: decorator
@inline function column<T>(rows: i32, depth: i32, a: usize, b: usize, bStep: usize, c: usize, cStep: usize, start: usize, mode: i32): void {
  for (let r = 0; r < rows; r++) {
    let value = start ? load<T>(start + (<usize>r << bits<T>())) : 0;
    let p = a + (<usize>r << bits<T>()), q = b;
    for (let k = 0; k < depth; k++) {
      value = value + load<T>(p) * load<T>(q);
      p += 4 * sizeof<T>(); q += bStep;
    }
    if (mode == 1) value = value + load<T>(c);
    if (mode == 2) value = max<T>(value, 0);
    store<T>(c, value);
    c += cStep;
  }
}

/** One vector of each of up to four rows: what tiles of two vectors leave over. */
function narrow<T>(rows: i32, depth: i32, a: usize, b: usize, bStep: usize, c: usize, cStep: usize, start: usize, mode: i32): void {
  tile<T>(false, rows, depth, a, b, bStep, c, cStep, start, mode);
}

function tiles<T>(wide: bool, m: i32, depth: i32, packed: usize, b: usize, bStep: usize, c: usize, cStep: usize, start: usize, mode: i32): void {
  const panel = <usize>depth << (bits<T>() + 2);
  for (let i = 0; i < m; i += 4) {
    const rows = min(4, m - i);
    if (wide && rows == 4) tile<T>(true, 4, depth, packed, b, bStep, c, cStep, start, mode);
    else {
      narrow<T>(rows, depth, packed, b, bStep, c, cStep, start, mode);
      if (wide) narrow<T>(rows, depth, packed, b + 16, bStep, c + 16, cStep, start, mode);
    }
    packed += panel; c += cStep << 2; if (start) start += 4 * sizeof<T>();
  }
}

export function matrix<T>(
  m: i32, n: i32, depth: i32, packed: usize, b: usize, bStep: i32, c: usize, cStep: i32, start: usize, mode: i32,
): void {
  const bWide = <usize>bStep << bits<T>(), cWide = <usize>cStep << bits<T>(), panel = <usize>depth << (bits<T>() + 2);
  let j = 0;
  for (; j + 2 * lanes<T>() <= n; j += 2 * lanes<T>()) {
    const o = <usize>j << bits<T>();
    tiles<T>(true, m, depth, packed, b + o, bWide, c + o, cWide, start, mode);
  }
  if (j + lanes<T>() <= n) {
    const o = <usize>j << bits<T>();
    tiles<T>(false, m, depth, packed, b + o, bWide, c + o, cWide, start, mode);
    j += lanes<T>();
  }
  for (; j < n; j++) {
    const o = <usize>j << bits<T>();
    for (let i = 0; i < m; i += 4) {
      const from = start ? start + (<usize>i << bits<T>()) : 0;
      column<T>(min(4, m - i), depth, packed + <usize>(i >> 2) * panel, b + o, bWide, c + <usize>i * cWide + o, cWide, from, mode);
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

/** Two rows of two turned into their columns. */
// @ts-ignore: decorator
@inline function turnedPair(a: v128, b: v128, to: usize, step: usize): void {
  v128.store(to, v128.shuffle<f64>(a, b, 0, 2));
  v128.store(to + step, v128.shuffle<f64>(a, b, 1, 3));
}

/** As many rows as a vector has numbers, turned into their columns. */
// @ts-ignore: decorator
@inline function block<T>(from: usize, row: usize, to: usize, step: usize): void {
  if (sizeof<T>() == 8) turnedPair(v128.load(from), v128.load(from + row), to, step);
  else turned(v128.load(from), v128.load(from + row), v128.load(from + 2 * row), v128.load(from + 3 * row), to, step);
}

export function panels<T>(
  panels: i32, rows: i32, depth: i32, a: usize, rowStep: i32, depthStep: i32, packed: usize, panelStep: i32,
): void {
  const row = <usize>rowStep << bits<T>(), next = <usize>depthStep << bits<T>();
  const step: usize = 4 * sizeof<T>();
  for (let p = 0; p < panels; p++) {
    const first = p << 2, count = min(4, rows - first);
    let from = a + <usize>first * row, to = packed + ((<usize>p * <usize>panelStep) << bits<T>());
    let k = 0;
    if (count == 4 && depthStep == 1) for (; k + lanes<T>() <= depth; k += lanes<T>()) {
      block<T>(from, row, to, step);
      if (sizeof<T>() == 8) block<T>(from + 2 * row, row, to + 16, step);
      from += 16; to += <usize>lanes<T>() * step;
    }
    else if (count == 4 && rowStep == 1) for (; k < depth; k++) {
      v128.store(to, v128.load(from));
      if (sizeof<T>() == 8) v128.store(to + 16, v128.load(from + 16));
      from += next; to += step;
    }
    for (; k < depth; k++) {
      let at = from;
      for (let r = 0; r < 4; r++) {
        store<T>(to + (<usize>r << bits<T>()), r < count ? load<T>(at) : 0);
        at += r + 1 < count ? row : 0;
      }
      from += next; to += step;
    }
  }
}

export function transpose<T>(rows: i32, columns: i32, x: usize, y: usize): void {
  const width = <usize>columns << bits<T>(), height = <usize>rows << bits<T>();
  const L = lanes<T>();
  let i = 0;
  for (; i + L <= rows; i += L) {
    let from = x + <usize>i * width, to = y + (<usize>i << bits<T>());
    let j = 0;
    for (; j + L <= columns; j += L) {
      block<T>(from, width, to, height);
      from += 16; to += <usize>L * height;
    }
    for (; j < columns; j++) {
      for (let r: usize = 0; r < <usize>L; r++) store<T>(to + (r << bits<T>()), load<T>(from + r * width));
      from += sizeof<T>(); to += height;
    }
  }
  for (; i < rows; i++) {
    let from = x + <usize>i * width, to = y + (<usize>i << bits<T>());
    for (let j = 0; j < columns; j++) {
      store<T>(to, load<T>(from));
      from += sizeof<T>(); to += height;
    }
  }
}

export function rowSums<T>(rows: i32, n: i32, x: usize, out: usize): void {
  const L = lanes<T>();
  for (let r = 0; r < rows; r++) {
    let s = v128.splat<T>(0);
    let j = 0;
    for (; j + L <= n; j += L) { s = v128.add<T>(s, v128.load(x)); x += 16; }
    let sum = sumOf<T>(s);
    for (; j < n; j++) { sum = sum + load<T>(x); x += sizeof<T>(); }
    store<T>(out, load<T>(out) + sum);
    out += sizeof<T>();
  }
}

export function distinct<T>(rows: i32, n: i32, x: usize): i32 {
  const L = lanes<T>();
  let distinct = 1;
  for (let r = 0; r < rows && distinct < n; r++) {
    const last = load<T>(x + (<usize>(n - 1) << bits<T>())), all = v128.splat<T>(last);
    let j = n - 1; // columns from here on are the last one's
    while (j - L >= distinct - 1 && v128.all_true<i32>(v128.eq<T>(v128.load(x + (<usize>(j - L) << bits<T>())), all))) j -= L;
    while (j > distinct - 1 && load<T>(x + (<usize>(j - 1) << bits<T>())) == last) j--;
    distinct = j + 1;
    x += <usize>n << bits<T>();
  }
  return distinct;
}

export function repeatLast<T>(rows: i32, n: i32, distinct: i32, y: usize): void {
  for (let r = 0; r < rows; r++) {
    const last = load<T>(y + (<usize>(distinct - 1) << bits<T>()));
    for (let j = distinct; j < n; j++) store<T>(y + (<usize>j << bits<T>()), last);
    y += <usize>n << bits<T>();
  }
}
