// A network that estimates κ and g of the Yukawa model from a few configurations, beside the bound.
import { core, nn, physics } from "phaselens";
import { fisher, scores } from "./fisher.mjs";

const lattice = physics.lattice([4, 4, 4]);
/** Configurations from which one estimate is made. */
export const BATCH = 25;
const TRAINING = { points: 200, batches: 2 };
const TESTED = 100;
/** Couplings that are trained on: within the paramagnetic phase, g from 0 on. */
const RANGES = [
  [-0.12, 0.14],
  [0, 0.8],
];
/** (κ, g) far from the edges; the first two tell the slope in g, the third that in κ. */
export const tested = [
  [0, 0.3],
  [0, 0.5],
  [0.06, 0.4],
];

/** Configurations with the exact determinant, 3 steps apart: independent to a tenth. */
function fieldsAt([hoppingParameter, yukawaCoupling], fermionMass, count, seed, set) {
  const { fields } = physics.sampleEnsemble({
    shape: lattice.shape,
    parameters: { hoppingParameter, quarticCoupling: 1.1, fermionMass, yukawaCoupling },
    fermions: "exact",
    algorithm: "cluster",
    clusters: 1,
    start: "ordered",
    configurations: count,
    stride: 3,
    thermalisation: 30,
    ...{ seed, set },
  });
  return Array.from({ length: count }, (_, k) => core.row(fields, k));
}

/** M, M², M_s², ⟨φφ′⟩, ⟨φ²⟩, ⟨φ³⟩ and ⟨φ⁴⟩: means over the configurations of a batch. */
function features(fields) {
  const each = fields.map((field) => {
    const power = (n) => core.mean(field.map((v) => v ** n));
    const [M, Ms] = [power(1), physics.staggeredMagnetisation(field, lattice)];
    const local = [2, 3, 4].map(power);
    return [M, M * M, Ms * Ms, physics.nearestNeighbourCorrelator(field, lattice), ...local];
  });
  return each[0].map((_, j) => core.mean(each.map((row) => row[j])));
}

const batchesOf = (fields) =>
  Array.from({ length: fields.length / BATCH }, (_, b) =>
    features(fields.slice(b * BATCH, (b + 1) * BATCH)),
  );

/** Batches to train on, batches of the tested couplings, and the Fisher matrix of these. */
export function sampledCouplings(fermionMass, seed) {
  const rng = core.makeRng(seed, `couplings ${fermionMass}`);
  const count = TRAINING.batches * BATCH;
  const training = Array.from({ length: TRAINING.points }, (_, k) => {
    const couplings = RANGES.map(([from, to]) => from + (to - from) * rng.uniform());
    const fields = fieldsAt(couplings, fermionMass, count, seed, `training ${k}`);
    return { couplings, batches: batchesOf(fields) };
  });
  const points = tested.map((couplings) => {
    const fields = fieldsAt(couplings, fermionMass, TESTED * BATCH, seed, `test g=${couplings[1]}`);
    const fermions = { fermionMass, yukawaCoupling: couplings[1] };
    const { information } = fisher(fields.map((field) => scores(lattice, field, fermions)));
    return { couplings, information, batches: batchesOf(fields) };
  });
  return { training, points };
}

const networks = {
  linear: () => nn.sequential([nn.dense(7, 2)]),
  perceptron: () => nn.sequential([nn.dense(7, 16), nn.tanh(), nn.dense(16, 2)]),
};

/** Affine maps of columns to mean 0 and variance 1, and back. */
function standardised(rows) {
  const columns = rows[0].map((_, j) => rows.map((row) => row[j]));
  const scale = columns.map((v) => ({ centre: core.mean(v), width: Math.sqrt(core.variance(v)) }));
  const to = (all) =>
    core.tensor(
      [all.length, scale.length],
      all.flatMap((row) => row.map((v, j) => (v - scale[j].centre) / scale[j].width)),
    );
  const back = (y) =>
    Array.from({ length: y.shape[0] }, (_, k) =>
      scale.map(({ centre, width }, j) => centre + width * y.data[k * scale.length + j]),
    );
  return { to, back };
}

/** Bias, standard deviation and rms error of estimates of (κ, g) at each tested coupling. */
export function estimated({ training, points }, { kind, seed }) {
  const rows = training.flatMap(({ batches }) => batches);
  const wanted = training.flatMap(({ couplings, batches }) => batches.map(() => couplings));
  const [inputs, targets] = [standardised(rows), standardised(wanted)];
  const network = networks[kind]();
  const { theta } = nn.train(
    network,
    { x: inputs.to(rows), target: targets.to(wanted) },
    {
      loss: nn.meanSquaredError,
      l2: 0.001,
      epochs: 200,
      batchSize: 40,
      optimiser: nn.adam({ learningRate: 0.01 }),
      schedule: nn.cosineSchedule,
      rng: core.makeRng(seed, `couplings ${kind}`),
    },
  );
  return points.map(({ couplings, information, batches }) => {
    const found = targets.back(nn.predict(network, theta, inputs.to(batches)));
    const column = (a) => found.map((row) => row[a]);
    const bias = couplings.map((v, a) => core.mean(column(a)) - v);
    const spread = [0, 1].map((a) => Math.sqrt((core.variance(column(a)) * TESTED) / (TESTED - 1)));
    const rmse = couplings.map((v, a) =>
      Math.sqrt(core.mean(column(a).map((estimate) => (estimate - v) ** 2))),
    );
    return { couplings, information, bias, spread, rmse };
  });
}
