import { ConfigError } from "../../core/errors.js";
import { quoted } from "../../core/printable.js";
import type { DecimalSign } from "./csvSeparator.js";

/** How a table is written. */
export interface CsvOptions {
  /**
   * Whether the first line has the names of the columns: `true` or "yes", `false` or "no". By
   * default it has where it holds texts, and has not where it holds numbers; where these may be
   * names (0, 1, 2, …, years), the table is refused until it is said.
   */
  readonly header?: boolean | "yes" | "no";
  /** What stands between whole and fraction of a number (default "."). */
  readonly decimal?: DecimalSign;
}

/** @throws ConfigError for what is neither sign */
export function decimalOf(decimal: unknown): DecimalSign {
  if (decimal === undefined || decimal === ".") return ".";
  if (decimal === ",") return ",";
  const fact = `readArray: decimal is ${quoted(String(decimal))}`;
  throw new ConfigError(`${fact}; it must be "." or ",".`, { decimal });
}

/** @throws ConfigError for what is none of the four */
export function headerOf(header: unknown): boolean | undefined {
  if (header === undefined || typeof header === "boolean") return header;
  if (header === "yes" || header === "no") return header === "yes";
  const must = 'it must be true or "yes", false or "no"';
  throw new ConfigError(`readArray: header is ${quoted(String(header))}; ${must}.`, { header });
}
