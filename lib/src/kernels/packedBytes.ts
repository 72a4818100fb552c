// How compiled kernels stand in a module of JavaScript, written by build.mjs.

/**
 * The bytes of a text of `>` … `}` for 0 … 63, with a 1, 2 or 3 before it for 64, 128 or 192 more.
 * Most bytes of WebAssembly are small, and each begins at a character, so that the text is shorter
 * than base64, and gzip makes a third less of it.
 */
export function unpacked(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  let [count, quarter] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 62) quarter = code - 48;
    else {
      bytes[count++] = 64 * quarter + code - 62;
      quarter = 0;
    }
  }
  return bytes.slice(0, count);
}
