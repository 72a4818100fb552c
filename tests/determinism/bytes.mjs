// Hashes of what the same call must give, byte for byte, on every version of Node; one of each kind
// of calculation whose numbers somebody keeps.
import { createHash } from "node:crypto";
import { makeRng, tensor } from "phaselens/core";
import { renderSvg, scatter } from "phaselens/figures";
import { randomForest } from "phaselens/forest";
import * as hessian from "phaselens/hessian";
import { epsilon, relevance, uniform } from "phaselens/lrp";
import * as nn from "phaselens/nn";
import { dawid2021 } from "phaselens/papers";
import { groundStates } from "phaselens/internal/physics/hubbard/hubbard";
import * as physics from "phaselens/physics";
import { aucWithError } from "phaselens/taggers";
import { paperDamping } from "phaselens/internal/hessian/solvers/damping";

/** The bits of numbers, whatever holds them. */
function hash(value) {
  const sum = createHash("sha256");
  const add = (part) => {
    if (ArrayBuffer.isView(part))
      sum.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    else if (typeof part === "number") sum.update(Float64Array.of(part));
    else if (part !== null && typeof part === "object")
      for (const [key, inner] of Object.entries(part)) {
        sum.update(key);
        add(inner);
      }
    else sum.update(String(part));
  };
  add(value);
  return sum.digest("hex").slice(0, 16);
}

const normal = (name, shape) => {
  const rng = makeRng(3, name);
  const length = shape.reduce((n, extent) => n * extent, 1);
  return tensor(
    shape,
    Float64Array.from({ length }, () => rng.normal()),
  );
};

const ensemble = (own) =>
  physics.sampleEnsemble({
    shape: [4, 4, 4],
    fermions: "quenched",
    algorithm: "hmc",
    start: "random",
    configurations: 20,
    stride: 3,
    thermalisation: 40,
    seed: 1,
    set: "training",
    parameters: {
      hoppingParameter: 0.2,
      quarticCoupling: 1.1,
      fermionMass: 20,
      yukawaCoupling: 0.25,
    },
    ...own,
  });

function ensembles() {
  const cluster = {
    algorithm: "cluster",
    parameters: {
      hoppingParameter: 0.2,
      quarticCoupling: 1.1,
      fermionMass: 20,
      yukawaCoupling: 0,
    },
  };
  const all = {
    quenched: ensemble({}),
    cluster: ensemble(cluster),
    hopping: ensemble({ fermions: "hopping" }),
    pseudofermions: ensemble({ fermions: "pseudofermion", configurations: 6 }),
    leapfrog: ensemble({ integrator: "leapfrog", chains: 2 }),
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, { fields, report }]) => [
      [`ensemble, ${name}`, fields],
      [`report, ${name}`, report],
    ]),
  );
}

function spins() {
  const square = physics.lattice([8, 8]);
  const spec = { configurations: 20, thermalisation: 40, stride: 3, seed: 1, set: "training" };
  const all = {
    Ising: physics.isingModel(square, { inverseTemperature: 0.44, magneticField: 0.01 }),
    XY: physics.xyModel(square, { inverseTemperature: 1.1 }),
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, model]) => {
      const { fields, report } = physics.sampler(model, { algorithm: "wolff" }).sample(spec);
      return [
        [`ensemble, ${name}`, fields],
        [`report, ${name}`, report],
      ];
    }),
  );
}

function jets() {
  const row = ({ x, vertices, truth }) => ({ x, vertices, truth });
  return {
    "jets, matched": row(physics.simulateJets({ jets: 400, seed: 1, set: "training" })),
    "jets, Higgs": row(physics.simulateJets({ jets: 400, seed: 2, set: "test", signal: "higgs" })),
  };
}

function hubbard() {
  const { states, energies, orderParameters } = groundStates({
    sites: 8,
    pinning: 0.01,
    interactions: [0.01, 0.5, 1, 2.3, 39],
  });
  return {
    "ground states": states,
    energies,
    "order parameters": orderParameters,
    "chain of the paper": dawid2021.data({ sites: 8, set: "even" }).x,
  };
}

const samples = () => {
  const x = normal("inputs", [60, 3]);
  const target = tensor([60, 2]);
  for (let n = 0; n < 60; n++) target.data[2 * n + Number(x.data[3 * n] > 0.2)] = 1;
  return { x, target };
};
const risk = { loss: nn.softmaxCrossEntropy, l2: 0.01 };

function trainings() {
  const data = samples();
  const plain = nn.sequential([nn.dense(3, 6), nn.tanh(), nn.dense(6, 2)]);
  const fit = (network, own) =>
    nn.train(network, data, { ...risk, epochs: 60, batchSize: 20, rng: makeRng(5), ...own });
  const images = normal("images", [40, 1, 4, 4, 4]);
  const first = images.data.filter((_, k) => k % 64 === 0);
  const image = { x: images, target: tensor([40, 1], first) };
  const convolution = nn.sequential([
    nn.conv3d(1, 3, 2, { stride: 2 }),
    nn.softplus(),
    nn.flatten(),
    nn.dense(24, 1),
  ]);
  const dropping = nn.sequential([nn.dense(3, 8), nn.elu(), nn.dropout(0.3), nn.dense(8, 2)]);
  return {
    "θ, Adam": fit(plain, { optimiser: nn.adam({ learningRate: 0.01 }) }).theta,
    "θ, steps of the rate": fit(plain, {
      optimiser: nn.sgd({ learningRate: 0.1, momentum: 0.9 }),
      schedule: nn.stepSchedule([0.3, 0.6], 0.3),
    }).theta,
    "θ, dropout, cosine": fit(dropping, {
      optimiser: nn.adam({ learningRate: 0.01 }),
      schedule: nn.cosineSchedule,
    }).theta,
    "θ, single precision": fit(nn.sequential([nn.dense(3, 8), nn.relu(), nn.dense(8, 2)]), {
      optimiser: nn.adam({ learningRate: 0.01 }),
      precision: "float32",
    }).theta,
    "θ, convolution": nn.train(convolution, image, {
      loss: nn.meanSquaredError,
      epochs: 20,
      batchSize: 10,
      optimiser: nn.adam({ learningRate: 0.01 }),
      rng: makeRng(6),
    }).theta,
  };
}

async function explanations() {
  const data = samples();
  const network = nn.sequential([nn.dense(3, 6), nn.tanh(), nn.dense(6, 2)]);
  const { theta } = nn.train(network, data, {
    ...risk,
    epochs: 60,
    batchSize: 20,
    rng: makeRng(5),
  });
  const H = hessian.exactHessian(network, theta, data, risk);
  const trainGradients = nn.perSampleGradients(network, theta, data, risk);
  const testGradients = hessian.testGradients(network, theta, data, risk);
  const damping = paperDamping(H);
  const eigen = hessian.spectrum(H);
  const { uncertainty } = await hessian.resamplingUncertainty(
    network,
    theta,
    { hessian: H, trainGradients, test: data, loss: risk.loss },
    { rng: makeRng(8), bootstraps: 10, damping, jobs: 1 },
  );
  const labels = Int32Array.from({ length: 60 }, (_, n) => data.target.data[2 * n]);
  return {
    "exact Hessian": H,
    spectrum: eigen,
    influence: hessian.influence(H, trainGradients, testGradients, { damping }).influence,
    extrapolation: hessian.extrapolationScore(eigen, testGradients, 5),
    resampling: uncertainty,
    relevance: relevance(network, theta, data.x, uniform(epsilon(0.1))).at[0],
    "area under the curve": aucWithError(
      data.x.data.filter((_, k) => k % 3 === 0),
      labels,
      { rng: makeRng(9), bootstraps: 20 },
    ),
    forest: (
      await randomForest(
        { x: data.x, target: data.target.data.filter((_, k) => k % 2 === 0) },
        { seed: 1, trees: 5, jobs: 1 },
      )
    ).trees,
  };
}

function statistics() {
  const series = Float64Array.from(normal("series", [500]).data, (v, k) => v + Math.sin(k / 9));
  return { "Binder cumulant": physics.binderCumulant(series) };
}

async function charts() {
  const points = normal("points", [30, 2]);
  const rows = Array.from({ length: 30 }, (_, k) => ({
    a: points.data[2 * k],
    b: points.data[2 * k + 1],
  }));
  const [x, y] = ["a", "b"].map((field) => ({ field, title: field }));
  return {
    "chart as SVG": await renderSvg(scatter({ id: "report-points", title: "points", rows, x, y })),
  };
}

const made = {
  ...ensembles(),
  ...spins(),
  ...jets(),
  ...hubbard(),
  ...trainings(),
  ...(await explanations()),
  ...statistics(),
  ...(await charts()),
};
const hashes = Object.fromEntries(Object.entries(made).map(([name, of]) => [name, hash(of)]));
console.log(JSON.stringify({ node: process.version, hashes }));
