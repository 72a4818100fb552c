import { ConfigError } from "../../core/errors.js";
import { makeRng, type Rng } from "../../core/random/rng.js";
import { randomValue, type ContinuousStates, type SpinModel } from "./spinModel.js";

type Propose = NonNullable<ContinuousStates["propose"]>;

const DRAWS = 2048;
const PAIRS = 8192;
const DEVIATIONS = 5; // 8 functions and 3 widths: one false alarm in 10⁵ models
const FEWEST = 50; // pairs that moved, for a mean with an error

/**
 * Whether a model's own proposals are as likely as the way back, which Metropolis takes for
 * granted. Of values x uniform over those that random starts draw and proposals y among them,
 *
 *   ⟨f(x, y)⟩ = ∫∫ q(x→y) f(x, y) dx dy = 0   for q(x→y) = q(y→x), f(x, y) = −f(y, x)
 *
 * and none of them is proposed from many values.
 * @throws ConfigError for what is found 5 standard deviations away
 */
export function checkProposals(
  model: SpinModel,
  rng: Rng = makeRng(1, "trial of proposals"),
): void {
  const { propose, widest = Infinity } = model.states as ContinuousStates;
  if (propose === undefined) return;
  const range = rangeOf(model, propose, Math.min(1, widest), rng);
  if (range === undefined) return;
  for (const width of [1, range.span / 2, range.span / 8])
    checkWidth(propose, Math.min(width, widest), range, rng);
}

/** Values among which proposals are tried. */
interface Range {
  readonly low: number;
  readonly span: number;
  /** Whether values come from a list, such as heights: they are proposed again and again. */
  readonly listed: boolean;
  draw(rng: Rng): number;
  /** The value as it is counted, an angle within one turn. */
  fold(value: number): number;
  has(value: number): boolean;
}

/** @returns undefined where there is none to speak of */
function rangeOf(model: SpinModel, propose: Propose, width: number, rng: Rng): Range | undefined {
  const value = randomValue(model, rng);
  const draws = Array.from({ length: DRAWS }, value);
  const period = periodOf(model, value, rng);
  const images = draws.map((x) => propose(x, width, rng)).filter(Number.isFinite);
  const list = [draws, images].find((values) => new Set(values).size <= DRAWS / 4);
  if (list) return listedRange(list, period);
  const [least, most] = [Math.min(...draws), Math.max(...draws)];
  if (period !== undefined && most - least > 0.99 * period) return circle(least, period);
  return most - least < Infinity ? interval(draws, least, most - least) : undefined;
}

const turned = (value: number, low: number, period: number): number =>
  value - period * Math.floor((value - low) / period);

function circle(low: number, span: number): Range {
  return {
    low,
    span,
    listed: false,
    draw: (rng) => low + span * rng.uniform(),
    fold: (value) => turned(value, low, span),
    has: Number.isFinite,
  };
}

function listedRange(values: readonly number[], period: number | undefined): Range | undefined {
  const low = Math.min(...values);
  // half a grain below, so that rounding does not turn the lowest angle into the highest
  const fold = (value: number): number =>
    period === undefined ? value : turned(value, low - 1e-9 * period, period);
  const sorted = [...new Set(values.map(fold))].sort((a, b) => a - b);
  const span = sorted[sorted.length - 1] - low;
  if (!(span > 0)) return undefined;
  const grain = 1e-9 * Math.max(1, span);
  const list = sorted.filter((value, k) => k === 0 || value - sorted[k - 1] > grain);
  const grains = new Set(list.map((value) => Math.round(value / grain)));
  const has = (value: number): boolean =>
    [-1, 0, 1].some((k) => grains.has(Math.round(value / grain) + k));
  return { low, span, listed: true, draw: (rng) => list[rng.integer(list.length)], fold, has };
}

const BINS = 32;

/** Values of a continuous range, without the gaps that random starts leave and their edges. */
function interval(draws: readonly number[], low: number, span: number): Range | undefined {
  const binOf = (value: number): number =>
    Math.min(BINS - 1, Math.floor((BINS * (value - low)) / span));
  const drawn = new Set(draws.map(binOf)).add(-1).add(BINS);
  const has = (value: number): boolean =>
    value >= low && value <= low + span && [-1, 0, 1].every((k) => drawn.has(binOf(value) + k));
  if (!draws.some(has)) return undefined;
  const draw = (rng: Rng): number => {
    for (;;) {
      const value = low + span * rng.uniform();
      if (has(value)) return value;
    }
  };
  return { low, span, listed: false, draw, fold: (value) => value, has };
}

const PERIODS = [1, Math.PI, 2 * Math.PI, 360];

/** The period of the energy in a value, so that angles count as one however they are wrapped. */
function periodOf(model: SpinModel, value: () => number, rng: Rng): number | undefined {
  const field = new Float64Array(model.lattice.sites).map(value);
  const tried = Array.from({ length: 8 }, () => [rng.integer(field.length), value()]);
  const same = (shift: number): boolean =>
    tried.every(([site, x]) => {
      const [here, there] = [x, x + shift].map((y) => model.energyDifference(field, site, y));
      return Math.abs(there - here) <= 1e-9 * Math.max(1, Math.abs(here));
    });
  return PERIODS.find((period) => same(period) && !same(0.381966 * period));
}

/** Antisymmetric in u and v of [0, 1]. */
const antisymmetric: ((u: number, v: number) => number)[] = [
  (u, v) => Math.sign(v - u),
  (u, v) => v - u,
  (u, v) => Math.sign(v - u) * (u + v - 1),
  (u, v) => Math.sign(v - u) * (u + v - 1) * (u + v - 1) * (u + v - 1), // of both edges
  (u, v) => Math.sin(2 * Math.PI * (v - u)),
  ...[1, 2, 3].map(
    (k) => (u: number, v: number) => Math.cos(k * Math.PI * v) - Math.cos(k * Math.PI * u),
  ),
];

const CURE =
  "Metropolis needs a proposal as likely as the way back: beyond an edge reflect, 2 edge − value, or return the value as it was.";

function checkWidth(propose: Propose, width: number, range: Range, rng: Rng): void {
  const { low, span } = range;
  const pairs = Array.from({ length: PAIRS }, () => {
    const x = range.draw(rng);
    return { x, y: propose(x, width, rng) };
  }).filter(({ x, y }) => x !== y && Number.isFinite(y));
  if (!range.listed) checkPiles(pairs, width);
  const within = pairs
    .map(({ x, y }) => [range.fold(x), range.fold(y)])
    .filter(([, y]) => range.has(y));
  if (within.length < FEWEST) return;
  for (const f of antisymmetric) {
    let [sum, squares] = [0, 0];
    for (const [x, y] of within) {
      const value = f((x - low) / span, (y - low) / span);
      sum += value;
      squares += value * value;
    }
    const away = Math.abs(sum) / Math.sqrt(squares);
    if (!(away > DEVIATIONS)) continue;
    const up = within.filter(([x, y]) => y > x).length;
    throw new ConfigError(
      `sampler: states.propose prefers a direction: of values even over [${low.toPrecision(3)}, ${(low + span).toPrecision(3)}] at width ${width.toPrecision(3)}, ${up} proposals lead up and ${within.length - up} down, and a mean that has to be 0 is ${away.toFixed(1)} standard deviations away. ${CURE}`,
      { width },
    );
  }
}

/** @throws ConfigError for one value that is proposed from many, such as an edge */
function checkPiles(pairs: readonly { x: number; y: number }[], width: number): void {
  const counts = new Map<number, number>();
  for (const { y } of pairs) counts.set(y, (counts.get(y) ?? 0) + 1);
  for (const [y, count] of counts) {
    if (count <= PAIRS / 256) continue;
    throw new ConfigError(
      `sampler: states.propose gives ${y} from ${count} of ${PAIRS} different values at width ${width.toPrecision(3)}, from which it does not lead back as often. ${CURE}`,
      { width },
    );
  }
}
