// Room at the start of every arena in which compiled kernels put factors of a product together, in
// the order in which its inner loop reads them. Nothing is kept there from call to call.

/** Bytes before it: 0 is no valid offset. */
export const PACKING_START = 64;
/** Rows of a panel of four columns. */
export const PANEL_ROWS = 1024;
/** Doubles of rows in tiles of four. */
export const TILE_DOUBLES = 16384;
/** Where what is allocated begins, in bytes. */
export const PACKING_END = 163904;
