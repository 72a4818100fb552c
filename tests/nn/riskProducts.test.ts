import { makeRng, takeRows, tensor } from "phaselens/core";
import { gaussNewton } from "phaselens/hessian";
import { dense, huberLoss, meanSquaredError, relu, sequential, type Loss } from "phaselens/nn";
import { LARGE_CHUNK } from "phaselens/internal/nn/losses/chunks";
import { type Samples } from "phaselens/internal/nn/losses/risk";
import { riskHvp } from "phaselens/internal/nn/losses/riskProducts";
import { riskProducts } from "phaselens/internal/nn/losses/riskProducts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
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

  it("of many parameters, in larger chunks, are sums over samples, and kept ones the same", () => {
    const network = sequential([dense(40, 1700), relu(), dense(1700, 3)]);
    expect(network.parameterCount).toBeGreaterThan(2 ** 16);
    const n = 2 * LARGE_CHUNK + 5;
    const x = tensor([n, 40], normals(n * 40, 1));
    const samples = { x, target: tensor([n, 3], normals(n * 3, 2)) };
    const theta = normals(network.parameterCount, 3).map((value) => 0.1 * value);
    const v = normals(network.parameterCount, 4);
    const risk = { loss: meanSquaredError, l2: 0.3 };
    const whole = riskHvp(network, theta, samples, v, risk);
    const mean = new Float64Array(v.length);
    for (const [from, to] of [
      [0, 40],
      [40, 200],
      [200, n],
    ]) {
      const rows = Array.from({ length: to - from }, (_, k) => from + k);
      const part = { x: takeRows(x, rows), target: takeRows(samples.target, rows) };
      const own = riskHvp(network, theta, part, v, risk);
      own.forEach((value, p) => void (mean[p] += (value * rows.length) / n));
    }
    expectAllClose(whole, mean, { rtol: 1e-9, atol: 1e-9 });
    const product = riskProducts(network, theta, samples, risk);
    for (let call = 0; call < 3; call++)
      expect(product(v).every((value, p) => value === whole[p])).toBe(true);
    const along = gaussNewton(network, theta, samples, risk).apply(v);
    // the two differ by the curvature of what the residuals multiply, 0 for the last biases
    const last = network.parameterCount - 3;
    expectAllClose(along.subarray(last), whole.subarray(last), { rtol: 1e-9, atol: 1e-9 });
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
