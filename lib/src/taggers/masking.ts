import { takes } from "../core/arguments/takes.js";
import { record } from "../core/arguments/kinds.js";
import { oneOf } from "../core/oneOf.js";

/**
 * What a masked feature becomes: 0 (the letter's), its mean, its median, or the value of another
 * object.
 */
export const maskings = ["zero", "mean", "median", "permutation"] as const;
/** What takes the place of a masked value. */
export type Masking = (typeof maskings)[number];

/**
 * Where a mask is laid on: "raw", before any scaling, in the units that were measured (the letter's
 * network reads these); or "read", on the values as the network reads them. They differ for
 * standardised jets, whose 0 is the mean of asinh x over the jets that made the scale.
 */
export const maskingSpaces = ["raw", "read"] as const;
/** Whether raw values are masked or those that the network reads. */
export type MaskingSpace = (typeof maskingSpaces)[number];

/** A mask in words, for titles and tables: "raw value set to 0". */
export function maskingWords(mask: {
  readonly masking: Masking;
  readonly space: MaskingSpace;
}): string {
  takes("maskingWords", { mask: [mask, record({}, "{ masking, space }")] });
  const { masking, space } = mask;
  oneOf(masking, maskings, "maskingWords: masking");
  oneOf(space, maskingSpaces, "maskingWords: space");
  const value = space === "raw" ? "raw value" : "value as read";
  if (masking === "permutation") return "values permuted among objects"; // the same in either space
  return `${value} set to ${masking === "zero" ? "0" : `its ${masking}`}`;
}
