import { makeRng, tensor } from "phaselens/core";
import {
  dense,
  kaimingNormal,
  meanSquaredError,
  particleNet,
  relu,
  sequential,
  sgd,
} from "phaselens/nn";
import * as taggers from "phaselens/taggers";
import { toyJets, features } from "../taggers/jets.js";
import {
  allow,
  anyList,
  batch,
  effort,
  either,
  fraction,
  label,
  list,
  nonNegative,
  real,
  text,
  untouched,
  type Kind,
} from "./support/kinds.js";
import { made } from "./support/made.js";
import { inputs, network, theta } from "./support/nets.js";
import { sweepRoom, type Entry } from "./support/sweep.js";

const toy = toyJets(6, 1);
const start = () => toy.theta.slice();
/** Jets whose numbers and labels may be anything, and whose layout the library made. */
const jets = () => ({
  x: tensor(toy.inputs.x.shape, toy.inputs.x.data.slice()),
  layout: made({ ...toy.inputs.layout }),
});
const positive = () => [1, 0, 1, 0, 0, 1];
const scale = taggers.jetScale(toy.inputs);
const scaleOf = () => ({ mean: scale.mean.slice(), deviation: scale.deviation.slice() });
const some = () => ({ tracks: ["pt", "dxy"], vertices: ["mass"] });
const hasDefault = allow("all options have defaults", "undefined", "{}");
const anyNames: Kind = allow("any of the features, or none of a kind", "one less", "empty");
const parallel = () => ({ jobs: 1, onDone: () => {} });
const layers = () => [
  {
    name: "layer 1",
    node: 1,
    activity: [Float64Array.of(0.1, 1, 0.5), Float64Array.of(1, 0, 0.3)],
  },
];
const curve = () => taggers.rocCurve([0.1, 0.4, 0.3, 0.2], [0, 1, 0, 1]);
/** An interaction network of the sizes of these jets. */
const widths = { hidden: 2, edge: 1, object: 2 };
const classes = sequential([dense(2, 3), relu(), dense(3, 2)]);
const classTheta = kaimingNormal(classes, makeRng(1));

const ofSets = particleNet({
  sets: { tracks: [3, 2], vertices: [2, 1] },
  points: 1,
  neighbours: 1,
  blocks: [[2]],
  embedding: 2,
});

const entries: Readonly<Record<string, Entry>> = {
  aucWithError: {
    valid: () => [[0.1, 0.4, 0.3], [0, 1, 0], { rng: makeRng(1), bootstraps: 3 }],
    kinds: { "1[]": label, "2.bootstraps": effort },
  },
  backgroundAt: {
    valid: () => [curve(), 0.5],
    kinds: {
      "0.thresholds": untouched,
      "0.signalEfficiency[]": label,
      "0.backgroundEfficiency[]": fraction,
      "1": fraction,
    },
  },
  deltaAuc: {
    valid: () => [
      toy.network,
      start(),
      jets(),
      positive(),
      {
        masking: "permutation",
        space: "read",
        groups: { a: ["pt"], b: ["dxy"] },
        rng: makeRng(1),
        ...parallel(),
      },
    ],
    kinds: { "3[]": label, "4.groups": hasDefault, "4.groups.a": anyList, "4.groups.b": anyList },
  },
  fidelity: {
    valid: () => [
      [0.1, 0.4, 0.3],
      [0.2, 0.4, 0.3],
    ],
  },
  hiddenBiases: {
    valid: () => [0.1],
    kinds: { "0": either(real, hasDefault) },
    use: (initial: ReturnType<typeof taggers.hiddenBiases>) => initial(network, makeRng(1)),
  },
  interactionNetwork: {
    valid: () => [
      {
        widths: { pairs: [2, 2, 1], vertexPairs: [2, 2, 1], objects: [2, 2, 2] },
        tracks: 3,
        trackFeatures: 2,
        vertices: 2,
        vertexFeatures: 1,
        classes: 2,
      },
    ],
    kinds: { "0": hasDefault },
    use: (own: { parameterCount: number }) => own.parameterCount,
  },
  jetInputs: {
    valid: () => [
      tensor(
        [2, 3, 2],
        Array.from({ length: 12 }, (_, k) => k),
      ),
      tensor([2, 2, 1], [1, 2, 3, 4]),
      features,
    ],
    kinds: {
      "0": allow("any number of slots", "wider"),
      "1": allow("any number of slots", "wider"),
      "2.tracks[]": text,
      "2.vertices[]": text,
    },
  },
  jetScale: { valid: () => [jets()], kinds: { "0.x": batch } },
  marginHead: { valid: () => [classes, classTheta.slice(), inputs()], kinds: { "2": batch } },
  maskingWords: { valid: () => [{ masking: "mean", space: "raw" }] },
  objectSamples: {
    valid: () => [ofSets, jets(), { points: { tracks: ["dxy"], vertices: ["mass"] } }],
    kinds: { "1.x": batch },
  },
  quietShare: {
    valid: () => [layers(), 1, 0.2],
    kinds: {
      "0": list,
      "0[].name": untouched,
      "0[].node": untouched,
      "0[].activity": list,
      "0[].activity[]": list,
      "0[].activity[][]": fraction,
      "1": label,
      "2": fraction,
    },
  },
  reduceModel: {
    valid: () => [toy.network, start(), jets(), positive(), { loss: 0.1, ...parallel() }],
    kinds: { "3[]": label, "4.loss": nonNegative },
  },
  reducedNetwork: {
    valid: () => [
      toy.network,
      start(),
      made({ ...toy.inputs.layout }),
      {
        features: some(),
        nodes: [
          [0, 1],
          [0, 1],
          [0, 1],
          [0, 1],
          [0, 1],
          [0, 1],
          [0, 1],
          [0, 1],
          [0, 1],
        ],
      },
    ],
    kinds: {
      "3": hasDefault,
      "3.features.tracks": allow("any of the features", "one less"),
      "3.nodes[]": allow("any of the nodes", "one less"),
      "3.nodes[][]": label,
    },
    use: (own: taggers.ReducedNetwork) => own.theta,
  },
  relativeNeuralActivity: {
    valid: () => [network, theta(), inputs(), [0, 1, 1, 0], { weighted: false, ...parallel() }],
    kinds: { "3[]": label },
  },
  retrainedDeltaAuc: {
    valid: () => [
      {
        network: { ...widths },
        training: { inputs: jets(), target: tensor([6, 2], [0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1]) },
        test: { inputs: jets(), positive: positive() },
        train: made({
          loss: meanSquaredError,
          rng: makeRng(1),
          epochs: 1,
          optimiser: sgd({ learningRate: 1e-3 }),
        }),
        groups: { a: ["pt"] },
        onDone: () => {},
      },
    ],
    kinds: {
      "0.network": hasDefault,
      "0.test.positive[]": label,
      "0.groups": hasDefault,
      "0.groups.a": anyList,
    },
  },
  rocCurve: {
    valid: () => [
      [0.1, 0.4, 0.3],
      [0, 1, 0],
    ],
    kinds: { "1[]": label },
  },
  scores: { valid: () => [toy.network, start(), jets()], kinds: { "2.x": batch } },
  selectFeatures: {
    valid: () => [jets(), some()],
    kinds: { "0.x": batch, "1.tracks": anyNames, "1.vertices": anyNames },
  },
  standardise: {
    valid: () => [jets(), scaleOf()],
    kinds: { "0.x": batch, "1.deviation[]": nonNegative },
  },
};

sweepRoom("taggers", taggers, entries);
