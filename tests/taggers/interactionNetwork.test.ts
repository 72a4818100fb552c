import { neubauer2022 } from "phaselens/papers";
import { makeRng, oneHot, tensor } from "phaselens/core";
import {
  epsilon,
  gradientTimesInput,
  attribute,
  relevance,
  withoutBias,
  zPlus,
  type RelevanceRule,
} from "phaselens/lrp";
import {
  activations,
  dense,
  describeNetwork,
  edges,
  globalSum,
  kaimingNormal,
  makeEvaluator,
  objectDense,
  perSampleGradients,
  predict,
  relu,
  riskAndGradient,
  segmentSum,
  sequential,
  slice,
  softmaxCrossEntropy,
  train,
  adam,
  type Network,
} from "phaselens/nn";
import { hiddenBiases, interactionNetwork } from "phaselens/taggers";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";
import { describeWithReference } from "../support/reference.js";
import { readReference } from "./reference.js";
import { networkFrom } from "phaselens/internal/nn/network/description";

const sizes = {
  hidden: 7,
  edge: 3,
  object: 5,
  tracks: 6,
  trackFeatures: 4,
  vertices: 3,
  vertexFeatures: 2,
} as const;
const width = 6 * 4 + 3 * 2;

/** Jets whose last tracks and vertices are empty: none, some, all but one, all. */
function paddedJets(n: number, seed: number): Float64Array {
  const x = randomTensor([n, width], seed).data;
  for (let jet = 0; jet < n; jet++) {
    const [tracks, vertices] = [[6, 4, 1, 0][jet % 4], [3, 0, 1, 2][jet % 4]];
    for (let k = 0; k < 4; k++) for (let t = tracks; t < 6; t++) x[jet * width + k * 6 + t] = 0;
    for (let k = 0; k < 2; k++)
      for (let v = vertices; v < 3; v++) x[jet * width + 24 + k * 3 + v] = 0;
  }
  return x;
}

const parameters = (network: Network, seed: number): Float64Array => {
  const rng = makeRng(seed, "biases");
  return kaimingNormal(network, makeRng(seed)).map((v) => 0.7 * (v === 0 ? rng.normal() : v));
};

/** Logits of one jet, pair by pair, straight from the definition. */
function naive(theta: Float64Array, x: Float64Array): number[] {
  let at = 0;
  const layer = (inputs: number, outputs: number, rectify = true) => {
    const [w, b] = [at, at + inputs * outputs];
    at = b + outputs;
    return (v: readonly number[]): number[] =>
      Array.from({ length: outputs }, (_, j) => {
        const z = v.reduce(
          (sum, value, k) => sum + theta[w + j * inputs + k] * value,
          theta[b + j],
        );
        return rectify ? Math.max(0, z) : z;
      });
  };
  const chain =
    (...layers: ((v: readonly number[]) => number[])[]) =>
    (v: readonly number[]): number[] =>
      layers.reduce((value, one) => one(value), [...v]);
  const pp = chain(layer(8, 7), layer(7, 7), layer(7, 3));
  const vp = chain(layer(6, 7), layer(7, 7), layer(7, 3));
  const objects = chain(layer(10, 7), layer(7, 7), layer(7, 5));
  const last = layer(5, 2, false);
  const tracks = Array.from({ length: 6 }, (_, t) =>
    Array.from({ length: 4 }, (_unused, k) => x[k * 6 + t]),
  );
  const vertices = Array.from({ length: 3 }, (_, v) =>
    Array.from({ length: 2 }, (_unused, k) => x[24 + k * 3 + v]),
  );
  const sum = (lists: readonly (readonly number[])[]): number[] =>
    lists[0].map((_, j) => lists.reduce((total, list) => total + list[j], 0));
  return last(
    sum(
      tracks.map((own, r) =>
        objects([
          ...own,
          ...sum(tracks.filter((_, s) => s !== r).map((other) => pp([...own, ...other]))),
          ...sum(vertices.map((vertex) => vp([...own, ...vertex]))),
        ]),
      ),
    ),
  );
}

describe("the interaction network", () => {
  it("has the published numbers of parameters", () => {
    expect(interactionNetwork().parameterCount).toBe(25_554);
    const features = { trackFeatures: 18, vertexFeatures: 9 };
    expect(interactionNetwork({ ...features }).parameterCount).toBe(22_374);
    expect(
      interactionNetwork({ hidden: 32, edge: 16, object: 16, ...features }).parameterCount,
    ).toBe(8_498);
    expect(interactionNetwork({ hidden: 32, edge: 8, object: 8, ...features }).parameterCount).toBe(
      7_178,
    );
    expect(interactionNetwork({ hidden: 16, edge: 8, object: 8, ...features }).parameterCount).toBe(
      2_842,
    );
  });

  it.each([1, 2, 3])(
    "factorised and fused says what the naive sum over pairs says, padding or not (%i)",
    (seed) => {
      const network = interactionNetwork(sizes);
      const theta = parameters(network, seed);
      const x = tensor([8, width], paddedJets(8, seed));
      const z = predict(network, theta, x);
      for (let jet = 0; jet < 8; jet++)
        expectAllClose(
          z.data.subarray(2 * jet, 2 * jet + 2),
          naive(theta, x.data.subarray(jet * width, (jet + 1) * width)),
          { rtol: 1e-11 },
        );
      expectAllClose(activations(network, theta, x)[network.nodes.length].data, z.data, {
        rtol: 1e-11,
      });
    },
  );

  it.each([
    ["equal padding", paddedJets(8, 4)],
    ["no padding", randomTensor([8, width], 5).data],
  ])("fused gradients are those layer by layer (%s)", (_, data) => {
    const network = interactionNetwork(sizes);
    const theta = parameters(network, 6);
    const samples = {
      x: tensor([8, width], data),
      target: oneHot(
        Int32Array.from({ length: 8 }, (_unused, n) => n % 2),
        2,
      ),
    };
    const evaluator = makeEvaluator(network, [width], 8);
    evaluator.forward(theta, data, 8);
    const last = evaluator.values.length - 1;
    softmaxCrossEntropy.gradient(
      evaluator.values[last],
      samples.target.data,
      8,
      2,
      evaluator.gradients[last],
    );
    evaluator.backward(theta, 8);
    const expected = new Float64Array(8 * theta.length);
    evaluator.parameterGradientRows(8, expected, 0);
    expectAllClose(
      perSampleGradients(network, theta, samples, { loss: softmaxCrossEntropy }).data,
      expected,
      { rtol: 1e-10, atol: 1e-11 },
    );
    const { gradient } = riskAndGradient(network, theta, samples, { loss: softmaxCrossEntropy });
    expectAllClose(
      gradient,
      theta.map((_unused, p) =>
        expected.reduce((sum, v, q) => (q % theta.length === p ? sum + v / 8 : sum), 0),
      ),
      { rtol: 1e-9, atol: 1e-11 },
    );
  });

  it("does not care for the order of tracks or of vertices", () => {
    const network = interactionNetwork(sizes);
    const theta = parameters(network, 7);
    const x = randomTensor([1, width], 8);
    const [tracks, vertices] = [
      [3, 1, 5, 0, 2, 4],
      [2, 0, 1],
    ];
    const moved = x.data.map((_, p) =>
      p < 24
        ? x.data[Math.floor(p / 6) * 6 + tracks[p % 6]]
        : x.data[24 + Math.floor((p - 24) / 3) * 3 + vertices[(p - 24) % 3]],
    );
    expectAllClose(
      predict(network, theta, tensor([1, width], moved)).data,
      predict(network, theta, x).data,
      { rtol: 1e-11 },
    );
  });

  it("is rebuilt from its description", () => {
    const network = interactionNetwork(sizes);
    const again = networkFrom(describeNetwork(network));
    expect(again.parameterCount).toBe(network.parameterCount);
    const [theta, x] = [parameters(network, 9), randomTensor([2, width], 9)];
    expect(predict(again, theta, x).data).toEqual(predict(network, theta, x).data);
  });

  it("trains, with hidden biases at .1", () => {
    const network = interactionNetwork(sizes);
    const start = hiddenBiases(0.1)(network, makeRng(1));
    expect(Array.from(start.slice(8 * 7, 9 * 7))).toEqual(Array<number>(7).fill(0.1));
    const x = randomTensor([200, width], 10);
    const target = oneHot(
      Int32Array.from({ length: 200 }, (_, n) =>
        x.data[n * width] + x.data[n * width + 6] > 0 ? 1 : 0,
      ),
      2,
    );
    const result = train(
      network,
      { x, target },
      {
        loss: softmaxCrossEntropy,
        rng: makeRng(2),
        initialise: hiddenBiases(),
        optimiser: adam({ learningRate: 0.005 }),
        epochs: 40,
        batchSize: 20,
      },
    );
    expect(result.loss).toBeLessThan(0.4);
  });

  it("refuses counts that make no sense and samples of another size", () => {
    expect(() => interactionNetwork({ tracks: 1 })).toThrow(
      "tracks must be a whole number ≥ 2, got 1",
    );
    expect(() => interactionNetwork({ edge: 0 })).toThrow(
      "widths must be a whole number ≥ 1, got 0",
    );
    const network = interactionNetwork(sizes);
    expect(() => predict(network, parameters(network, 1), tensor([1, width - 1]))).toThrow(
      "flat with 30 entries or more",
    );
  });

  it("its layers refuse what does not fit", () => {
    const group = { start: 0, features: 2, objects: 1 };
    expect(() => edges(group, group, 3)).toThrow("one object makes no pairs");
    expect(() => slice({ ...group, start: -1 })).toThrow(
      "start of a group must be a whole number ≥ 0, got -1",
    );
    expect(() => objectDense(3, 0)).toThrow("positive whole numbers");
    expect(() => segmentSum(4).outputShape([[2, 6]])).toThrow("a multiple of 4");
  });
});

describe("relevance by the rule of Neubauer & Roy 2022", () => {
  it("is γ = 2 without bias, and the share of each summand at sums, entry by entry", () => {
    const network = sequential([
      segmentSum(3),
      objectDense(2, 2),
      relu(),
      globalSum(),
      dense(2, 1),
    ]);
    const [theta, x] = [parameters(network, 3), randomTensor([1, 2, 6], 4)];
    const { at } = relevance(network, theta, x, neubauer2022.composite, {
      start: { output: 0 },
      at: [0, 1, 2, 4, 5],
    });
    const values = activations(network, theta, x).map(({ data }) => data);
    /** Products of the sign of the output count three times. */
    const gammaRule = (
      input: number[],
      weights: number[][],
      outputs: number[],
      relevances: number[],
    ): number[] =>
      input.map((_, i) =>
        weights.reduce((sum, row, j) => {
          const favoured = row.map(
            (w, k) => w * input[k] * (w * input[k] * outputs[j] > 0 ? 3 : 1),
          );
          return sum + (favoured[i] / favoured.reduce((a, b) => a + b, 0)) * relevances[j];
        }, 0),
      );
    expectAllClose(
      at[4].data,
      gammaRule([...values[4]], [[theta[6], theta[7]]], [values[5][0]], [values[5][0]]),
      { rtol: 1e-10 },
    );
    for (let j = 0; j < 2; j++) {
      for (let t = 0; t < 2; t++)
        expect(at[2].data[2 * j + t]).toBeCloseTo(
          (values[3][2 * j + t] / (values[4][j] + 1e-5)) * at[4].data[j],
          12,
        );
    }
    for (let t = 0; t < 2; t++) {
      const weights = [
        [theta[0], theta[1]],
        [theta[2], theta[3]],
      ];
      const found = gammaRule(
        [values[1][t], values[1][2 + t]],
        weights,
        [values[2][t], values[2][2 + t]],
        [at[2].data[t], at[2].data[2 + t]],
      );
      expectAllClose([at[1].data[t], at[1].data[2 + t]], found, { rtol: 1e-10 });
      for (let c = 0; c < 2; c++) {
        const total = values[1][2 * c + t];
        for (let e = 0; e < 3; e++) {
          const own = x.data[6 * c + 3 * t + e];
          expect(at[0].data[6 * c + 3 * t + e]).toBeCloseTo(
            (own / (total + (total < 0 ? -1e-5 : 1e-5))) * at[1].data[2 * c + t],
            10,
          );
        }
      }
    }
  });
});

describeWithReference("the reference network of 509 parameters", () => {
  const { reference, network, theta, inputs } = readReference();
  const first = tensor([4, inputs.x.shape[1]], inputs.x.data.slice(0, 4 * inputs.x.shape[1]));
  const { P, S, N, V } = reference.dims;
  /** [jets, entries] as [jet][object][feature], of tracks and of vertices. */
  const byObject = (data: Float64Array): { track: number[]; sv: number[] } => {
    const [track, sv]: number[][] = [[], []];
    for (let jet = 0; jet < 4; jet++) {
      const at = jet * first.shape[1];
      for (let t = 0; t < N; t++) for (let k = 0; k < P; k++) track.push(data[at + k * N + t]);
      for (let v = 0; v < V; v++) for (let k = 0; k < S; k++) sv.push(data[at + P * N + k * V + v]);
    }
    return { track, sv };
  };

  it("gives its logits to 1e-9", () => {
    expect(network.parameterCount).toBe(reference.n_params);
    expectAllClose(predict(network, theta, inputs.x).data, reference.logits.flat(), {
      rtol: 1e-9,
      atol: 1e-12,
    });
  });

  const rules: Record<string, RelevanceRule> = {
    "eps_1e-6_bias": epsilon(1e-6),
    "eps_0.1_bias": epsilon(0.1),
    "eps_0.1_nobias": withoutBias(epsilon(0.1)),
    zplus: zPlus,
  };
  it.each(Object.keys(rules).flatMap((rule) => [0, 1].map((target) => [rule, target] as const)))(
    "gives its relevance by %s of output %i to 1e-9",
    (rule, target) => {
      // proportional through sums
      const composite = { name: rule, rules: { dense: rules[rule], sum: epsilon(0) } };
      const found = byObject(
        relevance(network, theta, first, composite, { start: { output: target } }).at[0].data,
      );
      const { track, sv } = reference.lrp_first4[`${rule}_target${target}`];
      expectAllClose(found.track, track.flat(2), { rtol: 1e-9, atol: 1e-12 });
      expectAllClose(found.sv, sv.flat(2), { rtol: 1e-9, atol: 1e-12 });
    },
  );

  it("by ε = 1e-6, proportional through sums, relevance is gradient × input to 2.5e-5", () => {
    const start = { start: { output: 1 } } as const;
    const product = attribute(network, theta, first, gradientTimesInput(), start).at[0].data;
    const { track, sv } = reference.gradxinput_target1;
    expectAllClose(byObject(product).track, track.flat(2), { rtol: 1e-9, atol: 1e-12 });
    expectAllClose(byObject(product).sv, sv.flat(2), { rtol: 1e-9, atol: 1e-12 });
    const composite = { name: "ε", rules: { dense: epsilon(1e-6), sum: epsilon(0) } };
    expectAllClose(relevance(network, theta, first, composite, start).at[0].data, product, {
      rtol: 0,
      atol: 2.5e-5,
    });
  });
});
