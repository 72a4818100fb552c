const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

// Per lane: multiplier, rotation of the input word, rotation of the state, constant added to the
// state.
const MULTIPLIER = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93];
const INPUT_ROTATION = [15, 16, 17, 18];
const STATE_ROTATION = [19, 17, 15, 13];
const ADDEND = [0x561ccd1b, 0x0bcaa747, 0x96cd1c35, 0x32ac3b17];

const stir = (word: number, lane: number): number =>
  Math.imul(
    rotate(Math.imul(word, MULTIPLIER[lane]), INPUT_ROTATION[lane]),
    MULTIPLIER[(lane + 1) & 3],
  );

function finish(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** The first lane gathers the others, then they all gather the first. */
function gather(h: Uint32Array): void {
  h[0] += h[1] + h[2] + h[3];
  for (let lane = 1; lane < 4; lane++) h[lane] += h[0];
}

/**
 * MurmurHash3_x86_128 (A. Appleby, public domain): spreads any bytes over 128 bits. Not for
 * secrets.
 * @param bytes  what to hash
 * @param seed   32-bit
 * @returns      [4], the hash, least significant word first
 */
export function murmurHash3(bytes: Uint8Array, seed: number = 0): Uint32Array {
  const h = new Uint32Array(4).fill(seed);
  const whole = bytes.length & ~15;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset < whole; offset += 16) {
    for (let lane = 0; lane < 4; lane++) {
      const mixed = h[lane] ^ stir(view.getUint32(offset + 4 * lane, true), lane);
      h[lane] =
        Math.imul(rotate(mixed, STATE_ROTATION[lane]) + h[(lane + 1) & 3], 5) + ADDEND[lane];
    }
  }
  // the last 0 … 15 bytes, padded with zeros: a zero word leaves its lane unchanged
  const tail = new Uint32Array(4);
  for (let i = whole; i < bytes.length; i++) tail[(i - whole) >> 2] |= bytes[i] << (8 * (i & 3));
  for (let lane = 0; lane < 4; lane++) h[lane] ^= stir(tail[lane], lane);

  for (let lane = 0; lane < 4; lane++) h[lane] ^= bytes.length;
  gather(h);
  for (let lane = 0; lane < 4; lane++) h[lane] = finish(h[lane]);
  gather(h);
  return h;
}
