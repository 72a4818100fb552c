// Training epochs, with an optimiser of its own so that rows stay comparable when a recipe changes:
// both sides in double precision, or both in single.
import { makeRng, tensor } from "phaselens/core";
import { kaimingNormal, sgd, softmaxCrossEntropy, train } from "phaselens/nn";
import { networks, trainingSamples } from "./dawid2021Models.mjs";
import { peerOf, writePeerInputs } from "./peerInputs.mjs";

const EPOCHS = 3;
const step = { learningRate: 0.003, momentum: 0.9 };
const settings = { l2: 5e-5, batchSize: 50, clip: 1 };

/** @param {740 | 1675} parameters  @param {"float32" | "float64"} precision */
function row(parameters, precision) {
  const id = `epochs-${parameters}-${precision}`;
  return {
    id,
    ...(parameters === 740 && {
      headline: `${EPOCHS} epochs of 1000 chains, 740 parameters, ${precision}`,
    }),
    title: `${EPOCHS} training epochs and the final loss, ${parameters} parameters, n = 1000, batch 50, ${precision}`,
    target: "ratio ≥ 1",
    repetitions: 5,
    prepare() {
      const network = networks[parameters];
      const samples = trainingSamples();
      const theta = kaimingNormal(network, makeRng(1), 1.5);
      const options = {
        ...settings,
        precision,
        loss: softmaxCrossEntropy,
        optimiser: sgd(step),
        theta,
        epochs: EPOCHS,
        stuck: false,
      };
      const { loss } = train(network, samples, { ...options, rng: makeRng(3) });
      writePeerInputs(
        id,
        { x: samples.x, target: samples.target, theta, orders: sampleOrders(samples.x.shape[0]) },
        {
          ...settings,
          ...step,
          parameters,
          precision,
          expectedLoss: loss,
        },
      );
      return { network, samples, options };
    },
    ours: ({ network, samples, options }) =>
      train(network, samples, { ...options, rng: makeRng(3) }),
    peer: peerOf(id, `PyTorch ${precision}`, "epochs.py"),
  };
}

/**
 * The order of samples in each epoch as `train` forks it, [epochs, n], so that the peer ends at the
 * same θ.
 * @param {number} n
 */
function sampleOrders(n) {
  const orders = Array.from({ length: EPOCHS }, (_, e) =>
    Array.from(
      makeRng(3)
        .fork(`epoch ${e + 1}`)
        .fork("order")
        .permutation(n),
    ),
  );
  return tensor([EPOCHS, n], orders.flat());
}

export const rows = [
  row(740, "float32"),
  row(740, "float64"),
  row(1675, "float32"),
  row(1675, "float64"),
];
