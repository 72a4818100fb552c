// Taggers over sets of particles: a ParticleNet of the size of CMS's for AK4 jets and a transformer
// of four layers, forward and backward through 200 jets, beside PyTorch.
import { makeRng, oneHot, tensor } from "phaselens/core";
import {
  add,
  concat,
  dense,
  edgeConv,
  gelu,
  graph,
  kaimingNormal,
  layerNorm,
  maskedMean,
  multiHeadAttention,
  multiply,
  objectDense,
  relu,
  riskAndGradient,
  softmaxCrossEntropy,
} from "phaselens/nn";
import { attribute, gradientTimesInput } from "phaselens/lrp";
import { peerOf, writePeerInputs } from "./peerInputs.mjs";

/** Edge convolutions of 64, 96 and 128 features with 8 neighbours each, over 36 particles. */
const particleNet = {
  particles: 36,
  features: 20,
  neighbours: 8,
  first: 32,
  widths: [64, 96, 128],
  joined: 256,
  hidden: 128,
  classes: 8,
};

/** Four layers of 64 features, four heads and 256 hidden, over 40 particles. */
const transformer = { particles: 40, features: 16, width: 64, heads: 4, layers: 4, classes: 2 };

function particleNetwork() {
  const { particles, features, neighbours, first, widths, joined, hidden, classes } = particleNet;
  const signal = multiply({ signal: 0 });
  return graph(
    { points: [2, particles], features: [features, particles], mask: [1, particles] },
    ({ points, features: x, mask }, then) => {
      const perceptron = (from, to, value) =>
        then(signal, then(relu(), then(objectDense(from, to), value)), mask);
      let value = perceptron(features, first, x);
      let [where, from] = [points, first];
      const found = widths.map((width) => {
        const block = edgeConv(from, [width, width, width], { neighbours, masked: true });
        value = then(block, where, value, mask);
        [where, from] = [value, width];
        return value;
      });
      const all = then(concat(), ...found);
      const summed = widths.reduce((sum, width) => sum + width, 0);
      const mean = then(maskedMean(), perceptron(summed, joined, all), mask);
      return then(dense(hidden, classes), then(relu(), then(dense(joined, hidden), mean)));
    },
    "ParticleNet",
  );
}

function transformerNetwork() {
  const { particles, features, width, heads, layers, classes } = transformer;
  return graph(
    { features: [features, particles], mask: [1, particles] },
    ({ features: x, mask }, then) => {
      let value = then(objectDense(features, width), x);
      for (let layer = 0; layer < layers; layer++) {
        const normal = then(layerNorm(width), value);
        const seen = then(multiHeadAttention(width, heads, { masked: true }), normal, mask);
        value = then(add(), value, seen);
        const inner = then(objectDense(width, 4 * width), then(layerNorm(width), value));
        value = then(add(), value, then(objectDense(4 * width, width), then(gelu(), inner)));
      }
      return then(dense(width, classes), then(maskedMean(), then(layerNorm(width), value), mask));
    },
    "transformer",
  );
}

/** @typedef {"particleNet" | "transformer"} Kind */

/** Jets of a third to all of the particles; what is not there is 0. @param {Kind} kind */
export function problem(kind, jets = 200) {
  const settings = kind === "particleNet" ? particleNet : transformer;
  const network = kind === "particleNet" ? particleNetwork() : transformerNetwork();
  const { particles, features, classes } = settings;
  const rng = makeRng(1, `${kind} jets`);
  const width = (kind === "particleNet" ? 2 : 0) + features + 1;
  const x = tensor([jets, width * particles]);
  for (let n = 0; n < jets; n++) {
    const there = Math.floor(particles * (1 / 3 + (2 / 3) * rng.uniform()));
    for (let c = 0, p = n * width * particles; c < width; c++)
      for (let i = 0; i < particles; i++, p++)
        x.data[p] = i >= there ? 0 : c === width - 1 ? 1 : Math.fround(rng.normal());
  }
  const labels = Float64Array.from({ length: jets }, (_, n) => n % classes);
  const theta = kaimingNormal(network, makeRng(2, kind)).map((v) => Math.fround(v));
  return { network, theta, samples: { x, target: oneHot(labels, classes) }, labels, settings };
}

/**
 * @param {Kind} kind
 * @param {"float32" | "float64"} precision  of both sides
 * @param {number} batch  of the peer, its fastest
 */
function gradients(kind, precision, batch) {
  const id = `${kind === "particleNet" ? "particle-net" : "transformer"}-200-${precision}`;
  const named =
    kind === "particleNet"
      ? "ParticleNet of AK4's size (36 particles, 8 neighbours)"
      : "transformer of 4 layers (40 particles, 64 features)";
  return {
    id,
    title: `forward and backward through 200 jets, ${named}, ${precision}`,
    ...(precision === "float32" && {
      headline: `forward and backward through 200 jets, ${kind === "particleNet" ? "ParticleNet" : "transformer"}, float32`,
    }),
    target: "ratio ≥ 1",
    repetitions: 7,
    prepare() {
      const { network, theta, samples, labels, settings } = problem(kind);
      const exact = riskAndGradient(network, theta, samples, { loss: softmaxCrossEntropy });
      writePeerInputs(
        id,
        { x: samples.x, labels, theta, expectedGradient: exact.gradient },
        { ...settings, kind, precision, batch, expectedRisk: exact.risk },
      );
      return () =>
        riskAndGradient(network, theta, samples, { loss: softmaxCrossEntropy, precision });
    },
    ours: (run) => run(),
    peer: peerOf(id, `PyTorch ${precision}`, "set_taggers.py"),
  };
}

/**
 * @param {Kind} kind
 * @param {number} batch  of the peer, its fastest
 * @param {"float32" | "float64"} precision  of both sides
 */
function relevance(kind, batch, precision) {
  const id = `${kind === "particleNet" ? "particle-net" : "transformer"}-200-relevance-${precision}`;
  const named = kind === "particleNet" ? "ParticleNet" : "the transformer";
  return {
    id,
    title: `gradient × input of 200 jets through ${named}, ${precision}`,
    target: "ratio ≥ 2",
    repetitions: 5,
    prepare() {
      const { network, theta, samples, settings } = problem(kind);
      const run = (options) =>
        attribute(network, theta, samples.x, gradientTimesInput(options)).at[0];
      writePeerInputs(
        id,
        { x: samples.x, theta, expected: run({}) },
        { ...settings, kind, precision, batch },
      );
      return () => run({ precision });
    },
    ours: (run) => run(),
    peer: peerOf(id, `captum, PyTorch ${precision}`, "set_relevance.py"),
  };
}

export const rows = [
  gradients("particleNet", "float32", 10),
  gradients("particleNet", "float64", 25),
  gradients("transformer", "float32", 25),
  gradients("transformer", "float64", 25),
  relevance("particleNet", 10, "float32"),
  relevance("particleNet", 10, "float64"),
  relevance("transformer", 25, "float32"),
  relevance("transformer", 25, "float64"),
];
