import { ConfigError } from "../../core/errors.js";

/** A longer text is a mistake (a file in place of a name), and takes minutes to lay out. */
const LONGEST = 1000;

/** What no file format of ours can hold: controls but tab and line feed, halves of characters. */
const UNDRAWABLE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * The body of a figure with texts that can be drawn: what cannot be becomes �.
 * @throws ConfigError for a text of more than 1000 characters
 */
export function drawableTexts<T>(body: T, id: string): T {
  if (typeof body === "string") {
    if (body.length > LONGEST && !body.startsWith("data:")) {
      throw new ConfigError(
        `figure ${id}: a text has ${body.length} characters, "${body.slice(0, 40)}…"; at most ${LONGEST} are drawn. Shorten it.`,
        { id },
      );
    }
    return body.replace(UNDRAWABLE, "\ufffd") as T;
  }
  if (Array.isArray(body)) return body.map((part: unknown) => drawableTexts(part, id)) as T;
  if (typeof body !== "object" || body === null) return body;
  const entries = Object.entries(body).map(([name, part]) => [name, drawableTexts(part, id)]);
  return Object.fromEntries(entries) as T;
}
