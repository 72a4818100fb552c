import { row, tensor, type Tensor } from "phaselens/core";
import { exactHessian, influence, parallelHessian } from "phaselens/hessian";
import {
  averagePool,
  conv1d,
  dense,
  flatten,
  globalAveragePool,
  globalSum,
  maxPool,
  meanSquaredError,
  perSampleGradients,
  reshape,
  sequential,
  tanh,
  type Layer,
  type Network,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose, relativeToMaximum } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";
import { riskHvp } from "phaselens/internal/nn/losses/riskProducts";

const samplesFor = (input: readonly number[], out: number, n = 4) => ({
  x: randomTensor([n, ...input], 2),
  target: randomTensor([n, out], 3),
});

/** Row p is the product with the unit vector p. */
function products(
  network: Network,
  theta: Float64Array,
  samples: { x: Tensor; target: Tensor },
): Float64Array {
  const P = theta.length;
  const rows = tensor([P, P]);
  for (let p = 0; p < P; p++) {
    const unit = new Float64Array(P);
    unit[p] = 1;
    row(rows, p).set(riskHvp(network, theta, samples, unit, { loss: meanSquaredError }));
  }
  return rows.data;
}

/** Of two channels of six sites. */
const features = ({ name }: Layer): number => (name.startsWith("averagePool") ? 6 : 2);

const folded: Record<string, [Network, readonly number[]]> = {
  // a bias passes a mean as it is, and a sum as often as there are sites
  ...Object.fromEntries(
    [globalSum(), globalAveragePool(), averagePool(2)].map((pooling) => [
      `conv1d with a bias → ${pooling.name}`,
      [
        sequential([conv1d(1, 2, 3), pooling, flatten(), tanh(), dense(features(pooling), 2)]),
        [1, 8],
      ] as [Network, readonly number[]],
    ]),
  ),
  "dense → reshape → conv1d": [
    sequential([dense(3, 4), reshape([2, 2]), conv1d(2, 2, 2), flatten(), dense(2, 2)]),
    [3],
  ],
  "a reshape that splits channels in two": [
    sequential([conv1d(1, 2, 3), reshape([4, 3]), tanh(), conv1d(4, 2, 2), flatten(), dense(4, 2)]),
    [1, 8],
  ],
  "a pooling over two channels": [
    sequential([conv1d(1, 4, 2), reshape([1, 16]), maxPool(8), tanh(), flatten(), dense(2, 2)]),
    [1, 5],
  ],
};

it("is refused beyond the memory of the kernels, with what to use instead", () => {
  const wide = sequential([dense(100, 240), tanh(), dense(240, 1)]);
  const theta = new Float64Array(wide.parameterCount);
  expect(() => exactHessian(wide, theta, samplesFor([100], 1), { loss: meanSquaredError })).toThrow(
    /exactHessian: the matrix of 24481 parameters takes 4\.8 GB.*riskHessian/,
  );
});

describe.each(Object.entries(folded))("%s", (_title, [network, input]) => {
  const theta = randomTensor([network.parameterCount], 1).data;
  const samples = samplesFor(input, 2);
  const wanted = products(network, theta, samples);

  it("has the Hessian of its products, planned and by products", () => {
    for (const route of ["planned", "products"] as const) {
      const found = exactHessian(network, theta, samples, { loss: meanSquaredError, route });
      expect(found.route).toBe(route);
      expect(relativeToMaximum(found.data, wanted)).toBeLessThan(1e-13);
    }
  });

  it("has the influence of that Hessian", () => {
    const gradients = perSampleGradients(network, theta, samples, { loss: meanSquaredError });
    const at = (hessian: Tensor): Float64Array =>
      influence(hessian, gradients, gradients, { damping: 50 }).influence.data;
    expectAllClose(
      at(exactHessian(network, theta, samples, { loss: meanSquaredError })),
      at({ shape: [theta.length, theta.length], data: wanted }),
      { rtol: 1e-9 },
    );
  });
});

describe("what no plan understands", () => {
  const network = sequential([dense(3, 3), tanh(), dense(3, 3), tanh(), dense(3, 2)]);
  const theta = randomTensor([network.parameterCount], 1).data;
  const samples = samplesFor([3], 2);
  /** The same layer applied twice, as a recurrence does. */
  const shared: Network = {
    ...network,
    nodes: network.nodes.map((node, k) => (k === 2 ? { ...node, offset: 0 } : node)),
  };
  /** A copy of a layer, which computes whatever its maker wants. */
  const own: Layer = { ...network.nodes[2].layer };
  const copied: Network = {
    ...network,
    nodes: network.nodes.map((node, k) => (k === 2 ? { ...node, layer: own } : node)),
  };

  it.each([
    ["shared parameters", shared, /dense\(3→3\), node 2, shares parameters with another/],
    ["a layer made by hand", copied, /node 2, was made or changed by hand/],
  ] as const)("goes by products, and says so: %s", (_title, one, obstacle) => {
    const found = exactHessian(one, theta, samples, { loss: meanSquaredError });
    expect(found.route).toBe("products");
    expect(found.obstacle).toMatch(obstacle);
    expect(relativeToMaximum(found.data, products(one, theta, samples))).toBeLessThan(1e-13);
    expect(() =>
      exactHessian(one, theta, samples, { loss: meanSquaredError, route: "planned" }),
    ).toThrow(obstacle);
  });

  it("says so over worker threads too", async () => {
    const found = await parallelHessian(shared, theta, samples, {
      loss: meanSquaredError,
      jobs: 1,
    });
    expect([found.route, found.obstacle]).toEqual([
      "products",
      "dense(3→3), node 2, shares parameters with another",
    ]);
  });

  it("is refused where the route is no route", () => {
    expect(() =>
      exactHessian(network, theta, samples, { loss: meanSquaredError, route: "fast" as never }),
    ).toThrow(/route/);
  });
});
