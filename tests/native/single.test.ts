import { makeRng, oneHot, tensor } from "phaselens/core";
import * as nn from "phaselens/nn";
import { withoutNative } from "phaselens/internal/core/native/blas";
import { describe, expect, it, vi } from "vitest";
import { relativeToMaximum } from "../support/allclose.js";
import { blas } from "./library.js";

const [jets, features, slots] = [9, 8, 20];

/** Jets of which a part of the particles is there: features, then a mask. */
const samples = (() => {
  const rng = makeRng(5, "jets");
  const x = tensor([jets, (features + 1) * slots]);
  for (let n = 0, p = 0; n < jets; n++) {
    const there = 6 + Math.floor((slots - 5) * rng.uniform());
    for (let c = 0; c <= features; c++)
      for (let i = 0; i < slots; i++, p++)
        x.data[p] = i >= there ? 0 : c === features ? 1 : Math.fround(rng.normal());
  }
  return {
    x,
    target: oneHot(
      Float64Array.from({ length: jets }, (_, n) => n % 3),
      3,
    ),
  };
})();

const inputs = { x: [features, slots], mask: [1, slots] } as const;

/** Wide enough that their products go to the library. */
const networks: Record<string, nn.Network> = {
  "edge convolutions": nn.graph(inputs, ({ x, mask }, then) => {
    const found = then(
      nn.edgeConv(features, [48, 40], { neighbours: 4, masked: true }),
      x,
      x,
      mask,
    );
    return then(nn.dense(70, 3), then(nn.dense(40, 70), then(nn.maskedMean(), found, mask)));
  }),
  attention: nn.graph(inputs, ({ x, mask }, then) => {
    const value = then(nn.objectDense(features, 64), x);
    const seen = then(nn.multiHeadAttention(64, 1, { masked: true }), value, mask);
    const inner = then(nn.gelu(), then(nn.objectDense(64, 80), then(nn.layerNorm(64), seen)));
    return then(nn.dense(80, 3), then(nn.maskedMean(), inner, mask));
  }),
};

describe.skipIf(!blas)("networks in single precision, with a native BLAS", () => {
  it.each(Object.entries(networks))("%s have the gradient that they have without", (_, network) => {
    const theta = nn.kaimingNormal(network, makeRng(2)).map(Math.fround);
    const calls = vi.spyOn(blas!, "sgemm");
    const gradient = (precision: "float32" | "float64") =>
      nn.riskAndGradient(network, theta, samples, { loss: nn.softmaxCrossEntropy, precision })
        .gradient;
    const native = gradient("float32");
    expect(calls.mock.calls.length).toBeGreaterThan(2 * jets);
    calls.mockClear();
    const [own, exact] = withoutNative(() => [gradient("float32"), gradient("float64")]);
    expect(calls).not.toHaveBeenCalled();
    calls.mockRestore();
    expect(native).not.toEqual(own);
    expect(relativeToMaximum(native, exact)).toBeLessThan(1e-5);
    expect(relativeToMaximum(native, exact)).toBeLessThan(4 * relativeToMaximum(own, exact));
  });

  it("a chain of dense layers is trained to the same numbers as without", () => {
    const network = nn.sequential([
      ...[nn.dense(180, 262), nn.relu(), nn.dense(262, 134), nn.relu(), nn.dense(134, 3)],
    ]);
    const theta = nn.kaimingNormal(network, makeRng(4)).map(Math.fround);
    const calls = vi.spyOn(blas!, "sgemm");
    const trained = () =>
      nn.train(network, samples, {
        ...{
          loss: nn.softmaxCrossEntropy,
          optimiser: nn.sgd({ learningRate: 0.1, momentum: 0.9 }),
        },
        ...{ theta, epochs: 3, batchSize: 9, stuck: false, precision: "float32" as const },
        rng: makeRng(3),
      }).theta;
    const native = trained();
    expect(calls.mock.calls.length).toBeGreaterThan(30);
    calls.mockClear();
    const own = withoutNative(trained);
    expect(calls).not.toHaveBeenCalled();
    calls.mockRestore();
    expect(native).not.toEqual(own);
    expect(relativeToMaximum(native, own)).toBeLessThan(1e-5);
  });
});
