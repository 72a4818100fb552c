// How far the margin falls when tracks are taken out of a jet in some order.
import { core } from "phaselens";
import { withoutTracks } from "./jets.mjs";

/** Tracks taken out, the first of an order. */
export const COUNTS = [0, 1, 2, 3, 5, 8];
const RANDOM_ORDERS = 2;

/** Slots of each jet, those of the largest values first; of equal ones the first. */
export const byValue = (there, values) =>
  there.map((slots, jet) =>
    slots
      .map((slot, k) => ({ slot, value: values[jet][k] }))
      .sort((a, b) => b.value - a.value)
      .map(({ slot }) => slot),
  );

/**
 * The margin that each jet loses with the first `COUNTS` tracks of an order.
 * @param {(inputs: any) => Float64Array} margin
 * @param {{ inputs: any }} jets  @param {number[][]} order  slots of each jet
 * @returns {number[][]}  [jet, count]
 */
export function followed(margin, { inputs }, order) {
  const curve = COUNTS.map((k) =>
    margin(
      withoutTracks(
        inputs,
        order.map((slots) => slots.slice(0, k)),
      ),
    ),
  );
  return order.map((_, jet) => curve.map((values) => curve[0][jet] - values[jet]));
}

/** Mean of a curve over the number of tracks, by the trapezoidal rule. */
export function meanOver(curve) {
  let area = 0;
  for (let k = 1; k < COUNTS.length; k++)
    area += 0.5 * (COUNTS[k] - COUNTS[k - 1]) * (curve[k] + curve[k - 1]);
  return area / COUNTS[COUNTS.length - 1];
}

/** The mean of some random orders. */
export function followedAtRandom(margin, jets) {
  const rng = core.makeRng(1, "tracks in random order");
  const all = Array.from({ length: RANDOM_ORDERS }, () => {
    const order = jets.there.map((slots) =>
      Array.from(rng.permutation(slots.length), (k) => slots[k]),
    );
    return followed(margin, jets, order);
  });
  return all[0].map((curve, jet) => curve.map((_, k) => core.mean(all.map((one) => one[jet][k]))));
}
