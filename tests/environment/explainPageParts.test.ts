import { describe, expect, it } from "vitest";
import { chosenParts } from "../../environment/explain-page/worker/parts.js";

const estimates = (seconds: Record<string, number>): Parameters<typeof chosenParts>[1] =>
  Object.entries(seconds).map(([part, own]) => ({
    part: part as "audit",
    seconds: own,
    bytes: 0,
    words: "",
  }));

describe("parts of the page that are computed at once", () => {
  const known = estimates({ training: 10, labels: 5, byClass: 1, groups: 20, audit: 13 });

  it("are those that fit into the time one after the other", () => {
    expect(chosenParts("quick", known, 30)).toEqual([
      "training",
      "labels",
      "byClass",
      "faithfulness",
      "audit",
    ]);
    expect(chosenParts("quick", known, 17)).not.toContain("audit");
  });

  it("are none that rests on one that was left out", () => {
    const found = chosenParts("quick", estimates({ training: 40, labels: 0, audit: 1 }), 30);
    expect(found).toEqual(["byClass", "groups", "faithfulness"]);
  });

  it("are all, none, or those that were asked for, whatever they take", () => {
    expect(chosenParts("all", known, 0)).toHaveLength(6);
    expect(chosenParts("none", known)).toEqual([]);
    expect(chosenParts(["audit", "labels"], known, 0)).toEqual(["labels", "audit"]);
  });
});
