import { makeRng, tensor } from "phaselens/core";
import { attribute, gradient, gradientTimesInput } from "phaselens/lrp";
import * as nn from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { relativeToMaximum } from "../support/allclose.js";

const network = nn.graph({ x: [3, 9], mask: [1, 9] }, ({ x, mask }, then) => {
  const near = then(nn.edgeConv(3, [6, 8], { neighbours: 3, masked: true }), x, x, mask);
  const seen = then(
    nn.multiHeadAttention(8, 2, { masked: true }),
    then(nn.layerNorm(8), near),
    mask,
  );
  const all = then(nn.gelu(), then(nn.add(), near, seen));
  return then(nn.dense(8, 2), then(nn.maskedMean(), all, mask));
});
const theta = nn.kaimingNormal(network, makeRng(1)).map((v) => Math.fround(v));
const rng = makeRng(2);
const x = tensor([5, 36]);
for (let n = 0; n < 5; n++)
  for (let p = 0; p < 36; p++)
    x.data[n * 36 + p] = p % 9 > 3 + n ? 0 : p >= 27 ? 1 : Math.fround(rng.normal());

describe.each([
  ["gradient", gradient],
  ["gradient × input", gradientTimesInput],
])("%s in single precision", (_name, method) => {
  const single = method({ precision: "float32" });
  const exact = attribute(network, theta, x, method());

  it("is that in double precision to rounding, whatever the batch", () => {
    for (const options of [{}, { batch: 2 }, { start: { output: 1 } }]) {
      const wanted = attribute(network, theta, x, method(), options);
      const found = attribute(network, theta, x, single, options);
      expect(relativeToMaximum(found.at[0].data, wanted.at[0].data)).toBeLessThan(1e-4);
      expect(relativeToMaximum(found.output.data, wanted.output.data)).toBeLessThan(1e-5);
    }
    expect(exact.at[0].data.some((one) => one !== 0)).toBe(true);
  });

  it("gives masks nothing and explains the input alone", () => {
    const { at } = attribute(network, theta, x, single);
    for (let n = 0; n < 5; n++)
      expect(at[0].data.subarray(n * 36 + 27, (n + 1) * 36).every((one) => one === 0)).toBe(true);
    expect(() => attribute(network, theta, x, single, { at: [1] })).toThrow(/the input alone/);
  });

  it("is the same when another θ, batch or choice of masks came between", () => {
    const first = attribute(network, theta, x, single).at[0].data;
    const other = theta.map((v) => Math.fround(1.1 * v));
    attribute(network, other, x, single);
    const all = { masks: [] }; // asked right after the same with masks, by which alone it differs
    const whole = attribute(network, theta, x, single, all).at[0].data;
    const wanted = attribute(network, theta, x, method(), all).at[0].data;
    expect(relativeToMaximum(whole, wanted)).toBeLessThan(1e-4);
    attribute(network, theta, x, single, { batch: 2 });
    expect(attribute(network, theta, x, single).at[0].data).toEqual(first);
  });
});
