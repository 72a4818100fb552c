// Deflate (RFC 1951), unpacked at once: the browser's own DecompressionStream answers later only,
// and the library asks for small members of an archive at once.

const LENGTHS = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
  163, 195, 227, 258,
];
const DISTANCES = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
  3073, 4097, 6145, 8193, 12289, 16385, 24577,
];
const lengthBits = (k: number): number => (k < 8 || k === 28 ? 0 : (k >> 2) - 1);
const distanceBits = (k: number): number => (k < 4 ? 0 : (k >> 1) - 1);
/** In which order the lengths of the code of lengths stand. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** A prefix code: how many words have each length, and what they stand for in order. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

function codeOf(lengths: ArrayLike<number>): Code {
  const counts = new Uint16Array(16);
  for (let k = 0; k < lengths.length; k++) counts[lengths[k]]++;
  counts[0] = 0;
  const starts = new Uint16Array(17);
  for (let bits = 1; bits <= 15; bits++) starts[bits + 1] = starts[bits] + counts[bits];
  const symbols = new Uint16Array(lengths.length);
  for (let k = 0; k < lengths.length; k++) if (lengths[k] > 0) symbols[starts[lengths[k]]++] = k;
  return { counts, symbols };
}

const fixed = [
  codeOf(Array.from({ length: 288 }, (_, k) => (k < 144 ? 8 : k < 256 ? 9 : k < 280 ? 7 : 8))),
  codeOf(new Array<number>(30).fill(5)),
] as const;

/**
 * @param most  bytes that are unpacked at most
 * @returns the bytes, and where in `packed` the stream ends
 * @throws Error for what is damaged, cut off or longer
 */
export function inflateRaw(
  packed: Uint8Array,
  most: number,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly end: number } {
  let [at, bit, kept] = [0, 0, 0];
  let out = new Uint8Array(Math.min(most, Math.max(1024, 4 * packed.length)));
  let length = 0;
  const bits = (count: number): number => {
    while (bit < count) {
      if (at >= packed.length) throw new Error("unexpected end of file");
      kept |= packed[at++] << bit;
      bit += 8;
    }
    const value = kept & ((1 << count) - 1);
    kept >>>= count;
    bit -= count;
    return value;
  };
  const room = (more: number): void => {
    if (length + more > most) throw new Error(`more than ${most} bytes`);
    if (length + more <= out.length) return;
    const larger = new Uint8Array(Math.min(most, 2 * (length + more)));
    larger.set(out);
    out = larger;
  };
  const symbol = ({ counts, symbols }: Code): number => {
    let [word, first, index] = [0, 0, 0];
    for (let size = 1; size <= 15; size++) {
      word |= bits(1);
      if (word - first < counts[size]) return symbols[index + word - first];
      index += counts[size];
      first = (first + counts[size]) << 1;
      word <<= 1;
    }
    throw new Error("invalid code");
  };
  const dynamic = (): readonly [Code, Code] => {
    const [literals, distances, words] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
    const own = new Uint8Array(19);
    for (let k = 0; k < words; k++) own[ORDER[k]] = bits(3);
    const code = codeOf(own);
    const lengths = new Uint8Array(literals + distances);
    for (let k = 0; k < lengths.length;) {
      const next = symbol(code);
      if (next < 16) lengths[k++] = next;
      else {
        const value = next === 16 && k > 0 ? lengths[k - 1] : 0;
        const times = next === 16 ? 3 + bits(2) : next === 17 ? 3 + bits(3) : 11 + bits(7);
        lengths.fill(value, k, (k += times));
      }
    }
    return [codeOf(lengths.subarray(0, literals)), codeOf(lengths.subarray(literals))];
  };
  const stored = (): void => {
    at -= bit >> 3;
    [bit, kept] = [0, 0];
    const count = packed[at] | (packed[at + 1] << 8);
    if (at + 4 + count > packed.length) throw new Error("unexpected end of file");
    room(count);
    out.set(packed.subarray(at + 4, at + 4 + count), length);
    at += 4 + count;
    length += count;
  };
  const block = ([literal, distance]: readonly [Code, Code]): void => {
    for (;;) {
      const next = symbol(literal);
      if (next === 256) return;
      if (next < 256) {
        room(1);
        out[length++] = next;
        continue;
      }
      const count = LENGTHS[next - 257] + bits(lengthBits(next - 257));
      const which = symbol(distance);
      const back = DISTANCES[which] + bits(distanceBits(which));
      if (!(back <= length)) throw new Error("invalid distance");
      room(count);
      for (let k = 0; k < count; k++, length++) out[length] = out[length - back];
    }
  };
  for (let final = 0; !final;) {
    final = bits(1);
    const kind = bits(2);
    if (kind === 3) throw new Error("invalid block type");
    if (kind === 0) stored();
    else block(kind === 1 ? fixed : dynamic());
  }
  return { bytes: out.slice(0, length), end: at - (bit >> 3) };
}
