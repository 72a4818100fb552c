// How far the margin falls when tracks are taken out of a jet in some order, and how far it rises
// when they are put into a jet without tracks.
import { core } from "phaselens";
import { withoutTracks } from "./jets.mjs";

/** Tracks taken out or put in, one after the other. */
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
 * Mean change of the margin over the first `COUNTS` tracks (trapezoidal rule) of each jet, and the
 * curve: deleted, the margin lost; inserted, the margin gained over the jet without tracks.
 *
 * @param {(inputs: any) => Float64Array} margin
 * @param {{ inputs: any }} jets  @param {number[][]} order  slots of each jet
 */
export function followed(margin, { inputs }, order) {
  const deleted = COUNTS.map((k) => margin(without(inputs, order, 0, k)));
  const inserted = COUNTS.map((k) => margin(without(inputs, order, k)));
  const change = (curve, sign) =>
    order.map((_, jet) => curve.map((values) => sign * (values[jet] - curve[0][jet])));
  return { deleted: change(deleted, -1), inserted: change(inserted, 1) };
}

const without = (inputs, order, from, to) =>
  withoutTracks(
    inputs,
    order.map((slots) => slots.slice(from, to)),
  );

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
  const mean = (which) =>
    all[0][which].map((curve, jet) =>
      curve.map((_, k) => core.mean(all.map((one) => one[which][jet][k]))),
    );
  return { deleted: mean("deleted"), inserted: mean("inserted") };
}
