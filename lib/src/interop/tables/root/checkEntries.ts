import { ConfigError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import { MOST_NUMBERS } from "./growingColumn.js";

/** @throws ConfigError for entries that there are not, or too many at once */
export function checkEntries(
  path: string,
  tree: string,
  entries: number,
  first: number,
  count: number,
): void {
  const whole = Number.isInteger(first) && Number.isInteger(count);
  if (!(whole && first >= 0 && count >= 1 && first + count <= entries)) {
    const fact = `${path}: entries from ${first}, ${count} of them; ${quoted(tree)} has ${entries}`;
    const cure = "Ask for at least one, and for none beyond the last";
    throw new ConfigError(`${fact}. ${cure}.`, { first, count });
  }
  if (count > MOST_NUMBERS) {
    const most = `at most ${MOST_NUMBERS} are read at a time`;
    const fact = `${path}: ${count} entries are asked for, ${most}`;
    throw new ConfigError(`${fact}. Read them in parts.`, { count });
  }
}
