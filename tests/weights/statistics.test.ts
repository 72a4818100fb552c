import { describe, expect, it } from "vitest";
import { auc, makeRng, mean, oneHot, tensor } from "phaselens/core";
import { randomForest } from "phaselens/forest";
import { dawid2021, neubauer2022 } from "phaselens/papers";
import { jetFeatures } from "phaselens/physics";
import { aucWithError, deltaAuc, fidelity, rocCurve } from "phaselens/taggers";
import { toyJets } from "../taggers/jets.js";

const rng = makeRng(4, "events");
const N = 60;
const positive = Array.from({ length: N }, (_, n) => n % 3 === 0);
/** With ties. */
const scores = positive.map((yes) => Math.round(4 * (rng.normal() + (yes ? 0.8 : 0))) / 4);
const times = scores.map(() => rng.integer(4));
const copies = times.flatMap((count, n) => Array<number>(count).fill(n));
const signed = scores.map(() => rng.normal() + 0.8);

/** Pair by pair. */
function pairs(weights: readonly number[]): number {
  let [right, all] = [0, 0];
  scores.forEach((up, i) => {
    scores.forEach((down, j) => {
      if (!positive[i] || positive[j]) return;
      const weight = weights[i] * weights[j];
      all += weight;
      right += weight * (up > down ? 1 : up === down ? 0.5 : 0);
    });
  });
  return right / all;
}

describe("AUC and ROC of weighted samples", () => {
  it("count pairs by the product of their weights, of either sign", () => {
    expect(auc(scores, positive, signed)).toBeCloseTo(pairs(signed), 12);
    expect(auc(scores, positive, times)).toBeCloseTo(pairs(times), 12);
  });

  it("take whole weights for copies, 0 for none, and equal ones for none at all", () => {
    const at = <T>(values: readonly T[]): T[] => copies.map((n) => values[n]);
    expect(auc(scores, positive, times)).toBeCloseTo(auc(at(scores), at(positive)), 12);
    const [weighted, copied] = [
      rocCurve(scores, positive, times),
      rocCurve(at(scores), at(positive)),
    ];
    expect(weighted.thresholds).toEqual(copied.thresholds);
    expect(weighted.signalEfficiency).toEqual(copied.signalEfficiency);
    const kept = times.map((count) => Math.min(1, count));
    const there = scores.flatMap((_, n) => (kept[n] ? [n] : []));
    const left = <T>(values: readonly T[]): T[] => there.map((n) => values[n]);
    expect(auc(scores, positive, kept)).toBe(auc(left(scores), left(positive)));
    const options = { bootstraps: 20 };
    const drawn = (weights?: number[]) =>
      aucWithError(scores, positive, { ...options, rng: makeRng(1), weights });
    expect(drawn(scores.map(() => 2))).toEqual(drawn());
    expect(aucWithError(left(scores), left(positive), { ...options, rng: makeRng(1) })).toEqual(
      drawn(kept),
    );
  });

  it("are refused where one kind has no positive sum", () => {
    const weights = positive.map((yes) => (yes ? 1 : -0.1));
    expect(() => auc(scores, positive, weights)).toThrow(
      "auc: the weights of the 40 negative samples sum to -4",
    );
    expect(() => auc(scores, positive, [1, 2])).toThrow("auc: 2 weights for 60 samples.");
  });

  it("have an error that grows as the events that count become fewer", () => {
    const few = scores.map((_, n) => (n % 6 < 2 ? 1 : 1e-3));
    const error = (weights?: number[]): number =>
      aucWithError(scores, positive, { rng: makeRng(2), weights }).error;
    expect(error(few) / error()).toBeGreaterThan(1.3);
  });
});

it("a mean goes by the weights", () => {
  expect(mean([1, 2, 4], [1, 2, 1])).toBe(mean([1, 2, 2, 4]));
  expect(mean([1, 2, 4], [2, -1, 1])).toBe(2);
  expect(() => mean([1, 2], [1, -1])).toThrow("mean: the weights sum to 0");
  expect(fidelity([1, 0.5], [1, 0], [3, 1])).toBe(0.875);
});

it("ΔAUC goes by the weights of the jets, in each of its AUCs", async () => {
  const { inputs, network, theta } = toyJets(30, 2);
  const signal = Array.from({ length: 30 }, (_, n) => n % 2 === 0);
  const weights = Array.from({ length: 30 }, (_, n) => 1 + (n % 4));
  const found = await deltaAuc(network, theta, inputs, signal, { jobs: 1, weights });
  expect(found.auc).toBe(auc(found.scores, signal, weights));
  for (const row of found.rows) expect(row.auc).toBe(auc(row.scores, signal, weights));
});

it("a forest refuses negative weights, and says why", async () => {
  const data = { x: tensor([3, 1], [1, 2, 3]), target: [1, 2, 3], weights: [1, -1, 2] };
  await expect(randomForest(data, { seed: 1 })).rejects.toThrow(
    "randomForest: sample 1 has the weight -1; a split lowers a sum of squares",
  );
});

describe("weights are handed on", () => {
  it("by states with other signs", () => {
    const data = dawid2021.data({ sites: 12, set: "mixed" });
    const n = data.x.shape[0];
    const weights = Float64Array.from({ length: n }, (_, r) => 1 + r);
    const signs = Array<number>(n).fill(1);
    expect(dawid2021.withGlobalSigns({ ...data, weights }, signs).weights).toBe(weights);
  });

  it("by jets that are standardised", () => {
    const n = 4;
    const provenance = { generator: "test", params: {}, seed: 1, source: "test" };
    const weights = [1, 2, 3, 4];
    const training = {
      x: tensor([n, jetFeatures.tracks.length, 60]),
      vertices: tensor([n, jetFeatures.vertices.length, 5]),
      target: oneHot([0, 1, 0, 1], 2),
      weights,
      provenance,
    };
    training.x.data.forEach((_, p) => (training.x.data[p] = rng.normal()));
    training.vertices.data.forEach((_, p) => (training.vertices.data[p] = rng.normal()));
    expect(neubauer2022.taggedJets({ training }).training.weights).toBe(weights);
  });
});
