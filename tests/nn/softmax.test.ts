import { tensor } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { softmax } from "phaselens/internal/nn/losses/softmax";

describe("softmax", () => {
  it("of a vector is that of a batch of one", () => {
    const z = [0.3, -1, 1000, 998.5];
    const p = softmax(tensor([4], z));
    expect(p.shape).toEqual([4]);
    expect(p.data).toEqual(softmax(tensor([1, 4], z)).data);
    expectAllClose(p.data, [0, 0, 1 / (1 + Math.exp(-1.5)), 1 / (1 + Math.exp(1.5))], {
      rtol: 1e-14,
    });
  });
  it("goes along the last axis, whatever comes before", () => {
    const z = Float64Array.from({ length: 12 }, (_, k) => Math.sin(k));
    expect(softmax(tensor([2, 2, 3], z)).data).toEqual(softmax(tensor([4, 3], z)).data);
  });
  it("of one number is 1, of none nothing, of a scalar refused", () => {
    expect(Array.from(softmax(tensor([2, 1], [-3, 7])).data)).toEqual([1, 1]);
    expect(softmax(tensor([0, 3])).data).toHaveLength(0);
    expect(() => softmax(tensor([], [1]))).toThrow(
      "softmax: a scalar has no classes. Give [classes] or [n, classes].",
    );
  });
});
