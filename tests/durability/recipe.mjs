import * as nn from "phaselens/nn";

const risk = { loss: nn.softmaxCrossEntropy };

/** A few epochs, for `trainMany`. */
export const recipe = {
  description: "a few epochs",
  risk,
  options: {
    ...risk,
    epochs: 5,
    batchSize: 6,
    optimiser: nn.adam({ learningRate: 0.02 }),
    stuck: false,
  },
};
