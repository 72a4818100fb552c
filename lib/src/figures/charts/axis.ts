import { ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { logTicks, symlogTicks } from "./ticks.js";
import { needsPower, printedNumber, significantDigits, writesExponents } from "./tickLabels.js";

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
  /**
   * d3 number format of the tick labels; default: shortest. Where it would write an exponent (kinds
   * e and g), 2e-5 is printed as 2 × 10⁻⁵.
   */
  readonly format?: string;
  /** Linear axes: whether 0 must be in sight, default false. */
  readonly zero?: boolean;
  /**
   * Colour of title and labels, to tie an axis to its series where there are two (default black).
   */
  readonly colour?: string;
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
  const ticks = axis.ticks ?? placedTicks(axis, extent);
  if (ticks) guide.values = [...ticks];
  if (axis.names) Object.assign(guide, namedTicks(axis, channel));
  else Object.assign(guide, numbers(axis.format, ticks ?? axis.domain ?? extent, kind));
  if (axis.colour) Object.assign(guide, { titleColor: axis.colour, labelColor: axis.colour });
  return { type: "quantitative", title: axis.title, scale, axis: guide };
}

/** Where Vega's own ticks would crowd, or bear labels of which parity alone decides. */
function placedTicks(axis: Axis, extent: readonly [number, number]): number[] | undefined {
  const domain = axis.domain ?? extent;
  if (!domain.every(Number.isFinite)) return undefined; // nothing is drawn
  if (axis.scale === "symlog") return symlogTicks(domain, axis.constant, axis.domain !== undefined);
  return axis.scale === "log" ? logTicks(domain, axis.domain === undefined) : undefined;
}

/** How the numbers at ticks are written. @param at  the ticks, or what they lie between */
function numbers(format: string | undefined, at: readonly number[], kind: string): object {
  if (format !== undefined && !writesExponents(format)) return { format };
  const placed = kind !== "linear" || at.length > 2;
  const largest = Math.max(...at.map(Math.abs));
  const beyond = placed ? at.some(needsPower) : needsPower(largest);
  if (beyond || format?.endsWith("e"))
    return { labelExpr: printedNumber(significantDigits(format)) };
  return format !== undefined || kind !== "linear" ? { format: format ?? "~g" } : {};
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
