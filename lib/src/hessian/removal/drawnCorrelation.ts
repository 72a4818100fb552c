/**
 * Spearman correlation of two columns over points that are drawn, some of them several times.
 *
 * The order of the points is found once; a draw only says how often each of them counts, and equal
 * ones share the mean of the ranks that they span. Twice a centred rank is a whole number, so that
 * all sums are exact and the result is that of ranks of the drawn values, to the last bit.
 * @param x        finite, [points]
 * @param y        likewise
 * @param telling  points that count
 * @param least    fewer drawn points than these have no correlation
 * @returns a function of how often each point was drawn, [points]; NaN where one side does not vary
 */
export function drawnCorrelation(
  x: Float64Array,
  y: Float64Array,
  telling: readonly number[],
  least: number,
): (counts: Int32Array) => number {
  const [first, second] = [ranking(x, telling), ranking(y, telling)];
  const [a, b] = [new Float64Array(x.length), new Float64Array(x.length)];
  return (counts) => {
    let drawn = 0;
    for (const k of telling) drawn += counts[k];
    if (drawn < least) return NaN;
    centredRanks(first, counts, drawn, a);
    centredRanks(second, counts, drawn, b);
    let [xx, yy, xy] = [0, 0, 0];
    for (const k of telling) {
      xx += counts[k] * a[k] * a[k];
      yy += counts[k] * b[k] * b[k];
      xy += counts[k] * a[k] * b[k];
    }
    if (xx === 0 || yy === 0) return NaN;
    return Math.max(-1, Math.min(1, xy / (Math.sqrt(xx) * Math.sqrt(yy))));
  };
}

/** Points by their value, and where in that order a new value begins. */
interface Ranking {
  readonly order: readonly number[];
  readonly begins: readonly boolean[];
}

function ranking(values: Float64Array, telling: readonly number[]): Ranking {
  const order = [...telling].sort((k, l) => values[k] - values[l]);
  return { order, begins: order.map((k, i) => i === 0 || values[k] !== values[order[i - 1]]) };
}

/** Ranks of the drawn values minus their mean, into `ranks`. */
function centredRanks(
  { order, begins }: Ranking,
  counts: Int32Array,
  drawn: number,
  ranks: Float64Array,
): void {
  let before = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    let equal = 0;
    do equal += counts[order[to++]];
    while (to < order.length && !begins[to]);
    for (let i = from; i < to; i++) ranks[order[i]] = before + (equal - drawn) / 2;
    before += equal;
  }
}
