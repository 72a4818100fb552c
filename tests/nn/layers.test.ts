import { dot, size, tensor } from "phaselens/core";
import {
  averagePool,
  conv1d,
  conv2d,
  conv3d,
  dense,
  globalMaxPool,
  maxPool,
  reshape,
  type AffineLayer,
  type PoolingLayer,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";

const affine: [AffineLayer, readonly number[]][] = [
  [dense(5, 3), [5]],
  [dense(70, 2), [70]],
  [conv1d(1, 5, 15, { padding: 1 }), [1, 40]],
  [conv1d(3, 4, 5, { stride: 2, padding: 2 }), [3, 17]],
  [conv1d(2, 3, 4, { stride: 3 }), [2, 14]],
  [conv2d(2, 3, 3, { padding: 1 }), [2, 6, 7]],
  [conv2d(2, 3, [3, 2], { stride: 2, padding: 1 }), [2, 7, 6]],
  [conv3d(2, 3, 2), [2, 4, 5, 6]],
  [conv3d(1, 2, [2, 3, 1], { stride: 2, padding: 1 }), [1, 5, 4, 5]],
  [conv1d(2, 3, 3, { padding: [[4, 0]], dilation: 2 }), [2, 9]],
  [conv2d(2, 3, [3, 2], { stride: [1, 3], padding: [[0, 1], 2], dilation: [2, 1] }), [2, 6, 7]],
  [
    conv3d(2, 2, 2, { stride: [2, 1, 3], padding: [[1, 0], 0, [0, 2]], dilation: [1, 2, 2] }),
    [2, 4, 5, 6],
  ],
];
const BATCH = 3;

describe.each(affine.map(([layer, input]) => ({ name: layer.name, layer, input })))(
  "$name",
  ({ layer, input }) => {
    const map = layer.map(input);
    const output = layer.outputShape([input]);
    const [weight, bias] = [
      randomTensor(layer.weightShape, 1).data,
      randomTensor(layer.biasShape, 2).data,
    ];
    const x = randomTensor([BATCH, ...input], 3).data;
    const g = randomTensor([BATCH, ...output], 4).data;
    const y = new Float64Array(BATCH * size(output));

    it("is the sum over channels and taps, written out", () => {
      const { outChannels, inChannels, taps, sites, inputSites, siteOf } = map.geometry;
      expect(outChannels * sites).toBe(size(output));
      map.apply(weight, bias, x, y, BATCH);
      const slow = new Float64Array(y.length);
      for (let n = 0, p = 0; n < BATCH; n++) {
        for (let j = 0; j < outChannels; j++) {
          for (let t = 0; t < sites; t++, p++) {
            slow[p] = bias[j];
            for (let i = 0; i < inChannels; i++) {
              for (let k = 0; k < taps; k++) {
                const site = siteOf[t * taps + k];
                if (site >= 0)
                  slow[p] +=
                    weight[(j * inChannels + i) * taps + k] *
                    x[(n * inChannels + i) * inputSites + site];
              }
            }
          }
        }
      }
      expectAllClose(y, slow, { rtol: 1e-12, atol: 1e-13 });
    });

    it("⟨A x, g⟩ = ⟨x, Aᵀ g⟩", () => {
      map.apply(weight, undefined, x, y, BATCH);
      const gx = new Float64Array(x.length);
      map.applyTransposed(weight, g, gx, BATCH);
      expect(Math.abs(dot(y, g) - dot(x, gx))).toBeLessThan(1e-11);
    });

    it("⟨A(W) x + b, g⟩ = ⟨(W, b), weightGradient(x, g)⟩", () => {
      map.apply(weight, bias, x, y, BATCH);
      const [gw, gb] = [new Float64Array(weight.length), new Float64Array(bias.length)];
      map.weightGradient(x, g, gw, gb, BATCH);
      expect(Math.abs(dot(y, g) - dot(weight, gw) - dot(bias, gb))).toBeLessThan(1e-11);
    });

    it("weightGradient adds to what it is given", () => {
      const [gw, gb] = [new Float64Array(weight.length), new Float64Array(bias.length)];
      map.weightGradient(x, g, gw, gb, BATCH);
      const [twice, twiceBias] = [gw.slice(), gb.slice()];
      map.weightGradient(x, g, twice, twiceBias, BATCH);
      expectAllClose(
        twice,
        gw.map((v) => 2 * v),
        { rtol: 1e-12, atol: 1e-13 },
      );
      expectAllClose(
        twiceBias,
        gb.map((v) => 2 * v),
        { rtol: 1e-12, atol: 1e-13 },
      );
    });

    it("gives a batch what it gives its samples one by one, in any order of calls", () => {
      map.apply(weight, bias, x, y, BATCH);
      const one = new Float64Array(size(output));
      for (let n = BATCH - 1; n >= 0; n--) {
        // leaves its traces in the buffers
        map.applyTransposed(weight, g.subarray(0, size(output)), new Float64Array(size(input)), 1);
        map.apply(weight, bias, x.subarray(n * size(input), (n + 1) * size(input)), one, 1);
        expectAllClose(one, y.subarray(n * size(output), (n + 1) * size(output)), {
          rtol: 1e-13,
          atol: 1e-14,
        });
      }
    });
  },
);

describe("a convolution with known weights", () => {
  it("is a moving difference", () => {
    const layer = conv1d(1, 1, 2);
    const y = new Float64Array(3);
    layer
      .map([1, 4])
      .apply(
        Float64Array.of(-1, 1),
        Float64Array.of(0),
        tensor([1, 1, 4], [1, 4, 9, 16]).data,
        y,
        1,
      );
    expect(Array.from(y)).toEqual([3, 5, 7]);
  });
});

describe("windows of poolings", () => {
  const pooled = (
    layer: PoolingLayer,
    shape: readonly number[],
    x: readonly number[],
  ): number[] => {
    const y = new Float64Array(size(layer.outputShape([shape])));
    layer.map(shape).forward(Float64Array.from(x), y, new Int32Array(y.length), 1);
    return Array.from(y);
  };

  it("may overlap", () => {
    expect(pooled(maxPool([3], { stride: 1 }), [1, 5], [5, 1, 2, 4, 3])).toEqual([5, 4, 4]);
    expect(pooled(averagePool([2], { stride: 1 }), [1, 4], [1, 3, 5, 9])).toEqual([2, 4, 7]);
  });

  it("may reach into the padding, where nothing counts: neither as a maximum of 0 nor in the number of a mean", () => {
    expect(pooled(maxPool([2], { padding: [[1, 1]] }), [1, 4], [-5, -1, -2, -4])).toEqual([
      -5, -1, -4,
    ]);
    expect(pooled(averagePool([2], { padding: [[1, 1]] }), [1, 4], [-5, -1, -2, -4])).toEqual([
      -5, -1.5, -4,
    ]);
  });

  it("may differ from axis to axis", () => {
    const x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]; // [1, 3, 4]
    expect(pooled(maxPool([2, 3], { stride: [1, 1] }), [1, 3, 4], x)).toEqual([7, 8, 11, 12]);
    expect(pooled(averagePool([1, 2]), [1, 3, 4], x)).toEqual([1.5, 3.5, 5.5, 7.5, 9.5, 11.5]);
    expect(pooled(globalMaxPool(), [2, 3], [1, 7, 2, -4, -3, -9])).toEqual([7, -3]);
  });

  it("are cubes side by side where nothing else is said, whichever way they are written", () => {
    expect(maxPool([2, 2], { stride: 2, padding: [0, [0, 0]] }).name).toBe(maxPool(2).name);
    expect(() => maxPool(3, { stride: 1 })).toThrow(
      "maxPool(3): with a stride or padding it must know the number of axes. Write the window as [3, …].",
    );
    expect(() => averagePool([2], { padding: [[2, 0]] })).toThrow(
      /padding 2,0 is not less than the window of 2/,
    );
  });
});

describe("wrong shapes and settings", () => {
  it("name what was expected and what came", () => {
    expect(() => dense(4, 2).outputShape([[3]])).toThrow(
      "dense(4→2): samples must have shape [4], got [3]. Put flatten() before it, or change its width.",
    );
    expect(() => conv1d(1, 5, 15).outputShape([[1, 8]])).toThrow(
      /conv1d\(1→5, kernel 15\): the input \[1,8\] is shorter than the kernel/,
    );
    expect(() => conv2d(1, 2, 3, { stride: 0 })).toThrow(
      /stride must be a whole number ≥ 1, got 0/,
    );
    expect(() => conv2d(1, 2, 3, { padding: [1] })).toThrow(
      "padding has 1 entries for 2 axes. Give one number, or one for each axis.",
    );
    expect(() => reshape([2, 3]).outputShape([[5]])).toThrow(
      "reshape(2×3): samples must have 6 entries, got [5].",
    );
    expect(() => dense(0, 2)).toThrow(/widths must be positive whole numbers, got 0 and 2/);
  });
});
