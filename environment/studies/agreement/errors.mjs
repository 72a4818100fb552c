// Errors over jets and over seeds.
import { core } from "phaselens";

/** @typedef {{ value: number, jets: number, seeds: number, error: number }} Measured */

/**
 * A function of means over jets and networks, by the jackknife twice: over the jets, all networks
 * kept, and over the networks, all jets kept. Both errors are independent sources, so their squares
 * are added.
 *
 * @param {number[][][]} table  [network, jet, quantities]
 * @param {(means: number[]) => number} of  of the means of the quantities
 * @returns {Measured}
 */
export function measured(table, of = ([mean]) => mean) {
  const overSeeds = table[0].map((_, j) => meansOf(table.map((network) => network[j])));
  const overJets = table.map(meansOf);
  const value = of(meansOf(overSeeds));
  const jets = jackknifeError(leftOut(overSeeds, of));
  const seeds = table.length > 1 ? jackknifeError(leftOut(overJets, of)) : 0;
  return { value, jets, seeds, error: Math.sqrt(jets * jets + seeds * seeds) };
}

/** Means of each column. */
export const meansOf = (rows) =>
  rows[0].map((_, k) => rows.reduce((sum, values) => sum + values[k], 0) / rows.length);

/** The function without each row in turn. */
function leftOut(rows, of) {
  const n = rows.length;
  const means = meansOf(rows);
  return rows.map((row) => of(means.map((mean, k) => (n * mean - row[k]) / (n - 1))));
}

/** √((n − 1)/n Σ (v − v̄)²) of the values without each in turn; 0 of one alone. */
export function jackknifeError(values) {
  const n = values.length;
  if (n < 2) return 0;
  const mean = core.mean(values);
  const squares = values.reduce((sum, v) => sum + (v - mean) * (v - mean), 0);
  return Math.sqrt(((n - 1) / n) * squares);
}

/**
 * A mean over pairs of networks of two kinds, or of one, whose pairs share networks: the jackknife
 * leaves out a network with all of its pairs, of each kind in turn.
 *
 * @param {{ a: number, b: number, jets: number[] }[]} pairs  seeds, and a value for each jet
 * @param {boolean} oneKind  both networks of a pair are of the same architecture
 * @returns {Measured}
 */
export function measuredPairs(pairs, oneKind) {
  const mean = (some) => core.mean(some.map(({ jets }) => core.mean(jets)));
  const perJet = pairs[0].jets.map((_, j) => [core.mean(pairs.map(({ jets }) => jets[j]))]);
  const seeds = (side) => [...new Set(pairs.map((pair) => pair[side]))];
  const without = (left) => pairs.filter((pair) => !left(pair));
  const over = (all, left) =>
    jackknifeError(
      all
        .map((seed) => without(left(seed)))
        .filter((some) => some.length > 0)
        .map(mean),
    );
  const errors = oneKind
    ? [
        over(
          [...new Set([...seeds("a"), ...seeds("b")])],
          (s) =>
            ({ a, b }) =>
              a === s || b === s,
        ),
      ]
    : ["a", "b"].map((side) => over(seeds(side), (s) => (pair) => pair[side] === s));
  const overSeeds = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0));
  const jets = jackknifeError(
    perJet.map(([value]) => (perJet.length * mean(pairs) - value) / (perJet.length - 1)),
  );
  return {
    value: mean(pairs),
    jets,
    seeds: overSeeds,
    error: Math.sqrt(jets * jets + overSeeds * overSeeds),
  };
}
