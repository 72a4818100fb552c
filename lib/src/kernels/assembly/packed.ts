// Products of packed factors: of the left one tiles of four rows, [depth][4], of the right one panels of four columns, [depth][4].
import { PACKING_START, PANEL_ROWS, TILE_DOUBLES } from "../packing";
import { plusProduct } from "./fused";

export const PANEL: usize = PACKING_START;
export const TILES: usize = PANEL + ((<usize>PANEL_ROWS) << 5);

@inline export function add(address: usize, value: v128): void {
  v128.store(address, f64x2.add(v128.load(address), value));
}

/** Rows, a multiple of four, that there is room for. */
@inline export function rowsTogether(depth: i32): i32 {
  return (TILE_DOUBLES / depth) & ~3;
}

/** A 4 × 4 block at the addresses c0 … c3 += tile at p × panel at q. */
export function packedTile(depth: i32, p: usize, q: usize, c0: usize, c1: usize, c2: usize, c3: usize): void {
  let c00 = f64x2.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  for (let k = 0; k < depth; k++) {
    const b0 = v128.load(q), b1 = v128.load(q, 16);
    let x = v128.load64_splat(p);
    c00 = plusProduct(x, b0, c00); c01 = plusProduct(x, b1, c01);
    x = v128.load64_splat(p, 8);
    c10 = plusProduct(x, b0, c10); c11 = plusProduct(x, b1, c11);
    x = v128.load64_splat(p, 16);
    c20 = plusProduct(x, b0, c20); c21 = plusProduct(x, b1, c21);
    x = v128.load64_splat(p, 24);
    c30 = plusProduct(x, b0, c30); c31 = plusProduct(x, b1, c31);
    p += 32; q += 32;
  }
  add(c0, c00); add(c0 + 16, c01);
  add(c1, c10); add(c1 + 16, c11);
  add(c2, c20); add(c2 + 16, c21);
  add(c3, c30); add(c3 + 16, c31);
}
