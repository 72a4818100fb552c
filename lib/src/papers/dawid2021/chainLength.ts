import { kind } from "../../core/arguments/kinds.js";
import type { ArgumentKind } from "../../core/arguments/takes.js";

/** Lengths of a half-filled chain that is diagonalised exactly. */
export const chainLength: ArgumentKind = kind(
  "an even length of a chain, 4 … 18",
  (value) =>
    Number.isSafeInteger(value) &&
    (value as number) % 2 === 0 &&
    (value as number) >= 4 &&
    (value as number) <= 18,
);
