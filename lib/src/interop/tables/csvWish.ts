import type { LargeIntegers } from "../../core/files/largeIntegers.js";
import type { DecimalSign } from "./csvSeparator.js";

/** How the text of a table is taken, and what of it is wanted. */
export interface CsvWish {
  readonly separator: string;
  readonly decimal: DecimalSign;
  readonly header: boolean | undefined;
  readonly columns?: readonly string[];
  readonly without?: readonly string[];
  readonly classes?: readonly string[];
  readonly missing?: boolean;
  readonly integers?: LargeIntegers;
  readonly maximumEntries: number;
}
