/**
 * What to write instead of labels that do not count from 0, as the end of a message: of −1 and 1,
 * "; here they are -1 and 1: write
 * 0 for -1"; of 1 … K, "; here they count from 1: subtract 1". Empty where there is nothing to say.
 */
export function labelCure(labels: ArrayLike<number>, classes: number): string {
  const found = new Set<number>();
  for (let n = 0; n < labels.length && found.size <= classes; n++) found.add(labels[n]);
  const values = [...found].sort((a, b) => a - b);
  if (classes === 2 && values.length === 2) {
    const [no, yes] = values;
    const changes = [
      [no, 0],
      [yes, 1],
    ]
      .filter(([from, to]) => from !== to)
      .map(([from, to]) => `${to} for ${from}`);
    return `; here they are ${no} and ${yes}: write ${changes.join(" and ")}`;
  }
  const fromOne = values.every(
    (value) => Number.isInteger(value) && value >= 1 && value <= classes,
  );
  return fromOne && values.length <= classes ? "; here they count from 1: subtract 1" : "";
}
