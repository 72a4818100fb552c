import { makeRng, oneHot, tensor, type Tensor } from "phaselens/core";
import * as nn from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { relativeToMaximum } from "../support/allclose.js";
import { wasmAvailable } from "phaselens/internal/kernels/arena";
import type { makeGradientEvaluator } from "phaselens/internal/nn/network/gradientEvaluator";
import { makeEvaluator } from "phaselens/internal/nn/network/evaluator";
import { makeSingleEvaluator } from "phaselens/internal/nn/single/graph/evaluator";
import { planNodes } from "phaselens/internal/nn/single/graph/planNodes";

const loss = nn.softmaxCrossEntropy;

/** Jets with `slots` particles of which a part is there: features, then a mask if asked for. */
function jets(count: number, features: number, slots: number, masked = true): Tensor {
  const rng = makeRng(4, "jets");
  const rows = features + (masked ? 1 : 0);
  const x = tensor([count, rows * slots]);
  for (let n = 0; n < count; n++) {
    const there = 2 + Math.floor((slots - 1) * rng.uniform());
    for (let c = 0, p = n * rows * slots; c < rows; c++)
      for (let i = 0; i < slots; i++, p++)
        x.data[p] = i >= there ? 0 : masked && c === features ? 1 : Math.fround(rng.normal());
  }
  return x;
}

const inputs = { x: [3, 9], mask: [1, 9] } as const;
const flat = (network: nn.Network, features = 3, slots = 9, masked = true) => ({
  network,
  x: jets(7, features, slots, masked),
});

/** Networks that have every way of the plan. */
const cases: Record<string, () => { network: nn.Network; x: Tensor }> = {
  "edge convolutions with masks": () =>
    flat(
      nn.graph(inputs, ({ x, mask }, then) => {
        const first = then(nn.edgeConv(3, [6, 5], { neighbours: 3, masked: true }), x, x, mask);
        const next = then(
          nn.edgeConv(5, [7, 6], { neighbours: 2, masked: true }),
          first,
          first,
          mask,
        );
        return then(nn.dense(6, 2), then(nn.maskedMean(), next, mask));
      }),
    ),
  "edge convolutions of all": () =>
    flat(
      nn.graph({ x: [3, 9] }, ({ x }, then) => {
        const first = then(nn.edgeConv(3, [6, 4], { neighbours: 4 }), x, x);
        return then(nn.dense(4, 2), then(nn.globalAveragePool(), first));
      }),
      3,
      9,
      false,
    ),
  "attention with masks, layer normalisation and GELU": () =>
    flat(
      nn.graph(inputs, ({ x, mask }, then) => {
        let value = then(nn.objectDense(3, 8), x);
        for (let layer = 0; layer < 2; layer++) {
          const normal = then(nn.layerNorm(8), value);
          const seen = then(nn.multiHeadAttention(8, 2, { masked: true }), normal, mask);
          value = then(nn.add(), value, seen);
          const inner = then(nn.gelu(), then(nn.objectDense(8, 12), then(nn.layerNorm(8), value)));
          value = then(nn.add(), value, then(nn.objectDense(12, 8), inner));
        }
        return then(nn.dense(8, 2), then(nn.maskedMean(), value, mask));
      }),
    ),
  "given normalisations of batches and ReLU behind layers": () => {
    const trained = { mean: [0.1, -0.2, 0.3, 0], variance: [1, 2, 0.5, 1], scale: [1, -0.7, 2, 1] };
    return flat(
      nn.graph({ x: [3, 9] }, ({ x }, then) => {
        const value = then(
          nn.relu(),
          then(nn.batchNorm(4, { trained }), then(nn.objectDense(3, 4), x)),
        );
        const own = then(nn.batchNorm(4), then(nn.objectDense(4, 4), value));
        const sum = then(nn.globalSum(), then(nn.relu(), then(nn.add(), own, value)));
        const hidden = then(
          nn.relu(),
          then(nn.batchNorm(4, { trained }), then(nn.dense(4, 4), sum)),
        );
        return then(nn.dense(4, 2), hidden);
      }),
      3,
      9,
      false,
    );
  },
  "objects whose numbers are one vector at the end": () =>
    flat(
      nn.graph({ x: [3, 2] }, ({ x }, then) => then(nn.flatten(), then(nn.objectDense(3, 1), x))),
      3,
      2,
      false,
    ),
  "parameters that several layers share, and layers without kernels": () =>
    flat(
      nn.graph({ x: [3, 9] }, ({ x }, then, again) => {
        const first = then(nn.objectDense(3, 3), x);
        const second = again(first, then(nn.tanh(), first));
        const conv = then(nn.conv1d(3, 4, 3, { padding: 1 }), then(nn.silu(), second));
        return then(nn.dense(4, 2), then(nn.globalMaxPool(), conv));
      }),
      3,
      9,
      false,
    ),
};

/** The same network layer by layer, in double precision. */
function layerByLayer(network: nn.Network, shape: readonly number[]): Evaluated {
  const evaluator = makeEvaluator(network, shape, 7);
  const last = network.nodes.length;
  const { values, gradients } = evaluator;
  const outputShape = evaluator.shapes[last];
  return { ...evaluator, outputShape, output: values[last], outputGradient: gradients[last] };
}

type Evaluated = Pick<
  ReturnType<typeof makeGradientEvaluator>,
  "outputShape" | "output" | "outputGradient" | "forward" | "backward" | "parameterGradient"
>;

const gradientOf = (
  evaluator: Evaluated,
  theta: Float64Array,
  { shape, data }: Tensor,
): Float64Array => {
  const gradient = new Float64Array(theta.length);
  const [count] = shape;
  evaluator.forward(theta, data, count);
  const target = oneHot(
    Float64Array.from({ length: count }, (_, n) => n % 2),
    2,
  );
  loss.gradient(evaluator.output, target.data, count, 2, evaluator.outputGradient);
  evaluator.backward(theta, count);
  evaluator.parameterGradient(count, gradient);
  return gradient;
};

describe.each(Object.entries(cases))("the plan of %s", (_name, make) => {
  const { network, x } = make();
  const theta = nn.kaimingNormal(network, makeRng(1)).map((v) => Math.fround(v + 0.01));
  const shape = x.shape.slice(1);
  const exact = layerByLayer(network, shape);
  const wanted = gradientOf(exact, theta, x);

  it.each(wasmAvailable() ? (["auto", "typescript"] as const) : (["typescript"] as const))(
    "has the outputs and gradients of the layers one by one, to rounding of its precision, %s",
    (backend) => {
      const double = makeSingleEvaluator(network, shape, 7, backend, undefined, "float64");
      const same = gradientOf(double, theta, x);
      expect(relativeToMaximum(double.output, exact.output)).toBeLessThan(1e-13);
      expect(relativeToMaximum(same, wanted)).toBeLessThan(1e-12);
      expect(gradientOf(double, theta, x)).toEqual(same);
      const single = makeSingleEvaluator(network, shape, 7, backend);
      const found = gradientOf(single, theta, x);
      expect(relativeToMaximum(single.output, exact.output)).toBeLessThan(1e-5);
      expect(relativeToMaximum(found, wanted)).toBeLessThan(1e-4);
      expect(gradientOf(single, theta, x)).toEqual(found); // nothing is left behind
    },
  );

  it("has outputs of the network's shape, in both precisions", () => {
    for (const precision of ["float32", "float64"] as const)
      expect(
        makeSingleEvaluator(network, shape, 7, "auto", undefined, precision).outputShape,
      ).toEqual(exact.outputShape);
  });

  it("has gradients of samples that add up to that of all", () => {
    const single = makeSingleEvaluator(network, shape, 7);
    const found = gradientOf(single, theta, x);
    const rows = new Float64Array(8 * theta.length);
    single.parameterGradientRows(7, rows, 1);
    const sum = theta.map((_, p) => {
      let total = 0;
      for (let n = 0; n < 8; n++) total += rows[n * theta.length + p];
      return total;
    });
    expect(rows.subarray(0, theta.length).every((one) => one === 0)).toBe(true);
    expect(relativeToMaximum(sum, found)).toBeLessThan(1e-5);
  });

  it("is what predict, risk and riskAndGradient give where it is asked for", () => {
    const target = oneHot(
      Float64Array.from({ length: 7 }, (_, n) => n % 2),
      2,
    );
    const precision = "float32" as const;
    const samples = { x, target };
    const all = nn.riskAndGradient(network, theta, samples, { loss, precision });
    const mean = wanted.map((one) => one / 7);
    expect(relativeToMaximum(all.gradient, mean)).toBeLessThan(1e-4);
    expect(nn.risk(network, theta, samples, { loss, precision })).toBe(all.risk);
    const outputs = nn.predict(network, theta, x, { precision });
    expect(relativeToMaximum(outputs.data, nn.predict(network, theta, x).data)).toBeLessThan(1e-5);
    expect(outputs.data.every((one) => one === Math.fround(one))).toBe(true);
  });
});

describe("the plan of a network in single precision", () => {
  const planned = (name: string) => {
    const { network, x } = cases[name]();
    return { network, nodes: planNodes(network, x.shape.slice(1)) };
  };

  it("makes the first layer of edges for objects, and takes ReLU along", () => {
    const { network, nodes } = planned("edge convolutions of all");
    const [edges] = nodes.filter((node) => node.edges);
    expect(edges).toMatchObject({
      edges: { features: 3, objects: 9, neighbours: 4 },
      rectified: true,
    });
    expect(nodes.length).toBeLessThan(network.nodes.length - 6);
    expect(nodes.some(({ layer }) => layer.kind === "merge" && layer.mode === "concat")).toBe(
      false,
    );
  });

  it("multiplies given scalings into the layer before them, not parameters", () => {
    const { nodes } = planned("given normalisations of batches and ReLU behind layers");
    expect(nodes.filter((node) => node.scaled).length).toBe(2);
    expect(nodes.filter(({ layer }) => layer.kind === "scaling").length).toBe(1);
  });

  it("does not write out a mask that is added to all rows of scores", () => {
    const { nodes } = planned("attention with masks, layer normalisation and GELU");
    expect(nodes.filter((node) => node.byRows && node.layer.kind === "merge").length).toBe(2);
    expect(nodes.some(({ layer }) => layer.kind === "choice")).toBe(false);
  });

  it("keeps a value apart that more than one layer reads", () => {
    const network = nn.graph((x, then) => {
      const sum = then(nn.objectDense(2, 2), x);
      return then(nn.add(), sum, then(nn.relu(), sum));
    });
    const nodes = planNodes(network, [2, 5]);
    expect(nodes.map((node) => node.rectified ?? false)).toEqual([false, false, false]);
    expect(nodes.length).toBe(3);
  });
});
