import { row, tensor } from "phaselens/core";
import { predictionGradients } from "phaselens/hessian";
import { dense, predict, relu, sequential } from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { problems, randomTensor } from "../support/models.js";

const STEP = Math.cbrt(Number.EPSILON);

describe("predictionGradients", () => {
  it.each([2, 3])(
    "is the derivative of the margin between the two largest of %i outputs",
    (classes) => {
      const network = sequential([dense(4, 5), relu(), dense(5, classes)]);
      const theta = randomTensor([network.parameterCount], 2).data;
      const x = randomTensor([6, 4], 3);
      const margin = (at: Float64Array): Float64Array => {
        const z = predict(network, at, x);
        return Float64Array.from({ length: 6 }, (_, n) => {
          const sorted = row(z, n).slice().sort();
          return sorted[classes - 1] - sorted[classes - 2];
        });
      };
      const gradients = predictionGradients(network, theta, x);
      for (let p = 0; p < theta.length; p++) {
        const [up, down] = [theta.slice(), theta.slice()];
        up[p] += STEP;
        down[p] -= STEP;
        const below = margin(down);
        expectAllClose(
          Array.from({ length: 6 }, (_, n) => row(gradients, n)[p]),
          margin(up).map((v, n) => (v - below[n]) / (2 * STEP)),
          { rtol: 1e-6, atol: 1e-8 },
        );
      }
    },
  );

  it("is the gradient of the output where there is one", () => {
    const { network, theta, samples } = problems.conv3d(4);
    const gradients = predictionGradients(network, theta, samples.x);
    expect(gradients.shape).toEqual([5, network.parameterCount]);
    expect(row(gradients, 0).at(-1)).toBe(1); // ∂z/∂b of the last layer
  });

  it("refuses outputs that are no numbers", () => {
    const network = sequential([dense(1, 2)]);
    const theta = Float64Array.of(1e200, 1, 0, 0);
    const x = tensor([1, 1], [1e200]); // overflows
    expect(() => predictionGradients(network, theta, x)).toThrow("outputs: entry 0 is Infinity");
  });
  it("refuses outputs that are no vectors", () => {
    const network = sequential([relu()]);
    expect(() => predictionGradients(network, new Float64Array(0), tensor([1, 2, 3]))).toThrow(
      "predictionGradients: the network's output must be a vector, got [2,3].",
    );
  });
});
