import { ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";

/** An axis of a panel. The title carries symbol and unit: "V₁ / J". */
export interface Axis {
  readonly title: string;
  /**
   * Default "linear". "symlog" is linear within ± `constant` and logarithmic outside, and takes
   * zero and negative values.
   */
  readonly scale?: "linear" | "log" | "symlog";
  /** Half-width of the linear part of a symlog axis, default 1. */
  readonly constant?: number;
  /** Default: what the data span, rounded outwards on a linear axis. */
  readonly domain?: readonly [number, number];
  /** Where the ticks are (default: round numbers). */
  readonly ticks?: readonly number[];
  /**
   * Written at `ticks` in place of their numbers, one each (default: the numbers); more than eight
   * along an x axis stand upright.
   */
  readonly names?: readonly string[];
  /** d3 number format of the tick labels; default: shortest. */
  readonly format?: string;
  /** Linear axes: whether 0 must be in sight, default false. */
  readonly zero?: boolean;
  /**
   * Colour of title and labels, to tie an axis to its series where there are two (default black).
   */
  readonly colour?: string;
}

/**
 * Tick positions for a symlog axis: 0, ±constant/2 and ±constant · {1, 2, 5} · 10^k within the
 * domain, and with `ends` those of the domain. Vega places linear ticks there, which crowd at one
 * end.
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
  for (let decade = constant; decade <= largest; decade *= 10) {
    for (const step of [1, 2, 5]) positive.push(Number((step * decade).toPrecision(12)));
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

/** Every axis is checked where a figure is made, not where it is drawn. */
export function checkAxis(axis: Axis, where: string): void {
  if (typeof axis?.title !== "string" || axis.title.trim() === "") {
    throw new ConfigError(
      `${where}: an axis has no title. Give it the symbol and the unit, like "V₁ / J".`,
      { axis },
    );
  }
  const { scale = "linear" } = axis;
  oneOf(scale, ["linear", "log", "symlog"], `${where}: the scale of "${axis.title}"`);
  if (axis.constant !== undefined && !(axis.constant > 0 && Number.isFinite(axis.constant))) {
    throw new ConfigError(
      `${where}: the symlog constant of "${axis.title}" is ${axis.constant}. It must be a positive number.`,
      { axis },
    );
  }
  if (axis.names !== undefined && axis.names.length !== axis.ticks?.length) {
    const ticks = axis.ticks === undefined ? "no ticks" : `${axis.ticks.length} ticks`;
    throw new ConfigError(
      `${where}: the axis "${axis.title}" has ${axis.names.length} names, but ${ticks}. Give a tick for each name.`,
      { axis },
    );
  }
  if (axis.domain !== undefined) {
    const [low, high] = axis.domain;
    if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
      throw new ConfigError(
        `${where}: the domain of "${axis.title}" is [${low}, ${high}]. Give two finite numbers in ascending order.`,
        { axis },
      );
    }
    if (scale === "log" && low <= 0) {
      throw new ConfigError(
        `${where}: the logarithmic axis "${axis.title}" starts at ${low}. Start above 0, or use scale "symlog".`,
        { axis },
      );
    }
  }
}

/**
 * The Vega-Lite channel properties of an axis: type, title, scale and axis. `extent` is what the
 * data span.
 */
export function axisChannel(
  axis: Axis,
  extent: readonly [number, number],
  channel: "x" | "y",
): Record<string, unknown> {
  oneOf(channel, ["x", "y"], "axisChannel: channel");
  const kind = oneOf(
    axis.scale ?? "linear",
    ["linear", "log", "symlog"],
    `the scale of "${axis.title}"`,
  );
  const scale: Record<string, unknown> = { type: kind };
  if (axis.domain) Object.assign(scale, { domain: [...axis.domain], nice: false });
  if (kind === "linear") scale.zero = axis.zero ?? false;
  if (kind === "symlog") scale.constant = axis.constant ?? 1;
  const guide: Record<string, unknown> = {};
  const ticks =
    axis.ticks ??
    (kind === "symlog"
      ? symlogTicks(axis.domain ?? extent, axis.constant, axis.domain !== undefined)
      : undefined);
  if (ticks) guide.values = [...ticks];
  if (axis.names) Object.assign(guide, namedTicks(axis, channel));
  else if (axis.format?.endsWith("e"))
    guide.labelExpr = `datum.value === 0 ? "0" : format(datum.value, ${JSON.stringify(axis.format)})`;
  else if (axis.format) guide.format = axis.format;
  else if (kind !== "linear") guide.format = "~g";
  if (axis.colour) Object.assign(guide, { titleColor: axis.colour, labelColor: axis.colour });
  return { type: "quantitative", title: axis.title, scale, axis: guide };
}

/** Whether the names of an x axis stand upright, since there is no room for them side by side. */
export const uprightNames = (names: readonly string[] = []): boolean => names.length > 8;

function namedTicks(axis: Axis, channel: "x" | "y"): object {
  const { names, ticks } = axis;
  const written = `${JSON.stringify(names)}[indexof(${JSON.stringify(ticks)}, datum.value)]`;
  const upright = { labelAngle: -90, labelAlign: "right", labelBaseline: "middle" };
  return {
    labelExpr: written,
    labelOverlap: false,
    labelLimit: 300,
    ...(channel === "x" && uprightNames(names) ? upright : {}),
  };
}
