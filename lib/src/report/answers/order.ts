import type { ExtrapolationAnswer, RowAnswer } from "./document.js";

/** What points can be sorted by. */
export const orders = ["wrong", "loss", "unsure", "uncertainty", "extrapolation", "file"] as const;
export type Order = (typeof orders)[number];

const low = -Infinity;

/** The larger of the percentiles: that of the loss is small wherever the network is confident. */
export const percentileOf = ({ percentile, predictionPercentile }: ExtrapolationAnswer): number =>
  Math.max(percentile, predictionPercentile);

/** Larger first, one key after the other. */
const keys: Readonly<Record<Order, (row: RowAnswer) => readonly number[]>> = {
  wrong: ({ wrong, sure, loss }) => [wrong ? 1 : 0, wrong ? loss! : low, -(sure ?? 0), loss ?? low],
  loss: ({ loss }) => [loss ?? low],
  unsure: ({ sure }) => [-(sure ?? 0)],
  uncertainty: ({ uncertainty }) => [uncertainty?.variance ?? low],
  extrapolation: ({ extrapolation }) => [
    extrapolation ? percentileOf(extrapolation) : low,
    extrapolation?.predictionScore ?? low,
  ],
  file: () => [],
};

/**
 * Places of rows in an order of reading. "wrong": wrong ones first by their loss, then the least
 * sure, and of values, which are neither, those of the largest loss. Equal ones stay as they are.
 */
export function orderOf(rows: readonly RowAnswer[], by: Order): number[] {
  const ranked = rows.map((own) => keys[by](own));
  return rows
    .map((_, place) => place)
    .sort((a, b) => {
      for (let k = 0; k < ranked[a].length; k++) {
        const [x, y] = [ranked[a][k], ranked[b][k]];
        if (x !== y) return y > x ? 1 : -1;
      }
      return a - b;
    });
}
