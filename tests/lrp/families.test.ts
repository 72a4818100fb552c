import { makeRng, tensor, type Tensor } from "phaselens/core";
import {
  attribute,
  deepLift,
  epsilon,
  gradient,
  gradientTimesInput,
  integratedGradients,
  layerwise,
  occlusion,
  patches,
  smoothGrad,
  uniform,
  type AttributionMethod,
} from "phaselens/lrp";
import * as nn from "phaselens/nn";
import { dense, predict, relu, reshape, sequential, tanh, type Network } from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { problems, randomTensor } from "../support/models.js";

/** f_n = Σ_k c_k y_k. */
function scores(network: Network, theta: Float64Array, x: Tensor, c: Tensor): number[] {
  const y = predict(network, theta, x).data;
  const outputs = c.shape[1];
  return Array.from({ length: x.shape[0] }, (_, n) => {
    let sum = 0;
    for (let k = 0; k < outputs; k++) sum += c.data[n * outputs + k] * y[n * outputs + k];
    return sum;
  });
}

describe.each(Object.keys(problems))("%s", (name) => {
  const {
    network,
    theta,
    samples: { x },
  } = problems[name](5);
  const run = (method: AttributionMethod, batch = 3) =>
    attribute(network, theta, x, method, { batch });
  const width = x.data.length / x.shape[0];
  const baseline = randomTensor(x.shape.slice(1), 8);
  const [samples] = x.shape;
  const c = run(gradient()).coefficients;
  const repeated: Tensor = { shape: x.shape, data: x.data.map((_, p) => baseline.data[p % width]) };

  it("gradient is the derivative of the score by central differences", () => {
    const found = run(gradient()).at[0].data;
    const h = 1e-6;
    for (const p of [0, 1, width - 1]) {
      const moved = [h, -h].map((step) =>
        scores(
          network,
          theta,
          { shape: x.shape, data: x.data.map((v, q) => (q % width === p ? v + step : v)) },
          c,
        ),
      );
      for (let n = 0; n < samples; n++)
        expect(found[n * width + p]).toBeCloseTo((moved[0][n] - moved[1][n]) / (2 * h), 6);
    }
  });

  it("gradient × input is their product at every value", () => {
    const at = Array.from({ length: network.nodes.length + 1 }, (_, v) => v);
    const [g, gx] = [gradient(), gradientTimesInput()].map((method) =>
      attribute(network, theta, x, method, { at }),
    );
    expectAllClose(
      gx.at[0].data,
      g.at[0].data.map((v, p) => v * x.data[p]),
    );
    expectAllClose(
      gx.at[at.length - 1].data,
      g.output.data.map((v, p) => v * c.data[p]),
    );
  });

  it("DeepLift sums to the difference from the baseline, at every layer that all paths cross", () => {
    const found = attribute(network, theta, x, deepLift({ baseline }), { batch: 2 });
    const [at, before] = [scores(network, theta, x, c), scores(network, theta, repeated, c)];
    for (let n = 0; n < samples; n++) {
      const sum = found.at[0].data.slice(n * width, (n + 1) * width).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(at[n] - before[n], 10);
      expect(found.missing![n]).toBeCloseTo(0, 10);
    }
  });

  it("integrated gradients come closer to completeness with more steps, and report what is missing", () => {
    const gaps = [20, 2000].map((steps) => {
      const found = run(integratedGradients({ baseline, steps }));
      const [at, before] = [scores(network, theta, x, c), scores(network, theta, repeated, c)];
      for (let n = 0; n < samples; n++) {
        const sum = found.at[0].data.slice(n * width, (n + 1) * width).reduce((a, b) => a + b, 0);
        expect(found.missing![n]).toBeCloseTo(at[n] - before[n] - sum, 10);
      }
      return Math.max(...found.missing!.map(Math.abs));
    });
    expect(gaps[1]).toBeLessThan(0.003);
    expect(gaps[1]).toBeLessThanOrEqual(gaps[0] + 1e-12);
  });

  it("occlusion is the fall of the score when an entry is replaced", () => {
    const found = run(occlusion({ baseline }), 4).at[0].data;
    const whole = scores(network, theta, x, c);
    for (let p = 0; p < width; p++) {
      const covered = scores(
        network,
        theta,
        { shape: x.shape, data: x.data.map((v, q) => (q % width === p ? baseline.data[p] : v)) },
        c,
      );
      for (let n = 0; n < samples; n++)
        expect(found[n * width + p]).toBeCloseTo(whole[n] - covered[n], 11);
    }
  });

  it("SmoothGrad without noise is the gradient, and does not depend on the batch with it", () => {
    expectAllClose(
      run(smoothGrad({ rng: makeRng(1), noise: 0 })).at[0].data,
      run(gradient()).at[0].data,
      { atol: 1e-11 },
    );
    const [a, b] = [1, 5].map(
      (batch) => run(smoothGrad({ rng: makeRng(1), noise: 0.2, copies: 3 }), batch).at[0].data,
    );
    expectAllClose(a, b);
  });
});

describe("networks of ReLU without biases", () => {
  const network = sequential([dense(6, 8), relu(), dense(8, 7), relu(), dense(7, 3)]);
  const theta = randomTensor([network.parameterCount], 1).data;
  for (const { layer, offset } of network.nodes) {
    if (layer.kind === "affine")
      theta.fill(
        0,
        offset! + layer.weightShape[0] * layer.weightShape[1],
        offset! + (layer.weightShape[1] + 1) * layer.weightShape[0],
      );
  }
  const x = randomTensor([9, 6], 2);

  it("LRP with ε → 0 is gradient × input; the difference shrinks with ε", () => {
    const wanted = attribute(network, theta, x, gradientTimesInput()).at[0].data;
    const difference = (e: number): number => {
      const found = attribute(network, theta, x, layerwise(uniform(epsilon(e)))).at[0].data;
      return Math.max(...found.map((v, p) => Math.abs(v - wanted[p])));
    };
    expect(difference(0)).toBeLessThan(1e-11);
    expect(difference(1e-6)).toBeLessThan(1e-3);
    expect(difference(1e-6)).toBeGreaterThan(1e-9);
  });

  it("integrated gradients from 0 are gradient × input, exactly", () => {
    expectAllClose(
      attribute(network, theta, x, integratedGradients({ steps: 3 })).at[0].data,
      attribute(network, theta, x, gradientTimesInput()).at[0].data,
      { atol: 1e-11 },
    );
  });
});

describe("DeepLift", () => {
  it("has multipliers of the activation's chord where the gradient saturates", () => {
    const network = sequential([dense(1, 1), tanh()]);
    const found = attribute(network, Float64Array.of(50, 0), tensor([1, 1], [1]), deepLift());
    expect(found.at[0].data[0]).toBeCloseTo(1, 12);
    expect(
      attribute(network, Float64Array.of(50, 0), tensor([1, 1], [1]), gradientTimesInput()).at[0]
        .data[0],
    ).toBeLessThan(1e-30);
  });
  it("of the baseline itself is 0", () => {
    const { network, theta, samples } =
      problems["conv1d with both poolings (Dawid, Fig. 7a, in small)"](1);
    const one = tensor([1, 1, 26], samples.x.data.slice(0, 26));
    const found = attribute(network, theta, one, deepLift({ baseline: tensor([1, 26], one.data) }));
    expect(found.at[0].data.every((v) => v === 0)).toBe(true);
  });
});

describe("SmoothGrad", () => {
  it("approaches the mean gradient under noise", () => {
    // ⟨d tanh/dx⟩ under normal noise of width .3 · (max − min) = .6: 400 copies, 5 standard errors
    // (false alarms 6e-7)
    const network = sequential([dense(2, 1), tanh()]);
    const x = tensor([1, 2], [1, -1]);
    const found = attribute(
      network,
      Float64Array.of(1, 0.5, 0),
      x,
      smoothGrad({ rng: makeRng(3), noise: 0.3, copies: 400 }),
      { start: { output: 0 } },
    ).at[0].data[0];
    let [mean, square, weight] = [0, 0, 0];
    const width = 0.6 * Math.sqrt(1.25);
    for (let z = -6; z <= 6; z += 0.01) {
      const d = 1 - Math.tanh(0.5 + width * z) ** 2;
      const p = Math.exp((-z * z) / 2);
      mean += p * d;
      square += p * d * d;
      weight += p;
    }
    const deviation = Math.sqrt(square / weight - (mean / weight) ** 2);
    expect(Math.abs(found - mean / weight)).toBeLessThan((5 * deviation) / Math.sqrt(400));
  });
});

describe("occlusion of patches", () => {
  it("shares the fall among the entries of a block", () => {
    const {
      network,
      theta,
      samples: { x },
    } = problems["conv2d, strided and padded"](2);
    const regions = patches([2, 6, 4], 3);
    expect(regions.map((region) => region.length)).toEqual([18, 6, 18, 6]);
    expect(Array.from(regions[1])).toEqual([3, 7, 11, 27, 31, 35]);
    const found = attribute(network, theta, x, occlusion({ regions }));
    const covered = {
      shape: x.shape,
      data: x.data.map((v, p) => (Array.from(regions[1]).includes(p % 48) ? 0 : v)),
    };
    const [whole, without] = [x, covered].map((values) =>
      scores(network, theta, values, found.coefficients),
    );
    for (let n = 0; n < 5; n++)
      expect(found.at[0].data[n * 48 + 27] * 6).toBeCloseTo(whole[n] - without[n], 11);
  });
});

describe("settings that mean nothing", () => {
  const run =
    (method: AttributionMethod, at = [0]) =>
    () =>
      attribute(sequential([dense(2, 1)]), new Float64Array(3), randomTensor([1, 2], 1), method, {
        at,
      });
  it("are refused", () => {
    expect(() => integratedGradients({ steps: 0 })).toThrow(
      /steps is 0; it must be a whole number ≥ 1/,
    );
    expect(() => smoothGrad({ rng: makeRng(1), noise: -1 })).toThrow(
      /noise is -1; it must be a finite number ≥ 0/,
    );
    expect(() => smoothGrad({ rng: makeRng(1), copies: 0.5 })).toThrow(
      /copies is 0.5; it must be a whole number/,
    );
    expect(run(deepLift({ baseline: randomTensor([3], 1) }))).toThrow(
      /the baseline must have the shape of one sample \[2\], got \[3\]/,
    );
    expect(run(occlusion({ regions: [[2]] }))).toThrow(
      /region 0 names entry 2; there are no others than 0 … 1/,
    );
    expect(() => occlusion({ regions: [[]] })).toThrow(/regions\[0\] has 0 entries/);
    expect(() => occlusion({ regions: [] })).toThrow(/regions has 0 entries/);
    expect(run(integratedGradients(), [1])).toThrow(
      /integrated gradients, 50 steps explains the input alone, value 1 was asked for/,
    );
    expect(() => patches([4], 2)).toThrow(
      /samples must have shape \[channels, …space\], got \[4\]/,
    );
  });
});

describe("relevance that no number is", () => {
  const { operations: op } = nn;
  // lengths of two objects of three features
  const lengths = nn.graph((x, then) =>
    then(
      op.mathFunction("sqrt"),
      then(op.sumAlong([0]), then(op.power(2), then(reshape([3, 2]), x))),
    ),
  );
  const inverse = sequential([op.mathFunction("log")]);
  const none = new Float64Array(0);

  it("does not come of the length of an object that is padded with zeros", () => {
    const x = tensor([1, 6], [3, 0, 4, 0, 0, 0]);
    for (const method of [gradientTimesInput(), deepLift(), integratedGradients()]) {
      const { at } = attribute(lengths, none, x, method, { start: { output: 1 } });
      expect(at[0].data.every(Number.isFinite)).toBe(true);
    }
  });

  it("is refused where a slope is infinite, by every method that has slopes", () => {
    for (const method of [gradientTimesInput(), gradient(), deepLift()])
      expect(() => attribute(inverse, none, tensor([2, 1], [1, 0]), method)).toThrow(
        /entry 0 of sample [01] has relevance (NaN|-?Infinity): a slope on the way is infinite/,
      );
  });
});
