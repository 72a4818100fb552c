import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRng, oneHot, tensor, writeNpy, type Tensor } from "phaselens/core";
import { polish } from "phaselens/hessian";
import { saveNetwork } from "phaselens/interop";
import {
  adam,
  averagePool,
  conv1d,
  dense,
  flatten,
  meanSquaredError,
  relu,
  sequential,
  softmaxCrossEntropy,
  tanh,
  train,
  type Network,
} from "phaselens/nn";

/** Column names and class names as somebody may write them who means no good. */
export const nasty = '<script>alert("x")</script>';
export const columns = ["mass", `p_T, ${nasty}`, '" onload="alert(1)'];
export const classes = ["light", "charm", "beauty"];

export interface TableModel {
  readonly network: Network;
  readonly theta: Float64Array;
  readonly l2: number;
  readonly train: { readonly x: Tensor; readonly target: Tensor };
  readonly test: { readonly x: Tensor; readonly target: Tensor };
}

const csvField = (text: string): string => `"${text.replace(/"/g, '""')}"`;

/** table.json with train.csv and test.csv: three classes of points, a network at its minimum. */
export function tableModel(folder: string): TableModel {
  const rng = makeRng(5, "table");
  const [n, tests, width] = [60, 12, columns.length];
  const labels = Array.from({ length: n + tests }, (_, k) => k % 3);
  const values = tensor(
    [n + tests, width],
    Float64Array.from(
      { length: (n + tests) * width },
      (_, p) => rng.normal() + (p % width === labels[Math.floor(p / width)] ? 1.5 : 0),
    ),
  );
  const part = (from: number, to: number): TableModel["train"] => ({
    x: tensor([to - from, width], values.data.slice(from * width, to * width)),
    target: oneHot(labels.slice(from, to), 3),
  });
  const network = sequential([dense(width, 4), tanh(), dense(4, 3)], `table ${nasty}`);
  const [training, test, l2] = [part(0, n), part(n, n + tests), 0.02];
  const start = train(network, training, {
    loss: softmaxCrossEntropy,
    l2,
    rng: makeRng(1, "table"),
    epochs: 60,
    batchSize: 20,
    optimiser: adam({ learningRate: 0.02 }),
    stuck: { patience: 60 },
  });
  const { theta } = polish(network, start.theta, training, {
    loss: softmaxCrossEntropy,
    l2,
    tolerance: 1e-8,
  });
  saveNetwork(join(folder, "table.json"), {
    network,
    theta,
    inputShape: [width],
    output: "softmax",
  });
  const csv = ({ x, target }: TableModel["train"]): string => {
    const head = [...columns, "flavour"].map(csvField).join(",");
    const lines = Array.from({ length: x.shape[0] }, (_, k) =>
      [
        ...x.data.subarray(k * width, (k + 1) * width),
        classes[target.data.subarray(3 * k, 3 * k + 3).indexOf(1)],
      ].join(","),
    );
    return `${[head, ...lines].join("\r\n")}\r\n`;
  };
  writeFileSync(join(folder, "train.csv"), csv(training));
  writeFileSync(join(folder, "test.csv"), csv(test));
  return { network, theta, l2, train: training, test };
}

/** chain.json, a regression on sequences, with chain.npy [20, 1, 16] and heights.npy [20]. */
export function chainModel(folder: string): {
  network: Network;
  theta: Float64Array;
  x: Tensor;
  target: Tensor;
} {
  const rng = makeRng(6, "chain");
  const x = tensor(
    [20, 1, 16],
    Float64Array.from({ length: 320 }, () => rng.normal()),
  );
  const target = tensor(
    [20, 1],
    Float64Array.from({ length: 20 }, (_, n) =>
      x.data.subarray(16 * n, 16 * n + 8).reduce((sum, value) => sum + value, 0),
    ),
  );
  const network = sequential(
    [conv1d(1, 2, 3), relu(), averagePool(2), flatten(), dense(14, 1)],
    "chain",
  );
  const { theta } = train(
    network,
    { x, target },
    {
      loss: meanSquaredError,
      rng: makeRng(2, "chain"),
      epochs: 30,
      batchSize: 10,
      optimiser: adam({ learningRate: 0.01 }),
      stuck: { patience: 60 },
    },
  );
  saveNetwork(join(folder, "chain.json"), {
    network,
    theta,
    inputShape: [1, 16],
    output: "linear",
  });
  writeNpy(join(folder, "chain.npy"), x);
  writeNpy(join(folder, "heights.npy"), tensor([20], target.data));
  return { network, theta, x, target };
}
