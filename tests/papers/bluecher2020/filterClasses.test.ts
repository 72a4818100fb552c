import { bluecher2020 } from "phaselens/papers";
import { ConfigError, ShapeError, tensor } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { filterClasses } from "phaselens/internal/papers/bluecher2020/filterClasses";
import { bothSigns } from "phaselens/internal/papers/bluecher2020/explainedFilters";

const uniform = new Array<number>(8).fill(-0.5);
const alternating = [1, -1, -1, 1, -1, 1, 1, -1];
const filters = tensor(
  [4, 2, 2, 2],
  Float64Array.from([
    ...uniform,
    ...alternating,
    1,
    0,
    0,
    -1,
    1,
    0,
    0,
    -1,
    ...new Array<number>(8).fill(0),
  ]),
);

describe("filterClasses", () => {
  const kappa = [-0.3, -0.3, 0, 0, 0.3, 0.3];
  // relevance of FM, AFM, PM, nothing; large outputs at κ = 0.3 must not count more
  const relevance = tensor(
    [6, 4],
    Float64Array.from([
      0, 9, 1, 0, 0, 9, 1, 0, 2, 1, 7, 0, 2, 1, 7, 0, 990, 0, 10, 0, 990, 0, 10, 0,
    ]),
  );
  const facts = filterClasses(filters, relevance, kappa);
  it("name each filter after the phase in which its share of the relevance is largest", () => {
    expect(facts.map((fact) => fact.class)).toEqual(["FM", "AFM", "PM", "unused"]);
    expect(facts[0].share).toEqual({ AFM: 0, PM: 0.2, FM: 0.99 });
  });
  it("know the patterns of M and M_s, whatever the sign and the size", () => {
    expect(facts[0].cosineM).toBeCloseTo(-1, 12);
    expect(facts[1].cosineMs).toBeCloseTo(1, 12);
    expect([facts[2].cosineM, facts[2].cosineMs].map(Math.abs)).toEqual([0, 0]);
    expect([facts[3].cosineM, facts[3].norm]).toEqual([0, 0]);
  });
  it("refuse relevance of other filters", () =>
    expect(() => filterClasses(filters, tensor([6, 3]), kappa)).toThrow(ShapeError));
});

describe("firstFilters", () => {
  it("are the weights of the first convolution", () => {
    const network = bluecher2020.cnn();
    const theta = Float64Array.from({ length: network.parameterCount }, (_, p) => p);
    const found = bluecher2020.firstFilters(network, theta);
    expect(found.shape).toEqual([5, 2, 2, 2]);
    expect(Array.from(found.data)).toEqual(Array.from({ length: 40 }, (_, p) => p));
  });
  it("do not exist in a perceptron", () =>
    expect(() =>
      bluecher2020.firstFilters(
        bluecher2020.mlp(),
        new Float64Array(bluecher2020.mlp().parameterCount),
      ),
    ).toThrow(ConfigError));
});

describe("bothSigns", () => {
  it("averages what an explanation says of a sample and of its opposite", () => {
    const x = tensor([2, 2], Float64Array.from([1, -2, 3, 4]));
    const rectified = (samples: typeof x) =>
      tensor(
        samples.shape,
        samples.data.map((value) => Math.max(0, value)),
      );
    expect(Array.from(bothSigns(x, rectified).data)).toEqual([0.5, 1, 1.5, 2]);
  });
});
