// Layer-wise relevance propagation through the convolutional network of Blücher et al. 2020, Table
// III, beside zennit.
import { bluecher2020 } from "phaselens/papers";
import { makeRng, tensor } from "phaselens/core";
import { relevance } from "phaselens/lrp";
import {
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

export const rows = [
  {
    id,
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
    peer: peerOf(id, "zennit 0.5.1, PyTorch", "relevance.py"),
  },
];
