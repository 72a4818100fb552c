// The example inside the page: in which phase is this lattice field? A small network that tells the
// phases of a scalar field apart, 8 × 8 sites, and training data in which some labels are wrong on
// purpose.
import { makeRng, oneHot, tensor } from "phaselens/core";
import { encodeNpy } from "phaselens/internal/core/files/npy";
import {
  conv2d,
  dense,
  flatten,
  kaimingNormal,
  relu,
  sequential,
  softmaxCrossEntropy,
  train,
} from "phaselens/nn";
import { sampleEnsemble } from "phaselens/physics";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { saveNetwork } from "phaselens/interop";

/**
 * Hopping parameters κ of the phases, λ = 1.1: ordered with alternating sign, without order,
 * ordered.
 */
const phases = { AFM: -0.34, PM: 0, FM: 0.34 };
const [TRAINING, TEST, FLIPPED] = [300, 120, 12];
const L = 8;

/** @returns {{ files: Record<string, string>, classes: string }} files as base64, by name */
export function example() {
  const rng = makeRng(7, "the example of the page");
  const training = fields(TRAINING, "training");
  const test = fields(TEST, "test");
  const flipped = rng.fork("flipped").permutation(TRAINING).subarray(0, FLIPPED);
  for (const n of flipped) training.labels[n] = (training.labels[n] + 1) % 3;
  const network = sequential([conv2d(1, 4, 3), relu(), flatten(), dense(4 * 36, 3)]);
  const data = { x: training.x, target: oneHot(training.labels, 3) };
  const risk = { loss: softmaxCrossEntropy, l2: 0.01 };
  const { theta } = train(network, data, {
    ...risk,
    theta: kaimingNormal(network, rng.fork("start")),
    epochs: 60,
    batchSize: 30,
    rng: rng.fork("batches"),
  });
  const files = {
    ...networkFiles({ network, theta, inputShape: [1, L, L], output: "softmax" }),
    "fields_test.npy": npy(test.x, "f4"),
    "phase_test_labels.npy": npy(tensor([TEST], test.labels), "u1"),
    "fields_train.npy": npy(training.x, "f4"),
    "phase_train_labels.npy": npy(tensor([TRAINING], training.labels), "u1"),
  };
  return { files, classes: Object.keys(phases).join(",") };
}

/** Fields of all phases in turn. */
function fields(count, set) {
  const each = count / 3;
  const kinds = Object.values(phases).map((hoppingParameter, k) =>
    sampleEnsemble({
      shape: [L, L],
      fermions: "quenched",
      algorithm: "hmc",
      start: "random",
      configurations: each,
      stride: 5,
      thermalisation: 200,
      seed: 40 + k,
      set,
      parameters: { hoppingParameter, quarticCoupling: 1.1, fermionMass: 20, yukawaCoupling: 0 },
    }),
  );
  const x = tensor([count, 1, L, L]);
  const labels = Float64Array.from({ length: count }, (_, n) => n % 3);
  for (let n = 0; n < count; n++) {
    const from = Math.floor(n / 3) * L * L;
    x.data.set(kinds[n % 3].fields.data.subarray(from, from + L * L), n * L * L);
  }
  return { x, labels };
}

const npy = (array, dtype) => Buffer.from(encodeNpy(array, { dtype })).toString("base64");

function networkFiles(saved) {
  const folder = mkdtempSync(join(tmpdir(), "phaselens-example-"));
  try {
    const path = join(folder, "phases.json");
    saveNetwork(path, { ...saved, loss: softmaxCrossEntropy });
    const names = ["phases.json", JSON.parse(readFileSync(path, "utf8")).parameters];
    return Object.fromEntries(
      names.map((name) => [name, readFileSync(join(folder, name)).toString("base64")]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
