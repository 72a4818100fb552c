import { core, hessian, nn, papers, physics, taggers } from "phaselens";
import { expect, test } from "vitest";
import {
  byValue,
  COUNTS,
  followed,
  meanOver,
} from "../../environment/studies/agreement/deletion.mjs";
import { measured, measuredPairs } from "../../environment/studies/agreement/errors.mjs";
import {
  groupOf,
  groups,
  omissionOf,
  relevanceAt,
  relevanceOfTracks,
  relevanceShares,
} from "../../environment/studies/agreement/explained.mjs";
import { firstSlots, SLOTS, withoutTracks } from "../../environment/studies/agreement/jets.mjs";
import { partial, together } from "../../environment/studies/agreement/ranks.mjs";
import {
  headWithout,
  influenceOn,
  kindsOf,
  lossesOn,
  sharesOfKinds,
} from "../../environment/studies/agreement/splitting.mjs";
import { marginOf, networkOf, untrained } from "../../environment/studies/agreement/taggers.mjs";

const jets = 40;
const sample = physics.simulateJets({ seed: 5, set: "test", jets });
const tagged = papers.neubauer2022.taggedJets({ training: sample }).training;
const inputs = firstSlots(tagged.inputs);
const all = Array.from({ length: jets }, (_, jet) => jet);
const there = all.map((jet) =>
  Array.from({ length: SLOTS }, (_, slot) => slot).filter(
    (slot) => sample.trackOrigin[jet * 60 + slot] > 0,
  ),
);
const rng = core.makeRng(3, "agreement");
const normals = (n: number): number[] => Array.from({ length: n }, () => rng.normal());
const differs = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (v, k) => Math.abs(v - b[k])));

test("the error over jets of a mean is that of the mean, and seeds that agree add none", () => {
  const values = normals(50);
  const table = [1, 2, 3].map(() => values.map((v) => [v]));
  const found = measured(table);
  expect(found.value).toBeCloseTo(core.mean(values), 12);
  expect(found.jets).toBeCloseTo(Math.sqrt(core.variance(values) / 50), 12);
  expect(found.seeds).toBeCloseTo(0, 12);
});

test("both errors are those of independent shifts of jets and of networks", () => {
  const [shifts, values] = [normals(5), normals(50)];
  const table = shifts.map((shift) => values.map((v) => [v + shift]));
  const { jets: overJets, seeds, error } = measured(table);
  expect(overJets).toBeCloseTo(Math.sqrt(core.variance(values) / 50), 12);
  expect(seeds).toBeCloseTo(Math.sqrt(core.variance(shifts) / 5), 12);
  expect(error).toBeCloseTo(Math.hypot(overJets, seeds), 12);
});

test("a ratio of means is linearised: its error vanishes where numerator and denominator go together", () => {
  const values = normals(50).map((v) => 3 + v);
  const ratio = measured([values.map((v) => [2 * v, v])], ([a, b]) => a / b);
  expect(ratio.value).toBeCloseTo(2, 12);
  expect(ratio.error).toBeLessThan(1e-12);
});

test("pairs of networks: the error over seeds is that of the networks, not of the many pairs", () => {
  const [first, second] = [normals(5), normals(5)];
  const pairs = first.flatMap((x, a) => second.map((y, b) => ({ a, b, jets: [x + y, x + y] })));
  const expected = Math.sqrt((core.variance(first) + core.variance(second)) / 5);
  expect(measuredPairs(pairs, false).seeds).toBeCloseTo(expected, 12);
  const own = first.flatMap((x, a) =>
    first.flatMap((y, b) => (a < b ? [{ a, b, jets: [x + y, x + y] }] : [])),
  );
  // of the mean over pairs of x_a + x_b, which is twice the mean
  expect(measuredPairs(own, true).seeds).toBeCloseTo(2 * Math.sqrt(core.variance(first) / 5), 12);
});

test("partial rank correlation is the textbook formula for one control, and sees through a common cause", () => {
  const c = normals(400);
  const [a, b] = [0, 1].map(() => c.map((v) => v + 0.3 * rng.normal()));
  const [ab, ac, bc] = [core.spearman(a, b), core.spearman(a, c), core.spearman(b, c)];
  const formula = (ab - ac * bc) / Math.sqrt((1 - ac * ac) * (1 - bc * bc));
  expect(partial(a, b, [c])).toBeCloseTo(formula, 10);
  expect(ab).toBeGreaterThan(0.8);
  // |r| < 4/√400: a false alarm once in 16,000
  expect(Math.abs(partial(a, b, [c])!)).toBeLessThan(0.2);
  expect(partial(a, b, [])).toBeCloseTo(ab, 12);
  expect(partial(a, b, [c.map(() => 1)])).toBeCloseTo(ab, 12);
});

test("where nothing is left there is no correlation", () => {
  expect(partial([1, 2, 3], [3, 1, 2], [[1, 2, 3]])).toBeNull();
  expect(together([1, 1, 1], [1, 2, 3])).toBeNull();
});

test("a jet cut to its first slots keeps their features and its vertices", () => {
  const { tracks, vertices } = inputs.layout;
  const long = tagged.inputs.layout;
  for (const jet of [0, 7]) {
    const [short, whole] = [core.row(inputs.x, jet), core.row(tagged.inputs.x, jet)];
    expect(short[3 * tracks.objects + 19]).toBe(whole[3 * 60 + 19]);
    expect(short[vertices.start + 8]).toBe(whole[long.vertices.start + 8]);
  }
});

test("a track that is taken out is masked for networks of sets and missing from summaries", () => {
  const fewer = withoutTracks(
    inputs,
    there.map((slots) => slots.slice(0, 2)),
  );
  const samples = taggers.objectSamples(networkOf("deep set"), fewer);
  const masks = (networkOf("deep set") as nn.Network).inputs!.find(
    ({ name }) => name === "tracks_mask",
  )!;
  const { x, columns } = papers.neubauer2022.jetSummaries(fewer);
  for (const jet of all) {
    const mask = core.row(samples, jet).subarray(masks.start, masks.start + SLOTS);
    expect(mask.reduce((a, b) => a + b, 0)).toBe(there[jet].length - 2);
    expect(core.row(x, jet)[columns["number of tracks"][0]]).toBe(there[jet].length - 2);
  }
});

/** Σ of the first feature of the tracks: each track holds its own, whatever the others. */
const additive = ({ x }: taggers.JetInputs): Float64Array =>
  Float64Array.from(all, (jet) =>
    core
      .row(x, jet)
      .subarray(0, SLOTS)
      .reduce((a, b) => a + b, 0),
  );
const own = there.map((slots, jet) => slots.map((slot) => core.row(inputs.x, jet)[slot]));

test("of a margin that is a sum over tracks, what a track's omission costs is its term", () => {
  const found = omissionOf(additive, { inputs, there });
  for (const jet of all) expect(differs(found[jet], own[jet])).toBeLessThan(1e-12);
});

test("of such a margin, the order by the terms loses the first terms, and no order loses more", () => {
  const best = followed(additive, { inputs }, byValue(there, own));
  const other = followed(
    additive,
    { inputs },
    byValue(
      there,
      own.map((v) => v.map((w) => -w)),
    ),
  );
  for (const jet of all) {
    const sorted = [...own[jet]].sort((a, b) => b - a);
    const sums = COUNTS.map((k) => sorted.slice(0, k).reduce((a, b) => a + b, 0));
    expect(differs(best[jet], sums)).toBeLessThan(1e-9);
    expect(meanOver(best[jet])).toBeGreaterThanOrEqual(meanOver(other[jet]));
  }
  expect(meanOver(COUNTS)).toBeCloseTo(4, 12); // of a line, half of the last
});

test("relevance of tracks is what the notebook of deep sets calls so", () => {
  const [network, theta] = [networkOf("deep set"), untrained("deep set", 1)];
  const notebook = papers.neubauer2022.explainedTracks(network, theta, tagged, { jets });
  const found = relevanceOfTracks(relevanceAt("deep set", theta, { inputs }), { inputs, there });
  notebook.rows.forEach((row, n) => {
    const expected = there[row].map((slot) => notebook.relevance.data[n * SLOTS + slot]);
    expect(differs(found[row], expected)).toBeLessThan(1e-12);
  });
});

test("each feature and number of a summary belongs to one group, and shares of relevance to all", () => {
  const names = [...physics.jetFeatures.tracks, ...physics.jetFeatures.vertices];
  const used = new Set([...names, "number of tracks", "number of vertices"].map(groupOf));
  expect([...used].sort()).toEqual([...groups].sort());
  const at = relevanceAt("transformer", untrained("transformer", 1), { inputs });
  const shares = relevanceShares("transformer", at, { inputs });
  expect(shares.reduce((a: number, b: number) => a + b, 0)).toBeCloseTo(1, 12);
});

test("margins of every network are z₁ − z₀ of their own samples", () => {
  for (const name of ["interaction network", "ParticleNet"]) {
    const theta = untrained(name, 2);
    const network = networkOf(name);
    const x = network.inputs ? taggers.objectSamples(network, inputs) : inputs.x;
    const z = nn.predict(network, theta, x).data;
    const expected = all.map((n) => z[2 * n + 1] - z[2 * n]);
    expect(differs(marginOf(name, theta)(inputs), expected)).toBeLessThan(1e-12);
  }
});

test("kinds of QCD jets: splitting to bottom first, and H → bb̄ has none", () => {
  const truth = {
    gluonToBottom: [1, 0, 0, 0, 1],
    gluonToCharm: [1, 1, 0, 0, 0],
    bottomHadrons: [2, 0, 1, 0, 2],
    charmHadrons: [0, 2, 0, 0, 0],
  };
  const signal = [false, false, false, false, true];
  expect(kindsOf({ signal, truth })).toEqual([
    "g → bb̄",
    "g → cc̄",
    "b or c from the start",
    "light",
    null,
  ]);
});

test("influence that is alike for all gives each kind its share in number", () => {
  const one = ["light", "light", "b or c from the start", "g → bb̄", null, "light", "g → cc̄"];
  const kindOf = [...one, ...one, ...one];
  const inTurn = kindOf.map((_, n) => (n % 2 === 0 ? 1 : -1));
  const found = sharesOfKinds([{ higgs: inTurn, split: inTurn }], kindOf);
  const [split] = found;
  expect([split.jets, split.share]).toEqual([3, 1 / 6]);
  // of 18 QCD jets 9 are harmful, of the three with g → bb̄ two
  expect(split.harmful.value).toBeCloseTo(2 / 9 / (1 / 6), 12);
  expect(split.helpful.value).toBeCloseTo(1 / 9 / (1 / 6), 12);
  const light = found.at(-1)!;
  expect(Math.abs(light.harmful.value - 1)).toBeLessThan(2 * light.harmful.error);
});

test("influence on the mean loss is what leaving a jet out of the last layer does, to first order", () => {
  const n = 120;
  const x = core.tensor([n, 2], normals(2 * n));
  const label = (k: number) => Number(x.data[2 * k] + rng.normal() > 0);
  const target = core.tensor(
    [n, 1],
    Array.from({ length: n }, (_, k) => label(k)),
  );
  const network = nn.sequential([nn.dense(2, 1)]);
  const samples = { x, target };
  const options = { loss: nn.logisticLoss, l2: 1e-4 };
  const { theta } = hessian.polish(network, Float64Array.of(0.1, 0, 0), samples, {
    ...options,
    tolerance: 1e-10,
  });
  const head = { network, theta, training: samples, test: samples };
  const rows = Array.from({ length: n }, (_, k) => k);
  const found = influenceOn(head, rows.slice(0, 30));
  const strongest = rows.sort((a, b) => Math.abs(found[b]) - Math.abs(found[a])).slice(0, 5);
  const judges = Array.from({ length: 30 }, (_, k) => k);
  const lossOn = (at: typeof head) => core.mean(lossesOn(at, judges));
  for (const r of strongest) {
    const removed = lossOn(headWithout(head, [r])) - lossOn(head);
    expect(found[r] / removed).toBeGreaterThan(0.8);
    expect(found[r] / removed).toBeLessThan(1.2);
  }
});
