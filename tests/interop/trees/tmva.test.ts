import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { core, forest, interop } from "phaselens";
import { afterAll, describe, expect, it } from "vitest";
import { tmvaWeights } from "../../support/tmvaWeights.mjs";

const folder = mkdtempSync(join(tmpdir(), "phaselens-tmva-"));
afterAll(() => rmSync(folder, { recursive: true }));
function read(text: string): ReturnType<typeof interop.readForest> {
  writeFileSync(join(folder, "a.weights.xml"), text);
  return interop.readForest(join(folder, "a.weights.xml"));
}
const predict = (text: string, ...rows: number[][]): number[] => {
  const model = read(text);
  const x = core.tensor([rows.length, 2], rows.flat());
  return Array.from(forest.predict(model.forest, x));
};

// an event at the cut goes right where cType is 1, left where it is 0 (GoesRight of its nodes)
const rows = [
  [0.1, 0],
  [0.5, -3],
  [0.7, 2],
];

describe("weights of TMVA", () => {
  it("of gradient boosting give tanh of the sum of responses", () => {
    const sums = [0.25 + 0.1, -0.5 + 0.3, 1 + 0.1];
    predict(tmvaWeights({ boost: "Grad" }), ...rows).forEach((value, k) =>
      expect(value).toBeCloseTo(2 / (1 + Math.exp(-2 * sums[k])) - 1, 12),
    );
  });

  it("of AdaBoost give the mean of ±1, or of purities, by boost weights", () => {
    const mean = ([a, b]: number[]): number => (2 * a + 0.5 * b) / 2.5;
    const votes = [[1, -1], [-1, 1], [1, -1]]; // prettier-ignore
    predict(tmvaWeights({ boost: "AdaBoost" }), ...rows).forEach((value, k) =>
      expect(value).toBeCloseTo(mean(votes[k]), 12),
    );
    const purities = [[0.75, 0.25], [0.125, 0.875], [1, 0.25]]; // prettier-ignore
    predict(tmvaWeights({ boost: "AdaBoost", yesNo: false }), ...rows).forEach((value, k) =>
      expect(value).toBeCloseTo(mean(purities[k]), 12),
    );
  });

  it("name their variables, with characters that XML writes by name", () => {
    const model = read(tmvaWeights({ boost: "Grad" }));
    expect(model.features).toEqual(["pt<9", "abs(eta)"]);
    expect(model.output).toBe("tanh");
    expect(() => forest.predict(model.forest, core.tensor([1, 2], [NaN, 0]))).toThrow(
      "do not say where missing values go",
    );
  });

  it("are refused where their trees ask what has no contributions", () => {
    const text = tmvaWeights({ boost: "Grad" });
    expect(() => read(text.replace('Method="BDT::', 'Method="MLP::'))).toThrow("no boosted tree");
    expect(() => read(text.replace('NTransformations="0"', 'NTransformations="1"'))).toThrow(
      "VarTransform=None",
    );
    expect(() => read(text.replace('NCoef="0"', 'NCoef="3"'))).toThrow("UseFisherCuts");
    expect(() => read(text.replace('pos="r"', 'pos="l"'))).toThrow('children "l"');
    expect(() => read(text.replace('IVar="0"', 'IVar="7"'))).toThrow("feature 7, there are 2");
    expect(() => read(text.replace('NTrees="2"', 'NTrees="3"'))).toThrow("claims 3 trees");
    expect(() => read(text.slice(0, 900))).toThrow("damaged or cut off");
    expect(() =>
      read(text.replace("<MethodSetup", "<!DOCTYPE a [<!ENTITY b 'c'>]><MethodSetup")),
    ).toThrow("document type");
  });
});
