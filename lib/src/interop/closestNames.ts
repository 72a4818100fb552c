/** Steps that turn one text into the other: letters put in, taken out or exchanged (Levenshtein 1965). */
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

/** The names that there are as a text for an error, those most like the wanted one first, and how many more there are. */
export function closestNames(wanted: string, names: readonly string[], shown: number = 8): string {
  const lower = wanted.toLowerCase();
  const distance = new Map(names.map((name) => [name, editDistance(lower, name.toLowerCase())]));
  const sorted = [...names].sort((a, b) => distance.get(a)! - distance.get(b)!);
  const more = names.length - shown;
  return `${sorted.slice(0, shown).join(", ") || "none"}${more > 0 ? ` and ${more} more` : ""}`;
}
