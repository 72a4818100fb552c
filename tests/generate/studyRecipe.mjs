// The training of `tinyStudy` as a recipe.
import { sgd, softmaxCrossEntropy } from "phaselens/nn";

const risk = { loss: softmaxCrossEntropy, l2: 1e-2 };
export const recipe = {
  description: "five epochs",
  risk,
  options: { ...risk, epochs: 5, optimiser: sgd({ learningRate: 0.1, momentum: 0.9 }) },
};
