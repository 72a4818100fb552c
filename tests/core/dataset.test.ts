import fc from "fast-check";
import {
  ConfigError,
  labelsOf,
  makeDataset,
  NumericalError,
  oneHot,
  ShapeError,
  subset,
  tensor,
} from "phaselens/core";
import { describe, expect, it } from "vitest";

const provenance = { generator: "by hand", params: { sites: 2 }, seed: 0, source: "this test" };
const x = () => tensor([3, 2], [1, 2, 3, 4, 5, 6]);

describe("makeDataset", () => {
  it("keeps what it is given", () => {
    const [input, target] = [x(), oneHot([0, 1, 1], 2)];
    expect(makeDataset({ x: input, target, provenance })).toEqual({ x: input, target, provenance });
  });

  it("refuses parts of different length, with both lengths", () => {
    expect(() => makeDataset({ x: x(), target: oneHot([0, 1], 2), provenance })).toThrow(
      "x has 3 rows and target 2",
    );
    expect(() => makeDataset({ x: x(), target: oneHot([0, 1], 2), provenance })).toThrow(
      ShapeError,
    );
  });

  it("refuses labels that are not rows, and says how to make them", () => {
    expect(() => makeDataset({ x: x(), target: tensor([3], [0, 1, 1]), provenance })).toThrow(
      /target has shape \[3\].*oneHot\(labels, classes\)/,
    );
  });

  it("refuses NaN and ±∞, naming the entry", () => {
    const bad = tensor([3, 2], [1, 2, 3, NaN, 5, 6]);
    expect(() => makeDataset({ x: bad, target: oneHot([0, 1, 1], 2), provenance })).toThrow(
      "makeDataset: dataset.x: entry 3 is NaN",
    );
    expect(() =>
      makeDataset({ x: x(), target: tensor([3, 1], [0, 1, Infinity]), provenance }),
    ).toThrow(NumericalError);
  });

  it("refuses data that do not say where they come from", () => {
    const target = oneHot([0, 1, 1], 2);
    expect(() =>
      makeDataset({ x: x(), target, provenance: { ...provenance, generator: "" } }),
    ).toThrow(/provenance\.generator is ""/);
    expect(() => makeDataset({ x: x(), target, provenance: { ...provenance, seed: 0.5 } })).toThrow(
      "provenance.seed is 0.5",
    );
    const params = { kappa: [1] as unknown as number };
    expect(() => makeDataset({ x: x(), target, provenance: { ...provenance, params } })).toThrow(
      "provenance.params.kappa is of type object",
    );
    expect(() => makeDataset({ x: x(), target, provenance: undefined as never })).toThrow(
      ConfigError,
    );
  });

  it("refuses an empty dataset", () => {
    expect(() => makeDataset({ x: tensor([0, 2]), target: tensor([0, 2]), provenance })).toThrow(
      "x has shape [0,2]",
    );
  });
});

describe("oneHot", () => {
  it("is undone by labelsOf", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 4 }), { minLength: 1 }), (labels) => {
        const target = oneHot(labels, 5);
        expect(
          Array.from(labelsOf(makeDataset({ x: tensor([labels.length, 1]), target, provenance }))),
        ).toEqual(labels);
        expect(target.data.reduce((sum, value) => sum + value, 0)).toBe(labels.length);
      }),
      { seed: 1 },
    );
  });

  it.each([2, -1, 0.5, NaN])(
    "refuses the label %d of two classes, naming row, value and range",
    (label) => {
      expect(() => oneHot([0, 1, label], 2)).toThrow(ConfigError);
      expect(() => oneHot([0, 1, label], 2)).toThrow(
        `row 2 has the label ${label}; labels are the whole numbers 0 … 1`,
      );
    },
  );

  it.each([
    [[-1, 1, 1], 2, "here they are -1 and 1: write 0 for -1."],
    [[2, 1, 2], 2, "here they are 1 and 2: write 0 for 1 and 1 for 2."],
    [[3, 1, 2], 3, "here they count from 1: subtract 1."],
    [[0, 1, 2], 2, ". Repair the row or raise classes."],
    [[0, 4, 5], 3, ". Repair the row or raise classes."],
  ])("of the labels %j for %i classes says what to write instead", (labels, classes, cure) => {
    expect(() => oneHot(labels, classes)).toThrow(cure);
  });

  it("has no labels where there is one column", () => {
    const dataset = makeDataset({ x: x(), target: tensor([3, 1], [0, 1, 1]), provenance });
    const message = "labelsOf: targets have shape [3,1]; classes need two columns or more.";
    expect(() => labelsOf(dataset)).toThrow(message);
  });
});

describe("subset", () => {
  it("copies the chosen rows in the given order and keeps the provenance", () => {
    const dataset = makeDataset({ x: x(), target: oneHot([0, 1, 1], 2), provenance });
    const chosen = subset(dataset, [2, 0, 2]);
    expect(chosen.x).toEqual(tensor([3, 2], [5, 6, 1, 2, 5, 6]));
    expect(chosen.target).toEqual(oneHot([1, 0, 1], 2));
    expect(chosen.provenance).toBe(provenance);
    chosen.x.data[0] = 99;
    expect(dataset.x.data[4]).toBe(5);
  });

  it("takes samples without a provenance, as everything else that takes samples does", () => {
    const chosen = subset({ x: x(), target: oneHot([0, 1, 1], 2), weights: [1, 2, 3] }, [2]);
    expect(chosen.x).toEqual(tensor([1, 2], [5, 6]));
    expect(chosen.target).toEqual(oneHot([1], 2));
    expect(Array.from(chosen.weights!)).toEqual([3]);
    expect("provenance" in chosen).toBe(false);
  });

  it("refuses a row that does not exist", () => {
    const dataset = makeDataset({ x: x(), target: oneHot([0, 1, 1], 2), provenance });
    expect(() => subset(dataset, [0, 3])).toThrow(
      "entry 1 asks for row 3; it must be one of the rows 0 … 2",
    );
  });
});
