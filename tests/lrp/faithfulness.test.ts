import { makeRng, takeRows, tensor, type Rng } from "phaselens/core";
import {
  attribute,
  featureFlipping,
  gradient,
  gradientTimesInput,
  layerwise,
  noiseSensitivity,
  parameterRandomisation,
  recommended,
  uniform,
  wSquare,
  zPlus,
  type AttributionMethod,
} from "phaselens/lrp";
import {
  dense,
  pack,
  relu,
  sequential,
  softmaxCrossEntropy,
  train,
  transformerEncoder,
} from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { problems, randomTensor } from "../support/models.js";

describe("feature flipping of y = 4 x₀ + 2 x₁ + x₂", () => {
  const network = sequential([dense(3, 1)]);
  const theta = Float64Array.of(4, 2, 1, 0);
  const x = tensor([1, 3], [1, 1, 1]);
  const found = attribute(network, theta, x, gradientTimesInput());
  const flip = (options = {}) =>
    featureFlipping(network, theta, x, found.at[0], {
      coefficients: found.coefficients,
      ...options,
    });

  it("follows the curve written out", () => {
    const curve = flip();
    expectAllClose(curve.fraction, [0, 1 / 3, 2 / 3, 1]);
    expectAllClose(curve.score, [7, 3, 1, 0]);
    expect(curve.area).toBeCloseTo((5 + 2 + 0.5) / 3, 12);
    expectAllClose(flip({ order: "ascending" }).score, [7, 6, 4, 0]);
    expectAllClose(flip({ regions: [[0, 2], [1]] }).score, [7, 2, 0]);
    expectAllClose(flip({ baseline: tensor([3], [2, 2, 2]) }).score, [7, 11, 13, 14]);
    expectAllClose(flip({ steps: 1 }).score, [7, 0]);
  });
  it("in random order does not depend on the machine, and is one of six", () => {
    const [a, b] = [0, 1].map(() => flip({ order: { random: makeRng(4) } }).score);
    expect(a).toEqual(b);
    expect([3, 5, 6]).toContain(a[1]);
  });
  it("refuses what does not fit", () => {
    expect(() =>
      featureFlipping(network, theta, x, tensor([1, 2]), { coefficients: found.coefficients }),
    ).toThrow(/relevance must have the shape of x \[1,3\], got \[1,2\]/);
    expect(() => flip({ coefficients: tensor([1, 2]) })).toThrow(
      /coefficients must have shape \[1, 1\], got \[1,2\]/,
    );
    expect(() => flip({ steps: 0 })).toThrow(/steps must be a whole number/);
  });
});

describe("feature flipping of a network", () => {
  it("falls faster by relevance than in random order, and faster there than from the least relevant on", () => {
    const {
      network,
      theta,
      samples: { x },
    } = problems["relu perceptron, three classes"](2);
    const found = attribute(network, theta, x, gradientTimesInput());
    const area = (
      order: "descending" | "ascending" | { random: ReturnType<typeof makeRng> },
    ): number =>
      featureFlipping(network, theta, x, found.at[0], { coefficients: found.coefficients, order })
        .area;
    const random = Array.from({ length: 20 }, (_, k) => area({ random: makeRng(k) })).reduce(
      (a, b) => a + b / 20,
      0,
    );
    expect(area("descending")).toBeLessThan(random);
    expect(random).toBeLessThan(area("ascending"));
  });
});

describe("parameter randomisation", () => {
  const {
    network,
    theta,
    samples: { x },
  } = problems["relu perceptron, three classes"](4);
  /** Explains the input, whatever the network. */
  const blind: AttributionMethod = {
    name: "blind",
    inputOnly: true,
    prepare(problem) {
      const inner = gradient().prepare(problem);
      return {
        ...inner,
        relevance: [inner.relevance[0]],
        run: (values, batch, start, from) => {
          inner.run(values, batch, start, from);
          inner.relevance[0].set(values);
        },
      };
    },
  };
  it("leaves a method that does not look at the network unmoved, and moves the gradient", () => {
    const rows = parameterRandomisation(network, theta, x, blind, { rng: makeRng(1) });
    expect(rows.map((row) => row.node)).toEqual([4, 2, 0]);
    for (const row of rows)
      expect(row).toMatchObject({
        correlation: expect.closeTo(1, 12),
        absoluteCorrelation: expect.closeTo(1, 12),
        notComparable: 0,
      });
    expect(
      parameterRandomisation(network, theta, x, gradient(), { rng: makeRng(1) })[2].correlation,
    ).toBeLessThan(0.9);
  });
  it("one layer at a time agrees with the cascade in its first row only", () => {
    const [cascading, independent] = (["cascading", "independent"] as const).map((mode) =>
      parameterRandomisation(network, theta, x, gradient(), { rng: makeRng(1), mode }),
    );
    expect(independent[0]).toEqual(cascading[0]);
    expect(independent[2]).not.toEqual(cascading[2]);
  });
  it("shows that w² in a single layer does not see the data: nothing can be ranked when relevance vanishes", () => {
    const dead = sequential([dense(3, 2), relu(), dense(2, 2)]);
    const rows = parameterRandomisation(
      dead,
      new Float64Array(dead.parameterCount),
      randomTensor([4, 3], 1),
      layerwise(uniform(zPlus, { first: wSquare })),
      { rng: makeRng(1) },
    );
    for (const row of rows)
      expect(row).toMatchObject({ correlation: 0, absoluteCorrelation: 0, notComparable: 4 });
  });
});

describe("sensitivity to noise", () => {
  it("of gradient × input through a linear layer is that of the input", () => {
    // ‖δ∘w‖ / ‖x∘w‖ with w = 1: relative length of the noise, here 3 copies drawn again by hand
    const network = sequential([dense(4, 1)]);
    const theta = Float64Array.of(1, 1, 1, 1, 0);
    const x = randomTensor([2, 4], 1);
    const found = noiseSensitivity(network, theta, x, gradientTimesInput(), {
      noise: 0.1,
      rng: makeRng(7),
      copies: 3,
    });
    for (let n = 0; n < 2; n++) {
      const stream = makeRng(7).fork(`noiseSensitivity/sample ${n}`);
      const length = Math.hypot(...x.data.slice(4 * n, 4 * n + 4));
      const changes = [0, 1, 2].map(
        () => Math.hypot(...[0, 1, 2, 3].map(() => 0.1 * stream.normal())) / length,
      );
      expect(found.largest[n]).toBeCloseTo(Math.max(...changes), 12);
      expect(found.average[n]).toBeCloseTo((changes[0] + changes[1] + changes[2]) / 3, 12);
    }
  });
  it("without noise is 0; samples without relevance are counted, not divided by", () => {
    const {
      network,
      theta,
      samples: { x },
    } = problems["relu perceptron, three classes"](4);
    expect(
      Math.max(
        ...noiseSensitivity(network, theta, x, gradient(), { noise: 0, rng: makeRng(1), copies: 2 })
          .largest,
      ),
    ).toBe(0);
    const none = noiseSensitivity(network, new Float64Array(theta.length), x, gradient(), {
      noise: 0.1,
      rng: makeRng(1),
      copies: 2,
    });
    expect(none.withoutRelevance).toBe(5);
    expect(Array.from(none.largest)).toEqual([0, 0, 0, 0, 0]);
  });
  it("keeps explaining the same outputs", () => {
    const {
      network,
      theta,
      samples: { x },
    } = problems["relu perceptron, three classes"](4);
    const far = noiseSensitivity(network, theta, x, gradient(), {
      noise: 1e-9,
      rng: makeRng(1),
      copies: 5,
    });
    expect(Math.max(...far.largest)).toBeLessThan(1e-6);
  });
});

describe("in a trained transformer", () => {
  // sets of three to eight objects; the class is whether Σ x₀⁺ x₁⁺ is larger than usual
  const [features, slots, count] = [4, 8, 240];
  const network = transformerEncoder({
    sets: { tracks: [features, slots] },
    width: 8,
    heads: 2,
    layers: 1,
    feedForward: 16,
    after: [8],
  });
  const rng = makeRng(1, "sets");
  const tracks = tensor([count, features, slots]);
  const mask = tensor([count, 1, slots]);
  const target = tensor([count, 2]);
  for (let n = 0; n < count; n++) {
    const there = 3 + Math.floor(6 * rng.uniform());
    let sum = 0;
    for (let o = 0; o < there; o++) {
      mask.data[n * slots + o] = 1;
      const own = Array.from({ length: features }, () => rng.normal());
      own.forEach((one, f) => (tracks.data[(n * features + f) * slots + o] = one));
      sum += Math.max(own[0], 0) * Math.max(own[1], 0) - 0.16;
    }
    target.data[2 * n + (sum > 0 ? 1 : 0)] = 1;
  }
  const x = pack(network, { tracks, tracks_mask: mask });
  const { theta } = train(
    network,
    { x, target },
    { loss: softmaxCrossEntropy, l2: 1e-4, epochs: 20, rng: makeRng(1) },
  );

  it("what is recommended finds what tells, most relevant entries first, and least relevant last", () => {
    const few = takeRows(
      x,
      Array.from({ length: 40 }, (_, n) => n),
    );
    const coefficients = tensor(
      [40, 2],
      Array.from({ length: 80 }, (_, p) => 2 * target.data[p] - 1),
    );
    const method = layerwise(recommended);
    const found = attribute(network, theta, few, method, { start: { weights: coefficients } });
    const area = (order: "descending" | "ascending" | { random: Rng }): number =>
      featureFlipping(network, theta, few, found.at[0], { coefficients, order }).area;
    const random = [1, 2, 3].map((seed) => area({ random: makeRng(seed) }));
    expect(area("descending")).toBeLessThan(Math.min(...random));
    expect(area("ascending")).toBeGreaterThan(Math.max(...random));
  }, 60_000);
});
