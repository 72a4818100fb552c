import { makeRng } from "phaselens/core";
import { huberLoss, meanSquaredError, type Loss } from "phaselens/nn";
import { type Samples } from "phaselens/internal/nn/losses/risk";
import { riskHvp } from "phaselens/internal/nn/losses/riskProducts";
import { riskProducts } from "phaselens/internal/nn/losses/riskProducts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problems } from "../support/models.js";
import { build, recipes } from "../support/randomNetworks.js";

const normals = (count: number, seed: number): Float64Array => {
  const rng = makeRng(seed, "direction");
  return Float64Array.from({ length: count }, () => rng.normal());
};

/** The samples n times over, so that they fill several chunks and a part of one. */
function repeated({ x, target }: Samples, times: number): Samples {
  const again = (data: Float64Array): Float64Array =>
    Float64Array.from({ length: times * data.length }, (_, k) => data[k % data.length] + k * 1e-4);
  return {
    x: { shape: [times * x.shape[0], ...x.shape.slice(1)], data: again(x.data) },
    target: {
      shape: [times * target.shape[0], target.shape[1]],
      data: Float64Array.from(
        { length: times * target.data.length },
        (_, k) => target.data[k % target.data.length],
      ),
    },
  };
}

describe("products with the Hessian of one risk", () => {
  it.each(Object.keys(problems))("are those of riskHvp to the last bit: %s", (name) => {
    const { network, theta, samples, ...risk } = problems[name](3);
    const many = repeated(samples, 9);
    const n = many.x.shape[0];
    for (const weights of [undefined, Float64Array.from({ length: n }, (_, s) => s % 3)]) {
      const own = { ...many, weights };
      const product = riskProducts(network, theta, own, risk);
      const expectSame = (seed: number): void => {
        const v = normals(network.parameterCount, seed);
        expect(product(v)).toEqual(riskHvp(network, theta, own, v, risk));
      };
      for (const seed of [1, 2, 3, 4]) expectSame(seed);
      // whoever changes θ or the samples in place gets the products of what they are now
      theta[0] += 0.1;
      expectSame(5);
      theta[0] -= 0.1;
      expectSame(6);
      own.x.data[0] += 0.1;
      expectSame(7);
      own.x.data[0] -= 0.1;
      if (weights) weights[1] = 7;
      expectSame(8);
      expectSame(9);
    }
  });

  it.each(Object.keys(problems))("are those of the loss that the options hold now: %s", (name) => {
    const { network, theta, samples } = problems[name](3);
    const risk = { loss: meanSquaredError as Loss };
    const product = riskProducts(network, theta, samples, risk);
    const v = normals(network.parameterCount, 1);
    for (const loss of [
      meanSquaredError,
      meanSquaredError,
      huberLoss({ delta: 0.01 }),
      meanSquaredError,
    ]) {
      risk.loss = loss;
      expect(product(v)).toEqual(riskHvp(network, theta, samples, v, { loss }));
    }
  });

  it("are so for random networks of every layer", () => {
    fc.assert(
      fc.property(recipes, (recipe) => {
        const { network, theta, samples, options } = build(recipe);
        const product = riskProducts(network, theta, samples, options);
        for (const seed of [1, 2, 3]) {
          const v = normals(network.parameterCount, seed);
          expect(product(v)).toEqual(riskHvp(network, theta, samples, v, options));
        }
      }),
      { numRuns: 60, seed: 17 },
    );
  });
});
