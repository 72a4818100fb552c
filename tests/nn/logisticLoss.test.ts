import { makeRng, tensor } from "phaselens/core";
import {
  dense,
  logisticLoss,
  losses,
  sequential,
  softmaxCrossEntropy,
  type Loss,
} from "phaselens/nn";
import { exactHessian } from "phaselens/hessian";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";

const rng = makeRng(5, "logistic");
const [n, out] = [7, 3];
const z = Float64Array.from({ length: n * out }, () => 4 * rng.normal());
const target = Float64Array.from({ length: n * out }, () => rng.uniform());
const valuesAt = (at: Float64Array): Float64Array => {
  const values = new Float64Array(n);
  logisticLoss.value(at, target, n, out, values);
  return values;
};

describe("the logistic loss", () => {
  it("of one output is the cross-entropy of two whose logits differ by it", () => {
    const one = tensor(
      [n, 1],
      Float64Array.from({ length: n }, (_, s) => z[s]),
    );
    const two = tensor(
      [n, 2],
      Float64Array.from({ length: 2 * n }, (_, p) => (p % 2 === 0 ? 0.3 : 0.3 + z[(p - 1) / 2])),
    );
    const labels = Array.from({ length: n }, (_, s) => s % 2);
    const yes = tensor([n, 1], Float64Array.from(labels));
    const classes = tensor(
      [n, 2],
      Float64Array.from(labels.flatMap((label) => [1 - label, label])),
    );
    expectAllClose(losses(logisticLoss, one, yes), losses(softmaxCrossEntropy, two, classes), {
      rtol: 1e-13,
    });
  });

  it("has the gradient and the curvature of difference quotients, and factors of that curvature", () => {
    const gradient = new Float64Array(n * out);
    logisticLoss.gradient(z, target, n, out, gradient);
    const v = Float64Array.from({ length: n * out }, () => rng.normal());
    const product = new Float64Array(n * out);
    logisticLoss.hessianProduct(z, target, v, n, out, product);
    const h = 1e-5;
    const moved = (sign: number): Float64Array => z.map((value, p) => value + sign * h * v[p]);
    const [up, down] = [valuesAt(moved(1)), valuesAt(moved(-1))];
    const along = Float64Array.from({ length: n }, (_, s) =>
      [0, 1, 2].reduce((sum, j) => sum + gradient[s * out + j] * v[s * out + j], 0),
    );
    expectAllClose(
      Float64Array.from(up, (value, s) => (value - down[s]) / (2 * h)),
      along,
      { rtol: 1e-8, atol: 1e-9 },
    );
    const gradientAt = (at: Float64Array): Float64Array => {
      const found = new Float64Array(n * out);
      logisticLoss.gradient(at, target, n, out, found);
      return found;
    };
    const [above, below] = [gradientAt(moved(1)), gradientAt(moved(-1))];
    expectAllClose(
      Float64Array.from(above, (value, p) => (value - below[p]) / (2 * h)),
      product,
      { rtol: 1e-7, atol: 1e-9 },
    );
    const fromFactors = new Float64Array(n * out);
    const column = new Float64Array(n * out);
    for (let k = 0; k < logisticLoss.factors(out); k++) {
      logisticLoss.factor(z, target, k, n, out, column);
      for (let s = 0; s < n; s++) {
        const dot = [0, 1, 2].reduce((sum, j) => sum + column[s * out + j] * v[s * out + j], 0);
        for (let j = 0; j < out; j++) fromFactors[s * out + j] += column[s * out + j] * dot;
      }
    }
    expectAllClose(fromFactors, product, { rtol: 1e-12 });
  });

  it("stays finite for logits of ±1000", () => {
    const far: Loss["value"] = logisticLoss.value;
    const values = new Float64Array(2);
    far(Float64Array.of(1000, -1000), Float64Array.of(0, 1), 2, 1, values);
    expect(Array.from(values)).toEqual([1000, 1000]);
  });

  it("gives the Hessian of a logistic regression, Xᵀ diag(p(1−p)) X/n", () => {
    const x = tensor(
      [n, 2],
      Float64Array.from({ length: 2 * n }, () => rng.normal()),
    );
    const theta = Float64Array.of(0.4, -0.7, 0.2);
    const yes = tensor(
      [n, 1],
      Float64Array.from({ length: n }, (_, s) => s % 2),
    );
    const found = exactHessian(
      sequential([dense(2, 1)]),
      theta,
      { x, target: yes },
      { loss: logisticLoss },
    );
    const expected = new Float64Array(9);
    for (let s = 0; s < n; s++) {
      const row = [x.data[2 * s], x.data[2 * s + 1], 1];
      const p = 1 / (1 + Math.exp(-(row[0] * theta[0] + row[1] * theta[1] + theta[2])));
      for (let a = 0; a < 3; a++)
        for (let b = 0; b < 3; b++) expected[3 * a + b] += (p * (1 - p) * row[a] * row[b]) / n;
    }
    expectAllClose(found.data, expected, { rtol: 1e-12, atol: 1e-15 });
  });
});
