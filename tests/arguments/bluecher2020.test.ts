import { makeRng, tensor } from "phaselens/core";
import { conv2d, flatten, kaimingNormal, sequential } from "phaselens/nn";
import * as bluecher2020 from "phaselens/papers/bluecher2020";
import { lattice } from "phaselens/physics";
import {
  allow,
  anyList,
  either,
  batch,
  effort,
  label,
  list,
  nonNegative,
  real,
  text,
} from "./support/kinds.js";
import { made } from "./support/made.js";
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
  filterResponse: {
    valid: () => [new Float64Array(16).fill(1), made(square), [1, 2, 3, 4], "linear"],
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
  mlp: {
    valid: () => [{ inputs: 3, outputs: 2 }],
    kinds: { "0": hasDefault },
    use: made,
  },
  phaseErrors: { valid: () => [kappa(), [-0.3, -0.2, 0, 0.1, 0.3, 0.2, 0.3]] },
};

// They train, read or draw whole ensembles, or are of tables that only those make
sweepRoom("papers.bluecher2020", bluecher2020, entries, [
  "curvesPanel",
  "errorPanel",
  "explainedFilters",
  "filterScanPoints",
  "filterSet",
  "filterSimilarity",
  "labelledFields",
  "labelledObservables",
  "observableGroups",
  "predictionPanel",
  "shippedFilterScan",
  "trainedNetworks",
  "wholeEnsembles",
]);
