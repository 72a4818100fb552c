// What a small program does with the package; the same in Node and in a browser's bundle. Numbers
// only, so that they can be compared.
import { makeRng, readNpy, tensor } from "phaselens/core";
import { scatter } from "phaselens/figures";
import { predict as forestPredict, randomForest } from "phaselens/forest";
import { dampings, exactHessian, influence, spectrum, testGradients } from "phaselens/hessian";

import { epsilon, relevance, uniform } from "phaselens/lrp";
import {
  dense,
  kaimingNormal,
  perSampleGradients,
  relu,
  sequential,
  softmaxCrossEntropy,
  train,
} from "phaselens/nn";
import { magnetisation, sampleEnsemble, simulateJets } from "phaselens/physics";
import { deltaAuc, interactionNetwork, jetInputs, relativeNeuralActivity } from "phaselens/taggers";

/** Two classes apart by the sign of x₀ + x₁². */
function samples() {
  const rng = makeRng(3);
  const x = tensor(
    [60, 2],
    Float64Array.from({ length: 120 }, () => rng.normal()),
  );
  const target = tensor([60, 2]);
  for (let n = 0; n < 60; n++)
    target.data[2 * n + Number(x.data[2 * n] + x.data[2 * n + 1] ** 2 > 0.5)] = 1;
  return { x, target };
}

function trained() {
  const data = samples();
  const network = sequential([dense(2, 6), relu(), dense(6, 2)]);
  const risk = { loss: softmaxCrossEntropy, l2: 0.01 };
  const { theta, loss } = train(network, data, {
    ...risk,
    epochs: 40,
    batchSize: 20,
    rng: makeRng(5),
  });
  const attribution = relevance(network, theta, data.x, uniform(epsilon(0.1)));
  const hessian = exactHessian(network, theta, data, risk);
  const gradients = perSampleGradients(network, theta, data, risk);
  const { influence: found } = influence(
    hessian,
    gradients,
    testGradients(network, theta, data, risk),
    { damping: dampings.paper(hessian) },
  );
  const { values } = spectrum(hessian);
  return {
    loss,
    theta: [...theta],
    relevance: [...attribution.at[0].data].slice(0, 20),
    eigenvalues: [...values],
    influence: [...found.data].slice(0, 60),
  };
}

function sampled() {
  const { fields } = sampleEnsemble({
    shape: [4, 4, 4],
    fermions: "quenched",
    algorithm: "hmc",
    start: "random",
    configurations: 6,
    stride: 2,
    thermalisation: 20,
    seed: 1,
    set: "training",
    parameters: { hoppingParameter: 0.2, quarticCoupling: 1.1, fermionMass: 20, yukawaCoupling: 0 },
  });
  return Array.from({ length: 6 }, (_, c) =>
    magnetisation(fields.data.slice(64 * c, 64 * (c + 1))),
  );
}

/** Toy jets with all slots filled. */
async function tagged() {
  const rng = makeRng(4, "toy jets");
  const normal = (shape) =>
    tensor(
      shape,
      Float64Array.from({ length: shape.reduce((n, extent) => n * extent, 1) }, () => rng.normal()),
    );
  const inputs = jetInputs(normal([40, 3, 5]), normal([40, 2, 2]), {
    tracks: ["pt", "angle", "dxy"],
    vertices: ["mass", "flight"],
  });
  const network = interactionNetwork({
    hidden: 6,
    edge: 4,
    object: 5,
    tracks: 5,
    trackFeatures: 3,
    vertices: 2,
    vertexFeatures: 2,
  });
  const theta = kaimingNormal(network, makeRng(7));
  const positive = Int32Array.from({ length: 40 }, (_, n) => n % 2);
  const { auc, rows } = await deltaAuc(network, theta, inputs, positive, { jobs: 2 });
  const [first] = await relativeNeuralActivity(network, theta, inputs.x, positive, { jobs: 2 });
  const jets = simulateJets({ jets: 4, seed: 1, set: "training" });
  return {
    auc,
    deltaAuc: rows.map((row) => row.deltaAuc),
    activity: plain(first),
    jets: [...jets.x.data].slice(0, 60),
  };
}

const plain = (value) =>
  JSON.parse(JSON.stringify(value, (_, part) => (ArrayBuffer.isView(part) ? [...part] : part)));

/** What is refused without files. */
function fileError() {
  try {
    readNpy("nowhere.npy");
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}

export async function compute() {
  const { x, target } = samples();
  const forest = await randomForest(
    { x, target: target.data.filter((_, k) => k % 2 === 0) },
    { seed: 1, trees: 3, jobs: 2 },
  );
  const figure = scatter({
    id: "report-points",
    title: "points",
    rows: [{ a: 1, b: 2 }],
    x: { field: "a", title: "a" },
    y: { field: "b", title: "b" },
  });
  return {
    file: fileError(),
    numbers: {
      ...trained(),
      magnetisation: sampled(),
      forest: [...forestPredict(forest, x)],
      ...(await tagged()),
      marks: JSON.stringify(figure.spec).length,
    },
  };
}
