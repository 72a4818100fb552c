const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9; // golden ratio
const WEYL_1 = 0xbb67ae85; // √3 − 1

// JavaScript multiplies 32-bit integers modulo 2³²; the upper half of a product comes from 16-bit
// halves of the multipliers.
const LOW_0 = MULTIPLIER_0 & 0xffff;
const HIGH_0 = MULTIPLIER_0 >>> 16;
const LOW_1 = MULTIPLIER_1 & 0xffff;
const HIGH_1 = MULTIPLIER_1 >>> 16;

/**
 * Philox4x32-10: a bijection of 128-bit counters chosen by a 64-bit key, whose outputs pass for
 * random. Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011).
 * @param c0   counter, least significant word first: c0, c1, c2, c3
 * @param k0   key, k0 and k1
 * @param out  [4], receives the four output words
 */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
): void {
  for (let round = 0; round < 10; round++) {
    // hi and lo of MULTIPLIER_0 · c0; every partial sum stays below 2³²
    let low = c0 & 0xffff;
    let high = c0 >>> 16;
    let middle = (Math.imul(LOW_0, high) + (Math.imul(LOW_0, low) >>> 16)) | 0;
    let cross = (Math.imul(HIGH_0, low) + (middle & 0xffff)) | 0;
    const hi0 = (Math.imul(HIGH_0, high) + (middle >>> 16) + (cross >>> 16)) | 0;
    const lo0 = Math.imul(MULTIPLIER_0, c0);

    low = c2 & 0xffff;
    high = c2 >>> 16;
    middle = (Math.imul(LOW_1, high) + (Math.imul(LOW_1, low) >>> 16)) | 0;
    cross = (Math.imul(HIGH_1, low) + (middle & 0xffff)) | 0;
    const hi1 = (Math.imul(HIGH_1, high) + (middle >>> 16) + (cross >>> 16)) | 0;
    const lo1 = Math.imul(MULTIPLIER_1, c2);

    c0 = hi1 ^ c1 ^ k0;
    c1 = lo1;
    c2 = hi0 ^ c3 ^ k1;
    c3 = lo0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}
