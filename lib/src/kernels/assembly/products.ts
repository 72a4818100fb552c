// Register tiles of 4 rows × 4 doubles: eight accumulators, two loads of b and four broadcasts of a for each k.
// Offsets in the index lists count doubles.
import { PANEL_ROWS } from "../packing";
import { plusProduct } from "./fused";
import { add, packedTile, PANEL, rowsTogether, TILES } from "./packed";
import { dotProduct } from "./reflections";

const WORTH_PACKING = 16; // rows that share a panel
const DOTS = 512; // entries of rows that are packed at a time
const WORTH_DOTS = 64; // rows of the right factor from which on packing the left one pays

@inline function at(list: usize, i: i32): usize {
  return (<usize>load<i32>(list + (<usize>i << 2))) << 3;
}

/** One row of the product: with a single broadcast, tiles of 16 keep as many accumulators busy as 4 × 4 do. */
function remainderRow(n4: i32, depth: i32, a: usize, step: usize, bRows: usize, shift: usize, c: usize): void {
  let j = 0;
  for (; j + 16 <= n4; j += 16) {
    const o = <usize>j << 3;
    const s = o + shift;
    let x0 = a;
    let c0 = f64x2.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
    for (let k = 0; k < depth; k++) {
      const b = at(bRows, k) + s;
      const x = v128.load64_splat(x0);
      c0 = plusProduct(x, v128.load(b), c0);
      c1 = plusProduct(x, v128.load(b, 16), c1);
      c2 = plusProduct(x, v128.load(b, 32), c2);
      c3 = plusProduct(x, v128.load(b, 48), c3);
      c4 = plusProduct(x, v128.load(b, 64), c4);
      c5 = plusProduct(x, v128.load(b, 80), c5);
      c6 = plusProduct(x, v128.load(b, 96), c6);
      c7 = plusProduct(x, v128.load(b, 112), c7);
      x0 += step;
    }
    const t = c + o;
    add(t, c0); add(t + 16, c1); add(t + 32, c2); add(t + 48, c3);
    add(t + 64, c4); add(t + 80, c5); add(t + 96, c6); add(t + 112, c7);
  }
  for (; j < n4; j += 4) {
    const o = <usize>j << 3;
    const s = o + shift;
    let x0 = a;
    let c0 = f64x2.splat(0), c1 = c0;
    for (let k = 0; k < depth; k++) {
      const b = at(bRows, k) + s;
      const x = v128.load64_splat(x0);
      c0 = plusProduct(x, v128.load(b), c0);
      c1 = plusProduct(x, v128.load(b, 16), c1);
      x0 += step;
    }
    add(c + o, c0); add(c + o + 16, c1);
  }
}

/** Rows 0 … m − 1, a multiple of four, and columns 0 … n − 1 of the product, with factors that are packed first. */
function packedRows(m: i32, n: i32, depth: i32, aRows: usize, step: usize, bRows: usize, cRows: usize, shift: usize): void {
  const tile = <usize>depth << 5;
  const block = rowsTogether(depth);
  for (let first = 0; first < m; first += block) {
    const end = min(m, first + block);
    let p = TILES;
    for (let i = first; i < end; i += 4) {
      let a0 = at(aRows, i), a1 = at(aRows, i + 1), a2 = at(aRows, i + 2), a3 = at(aRows, i + 3);
      for (let k = 0; k < depth; k++) {
        store<f64>(p, load<f64>(a0)); store<f64>(p, load<f64>(a1), 8);
        store<f64>(p, load<f64>(a2), 16); store<f64>(p, load<f64>(a3), 24);
        a0 += step; a1 += step; a2 += step; a3 += step; p += 32;
      }
    }
    for (let j = 0; j < n; j += 4) {
      const o = <usize>j << 3;
      for (let k = 0, q = PANEL; k < depth; k++, q += 32) {
        const b = at(bRows, k) + shift + o;
        v128.store(q, v128.load(b)); v128.store(q, v128.load(b, 16), 16);
      }
      p = TILES;
      for (let i = first; i < end; i += 4, p += tile)
        packedTile(depth, p, PANEL, at(cRows, i) + o, at(cRows, i + 1) + o, at(cRows, i + 2) + o, at(cRows, i + 3) + o);
    }
  }
}

/** The same as they lie. */
function plainRows(m: i32, n4: i32, depth: i32, aRows: usize, step: usize, bRows: usize, cRows: usize, shift: usize): void {
  for (let j = 0; j < n4; j += 4) {
    const o = <usize>j << 3;
    const s = o + shift;
    let i = 0;
    for (; i + 4 <= m; i += 4) {
      let a0 = at(aRows, i), a1 = at(aRows, i + 1), a2 = at(aRows, i + 2), a3 = at(aRows, i + 3);
      let c00 = f64x2.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
      for (let k = 0; k < depth; k++) {
        const b = at(bRows, k) + s;
        const b0 = v128.load(b), b1 = v128.load(b, 16);
        let x = v128.load64_splat(a0);
        c00 = plusProduct(x, b0, c00); c01 = plusProduct(x, b1, c01);
        x = v128.load64_splat(a1);
        c10 = plusProduct(x, b0, c10); c11 = plusProduct(x, b1, c11);
        x = v128.load64_splat(a2);
        c20 = plusProduct(x, b0, c20); c21 = plusProduct(x, b1, c21);
        x = v128.load64_splat(a3);
        c30 = plusProduct(x, b0, c30); c31 = plusProduct(x, b1, c31);
        a0 += step; a1 += step; a2 += step; a3 += step;
      }
      let c = at(cRows, i) + o;
      add(c, c00); add(c + 16, c01);
      c = at(cRows, i + 1) + o;
      add(c, c10); add(c + 16, c11);
      c = at(cRows, i + 2) + o;
      add(c, c20); add(c + 16, c21);
      c = at(cRows, i + 3) + o;
      add(c, c30); add(c + 16, c31);
    }
  }
}

/** C[cRows[i] + j] += Σ_k A[aRows[i] + k·aStep] · B[bRows[k] + bShift + j] for i < m, j < n, k < depth. */
export function rowProduct(m: i32, n: i32, depth: i32, aRows: usize, aStep: i32, bRows: usize, cRows: usize, bShift: i32): void {
  const step = <usize>aStep << 3;
  const shift = <usize>bShift << 3;
  const n4 = n & ~3;
  if (m >= WORTH_PACKING && depth > 0 && depth <= PANEL_ROWS) packedRows(m & ~3, n4, depth, aRows, step, bRows, cRows, shift);
  else plainRows(m, n4, depth, aRows, step, bRows, cRows, shift);
  for (let i = m & ~3; i < m; i++) remainderRow(n4, depth, at(aRows, i), step, bRows, shift, at(cRows, i));
  for (let j = n4; j < n; j++) {
    const o = <usize>j << 3;
    for (let i = 0; i < m; i++) {
      let a0 = at(aRows, i);
      let sum: f64 = 0;
      for (let k = 0; k < depth; k++) {
        sum += load<f64>(a0) * load<f64>(at(bRows, k) + shift + o);
        a0 += step;
      }
      const c = at(cRows, i) + o;
      store<f64>(c, load<f64>(c) + sum);
    }
  }
}

@inline function total(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** Entries from … from + depth of four rows as a tile or a panel, [depth][4]. */
function packFour(depth: i32, rows: usize, from: usize, to: usize): void {
  let a0 = at(rows, 0) + from, a1 = at(rows, 1) + from, a2 = at(rows, 2) + from, a3 = at(rows, 3) + from;
  for (let k = 0; k < depth; k++) {
    store<f64>(to, load<f64>(a0)); store<f64>(to, load<f64>(a1), 8);
    store<f64>(to, load<f64>(a2), 16); store<f64>(to, load<f64>(a3), 24);
    a0 += 8; a1 += 8; a2 += 8; a3 += 8; to += 32;
  }
}

/** Multiples of four rows and columns of what `rowDots` adds, DOTS entries at a time. */
function packedDots(m: i32, count: i32, n: i32, aRows: usize, bRows: usize, c: usize, cStep: i32): void {
  const row = <usize>cStep << 3;
  for (let from = 0; from < n; from += DOTS) {
    const depth = min(DOTS, n - from), start = <usize>from << 3;
    const tile = <usize>depth << 5, block = rowsTogether(depth);
    for (let first = 0; first < m; first += block) {
      const end = min(m, first + block);
      for (let i = first, p = TILES; i < end; i += 4, p += tile) packFour(depth, aRows + (<usize>i << 2), start, p);
      for (let r = 0; r < count; r += 4) {
        packFour(depth, bRows + (<usize>r << 2), start, PANEL);
        let t = c + <usize>first * row + (<usize>r << 3);
        for (let i = first, p = TILES; i < end; i += 4, p += tile, t += 4 * row)
          packedTile(depth, p, PANEL, t, t + row, t + 2 * row, t + 3 * row);
      }
    }
  }
}

/** C[c + i·cStep + r] += Σ_{j<n} A[aRows[i] + j] · B[bRows[r] + j] for i < m, r < count. */
export function rowDots(m: i32, count: i32, n: i32, aRows: usize, bRows: usize, c: usize, cStep: i32): void {
  if (m < WORTH_PACKING || count < WORTH_DOTS || n < WORTH_PACKING) return plainDots(m, count, n, aRows, bRows, c, cStep);
  const m4 = m & ~3, count4 = count & ~3;
  packedDots(m4, count4, n, aRows, bRows, c, cStep);
  plainDots(m4, count - count4, n, aRows, bRows + (<usize>count4 << 2), c + (<usize>count4 << 3), cStep);
  plainDots(m - m4, count, n, aRows + (<usize>m4 << 2), bRows, c + <usize>(m4 * cStep << 3), cStep);
}

/** The same as they lie. */
function plainDots(m: i32, count: i32, n: i32, aRows: usize, bRows: usize, c: usize, cStep: i32): void {
  const n2 = n & ~1;
  let i = 0;
  for (; i + 2 <= m; i += 2) {
    const a0 = at(aRows, i), a1 = at(aRows, i + 1);
    const r0 = c + ((<usize>(i * cStep)) << 3), r1 = r0 + ((<usize>cStep) << 3);
    let r = 0;
    for (; r + 4 <= count; r += 4) {
      const b0 = at(bRows, r), b1 = at(bRows, r + 1), b2 = at(bRows, r + 2), b3 = at(bRows, r + 3);
      let s00 = f64x2.splat(0), s01 = s00, s02 = s00, s03 = s00, s10 = s00, s11 = s00, s12 = s00, s13 = s00;
      for (let j = 0; j < n2; j += 2) {
        const o = <usize>j << 3;
        const x = v128.load(a0 + o), y = v128.load(a1 + o);
        let b = v128.load(b0 + o);
        s00 = plusProduct(x, b, s00); s10 = plusProduct(y, b, s10);
        b = v128.load(b1 + o);
        s01 = plusProduct(x, b, s01); s11 = plusProduct(y, b, s11);
        b = v128.load(b2 + o);
        s02 = plusProduct(x, b, s02); s12 = plusProduct(y, b, s12);
        b = v128.load(b3 + o);
        s03 = plusProduct(x, b, s03); s13 = plusProduct(y, b, s13);
      }
      let t00 = total(s00), t01 = total(s01), t02 = total(s02), t03 = total(s03);
      let t10 = total(s10), t11 = total(s11), t12 = total(s12), t13 = total(s13);
      if (n2 < n) {
        const o = <usize>n2 << 3;
        const x = load<f64>(a0 + o), y = load<f64>(a1 + o);
        let b = load<f64>(b0 + o); t00 += x * b; t10 += y * b;
        b = load<f64>(b1 + o); t01 += x * b; t11 += y * b;
        b = load<f64>(b2 + o); t02 += x * b; t12 += y * b;
        b = load<f64>(b3 + o); t03 += x * b; t13 += y * b;
      }
      const p = r0 + ((<usize>r) << 3), q = r1 + ((<usize>r) << 3);
      store<f64>(p, load<f64>(p) + t00); store<f64>(p + 8, load<f64>(p + 8) + t01);
      store<f64>(p + 16, load<f64>(p + 16) + t02); store<f64>(p + 24, load<f64>(p + 24) + t03);
      store<f64>(q, load<f64>(q) + t10); store<f64>(q + 8, load<f64>(q + 8) + t11);
      store<f64>(q + 16, load<f64>(q + 16) + t12); store<f64>(q + 24, load<f64>(q + 24) + t13);
    }
    for (; r < count; r++) {
      const b = at(bRows, r);
      const p = r0 + ((<usize>r) << 3), q = r1 + ((<usize>r) << 3);
      store<f64>(p, load<f64>(p) + dotProduct(n, a0, b));
      store<f64>(q, load<f64>(q) + dotProduct(n, a1, b));
    }
  }
  for (; i < m; i++) {
    const a0 = at(aRows, i), r0 = c + ((<usize>(i * cStep)) << 3);
    for (let r = 0; r < count; r++) {
      const p = r0 + ((<usize>r) << 3);
      store<f64>(p, load<f64>(p) + dotProduct(n, a0, at(bRows, r)));
    }
  }
}

/**
 * Lower triangle of C += GᵀG for `panels` column panels of four: packed[panel][row][4], C row-major with row
 * length 4·panels. Rows are taken in blocks that keep two panels in the first-level cache.
 */
export function gram(panels: i32, rows: i32, packed: usize, c: usize): void {
  const BLOCK = 256;
  const panel = <usize>rows << 5;
  const row = <usize>panels << 5;
  for (let start = 0; start < rows; start += BLOCK) {
    const depth = min(BLOCK, rows - start);
    const shift = <usize>start << 5;
    for (let i = 0; i < panels; i++) {
      const a = packed + <usize>i * panel + shift;
      for (let j = 0; j <= i; j++) {
        const t = c + (<usize>i << 2) * row + (<usize>j << 5);
        packedTile(depth, a, packed + <usize>j * panel + shift, t, t + row, t + 2 * row, t + 3 * row);
      }
    }
  }
}
