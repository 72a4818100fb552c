// Philox4x32-10, four counters at a time, and the inner part of the ziggurat; see ../twins.
const MULTIPLIER_0: u32 = 0xd2511f53, MULTIPLIER_1: u32 = 0xcd9e8d57;
const WEYL_0: u32 = 0x9e3779b9, WEYL_1: u32 = 0xbb67ae85;

export function philoxBlocks(blocks: i32, low: i32, high: i32, c2: i32, c3: i32, k0: i32, k1: i32, out: usize): void {
  const m0 = i32x4.splat(MULTIPLIER_0), m1 = i32x4.splat(MULTIPLIER_1);
  const w0 = i32x4.splat(WEYL_0), w1 = i32x4.splat(WEYL_1);
  let counter = (<u64><u32>high << 32) | <u64><u32>low;
  for (let b = 0; b < blocks; b += 4) {
    const first = i32x4.splat(<i32>counter);
    let x0 = i32x4.add(first, i32x4(0, 1, 2, 3));
    let x1 = i32x4.sub(i32x4.splat(<i32>(counter >> 32)), v128.lt<u32>(x0, first)); // a lane that wrapped carries
    let x2 = i32x4.splat(c2), x3 = i32x4.splat(c3);
    let a = i32x4.splat(k0), c = i32x4.splat(k1);
    for (let round = 0; round < 10; round++) {
      const p = i64x2.extmul_low_i32x4_u(x0, m0), q = i64x2.extmul_high_i32x4_u(x0, m0);
      const s = i64x2.extmul_low_i32x4_u(x2, m1), t = i64x2.extmul_high_i32x4_u(x2, m1);
      const high0 = v128.shuffle<i32>(p, q, 1, 3, 5, 7), low0 = v128.shuffle<i32>(p, q, 0, 2, 4, 6);
      const high1 = v128.shuffle<i32>(s, t, 1, 3, 5, 7), low1 = v128.shuffle<i32>(s, t, 0, 2, 4, 6);
      x0 = v128.xor(v128.xor(high1, x1), a);
      x1 = low1;
      x2 = v128.xor(v128.xor(high0, x3), c);
      x3 = low0;
      a = i32x4.add(a, w0);
      c = i32x4.add(c, w1);
    }
    const e = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5), f = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7);
    const g = v128.shuffle<i32>(x2, x3, 0, 4, 1, 5), h = v128.shuffle<i32>(x2, x3, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<i64>(e, g, 0, 2));
    v128.store(out, v128.shuffle<i64>(e, g, 1, 3), 16);
    v128.store(out, v128.shuffle<i64>(f, h, 0, 2), 32);
    v128.store(out, v128.shuffle<i64>(f, h, 1, 3), 48);
    out += 64;
    counter += 4;
  }
}

export function normalsInside(draws: i32, words: usize, edge: usize, inner: usize, out: usize): i32 {
  for (let k = 0; k < draws; k++) {
    const w = load<u64>(words + (<usize>k << 3)); // first word low, second high
    const u = <f64><i64>(((w & 0xffffffe0) << 21) | (w >> 38)) * 2.220446049250313e-16 - 1;
    const layer = <usize>(((w >> 32) & 63) | ((w & 1) << 6)) << 3;
    if (!(abs(u) < load<f64>(inner + layer))) return k;
    store<f64>(out + (<usize>k << 3), u * load<f64>(edge + layer));
  }
  return draws;
}
