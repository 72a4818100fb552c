/** Characters that act on a terminal or hide in a text. */
const ACTING = new RegExp(
  [
    "[\\u0000-\\u001f\\u007f-\\u009f]", // control characters: C0 (escape, line ends), delete, C1
    "[\\u00ad\\u061c\\u200b-\\u200f\\u2028-\\u202e]", // unseen, or turn the direction of writing
    "[\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]", // the same
    "\\udb40[\\udc00-\\udc7f]", // tags, which are not drawn
    "[\\ud800-\\udbff](?![\\udc00-\\udfff])", // halves of a character
    "(?<![\\ud800-\\udbff])[\\udc00-\\udfff]",
  ].join("|"),
  "g",
);

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string): string {
  if (Object.hasOwn(short, character)) return short[character];
  const code = character.codePointAt(0)!;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  const digits = code.toString(16).padStart(4, "0");
  return code < 0x10000 ? `\\u${digits}` : `\\u{${digits}}`;
}

/**
 * A text as it can be shown: what would act on a terminal (escape sequences, line ends), turn the
 * direction of writing or not be seen is written as `\x1b`, `\n`, `\u202e`. Texts without such
 * characters, and results of this function, come back as they are. All errors of the library pass
 * their message through it (`shownMessage`), so that a file that is quoted cannot write to the
 * terminal.
 */
export const printable = (text: string): string => text.replace(ACTING, escaped);

/**
 * A text of a file in double quotes for an error: printable, and cut after `most` characters, with
 * the number of all of them.
 * @param most  characters shown (default 60)
 */
export function quoted(text: string, most: number = 60): string {
  if (text.length <= most) return `"${printable(text)}"`;
  const shown = text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
  return `"${printable(shown)}…" (${text.length} characters)`;
}

/**
 * A message as it can be shown: printable, and cut in its middle where a file made it longer than
 * `most` characters, so that its begin and its cure stay.
 */
export function shownMessage(message: string, most: number = 4000): string {
  const shown = printable(message);
  if (shown.length <= most) return shown;
  const [begin, end] = [shown.slice(0, most - 600), shown.slice(-500)];
  const left = shown.length - begin.length - end.length;
  return printable(`${begin} … (${left} characters left out) … ${end}`);
}
