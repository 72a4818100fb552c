import { makeRng, tensor } from "phaselens/core";
import * as dawid2021 from "phaselens/papers/dawid2021";
import {
  allow,
  anyList,
  batch,
  count,
  integer,
  label,
  list,
  nonNegative,
  real,
  fraction,
} from "./support/kinds.js";
import { made } from "./support/made.js";
import { sweepRoom, type Entry } from "./support/sweep.js";

const states = made(dawid2021.data({ sites: 4, set: "even" }));
const signs = () => Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? 1 : -1));
const points = () => ({
  orderParameter: Float64Array.of(0, 0.1, 0.4),
  interaction: Float64Array.of(0, 1, 2),
});

const entries: Readonly<Record<string, Entry>> = {
  cnn: { valid: () => [] },
  data: {
    valid: () => [{ sites: 4, set: "mixed", seed: 1 }],
    kinds: { "0.seed": integer },
  },
  gapCnn: { valid: () => [] },
  globalSigns: {
    valid: () => [6, 2, makeRng(1)],
    kinds: { "0": count },
  },
  "measures.hasLearnt": {
    valid: () => [{ crossEntropy: 0.1, accuracy: 0.9 }],
    kinds: { "0.crossEntropy": nonNegative, "0.accuracy": fraction },
  },
  "measures.helpfulDepth": {
    valid: () => [tensor([2, 3], [1, 2, 3, 6, 5, 4]), 1, [0.1, 1, 2], 2],
    kinds: { "0": batch, "1": label },
  },
  "measures.orderParameterCrossing": {
    valid: () => [points(), 0.2],
    kinds: { "0.orderParameter[]": nonNegative, "1": real },
  },
  "measures.standOut": {
    valid: () => [
      [1, 3, 2, 4, 1],
      [1, 3],
    ],
    kinds: { "0": list, "1": anyList, "1[]": label },
  },
  "measures.structureFactor": { valid: () => [states, 4] },
  "measures.uncertainRegion": {
    valid: () => [[1e-6, 1e-3, 1e-2, 1e-6], [0, 1, 2, 3], 5e-5],
    kinds: { "0[]": nonNegative, "2": nonNegative },
  },
  published: { valid: () => [] },
  recipeStudy: { valid: () => [], use: made },
  signStudy: { valid: () => [], use: made },
  withGlobalSigns: {
    valid: () => [states, signs(), { minimum: -1, maximum: 1 }],
    kinds: {
      "1[]": allow("the other sign of a state", "-1"),
      "2.minimum": real,
      "2.maximum": real,
    },
  },
};

// They train or read whole networks, so that a call takes seconds
sweepRoom("papers.dawid2021", dawid2021, entries, ["recipeFigure", "trained", "verdicts"]);
