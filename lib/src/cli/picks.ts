import { orderOf, orders, type Order } from "../report/answers/order.js";
import type { RowAnswer } from "../report/answers/document.js";
import { UsageError } from "./command.js";

/** What `--points`, `--sort` and `--limit` pick. */
export interface Picks {
  /** Places of the points that are explained: those that were named, or ascending. */
  readonly places: readonly number[];
  /** The same in the order of reading. */
  readonly reading: readonly number[];
  readonly notes: readonly string[];
}

/** @throws UsageError for an order that needs training data */
export function orderOption(text: string | undefined, training: boolean): Order {
  const order = orders.find((own) => own === text) ?? "wrong";
  if (!training && (order === "uncertainty" || order === "extrapolation"))
    throw new UsageError(`--sort ${order} is what training data say. Give them with --train.`);
  return order;
}

/**
 * Rows of `--points 17,42,100-120`, in the order of the text.
 * @throws UsageError for what is no row
 */
export function pointsOption(text: string | undefined, n: number): number[] | undefined {
  if (text === undefined) return undefined;
  const rows = text.split(",").flatMap((part) => {
    const [, from, to] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to ?? from)];
    if (!(first <= last && last < n))
      throw new UsageError(
        `--points holds "${part}"; it must be rows from 0 to ${n - 1}, as in 17,42 or 100-120.`,
      );
    return Array.from({ length: last - first + 1 }, (_, k) => first + k);
  });
  return [...new Set(rows)];
}

/** The points that are explained: those named, or the first `limit` in an order. */
export function picked(
  rows: readonly RowAnswer[],
  named: readonly number[] | undefined,
  order: Order,
  limit: number,
): Picks {
  if (named) return { places: named, reading: named, notes: [] };
  const reading = orderOf(rows, order).slice(0, limit);
  const places = [...reading].sort((a, b) => a - b);
  const notes =
    rows.length > limit
      ? [
          `${limit} of the ${rows.length} points are explained in full, ${orderWords[order]}; --points, --sort and --limit change that.`,
        ]
      : [];
  return { places, reading, notes };
}

const orderWords: Readonly<Record<Order, string>> = {
  wrong: "wrong and uncertain ones first",
  loss: "those of the largest loss first",
  unsure: "the least sure first",
  uncertainty: "those of the largest RUE first",
  extrapolation: "those that extrapolate most first",
  file: "the first of the file",
};

/**
 * Groups of `--groups kinematics=pt,eta;rest=m`.
 * @throws UsageError for another form
 */
export function groupsOption(
  text: string | undefined,
): Readonly<Record<string, readonly string[]>> | undefined {
  if (text === undefined) return undefined;
  const parts = text.split(";").map((part) => /^\s*([^=]+?)\s*=\s*(.+?)\s*$/.exec(part));
  const entries = parts.map((part) => {
    if (!part)
      throw new UsageError(
        `--groups is "${text}"; write name=feature,feature;other=feature, in quotes.`,
      );
    return [part[1], part[2].split(",").map((name) => name.trim())] as const;
  });
  const names = entries.map(([name]) => name);
  const twice = names.find((name, k) => names.indexOf(name) < k);
  if (twice !== undefined)
    throw new UsageError(`--groups names "${twice}" twice. Give each group a name of its own.`);
  return Object.fromEntries(entries);
}
