// How compiled kernels stand in a module of JavaScript, written by build.mjs.

const [SPACE, QUOTE, BACKSLASH, THIRD, SECOND] = [32, 34, 92, 125, 126];
/** Printable characters without the four above. */
const DIRECT = 91;

/**
 * The bytes of a text. It begins with the 91 most frequent in hexadecimal digits; then each byte is
 * its place among them, the others behind these as they are numbered: a character for the first 91,
 * one more before it, `~` or `}`, for the rest. So nearly each byte is one character, and gzip
 * makes nearly as little of it as of the bytes themselves.
 */
export function unpacked(text: string): Uint8Array<ArrayBuffer> {
  const order = new Set<number>();
  for (let k = 0; k < 2 * DIRECT; k += 2) order.add(parseInt(text.slice(k, k + 2), 16));
  for (let byte = 0; byte < 256; byte++) order.add(byte);
  const byteAt = Uint8Array.from(order);
  const bytes = new Uint8Array(text.length);
  let [count, first] = [0, 0];
  for (let at = 2 * DIRECT; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === SECOND) first = DIRECT;
    else if (code === THIRD) first = 2 * DIRECT;
    else {
      const skipped = (code > QUOTE ? 1 : 0) + (code > BACKSLASH ? 1 : 0);
      bytes[count++] = byteAt[first + code - SPACE - skipped];
      first = 0;
    }
  }
  return bytes.slice(0, count);
}
