import { makeRng, row, size, takeRows, tensor, type Shape } from "phaselens/core";
import {
  add,
  conv1d,
  dense,
  describeNetwork,
  elementwise,
  flatten,
  graph,
  kaimingNormal,
  losses,
  maxPool,
  meanSquaredError,
  perSampleGradients,
  predict,
  relu,
  riskAndGradient,
  sequential,
  softmaxCrossEntropy,
  tanh,
  train,
  type Layer,
  type Network,
  type OwnLayer,
  type Samples,
} from "phaselens/nn";
import {
  exactHessian,
  gaussNewton,
  kroneckerCurvature,
  lossesAt,
  riskHessian,
} from "phaselens/hessian";
import { attribute, deepLift, gradientTimesInput, relevance, uniform, zPlus } from "phaselens/lrp";
import { saveTfjsModel } from "phaselens/interop";
import { marginHead } from "phaselens/taggers";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";
import { axpy } from "phaselens/internal/core/tensor";
import { layerFamily } from "phaselens/internal/lrp/rules/composite";
import { inputGradients } from "phaselens/internal/nn/losses/risk";
import { riskHvp } from "phaselens/internal/nn/losses/riskProducts";

/**
 * y_f = sin(a_f u_f) v_f + b, of two inputs of one shape: nonlinear in both and in its own
 * parameters a [width] and b [1], so that every product of a step is needed and none is the
 * transpose of itself by accident.
 */
function gate(width: number): OwnLayer {
  return {
    kind: "own",
    name: `gate(${width})`,
    arity: [2, 2],
    parameters: [
      { role: "weight", shape: [width], start: 1 },
      { role: "bias", shape: [1] },
    ],
    outputShape: ([u]) => u,
    prepare: () => ({
      forward({ x: [u, v], y, theta }, batch) {
        for (let p = 0; p < batch * width; p++)
          y[p] = Math.sin(theta[p % width] * u[p]) * v[p] + theta[width];
      },
      push({ x: [u, v], theta }, { x: [du, dv], y: dy }, batch) {
        for (let p = 0; p < batch * width; p++) {
          const a = theta[p % width];
          dy[p] = a * Math.cos(a * u[p]) * v[p] * du[p] + Math.sin(a * u[p]) * dv[p];
        }
      },
      pull({ x: [u, v], theta }, g, k, gx, batch) {
        for (let p = 0; p < batch * width; p++) {
          const a = theta[p % width];
          gx[p] = g[p] * (k === 0 ? a * Math.cos(a * u[p]) * v[p] : Math.sin(a * u[p]));
        }
      },
      bend({ x: [u, v], theta }, { x: [du, dv], theta: dtheta }, g, k, gx, batch) {
        for (let p = 0; p < batch * width; p++) {
          const [a, da] = [theta[p % width], dtheta[p % width]];
          const [sin, cos, dphase] = [
            Math.sin(a * u[p]),
            Math.cos(a * u[p]),
            a * du[p] + da * u[p],
          ];
          gx[p] =
            g[p] *
            (k === 0 ? da * cos * v[p] - a * sin * dphase * v[p] + a * cos * dv[p] : cos * dphase);
        }
      },
      parameters: {
        push({ x: [u, v], theta }, { theta: dtheta }, dy, batch) {
          for (let p = 0; p < batch * width; p++) {
            const f = p % width;
            dy[p] = Math.cos(theta[f] * u[p]) * u[p] * v[p] * dtheta[f] + dtheta[width];
          }
        },
        pull({ x: [u, v], theta }, g, out, place, first, count) {
          for (let p = first * width; p < (first + count) * width; p++) {
            const f = p % width;
            out[place + f] += g[p] * Math.cos(theta[f] * u[p]) * u[p] * v[p];
            out[place + width] += g[p];
          }
        },
        bend({ x: [u, v], theta }, { x: [du, dv], theta: dtheta }, g, out, place, batch) {
          for (let p = 0; p < batch * width; p++) {
            const f = p % width;
            const [a, sin, cos] = [theta[f], Math.sin(theta[f] * u[p]), Math.cos(theta[f] * u[p])];
            const dphase = a * du[p] + dtheta[f] * u[p];
            out[place + f] +=
              g[p] * (-sin * dphase * u[p] * v[p] + cos * (du[p] * v[p] + u[p] * dv[p]));
          }
        },
      },
    }),
  };
}

const networks: Record<string, [Network, Shape]> = {
  "alone, on the input itself": [graph((input, then) => then(gate(3), input, input)), [3]],
  "between dense layers": [
    graph((input, then) => {
      const h = then(dense(2, 4), input);
      return then(dense(4, 3), then(gate(4), then(tanh(), h), then(dense(2, 4), input)));
    }),
    [2],
  ],
  "on one value twice, its parameters used again": [
    graph((input, then, again) => {
      const h = then(dense(2, 3), input);
      const once = then(gate(3), h, h);
      return then(dense(3, 3), then(add(), again(once, then(relu(), h), once), h));
    }),
    [2],
  ],
  "behind a convolution": [
    graph((input, then) => {
      const h = then(conv1d(1, 2, 3), input);
      return then(dense(6, 3), then(flatten(), then(gate(6), h, then(tanh(), h))));
    }),
    [1, 5],
  ],
};

// balances truncation of central differences against rounding
const STEP = Math.cbrt(Number.EPSILON);

function central(
  at: Float64Array,
  value: (at: Float64Array) => Float64Array | number,
  direction?: Float64Array,
): Float64Array {
  const difference = (v: Float64Array): Float64Array => {
    const [up, down] = [at.slice(), at.slice()];
    axpy(STEP, v, up);
    axpy(-STEP, v, down);
    const [above, below] = [value(up), value(down)].map((one) =>
      typeof one === "number" ? Float64Array.of(one) : one,
    );
    return above.map((one, p) => (one - below[p]) / (2 * STEP));
  };
  if (direction) return difference(direction);
  return at.map((_, p) => difference(at.map((_unused, q) => Number(p === q)))[0]);
}

describe.each(Object.entries(networks))("a layer of one's own, %s", (_, [network, input]) => {
  const samples: Samples = {
    x: randomTensor([5, ...input], 1),
    target: tensor(
      [5, 3],
      Array.from({ length: 15 }, (_unused, p) => Number(p % 3 === p % 2)),
    ),
  };
  const theta = randomTensor([network.parameterCount], 2).data;
  const options = { loss: meanSquaredError, l2: 0.2 };
  const gradientAt = (at: Float64Array): Float64Array =>
    riskAndGradient(network, at, samples, options).gradient;

  it("has the gradient of its risk", () => {
    const differences = central(theta, (at) => riskAndGradient(network, at, samples, options).risk);
    expectAllClose(gradientAt(theta), differences, { rtol: 1e-6, atol: 1e-8 });
  });

  it("has gradients of its samples, whose mean that is", () => {
    const rows = perSampleGradients(network, theta, samples, { loss: meanSquaredError });
    for (let n = 0; n < 5; n++) {
      const one = { x: takeRows(samples.x, [n]), target: takeRows(samples.target, [n]) };
      expectAllClose(
        row(rows, n),
        riskAndGradient(network, theta, one, { loss: meanSquaredError }).gradient,
        { rtol: 1e-11, atol: 1e-13 },
      );
    }
  });

  it("has Hessian-vector products", () => {
    const v = randomTensor([theta.length], 3).data;
    expectAllClose(riskHvp(network, theta, samples, v, options), central(theta, gradientAt, v), {
      rtol: 1e-6,
      atol: 1e-7,
    });
    const operator = riskHessian(network, theta, samples, options);
    expectAllClose(operator.apply(v), riskHvp(network, theta, samples, v, options), {
      rtol: 1e-12,
    });
  });

  it("has an exact Hessian, by products", () => {
    const { route, obstacle, data } = exactHessian(network, theta, samples, options);
    expect([route, obstacle]).toEqual([
      "products",
      expect.stringMatching(/gate\(\d\), node \d, is of a kind that no segment leads through/),
    ]);
    const P = theta.length;
    for (let p = 0; p < P; p++) {
      const unit = theta.map((_unused, q) => Number(p === q));
      expectAllClose(
        data.subarray(p * P, (p + 1) * P),
        riskHvp(network, theta, samples, unit, options),
        { rtol: 1e-9, atol: 1e-12 },
      );
    }
  });

  it("has input gradients, and with them gradient × input", () => {
    const gradients = inputGradients(network, theta, samples, meanSquaredError);
    const differences = central(samples.x.data, (x) =>
      losses(
        meanSquaredError,
        predict(network, theta, tensor(samples.x.shape, x)),
        samples.target,
      ).reduce((sum, one) => sum + one, 0),
    );
    expectAllClose(gradients.data, differences, { rtol: 1e-6, atol: 1e-8 });
    expect(attribute(network, theta, samples.x, gradientTimesInput()).at[0].shape).toEqual(
      samples.x.shape,
    );
  });

  it("is trained", () => {
    const start = kaimingNormal(network, makeRng(1));
    const trained = train(network, samples, {
      loss: meanSquaredError,
      theta: start,
      epochs: 30,
      rng: makeRng(2),
      clip: 1,
      stuck: false,
    });
    expect(trained.loss).toBeLessThan(
      riskAndGradient(network, start, samples, { loss: meanSquaredError }).risk,
    );
  });

  it("does not travel, and is not guessed at by rules of relevance", async () => {
    const thetas = tensor([130, theta.length]);
    expect(() => describeNetwork(network)).toThrow(/"gate\(\d\)" is no layer of this library/);
    await expect(lossesAt(network, thetas, samples, meanSquaredError, { jobs: 2 })).rejects.toThrow(
      "Compute in this thread (jobs: 1).",
    );
    await expect(
      lossesAt(network, thetas, samples, meanSquaredError, { jobs: 1 }),
    ).resolves.toMatchObject({ shape: [130, 5] });
    expect(() => relevance(network, theta, samples.x, uniform(zPlus))).toThrow(
      /there is no rule for the layer gate/,
    );
    expect(() => attribute(network, theta, samples.x, deepLift())).toThrow(
      /deepLift: there is no rule for the layer gate/,
    );
    expect(() => kroneckerCurvature(network, theta, samples, options)).toThrow(
      /has no factors|shares parameters/,
    );
  });

  it("is trained in single precision as in double", () => {
    const [single, double] = (["float32", "float64"] as const).map(
      (precision) =>
        train(network, samples, {
          loss: meanSquaredError,
          theta,
          epochs: 5,
          rng: makeRng(1),
          stuck: false,
          precision,
        }).theta,
    );
    expectAllClose(single, double, { rtol: 1e-4, atol: 1e-5 });
  });
});

describe("a layer of one's own", () => {
  it("starts from what it says", () => {
    expect(
      Array.from(
        kaimingNormal(
          graph((input, then) => then(gate(3), input, input)),
          makeRng(1),
        ),
      ),
    ).toEqual([1, 1, 1, 0]);
  });

  it("gets the number of inputs that it takes, and a step", () => {
    expect(() => graph((input, then) => then(gate(2), input))).toThrow(
      "graph: gate(2) takes 2 to 2 inputs, got 1.",
    );
    const { prepare: _, ...without } = gate(2);
    const network = graph((input, then) => then(without as Layer, input, input));
    expect(() => predict(network, new Float64Array(3), tensor([1, 2]))).toThrow(
      "makeEvaluator: the layer gate(2) has no step of its own.",
    );
    const odd = { ...gate(2), kind: "odd" } as never;
    expect(() => sequential([odd])).toThrow(
      'graph: gate(2) is of the unknown kind "odd". Use one of merge, pooling, affine,',
    );
  });

  it("changed in JavaScript into a mode that there is not is refused where the network is made", () => {
    const merged = { ...add(), mode: "multiply" } as never;
    expect(() => graph((input, then) => then(merged, input, input))).toThrow(
      /the mode of add is "multiply"; it must be "add" or "concat"/,
    );
    const pooled = { ...maxPool(2), mode: "median" } as never;
    expect(() => sequential([pooled])).toThrow(
      /is "median"; it must be "maximum", "average" or "sum"/,
    );
  });

  it("has no family of relevance rules, and neither has a kind that there is not", () => {
    expect(() => layerFamily(gate(2))).toThrow("there is no rule for the layer gate(2)");
    expect(() => layerFamily({ ...gate(2), kind: "odd" } as never)).toThrow(/unknown kind "odd"/);
  });
});

describe("a function of one entry of one's own", () => {
  it("is its three functions, with a step or without", () => {
    const cube = elementwise(
      "cube",
      (x) => x ** 3,
      (x) => 3 * x * x,
      (x) => 6 * x,
    );
    const { prepare: _, ...bare } = cube;
    const samples = { x: randomTensor([4, 2], 1), target: randomTensor([4, 1], 2) };
    const options = { loss: meanSquaredError };
    const [, ...found] = [cube, bare].map((layer) => {
      const network = sequential([dense(2, 3), layer, dense(3, 1)]);
      const theta = randomTensor([network.parameterCount], 3).data;
      const v = randomTensor([theta.length], 4).data;
      const product = riskHvp(network, theta, samples, v, options);
      expectAllClose(
        product,
        central(theta, (at) => riskAndGradient(network, at, samples, options).gradient, v),
        { rtol: 1e-6, atol: 1e-7 },
      );
      return product;
    });
    expect(found).toHaveLength(1);
  });
});

describe("parameters that nodes share", () => {
  // one perceptron on both halves of the input, and twice in a row: the recurrence of two steps
  const shared = graph((input, then, again) => {
    const first = then(dense(3, 3), input);
    const second = again(first, then(tanh(), first));
    return then(dense(3, 2), then(add(), second, again(first, then(tanh(), second))));
  });
  const apart = graph((input, then) => {
    const first = then(dense(3, 3), input);
    const second = then(dense(3, 3), then(tanh(), first));
    return then(dense(3, 2), then(add(), second, then(dense(3, 3), then(tanh(), second))));
  });
  const theta = randomTensor([shared.parameterCount], 4).data;
  /**
   * The same parameters in each of the three places; the last layer comes last in both, the third
   * copy before it here.
   */
  const spread = Float64Array.from([
    ...theta.subarray(0, 12),
    ...theta.subarray(0, 12),
    ...theta.subarray(0, 12),
    ...theta.subarray(12),
  ]);
  const together = (wide: Float64Array): Float64Array =>
    Float64Array.from(theta, (_, p) =>
      p < 12 ? wide[p] + wide[12 + p] + wide[24 + p] : wide[24 + p],
    );
  const samples = { x: randomTensor([4, 3], 5), target: tensor([4, 2], [1, 0, 0, 1, 1, 0, 0, 1]) };
  const options = { loss: softmaxCrossEntropy };

  it("are there once, and give what copies of them give", () => {
    expect([shared.parameterCount, apart.parameterCount]).toEqual([20, 44]);
    expectAllClose(predict(shared, theta, samples.x).data, predict(apart, spread, samples.x).data, {
      rtol: 1e-13,
    });
    expect(size([shared.parameterCount])).toBe(20);
  });

  it("are refused where each layer is taken for itself", () => {
    const inPart = { ...shared, nodes: shared.nodes.map((node) => ({ ...node })) };
    Object.assign(inPart.nodes[2], { offset: 4 });
    expect(() => kroneckerCurvature(inPart, theta, samples, options)).toThrow(
      /shares parameters in part with another/,
    );
    expect(() =>
      saveTfjsModel("nowhere.json", { network: shared, theta, output: "linear" }),
    ).toThrow("shares parameters with another. Give it its own");
    const tied = graph((input, then, again) => {
      const first = then(dense(2, 2), input);
      return again(first, then(tanh(), first));
    });
    const weights = randomTensor([tied.parameterCount], 6).data;
    expect(() => marginHead(tied, weights, randomTensor([4, 2], 7))).toThrow("share");
  });

  it("are trained in single precision as in double", () => {
    const chain = graph((input, then, again) =>
      then(dense(3, 2), again(then(dense(3, 3), input), then(relu(), { index: 1 }))),
    );
    const [single, double] = (["float32", "float64"] as const).map(
      (precision) =>
        train(chain, samples, {
          ...options,
          epochs: 5,
          rng: makeRng(1),
          stuck: false,
          precision,
        }).theta,
    );
    expectAllClose(single, double, { rtol: 1e-5, atol: 1e-6 });
  });

  it("may lie in the layers before a head", () => {
    const head = marginHead(shared, theta, samples.x);
    const outputs = predict(shared, theta, samples.x).data;
    const margins = predict(head.network, head.theta, head.x).data;
    expectAllClose(
      margins,
      margins.map((_, n) => outputs[2 * n + 1] - outputs[2 * n]),
      { rtol: 1e-12, atol: 1e-14 },
    );
  });

  it("have one Kronecker block, whose eigenvalues sum to the trace of the Gauss-Newton matrix", () => {
    const curvature = kroneckerCurvature(shared, theta, samples, options);
    const operator = gaussNewton(shared, theta, samples, options);
    let trace = 0;
    for (let p = 0; p < 20; p++)
      trace += operator.apply(Float64Array.from({ length: 20 }, (_, q) => (q === p ? 1 : 0)))[p];
    const sum = curvature.eigenvalues().reduce((total, one) => total + one, 0);
    expect(curvature.eigenvalues()).toHaveLength(20);
    expectAllClose([sum], [trace], { rtol: 1e-12 });
  });

  it("have gradients and Hessian-vector products that are sums over the copies", () => {
    const v = randomTensor([20], 6).data;
    const wide = Float64Array.from([
      ...v.subarray(0, 12),
      ...v.subarray(0, 12),
      ...v.subarray(0, 12),
      ...v.subarray(12),
    ]);
    expectAllClose(
      riskAndGradient(shared, theta, samples, options).gradient,
      together(riskAndGradient(apart, spread, samples, options).gradient),
      { rtol: 1e-12 },
    );
    expectAllClose(
      riskHvp(shared, theta, samples, v, options),
      together(riskHvp(apart, spread, samples, wide, options)),
      { rtol: 1e-11 },
    );
    const rows = perSampleGradients(apart, spread, samples, options);
    const own = perSampleGradients(shared, theta, samples, options);
    for (let n = 0; n < 4; n++)
      expectAllClose(row(own, n), together(row(rows, n)), { rtol: 1e-12 });
  });
});
