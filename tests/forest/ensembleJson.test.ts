import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { core, forest, interop } from "phaselens";
import { afterAll, describe, expect, it } from "vitest";
import { readOracle, treeOracles } from "../support/treeOracles.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-forest-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rng = core.makeRng(5);
const x = core.tensor(
  [120, 3],
  Array.from({ length: 360 }, () => (rng.uniform() < 0.1 ? NaN : rng.normal())),
);
const known = core.tensor(
  x.shape,
  x.data.map((value) => (Number.isNaN(value) ? 0 : value)),
);
const label = Array.from({ length: 120 }, (_, n) => (known.data[3 * n] > 0 ? 2 : n % 2));

/** Anything in the common form as a file would have it, and back. */
function again(model: forest.TreeEnsemble): forest.TreeEnsemble {
  const path = join(folder, "forest.json");
  writeFileSync(path, JSON.stringify(forest.forestToJson(model)));
  const read = interop.readForest(path);
  expect([read.format, read.output]).toEqual(["phaselens", model.link]);
  return read.forest;
}

describe("trees in the common form, saved", () => {
  it("come back to the last bit when they were boosted, with missing values", async () => {
    const grow = { loss: "softmax", rounds: 4 } as const;
    const model = await forest.gradientBoosting({ x, target: label }, grow);
    expect(again(model)).toEqual(model);
    // a bound that parts what is missing from all that is there is infinite
    const gaps = core.tensor(
      [60, 1],
      [...new Array<number>(30).fill(NaN), ...x.data.slice(0, 30).map(() => 1)],
    );
    const target = Array.from({ length: 60 }, (_, n) => (n < 30 ? 1 : 0));
    const parted = await forest.gradientBoosting({ x: gaps, target }, { rounds: 1 });
    expect(parted.members[0].threshold[0]).toBe(Infinity);
    expect(again(parted)).toEqual(parted);
  });

  it("come back when they are of classes, without what was measured", async () => {
    const grow = { seed: 1, criterion: "entropy", trees: 3, jobs: 1 } as const;
    const { outOfBag, ...model } = await forest.randomForest({ x: known, target: label }, grow);
    expect(outOfBag).toBeDefined();
    expect(again(model)).toEqual(model);
  });

  it.each(["xgboost", "lightgbm", "catboost"] as const)("come back of %s", (library) => {
    for (const [name, oracle] of treeOracles(library)) {
      const model = readOracle(library, name, oracle).forest;
      expect(again(model), name).toEqual(model);
    }
  });

  /** What JSON.parse gives: the parts that are damaged. */
  interface Damaged {
    link: string;
    base: number[];
    slope: number | null;
    version: number;
    members: {
      output: number;
      left: number[];
      value: number[];
      feature: number[];
      sets: number[][];
      asks: number[];
      cover: number[];
    }[];
  }

  it("are refused with the place if anything in them is not as it must be", async () => {
    const model = await forest.gradientBoosting({ x, target: label }, { rounds: 2 });
    const path = join(folder, "damaged.json");
    const read = (damage: (json: Damaged) => void): (() => unknown) => {
      const json = JSON.parse(JSON.stringify(forest.forestToJson(model))) as Damaged;
      damage(json);
      writeFileSync(path, JSON.stringify(json));
      return () => interop.readForest(path);
    };
    const damages: [(json: Damaged) => void, string][] = [
      [(json) => (json.link = "probit"), "link"],
      [(json) => (json.base = [1, 2]), "base has 2 numbers for 1 outputs"],
      [(json) => (json.slope = null), "slope"],
      [(json) => (json.members = []), "members"],
      [(json) => json.members[1].left.pop(), "members.1: its lists"],
      [(json) => json.members[1].value.push(0), "members.1: its lists"],
      [(json) => (json.members[0].output = 1), "members.0: adds to output 1 of 1"],
      [(json) => (json.members[0].left[0] = 0), "child for the second time"],
      [(json) => (json.members[0].feature[0] = 3), "asks for feature 3, there are 3"],
      [(json) => (json.members[0].sets = [[2, 1]]), "does not ascend"],
      [(json) => (json.members[0].asks[0] = 2), "asks for the set"],
      [(json) => (json.members[0].cover[0] = -1), "the cover -1"],
      [(json) => (json.version = 3), "version"],
    ];
    for (const [damage, place] of damages) {
      expect(read(damage), place).toThrow(core.DataError);
      expect(read(damage), place).toThrow(place);
    }
    const whole: unknown = JSON.parse(JSON.stringify(forest.forestToJson(model)));
    expect(() => forest.forestFromJson(whole)).toThrow("interop.readForest");
  });
});
