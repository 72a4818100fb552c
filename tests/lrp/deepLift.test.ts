import { makeRng, row, tensor, type Tensor } from "phaselens/core";
import { attribute, deepLift, gradient, type AttributionMethod } from "phaselens/lrp";
import * as nn from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";

const op = nn.operations;
const close = { rtol: 1e-10, atol: 1e-10 };
const rng = makeRng(3);
const drawn = (shape: readonly number[], size = 1): Tensor =>
  tensor(
    shape,
    Float64Array.from({ length: shape.reduce((a, b) => a * b) }, () => size * rng.normal()),
  );

const x = drawn([3, 4, 5], 2);
const baseline = drawn([4, 5]);
const start = { weights: drawn([3, 20]) };

/** Relevance of the input through one layer or what it is written out as. */
function lifted(
  build: (x: nn.GraphValue, then: nn.Then) => nn.GraphValue,
  own: Tensor = x,
): Tensor {
  const network = nn.graph((input, then) => then(nn.reshape([20]), build(input, then)));
  const theta = new Float64Array(network.parameterCount);
  const found = attribute(network, theta, own, deepLift({ baseline }), { start });
  const scale = Math.max(...found.output.data.map(Math.abs), 1);
  found.missing!.forEach((missing) => expect(Math.abs(missing)).toBeLessThan(1e-10 * scale));
  return found.at[0];
}

/** x − log Σ e^x along an axis. */
function logSoftmax(x: nn.GraphValue, then: nn.Then, axis: number): nn.GraphValue {
  const sum = then(op.sumAlong([axis], { keep: true }), then(op.mathFunction("exp"), x));
  const minus = then(op.rescale(-1), then(op.mathFunction("log"), sum));
  return then(nn.add(), x, then(op.expandLike(), minus, x));
}

/** d / √(⟨d²⟩ + ε). */
function normal(d: nn.GraphValue, then: nn.Then, axes: readonly number[]): nn.GraphValue {
  const square = then(nn.multiply(), d, d);
  const variance = then(op.rescale(1, 1e-3), then(op.meanAlong(axes, { keep: true }), square));
  return then(nn.multiply(), d, then(op.power(-0.5), variance));
}
function centred(x: nn.GraphValue, then: nn.Then, axes: readonly number[]): nn.GraphValue {
  const minus = then(op.rescale(-1), then(op.meanAlong(axes, { keep: true }), x));
  return then(nn.add(), x, then(op.expandLike(), minus, x));
}

describe("DeepLift through", () => {
  it.each([0, 1])(
    "a softmax is the rescale rule of its parts one after the other, axis %i",
    (axis) => {
      const written = lifted((x, then) => then(op.mathFunction("exp"), logSoftmax(x, then, axis)));
      expectAllClose(lifted((x, then) => then(op.softmaxAlong(axis), x)).data, written.data, close);
    },
  );

  it.each([0, 1])("its logarithm likewise, axis %i", (axis) => {
    const found = lifted((x, then) => then(op.softmaxAlong(axis, { log: true }), x));
    expectAllClose(found.data, lifted((x, then) => logSoftmax(x, then, axis)).data, close);
  });

  it.each([[[0]], [[1]], [[0, 1]]])("a normalisation over %j likewise", (axes) => {
    const found = lifted((x, then) => then(op.normalise(axes, { epsilon: 1e-3 }), x));
    const written = lifted((x, then) => normal(centred(x, then, axes), then, axes));
    expectAllClose(found.data, written.data, close);
    const root = lifted((x, then) =>
      then(op.normalise(axes, { epsilon: 1e-3, centred: false }), x),
    );
    expectAllClose(root.data, lifted((x, then) => normal(x, then, axes)).data, close);
  });

  it("the larger of two values is the rescale rule of a maximum over both", () => {
    const pair = (x: nn.GraphValue, then: nn.Then): nn.GraphValue[] =>
      [0, 2].map((from) => then(op.crop(0, from, 2), x));
    const twice = (y: nn.GraphValue, then: nn.Then): nn.GraphValue => then(nn.concat(), y, y);
    const found = lifted((x, then) => twice(then(op.maximum(), ...pair(x, then)), then));
    const pooled = lifted((x, then) =>
      twice(then(op.maximumAlong([0]), then(nn.reshape([2, 2, 5]), x)), then),
    );
    expectAllClose(found.data, pooled.data, close);
  });

  it("a softmax of scores far apart and far away is finite and complete", () => {
    const far = tensor(
      x.shape,
      x.data.map((one, p) => (p % 3 === 0 ? one - 1e9 : one + 5000)),
    );
    const found = lifted((x, then) => then(op.softmaxAlong(1), x), far);
    expect(found.data.every(Number.isFinite)).toBe(true);
  });

  it("a small step is the gradient", () => {
    const network = nn.graph((x, then) =>
      then(nn.reshape([20]), then(op.softmaxAlong(1), then(op.normalise([0]), x))),
    );
    const own = { start: { weights: tensor([1, 20], row(start.weights, 0)) } };
    const near = baseline.data.map((one) => one * (1 + 1e-6));
    const of = (method: AttributionMethod): Float64Array =>
      attribute(network, new Float64Array(0), tensor([1, 4, 5], near), method, own).at[0].data;
    const slopes = of(gradient()).map((slope, p) => slope * (near[p] - baseline.data[p]));
    expectAllClose(of(deepLift({ baseline })), slopes, { rtol: 1e-5, atol: 1e-12 });
  });
});
