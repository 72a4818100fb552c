// Training steps of the networks of Blücher et al. 2020, with our samples in our order and signs,
// beside PyTorch and C++, all in single precision. Samples are normal fields around magnetisations
// of all three phases. More than nine in ten inputs of the CNN's first dense layer are not 0,
// against three quarters in a network trained on real fields, so these steps are dear ones.
import { bluecher2020 } from "phaselens/papers";
import { makeRng, tensor } from "phaselens/core";
import { adam, binTargets, labelBins, meanSquaredError, signFlips, train } from "phaselens/nn";
import { inputFolder, peerOf, writePeerInputs } from "./peerInputs.mjs";
import { uniformFanIn } from "phaselens/internal/nn/network/initialise";

const SAMPLES = 320,
  STEPS = 400,
  BATCH = 16,
  CHECKED = 40;
const EPOCHS = (STEPS * BATCH) / SAMPLES;
const bins = labelBins(Array.from({ length: 140 }, (_, b) => -0.35 + 0.005 * b));
const common = {
  loss: meanSquaredError,
  batchSize: BATCH,
  optimiser: adam({ learningRate: 1e-3 }),
  biases: "non-positive",
  stuck: false,
  precision: "float32",
};

/** @param {"cnn" | "mlp"} kind */
function problem(kind) {
  const rng = makeRng(1, `${kind} samples`);
  const shape = kind === "cnn" ? [1, 16, 16, 16] : [18];
  const x = tensor([SAMPLES, ...shape]);
  const width = x.data.length / SAMPLES;
  const kappas = Array.from({ length: SAMPLES }, (_, n) => bins.centres[n % 140]);
  kappas.forEach((kappa, n) => {
    const order = Math.abs(kappa) > 0.19 ? Math.sqrt(Math.abs(kappa) - 0.15) * 2 : 0;
    for (let p = 0; p < width; p++) {
      const odd = (p + (p >> 4) + (p >> 8)) & 1;
      x.data[n * width + p] = 0.6 * rng.normal() + (kappa < 0 && odd ? -order : order);
    }
  });
  const network = kind === "cnn" ? bluecher2020.cnn() : bluecher2020.mlp();
  const firstLayer = kind === "cnn" ? 1e-3 : 1e-4;
  const samples = { x, target: binTargets(kappas, bins, { normalised: false }) };
  const options = {
    ...common,
    l1: { firstLayer },
    ...(kind === "cnn" ? { augment: signFlips } : {}),
  };
  const theta = uniformFanIn(network, makeRng(2, kind)).map((v) => Math.fround(v));
  return { network, samples, options: { ...options, theta }, firstLayer };
}

/**
 * Order and sign of the samples in each epoch, as `train` forks them: [epochs, n].
 * @param {"cnn" | "mlp"} kind
 */
function ordersAndSigns(kind) {
  const epochs = Array.from({ length: EPOCHS }, (_, e) => makeRng(3).fork(`epoch ${e + 1}`));
  const orders = epochs.flatMap((stream) => Array.from(stream.fork("order").permutation(SAMPLES)));
  const signs = epochs.flatMap((stream) => {
    const rng = stream.fork("augmentation");
    return Array.from({ length: SAMPLES }, () => (kind === "cnn" && rng.uniform() < 0.5 ? -1 : 1));
  });
  return { orders: tensor([EPOCHS, SAMPLES], orders), signs: tensor([EPOCHS, SAMPLES], signs) };
}

/** @param {"cnn" | "mlp"} kind  @param {string} target */
function row(kind, target) {
  const id = `${kind}-steps`;
  const named = kind === "cnn" ? "CNN, 16³" : "MLP, 18 observables";
  const pytorch = peerOf(id, "PyTorch float32", "network_steps.py");
  const cxx = {
    label: "C++, g++ -O3 -march=native",
    source: "tests/bench/peers/cnn.cpp",
    args: [inputFolder(id), kind, STEPS, BATCH].map(String),
  };
  return {
    id,
    title: `${STEPS} training steps of the ${named}, batch ${BATCH}, Adam, float32`,
    headline: `${STEPS} training steps of the ${named}, float32`,
    target,
    repetitions: 7,
    prepare() {
      const { network, samples, options, firstLayer } = problem(kind);
      const { history } = train(network, samples, { ...options, steps: CHECKED, rng: makeRng(3) });
      const { theta } = options;
      writePeerInputs(
        id,
        {
          ...samples,
          theta,
          ...ordersAndSigns(kind),
          expected: Float64Array.from(history, ({ loss }) => loss),
        },
        {
          kind,
          steps: STEPS,
          batch: BATCH,
          checked: CHECKED,
          firstLayer,
          learningRate: 1e-3,
        },
      );
      return { network, samples, options };
    },
    ours: ({ network, samples, options }) =>
      train(network, samples, { ...options, steps: STEPS, rng: makeRng(3) }),
    peer: kind === "cnn" ? [pytorch, cxx] : pytorch,
  };
}

export const rows = [row("cnn", "1000 ms (2.5 a step)"), row("mlp", "ratio ≥ 1")];
