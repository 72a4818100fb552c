import { groupsOption, orderOption, picked, pointsOption } from "phaselens/internal/cli/picks";
import { partsOption } from "phaselens/internal/cli/answerParts";
import type { RowAnswer } from "phaselens/internal/report/answers/document";
import { describe, expect, it } from "vitest";

const row = (sure: number, wrong: boolean, loss: number, score = 0): RowAnswer => ({
  ...{ row: 0, output: [], label: "", sure, wrong, loss },
  extrapolation: { score, percentile: score, predictionScore: score, predictionPercentile: score },
});
const rows = [
  row(0.9, false, 0.1, 3),
  row(0.6, true, 2),
  row(0.5, false, 0.7, 9),
  row(0.8, true, 3),
];

describe("points that are picked", () => {
  it("are those named, in their order, each once, and ranges", () => {
    expect(pointsOption("17,42", 50)).toEqual([17, 42]);
    expect(pointsOption("5-7, 6,1", 50)).toEqual([5, 6, 7, 1]);
    for (const wrong of ["50", "3-1", "a", "-1", "1,,2", "1.5"])
      expect(() => pointsOption(wrong, 50), wrong).toThrow(/must be rows from 0 to 49/);
    expect(pointsOption(undefined, 50)).toBeUndefined();
    expect(picked(rows, [3, 0], "file", 1)).toMatchObject({ places: [3, 0], reading: [3, 0] });
  });

  it("are else the first in an order: wrong by their loss, then the least sure", () => {
    expect(picked(rows, undefined, "wrong", 9)).toMatchObject({
      places: [0, 1, 2, 3],
      reading: [3, 1, 2, 0],
      notes: [],
    });
    const two = picked(rows, undefined, "wrong", 2);
    expect(two).toMatchObject({ places: [1, 3], reading: [3, 1] });
    expect(two.notes[0]).toMatch(/^2 of the 4 points .* wrong and uncertain ones first; --points/);
    expect(picked(rows, undefined, "extrapolation", 2).reading).toEqual([2, 0]);
    expect(picked(rows, undefined, "unsure", 2).reading).toEqual([2, 1]);
    expect(picked(rows, undefined, "loss", 2).reading).toEqual([3, 1]);
    expect(picked(rows, undefined, "file", 2).reading).toEqual([0, 1]);
  });

  it("are not sorted by what only training data say", () => {
    expect(orderOption(undefined, false)).toBe("wrong");
    expect(orderOption("uncertainty", true)).toBe("uncertainty");
    expect(() => orderOption("uncertainty", false)).toThrow(/Give them with --train/);
  });
});

describe("groups and parts of a call", () => {
  it("are lists by name", () => {
    expect(groupsOption("kin=pt,eta; rest = m")).toEqual({ kin: ["pt", "eta"], rest: ["m"] });
    expect(() => groupsOption("pt,eta")).toThrow(/write name=feature,feature/);
    expect(() => groupsOption("a=pt;b=m;a=eta")).toThrow(/--groups names "a" twice/);
    expect(partsOption("labels, audit")).toEqual(["labels", "audit"]);
    expect(partsOption("none")).toEqual([]);
    expect(() => partsOption("all")).toThrow(/there are labels, byClass, groups/);
  });
});
