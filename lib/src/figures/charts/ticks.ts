import { power } from "../../core/power.js";
import { ConfigError } from "../../core/errors.js";

/** A logarithmic axis of more decades has ticks at each second, third … of them. */
const MOST_DECADES = 8;
/** A symlog axis that reaches farther (units: its constant) has ticks at powers of ten alone. */
const MOST_FULL = 1000;

/**
 * Tick positions for a logarithmic axis: powers of ten, and over two decades or less also 2 and 5
 * times these.
 * @param nice  whether the axis is rounded outwards to powers of ten
 */
export function logTicks([low, high]: readonly [number, number], nice: boolean): number[] {
  if (!(low > 0 && high >= low && high < Infinity)) {
    throw new ConfigError(
      `logTicks: domain [${low}, ${high}]. Both ends must be finite, positive and in ascending order.`,
    );
  }
  const slack = 1e-9; // log10 of 1000 is not 3 to the last bit
  const first = Math.floor(Math.log10(low) + slack);
  const last = Math.ceil(Math.log10(high) - slack);
  const step = Math.ceil((last - first) / MOST_DECADES);
  const steps = Math.log10(high / low) <= 2 ? [1, 2, 5] : [1];
  const [least, most] = nice ? [power(10, first), power(10, last)] : [low, high];
  const all: number[] = [];
  for (let decade = first; decade <= last; decade += Math.max(1, step))
    for (const factor of steps) all.push(Number((factor * power(10, decade)).toPrecision(12)));
  return all.filter(
    (tick) =>
      tick > 0 && tick < Infinity && tick >= least * (1 - slack) && tick <= most * (1 + slack),
  );
}

/**
 * Tick positions for a symlog axis: 0, ±constant/2 and ±constant · {1, 2, 5} · 10^k within the
 * domain (beyond three decades ±constant · 10^k), and with `ends` those of the domain. Vega places
 * linear ticks there, which crowd at one end.
 */
export function symlogTicks(
  [low, high]: readonly [number, number],
  constant: number = 1,
  ends: boolean = true,
): number[] {
  if (![low, high, constant].every(Number.isFinite) || constant <= 0) {
    throw new ConfigError(
      `symlogTicks: domain [${low}, ${high}] with constant ${constant}. All must be finite, the constant positive.`,
    );
  }
  const positive = [constant / 2];
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const steps = largest / constant > MOST_FULL ? [1] : [1, 2, 5];
  for (let decade = constant; decade <= largest; decade *= 10) {
    for (const step of steps) positive.push(Number((step * decade).toPrecision(12)));
  }
  const all = [...positive.map((tick) => -tick).reverse(), 0, ...positive];
  const inside = all.filter((tick) => tick >= low && tick <= high);
  if (!ends) return inside;
  // An end of the axis is labelled too unless its neighbour stands so close that the labels would
  // run into each other.
  const position = (value: number): number =>
    Math.sign(value) * Math.log1p(Math.abs(value) / constant);
  const length = position(high) - position(low);
  const crowded = (end: number, neighbour: number): boolean =>
    Math.abs(position(end) - position(neighbour)) <= 0.05 * length;
  if (inside.length === 0 || !crowded(low, inside[0])) inside.unshift(low);
  if (!crowded(high, inside[inside.length - 1])) inside.push(high);
  return inside;
}
