// The training of parallel.bench.mjs, where worker threads find it.
import { softmaxCrossEntropy } from "phaselens/nn";

const risk = { loss: softmaxCrossEntropy, l2: 1e-3 };
export const recipe = {
  description: "cross-entropy, l2 1e-3, sgd 0.1 momentum 0.9, batch 50, 8 epochs",
  risk,
  options: { ...risk, epochs: 8, batchSize: 50, stuck: false },
};
