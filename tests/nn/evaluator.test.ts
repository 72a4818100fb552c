import { dot, makeRng, size } from "phaselens/core";
import { dense, dropout, makeEvaluator, relu, sequential } from "phaselens/nn";
import { describe, expect, it } from "vitest";
import { problems, randomTensor } from "../support/models.js";

describe.each(Object.entries(problems))("%s", (_name, make) => {
  it("⟨J v, g⟩ = ⟨v, Jᵀ g⟩ for the Jacobian of the outputs by the parameters: tangents and gradients are adjoint", () => {
    const { network, theta, samples } = make(7);
    const n = samples.x.shape[0];
    const evaluator = makeEvaluator(network, samples.x.shape.slice(1), n);
    const last = evaluator.values.length - 1;
    const g = randomTensor([n * size(evaluator.shapes[last])], 1).data;
    const v = randomTensor([theta.length], 2).data;
    evaluator.forward(theta, samples.x.data, n);
    evaluator.tangentForward(theta, v, n);
    const forwards = dot(evaluator.valueTangents[last], g);
    evaluator.gradients[last].set(g);
    evaluator.backward(theta, n);
    const gradient = new Float64Array(theta.length);
    evaluator.parameterGradient(n, gradient);
    expect(Math.abs(forwards - dot(v, gradient))).toBeLessThan(1e-11 * (1 + Math.abs(forwards)));
  });
});

describe("dropout", () => {
  const network = sequential([dense(3, 50), relu(), dropout(0.4), dense(50, 1)]);
  const theta = randomTensor([network.parameterCount], 3).data;
  const x = randomTensor([200, 3], 4).data;
  const evaluator = makeEvaluator(network, [3], 200);

  it("drops the stated share in training, keeps the mean, and its gradient sees the same mask", () => {
    evaluator.forward(theta, x, 200, makeRng(5));
    const [before, after] = [evaluator.values[2], evaluator.values[3]];
    const active = Array.from(before.keys()).filter((p) => before[p] > 0);
    const dropped = active.filter((p) => after[p] === 0).length / active.length;
    // binomial with n ≈ 5000: standard deviation .007; false alarm at four of them 6e-5
    expect(Math.abs(dropped - 0.4)).toBeLessThan(4 * Math.sqrt((0.4 * 0.6) / active.length));
    for (const p of active) if (after[p] !== 0) expect(after[p]).toBeCloseTo(before[p] / 0.6, 12);
    evaluator.gradients[4].fill(1);
    evaluator.backward(theta, 200);
    for (const p of active) expect(evaluator.gradients[2][p] === 0).toBe(after[p] === 0);
  });

  it("is the identity otherwise", () => {
    evaluator.forward(theta, x, 200);
    expect(evaluator.values[3]).toEqual(evaluator.values[2]);
  });
});
