import { printable } from "../../core/printable.js";

/**
 * Letters of a name that are compared and shown: names come from files, and may be of any length.
 */
const LONGEST = 100;

/**
 * Steps that turn one text into the other: letters put in, taken out or exchanged (Levenshtein
 * 1965).
 */
function editDistance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, k) => k);
  for (let i = 1; i <= one.length; i++) {
    const current = [i];
    for (let k = 1; k <= other.length; k++) {
      const exchanged = previous[k - 1] + (one[i - 1] === other[k - 1] ? 0 : 1);
      current.push(Math.min(previous[k] + 1, current[k - 1] + 1, exchanged));
    }
    previous = current;
  }
  return previous[other.length];
}

/** Names that are compared; a file may hold hundreds of thousands. */
const MOST = 4000;

const shortened = (name: string): string =>
  name.length > LONGEST ? `${printable(name.slice(0, LONGEST))}…` : printable(name);

/**
 * The names that there are as a text for an error, those most like the wanted one first, and how
 * many more there are.
 */
export function closestNames(wanted: string, names: readonly string[], shown: number = 8): string {
  const compared = (name: string): string => name.slice(0, LONGEST).toLowerCase();
  const lower = compared(wanted);
  const some = names.slice(0, MOST);
  const distance = new Map(some.map((name) => [name, editDistance(lower, compared(name))]));
  const sorted = some.sort((a, b) => distance.get(a)! - distance.get(b)!);
  const more = names.length - shown;
  const list = sorted.slice(0, shown).map(shortened).join(", ");
  return `${list || "none"}${more > 0 ? ` and ${more} more` : ""}`;
}
