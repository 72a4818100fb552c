import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeRng, tensor } from "phaselens/core";
import { generate, openGenerated, type GeneratedFolder } from "phaselens/generate";
import { cached } from "phaselens/internal/core/cache/cache";
import { trainedNetworkKey } from "phaselens/internal/papers/bluecher2020/trainedNetworks";
import { conv2d, dense, flatten, kaimingNormal, leakyRelu, sequential } from "phaselens/nn";
import * as bluecher2020 from "phaselens/papers/bluecher2020";
import { lattice } from "phaselens/physics";
import { afterAll } from "vitest";
import {
  allow,
  anyList,
  either,
  batch,
  count,
  effort,
  label,
  list,
  nonNegative,
  positive,
  real,
  text,
  untouched,
  type Kind,
} from "./support/kinds.js";
import { made } from "./support/made.js";
import { samples } from "./support/nets.js";
import { sweepRoom, type Entry } from "./support/sweep.js";

const kappa = () => [-0.3, -0.3, 0, 0, 0.3, 0.3, 0.3];
const values = () => [1, 2, 3, 3.5, 5, 6, 8];
const curve = () => [
  { kappa: 0, name: "a", mean: 1 },
  { kappa: 0.1, name: "a", mean: 2 },
];
const hasDefault = allow("all options have defaults", "undefined", "{}");
const square = lattice([4, 4]);
const network = sequential([conv2d(1, 2, 2), flatten()]);
const theta = kaimingNormal(network, makeRng(1));

const place = mkdtempSync(join(tmpdir(), "phaselens-arguments-"));
process.env.PHASELENS_CACHE = join(place, "cache");
process.env.PHASELENS_JOBS = "1";
afterAll(() => rmSync(place, { recursive: true }));

/** Two configurations of a set at two couplings. */
const out = join(place, "ensembles");
await generate(
  {
    version: 1,
    name: "sweep",
    seed: 7,
    lattice: [4, 4, 4],
    quarticCoupling: 1.1,
    fermionMass: 20,
    yukawaCoupling: 0.25,
    fermions: "quenched",
    hoppingParameters: { first: -0.1, step: 0.1, count: 2 },
    sampling: { algorithm: "cluster", start: "ordered", stride: 1, thermalisation: 2 },
    sets: { training: { configurations: 2 }, test: { configurations: 2 } },
  },
  { out },
);
const small = sequential([dense(2, 16), leakyRelu(0.1), dense(16, 2)]);
const folder = made(openGenerated(out));

/** The lattice and couplings that the paper's network reads, a configuration of one in ten. */
const paperCouplings = Array.from(bluecher2020.couplings());
const paperFields = (kappa: number) => {
  const n = paperCouplings.indexOf(kappa) % 10 === 0 ? 1 : 0;
  const values = Float64Array.from({ length: n * 16 ** 3 }, (_, k) => Math.sin(k + 10 * kappa));
  return tensor([n, 16, 16, 16], values);
};
const paperFolder: GeneratedFolder = made({
  ...folder,
  couplings: paperCouplings,
  ensemble: (_: string, kappa: number) => ({
    ...folder.ensemble("test", 0),
    fields: paperFields(kappa),
  }),
});
// Its training takes minutes: θ that nothing trained lies in the cache in its place
const paperNetwork = bluecher2020.cnn();
const untrained = kaimingNormal(paperNetwork, makeRng(1));
const recipe = bluecher2020.recipes.cnnRecipe;
await cached(
  trainedNetworkKey({
    network: paperNetwork,
    recipe,
    folder: paperFolder,
    data: "fields",
    seed: 1,
  }),
  () => ({ theta: untrained }),
);
// The same for a network that is too small for the recipe to teach it anything
await cached(
  trainedNetworkKey({
    network: small,
    recipe: bluecher2020.recipes.mlpRecipe,
    folder,
    data: "samples",
    seed: 1,
  }),
  () => ({ theta: kaimingNormal(small, makeRng(1)) }),
);
/** A seed or a text like any other, which is not in the cache. */
const notInCache: Kind = {
  takes: () => false,
  leavesOut: ({ value }) => value === -1 || value === "no such word",
};
const run = () => ({ jobs: 1, signal: new AbortController().signal, onDone: () => {} });

const predictedSets = () => [
  { name: "training set", kappa: kappa(), predicted: [values(), values()] },
  { name: "test set", kappa: kappa(), predicted: [values(), values()] },
];
const setKinds: Readonly<Record<string, Kind>> = {
  "0": text,
  "1": list,
  "1[].name": text,
  "1[].predicted": list,
};
const axis = () => ({ title: "share", domain: [0, 1] });
const pattern = (name: string) => ({
  pattern: name,
  cosineM: 1,
  cosineMs: 0,
  cosineO: 0.2,
  relativeNorm: 1,
});
const weights = () => [1, 0, 0, -1, 1, 0, 0, -1];
const scanned = (seed: number) => ({
  scale: "quick",
  steps: 10,
  lasso: 1e-3,
  seed,
  seconds: 2,
  errors: { AFM: 0.1, PM: 0.1, FM: 0.1 },
  filters: [...weights(), 1, 1, 1, 1, 1, 1, 1, 1],
  facts: [
    { class: "FM", share: { AFM: 0, PM: 0.1, FM: 0.9 }, cosineM: 0.9 },
    { class: "PM", share: { AFM: 0, PM: 0.9, FM: 0.1 }, cosineM: 0.1 },
  ],
});

const entries: Readonly<Record<string, Entry>> = {
  acrossSeeds: {
    valid: () => [[curve(), curve()]],
    kinds: { "0": list, "0[][].kappa": real, "0[][].name": text, "0[][].mean": real },
  },
  cnn: {
    valid: () => [{ extent: 4, filters: 2, outputs: 3 }],
    kinds: { "0": hasDefault },
    use: made,
  },
  cnnTraining: {
    valid: () => [{ lasso: 1e-3, steps: 5 }],
    kinds: { "0.lasso": nonNegative, "0.steps": effort },
    use: made,
  },
  couplingMeans: { valid: () => [kappa(), values()] },
  couplingShares: {
    valid: () => [kappa(), tensor([7, 2], [1, 2, 2, 3, 3, 4, 4, 6, 5, 9, 6, 7, 8, 7]), ["a", "b"]],
    kinds: { "2[]": text },
  },
  couplings: {
    valid: () => [{ first: -0.1, step: 0.1, count: 3 }],
    kinds: { "0": hasDefault, "0.first": real, "0.step": real },
  },
  curvesPanel: {
    valid: () => ["shares", axis(), [{ kappa: 0, name: "a", mean: 0.4, error: 0.1 }]],
    kinds: {
      "0": text,
      "1.title": text,
      "1.domain[]": positive,
      "2": anyList,
      "2[].kappa": real,
      "2[].name": text,
      "2[].mean": real,
      "2[].error": nonNegative,
    },
  },
  errorPanel: {
    valid: () => ["errors", predictedSets(), [{ kappa: 0, mean: 0.01 }], [1e-3, 1]],
    kinds: {
      ...setKinds,
      "2": anyList,
      "2[].kappa": real,
      "2[].mean": positive,
      "3[]": positive,
    },
  },
  explainedFilters: {
    valid: () => [paperFolder, { seeds: [1], recipe: "cnnRecipe", count: 5, ...run() }],
    kinds: {
      "1.seeds": list,
      "1.seeds[]": notInCache,
      "1.count": label,
    },
    use: ({ found }: { found: readonly bluecher2020.ExplainedFilters[] }) =>
      found.map(({ relevance, patterns }) => ({ relevance, patterns })),
  },
  filterResponse: {
    valid: () => [new Float64Array(16).fill(1), made(square), [1, 2, 3, 4], "linear"],
  },
  filterScanPoints: {
    valid: () => [[scanned(1), scanned(2)]],
    kinds: {
      "0": anyList,
      "0[].scale": text,
      "0[].lasso": nonNegative,
      "0[].seed": untouched,
      "0[].seconds": either(nonNegative, allow("it was in the cache", "null")),
      "0[].errors.AFM": untouched,
      "0[].errors.PM": nonNegative,
      "0[].errors.FM": untouched,
      "0[].facts[].share.AFM": untouched,
      "0[].facts[].share.PM": real,
      "0[].facts[].share.FM": untouched,
      "0[].facts[].cosineM": real,
    },
    // networks of different points make no pair
    use: (points: readonly bluecher2020.ScanPoint[]) =>
      points.map(({ similarPM, ...others }) => (Number.isNaN(similarPM) ? others : points)),
  },
  filterSet: {
    valid: () => [["M", "−M", "M_s", "neither", "unused"].map(pattern)],
    kinds: {
      "0": anyList,
      "0[].cosineM": untouched,
      "0[].cosineMs": untouched,
      "0[].cosineO": real,
      "0[].relativeNorm": untouched,
    },
  },
  filterSimilarity: {
    valid: () => [weights(), [1, 2, 3, 4, 5, 6, 7, 9], [[1, 0, 3, 2, 5, 4, 7, 6]]],
    kinds: { "2": list, "2[][]": label },
  },
  firstFilters: { valid: () => [network, theta.slice()] },
  groupedColumns: {
    valid: () => [
      tensor([3, 2], [1, 2, 3, 4, 5, 6]),
      [{ name: "a", of: [0, 1] }],
      { modulus: true },
    ],
    kinds: {
      "0": either(batch, allow("columns that are in no group", "wider")),
      "1": anyList,
      "1[].name": text,
      "1[].of": anyList,
      "1[].of[]": label,
    },
  },
  labelledFields: {
    valid: () => [folder, "test", { configurations: 1 }],
    kinds: { "2.configurations": either(count, allow("all of them", "Infinity")) },
  },
  labelledObservables: {
    valid: () => [folder, "test", { modulus: true, extra: ["paramagneticObservable"] }],
    kinds: { "2.extra": anyList },
  },
  mlp: {
    valid: () => [{ inputs: 3, outputs: 2 }],
    kinds: { "0": hasDefault },
    use: made,
  },
  observableGroups: {
    valid: () => [["|M|", "|M_s|", "G_c(0)", "G_c(1)"]],
    kinds: { "0": list, "0[]": text },
  },
  phaseErrors: { valid: () => [kappa(), [-0.3, -0.2, 0, 0.1, 0.3, 0.2, 0.3]] },
  predictionPanel: {
    valid: () => ["predictions", predictedSets()],
    kinds: setKinds,
  },
  shippedFilterScan: { valid: () => [], use: ({ length }: { length: number }) => length },
  trainedNetworks: {
    valid: () => [
      small,
      samples,
      folder,
      { seeds: [1], recipe: "mlpRecipe", data: "samples", ...run() },
    ],
    kinds: { "3.seeds": list, "3.seeds[]": notInCache, "3.data": notInCache },
  },
  wholeEnsembles: { valid: () => [folder] },
};

sweepRoom("papers.bluecher2020", bluecher2020, entries);
