// Layer-wise relevance propagation through the convolutional network of Blücher et al. 2020, Table
// III, beside zennit.
import { bluecher2020 } from "phaselens/papers";
import { makeRng, tensor } from "phaselens/core";
import { epsilon, relevance, winnerTakesAll, zPlus } from "phaselens/lrp";
import {
  conv2d,
  conv3d,
  dense,
  flatten,
  kaimingNormal,
  leakyRelu,
  maxPool,
  relu,
  sequential,
} from "phaselens/nn";
import { peerOf, writePeerInputs } from "./peerInputs.mjs";

const id = "relevance-1000";
const large = "relevance-large";
const images = 16;
const stabiliser = 1e-9; // captum's, which cannot be set

/** Four convolutions and two dense layers, as image classifiers have them. */
const largeNetwork = () =>
  sequential(
    [
      ...[conv2d(3, 32, 3, { padding: 1 }), relu(), conv2d(32, 32, 3, { padding: 1 }), relu()],
      maxPool(2),
      ...[conv2d(32, 64, 3, { padding: 1 }), relu(), conv2d(64, 64, 3, { padding: 1 }), relu()],
      maxPool(2),
      flatten(),
      dense(4096, 256),
      relu(),
      dense(256, 10),
    ],
    "images",
  );

/** @type {import("phaselens/lrp").Composite} */
const epsilonPlus = {
  name: "ε, then z⁺",
  rules: { dense: epsilon(stabiliser), convolution: zPlus, maximumPooling: winnerTakesAll },
};

export const rows = [
  {
    id,
    headline: "relevance of 1000 configurations of 16³",
    title: "LRP of 1000 configurations 16³, w² then z⁺, from the largest output to the input",
    target: "ratio ≥ 3",
    repetitions: 7,
    prepare() {
      const network = sequential(
        [
          conv3d(1, 5, 2),
          relu(),
          maxPool(2),
          flatten(),
          dense(1715, 256),
          relu(),
          dense(256, 140),
          leakyRelu(0.01),
        ],
        "Table III",
      );
      const theta = kaimingNormal(network, makeRng(1, "theta"));
      const rng = makeRng(1, "configurations");
      const x = tensor(
        [1000, 1, 16, 16, 16],
        new Float64Array(1000 * 4096).map(() => rng.normal()),
      );
      const run = () => relevance(network, theta, x, bluecher2020.tableIII).at[0];
      // its fastest; single precision takes as long
      writePeerInputs(id, { x, theta, expected: run() }, { precision: "float64", batch: 32 });
      return run;
    },
    ours: (run) => run(),
    peer: [
      peerOf(id, "zennit, PyTorch", "relevance.py"),
      peerOf(id, "captum, PyTorch", "relevance_captum.py"),
    ],
  },
  {
    id: large,
    headline: `relevance of ${images} images of 32², ε then z⁺, 1.1 million parameters`,
    title: `LRP of ${images} images of 3 × 32², ε in dense layers and z⁺ in four convolutions, 1.1 million parameters`,
    target: "ratio ≥ 1",
    repetitions: 5,
    prepare() {
      const network = largeNetwork();
      const theta = kaimingNormal(network, makeRng(1, "theta"));
      const rng = makeRng(1, "images");
      const pixels = new Float64Array(images * 3072).map(() => rng.uniform());
      const x = tensor([images, 3, 32, 32], pixels);
      const run = () => relevance(network, theta, x, epsilonPlus).at[0];
      writePeerInputs(large, { x, theta, expected: run() }, { stabiliser, batch: 16 });
      return run;
    },
    ours: (run) => run(),
    peer: [
      peerOf(large, "zennit, PyTorch", "relevance_large.py"),
      peerOf(large, "captum, PyTorch", "relevance_large_captum.py"),
    ],
  },
];
