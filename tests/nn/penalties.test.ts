import { ConfigError } from "phaselens/core";
import { dense, flatten, relu, sequential } from "phaselens/nn";
import { addPenaltyGradient, l1Strengths, penalty } from "phaselens/internal/nn/losses/penalties";
import { describe, expect, it } from "vitest";

const network = sequential([flatten(), dense(3, 2), relu(), dense(2, 1)]); // 6 + 2 + 2 + 1

describe("penalties on parameters", () => {
  const theta = Float64Array.of(2, -3, 0);
  it("are (l2/2) ‖θ‖² + Σ l1 |θ|, with one strength for all or one for each", () => {
    expect(penalty(theta, 0.5, 0)).toBeCloseTo(0.25 * 13, 14);
    expect(penalty(theta, 0.5, 0.1)).toBeCloseTo(0.25 * 13 + 0.5, 14);
    expect(penalty(theta, 0, Float64Array.of(1, 0.1, 7))).toBeCloseTo(2.3, 14);
  });

  it("add their slope to the gradient; that of |θ| at 0 is 0", () => {
    const gradient = Float64Array.of(1, 1, 1);
    addPenaltyGradient(gradient, theta, 0.5, Float64Array.of(1, 0.1, 7));
    expect(Array.from(gradient)).toEqual([1 + 1 + 1, expect.closeTo(1 - 1.5 - 0.1, 14), 1]);
    addPenaltyGradient(gradient, theta, 0, 2);
    expect(Array.from(gradient)).toEqual([5, expect.closeTo(-2.6, 14), 1]);
  });

  it("of the first layer are on its weights, not on its biases nor on other layers", () => {
    const strengths = l1Strengths(network, { firstLayer: 0.3 }) as Float64Array;
    expect(Array.from(strengths)).toEqual([...Array(6).fill(0.3), ...Array(5).fill(0)]);
    expect([l1Strengths(network), l1Strengths(network, 0.2)]).toEqual([0, 0.2]);
    const own = new Float64Array(11).fill(0.1);
    expect(l1Strengths(network, own)).toBe(own);
  });

  it("are refused where they are no strengths, by their parameter", () => {
    expect(() => l1Strengths(network, new Float64Array(3))).toThrow(
      /3 strengths for the 11 parameters/,
    );
    const wrong = new Float64Array(11);
    wrong[4] = -1;
    expect(() => l1Strengths(network, wrong)).toThrow("l1: the strength of parameter 4 is -1.");
    for (const value of [NaN, Infinity, -1])
      expect(() => l1Strengths(network, value)).toThrow(ConfigError);
  });
});
