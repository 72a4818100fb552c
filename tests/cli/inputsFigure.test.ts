import { tensor } from "phaselens/core";
import { figures } from "phaselens";
import { inputsFigure } from "phaselens/internal/report/inputsFigure";
import { describe, expect, it } from "vitest";

const relevance = (shape: number[], value: (k: number) => number): ReturnType<typeof tensor> =>
  tensor(
    shape,
    Float64Array.from({ length: shape.reduce((a, b) => a * b) }, (_, k) => value(k)),
  );

const inputs = [
  { name: "pf_features", relevance: relevance([20, 30], (k) => k - 300) },
  { name: "pf_mask", relevance: relevance([1, 30], () => 0) },
  { name: "jet", relevance: relevance([1, 5], (k) => k) },
];

interface Unit {
  readonly title: { readonly text: string };
  readonly data: { readonly values: { row: number; column: number; value: number }[] };
}
const unitsOf = (of: typeof inputs): Unit[] =>
  (inputsFigure("report-inputs", "Relevance", "R", of).spec as unknown as { vconcat: Unit[] })
    .vconcat;

describe("the map of each of several inputs", () => {
  it("shows those with relevance, and no mask", () => {
    expect(unitsOf(inputs).map(({ title }) => title.text)).toEqual(["pf_features", "jet"]);
  });

  it("keeps the sum of relevance, also where cells are brought together", () => {
    const large = { name: "field", relevance: relevance([3, 200, 100], (k) => (k % 7) - 2) };
    for (const input of [...inputs, large]) {
      const total = input.relevance.data.reduce((a, b) => a + b);
      for (const { data } of unitsOf([input])) {
        expect(data.values.length).toBeLessThanOrEqual(84 * 84);
        expect(data.values.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(total, 8);
      }
    }
  });

  it("can be drawn, also if there is no relevance at all", async () => {
    for (const some of [inputs, [inputs[1]]])
      expect(
        await figures.renderSvg(inputsFigure("report-inputs", "Relevance", "R", some)),
      ).toMatch(/pf_/);
  });
});
