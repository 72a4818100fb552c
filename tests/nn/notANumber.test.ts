import fc from "fast-check";
import { size, tensor, type Shape } from "phaselens/core";

import { gradientTimesInput, attribute } from "phaselens/lrp";
import {
  averagePool,
  conv2d,
  dense,
  elu,
  flatten,
  globalAveragePool,
  globalMaxPool,
  globalSum,
  graph,
  leakyRelu,
  maxPool,
  predict,
  relu,
  sequential,
  sigmoid,
  softplus,
  tanh,
  type Layer,
  type Network,
} from "phaselens/nn";
import { interactionNetwork } from "phaselens/taggers";
import { describe, expect, it } from "vitest";
import { randomTensor } from "../support/models.js";
import { makeArena } from "phaselens/internal/kernels/arena";
import { specOf } from "phaselens/internal/nn/layers/specOf";
import { outputsOf, valuesOf } from "phaselens/internal/nn/losses/risk";
import { makeGradientEvaluator } from "phaselens/internal/nn/network/gradientEvaluator";

const layers: readonly [Layer, Shape][] = [
  [maxPool(2), [2, 6]],
  [maxPool(3), [1, 7, 6]],
  [maxPool([3], { stride: 1 }), [2, 6]],
  [
    maxPool([2, 3], {
      stride: [1, 2],
      padding: [
        [1, 0],
        [1, 1],
      ],
    }),
    [2, 4, 5],
  ],
  [globalMaxPool(), [3, 5]],
  [globalMaxPool(), [2, 3, 4]],
  [averagePool(2), [2, 6]],
  [averagePool([3], { stride: 2, padding: [1] }), [2, 6]],
  [globalAveragePool(), [3, 5]],
  [globalSum(), [3, 5]],
  [relu(), [4]],
  [leakyRelu(0.1), [4]],
  [elu(), [4]],
  [tanh(), [4]],
  [sigmoid(), [4]],
  [softplus(), [4]],
];

/** Outputs that depend on entry `f`: those that move with it, by finite steps up and down. */
function readers(network: Network, x: Float64Array, shape: Shape, f: number): Set<number> {
  const before = outputsOf(network, new Float64Array(0), tensor([1, ...shape], x)).data;
  const found = new Set<number>();
  for (const value of [1e3, -1e3]) {
    const moved = x.slice();
    moved[f] = value;
    outputsOf(network, new Float64Array(0), tensor([1, ...shape], moved)).data.forEach((one, j) => {
      if (one !== before[j]) found.add(j);
    });
  }
  return found;
}

describe.each(layers.map(([layer, shape]) => ({ name: layer.name, layer, shape })))(
  "NaN through $name, samples [$shape]",
  ({ layer, shape }) => {
    it("comes out of every output that looks at it, wherever it stands, and of no other", () => {
      const network = graph((input, then) => then(layer, input));
      fc.assert(
        fc.property(fc.nat(size(shape) - 1), fc.integer({ min: 1, max: 999 }), (f, seed) => {
          const x = randomTensor([1, ...shape], seed).data;
          const expected = readers(network, x, shape, f);
          x[f] = NaN;
          const y = outputsOf(network, new Float64Array(0), tensor([1, ...shape], x)).data;
          // a pooling leaves out what is too little for a window
          expect(expected.size > 0 || (shape[1] === 7 && f >= 36)).toBe(true);
          expect(Array.from(y.keys()).filter((j) => Number.isNaN(y[j]))).toEqual(
            [...expected].sort((a, b) => a - b),
          );
        }),
        { numRuns: 60, seed: 3 },
      );
    });
  },
);

describe("NaN in compiled paths", () => {
  const x = [0.2, 3, -1, 5, 0.5, -2, 7, 1, 0.1];

  it.each(["auto", "typescript"] as const)(
    "stays in a maximum, in single and in double precision (%s)",
    (backend) => {
      for (let at = 0; at < 9; at++) {
        const arena = makeArena({ doubles: 200, integers: 200 }, backend);
        const list = (values: readonly number[]): number => {
          const start = arena.integers(8);
          arena.i32.set(values, start);
          return start;
        };
        const [first, offsets, sources] = [list([0, 3, 6, 0]), list([0, 1, 2]), list([])];
        const [single, best, double, rectified] = [
          arena.floats(16),
          arena.floats(8),
          arena.doubles(16),
          arena.doubles(8),
        ];
        arena.f32.set(x, single);
        arena.f64.set(x, double);
        arena.f32[single + at] = arena.f64[double + at] = NaN;
        arena.singleMaximum(3, 3, first, offsets, single, best, sources);
        arena.maximum(3, 3, first, offsets, double, rectified, sources, 0);
        for (let w = 0; w < 3; w++) {
          const wanted = Math.floor(at / 3) === w ? NaN : Math.max(...x.slice(3 * w, 3 * w + 3));
          expect(arena.f32[best + w], `window ${w}, NaN at ${at}`).toBe(Math.fround(wanted));
          expect(arena.f64[rectified + w], `window ${w}, NaN at ${at}`).toBe(wanted);
        }
      }
    },
  );

  it.each(["auto", "typescript"] as const)(
    "stays in the edge block, as layer by layer (%s)",
    (backend) => {
      const network = interactionNetwork({
        hidden: 5,
        edge: 3,
        object: 2,
        tracks: 6,
        trackFeatures: 2,
        vertices: 2,
        vertexFeatures: 1,
      });
      const theta = randomTensor([network.parameterCount], 1).data;
      for (let at = 0; at < 14; at++) {
        const data = randomTensor([2, 14], 2).data;
        data[at] = NaN;
        const evaluator = makeGradientEvaluator(network, [14], 2, backend);
        evaluator.forward(theta, data, 2);
        const slow = valuesOf(network, theta, tensor([2, 14], data)).at(-1)!;
        expect([0, 1, 2, 3].map((p) => Number.isNaN(evaluator.output[p]))).toEqual([
          true,
          true,
          false,
          false,
        ]);
        expect(Array.from(slow.data, Number.isNaN)).toEqual([true, true, false, false]);
      }
    },
  );

  it("of one sample does not stay for the next", () => {
    const network = sequential([conv2d(1, 2, 2), relu(), maxPool(2), flatten(), dense(8, 2)]);
    const theta = randomTensor([network.parameterCount], 3).data;
    const samples = randomTensor([3, 1, 5, 5], 4);
    const sound = predict(network, theta, samples);
    const broken = tensor(
      samples.shape,
      samples.data.map((v, p) => (p === 30 ? NaN : v)),
    );
    expect(Array.from(outputsOf(network, theta, broken).data, Number.isNaN)).toEqual([
      false,
      false,
      true,
      true,
      false,
      false,
    ]);
    expect(predict(network, theta, samples)).toEqual(sound);
    expect(() => predict(network, theta, broken)).toThrow(/inputs: entry 30 is NaN/);
    expect(() => attribute(network, theta, broken, gradientTimesInput())).toThrow(
      /entry 30 is NaN/,
    );
    expect(specOf(network.nodes[2].layer)).toEqual({ type: "maxPool", window: 2 });
  });
});
