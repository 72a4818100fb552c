import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeRng, tensor } from "phaselens/core";
import { dense, flatten, kaimingNormal, sequential, sgd, softmaxCrossEntropy } from "phaselens/nn";
import * as dawid2021 from "phaselens/papers/dawid2021";
import { afterAll } from "vitest";
import {
  allow,
  anyList,
  batch,
  effort,
  positive,
  text,
  untouched,
  type Kind,
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

const place = mkdtempSync(join(tmpdir(), "phaselens-arguments-"));
process.env.PHASELENS_CACHE = place;
process.env.PHASELENS_JOBS = "1";
afterAll(() => rmSync(place, { recursive: true }));

const small = sequential([flatten(), dense(6, 2)]);
const theta = kaimingNormal(small, makeRng(1));
const risk = () => ({ loss: softmaxCrossEntropy, l2: 0.01 });
/** As those of `recipes`, which a caller hands on whole, for chains of four sites. */
const recipe = made({
  description: "one step for four sites",
  trainedNetwork: () => small,
  network: () => small,
  risk: risk(),
  options: {
    ...risk(),
    epochs: 1,
    batchSize: 50,
    optimiser: sgd({ learningRate: 0.1 }),
    stuck: false,
  },
});
/** Left out it is 12, whose 924 amplitudes this network does not read: the layer says so. */
const notOfTwelve: Kind = { takes: () => false, leavesOut: ({ name }) => name === "undefined" };
const studied = () => ({ recipe: "ours", sites: 12, seed: 1, crossEntropy: 0.1, accuracy: 0.9 });
const panel = () => ({
  title: "gradient",
  y: { title: "|∇ℜ|", domain: [0, 1] },
  verdict: () => 0.5,
  own: [{ crossEntropy: 0.2, verdict: 0.4 }],
  paper: 0.3,
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
  recipeFigure: {
    valid: () => [
      { description: "a study", networks: [studied(), studied()] },
      {
        id: "dawid2021-fig3",
        title: "Verdicts",
        panels: [panel(), panel()],
        networks: () => true,
        columns: 2,
      },
    ],
    kinds: {
      "0.description": untouched,
      "0.networks": anyList,
      "0.networks[].recipe": text,
      "0.networks[].seed": untouched,
      "0.networks[].crossEntropy": positive,
      "0.networks[].accuracy": fraction,
      "1.id": text,
      "1.title": text,
      "1.panels": list,
      "1.panels[].title": text,
      "1.panels[].y.title": text,
      "1.panels[].own": anyList,
      "1.panels[].own[].crossEntropy": positive,
      "1.panels[].own[].verdict": real,
      "1.panels[].paper": real,
    },
  },
  recipeStudy: { valid: () => [], use: made },
  signStudy: { valid: () => [], use: made },
  trained: {
    valid: () => [recipe, { sites: 4, seed: 1, training: states }],
    kinds: { "1.sites": label, "1.seed": integer },
  },
  verdicts: {
    valid: () => [
      small,
      theta.slice(),
      { risk: risk() },
      {
        sites: 4,
        margins: [0.01, 0.2],
        permutations: [1],
        bootstraps: 2,
        hessianEvery: 100,
        seed: 1,
      },
    ],
    kinds: {
      "2.risk.l2": nonNegative,
      "3.sites": notOfTwelve,
      "3.margins": anyList,
      "3.margins[]": nonNegative,
      "3.permutations": anyList,
      "3.permutations[]": integer,
      "3.bootstraps": effort,
      "3.hessianEvery": label,
      "3.seed": integer,
    },
  },
  withGlobalSigns: {
    valid: () => [states, signs(), { minimum: -1, maximum: 1 }],
    kinds: {
      "1[]": allow("the other sign of a state", "-1"),
      "2.minimum": real,
      "2.maximum": real,
    },
  },
};

sweepRoom("papers.dawid2021", dawid2021, entries);
