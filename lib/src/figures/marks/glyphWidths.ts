import { DataError } from "../../core/errors.js";

/**
 * Advance widths of a TrueType font, in parts of the font size: what a line of text is wide without
 * kerning, which is how it is drawn. Reads the tables `head` (units), `cmap` (characters to glyphs,
 * format 4), `hhea` and `hmtx` (glyphs to widths) of the OpenType specification.
 * @param font  the file's bytes
 * @throws DataError for what is no such font, also while measuring
 * @returns width of one character by its code point; characters that the font lacks have that of
 *   its glyph 0
 */
export function glyphWidths(font: Uint8Array): (character: number) => number {
  const width = within(() => widths(font));
  return (character) => within(() => width(character));
}

/** A place beyond the end of the font is a fault of the font. */
function within<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DataError(
      "glyphWidths: the font points beyond its end. It is damaged; install it again.",
    );
  }
}

function widths(font: Uint8Array): (character: number) => number {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const tables = new Map<string, number>();
  for (let k = 0; k < view.getUint16(4); k++) {
    const entry = 12 + 16 * k;
    tables.set(String.fromCharCode(...font.subarray(entry, entry + 4)), view.getUint32(entry + 8));
  }
  const at = (name: string): number => {
    const offset = tables.get(name);
    if (offset === undefined)
      throw new DataError(
        `glyphWidths: the font has no table ${name}. It is damaged; install it again.`,
        { name },
      );
    return offset;
  };
  const units = view.getUint16(at("head") + 18);
  const metrics = view.getUint16(at("hhea") + 34); // glyphs beyond them are as wide as the last
  const glyphOf = basicPlane(view, at("cmap"));
  const hmtx = at("hmtx");
  return (character) =>
    view.getUint16(hmtx + 4 * Math.min(glyphOf(character), metrics - 1)) / units;
}

/**
 * Characters to glyphs by the Unicode subtable of format 4, which covers the basic multilingual
 * plane.
 */
function basicPlane(view: DataView, cmap: number): (character: number) => number {
  const subtables = Array.from(
    { length: view.getUint16(cmap + 2) },
    (_, k) => cmap + view.getUint32(cmap + 4 + 8 * k + 4),
  );
  const table = subtables.find((offset) => view.getUint16(offset) === 4);
  if (table === undefined)
    throw new DataError(
      "glyphWidths: the font has no character map of format 4. Take another font.",
    );
  const doubled = view.getUint16(table + 6); // twice the number of segments
  const [ends, starts] = [table + 14, table + 16 + doubled];
  const [deltas, offsets] = [starts + doubled, starts + 2 * doubled];
  return (character) => {
    for (let s = 0; s < doubled; s += 2) {
      if (character > view.getUint16(ends + s)) continue;
      const start = view.getUint16(starts + s);
      if (character < start) return 0;
      const delta = view.getUint16(deltas + s);
      const offset = view.getUint16(offsets + s);
      if (offset === 0) return (character + delta) & 0xffff;
      const glyph = view.getUint16(offsets + s + offset + 2 * (character - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}
