import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { core, interop } from "phaselens";
import { afterAll, describe, expect, it } from "vitest";
import { bytesOf, treeOracles } from "../../support/treeOracles.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-refusals-"));
afterAll(() => rmSync(folder, { recursive: true }));
function read(content: string | Uint8Array): ReturnType<typeof interop.readForest> {
  writeFileSync(join(folder, "trees"), content);
  return interop.readForest(join(folder, "trees"));
}
const sound = (library: "xgboost" | "lightgbm" | "catboost", name: string): Buffer =>
  bytesOf(Object.fromEntries(treeOracles(library))[name]);

describe("trees of XGBoost", () => {
  const text = sound("xgboost", "squared.json").toString();
  it.each([
    ["reg:squarederror", "my:own", "whose link is not known. Known are"],
    ['"base_score"', '"no_score"', 'has no "base_score"'],
    ['"name":"gbtree"', '"name":"gblinear"', 'Train with booster="gbtree"'],
    ['"default_left":[', '"direction":[', 'has no "default_left"'],
    ['"left_children":[1,', '"left_children":[0,', "a child for the second time"],
    ['"left_children":[1,', '"left_children":[99,', "has the child 99"],
    [/"num_nodes":"\d+"/, '"num_nodes":"4000000"', "claims 4000000 nodes and has"],
    ['"num_feature":"6"', '"num_feature":"2"', "there are 2"],
    ['"num_feature":"6"', '"num_feature":"9e15"', "whole number from 1 to"],
  ])("with %s as %s are refused with the place", (from, to, message) => {
    const changed = typeof from === "string" ? text.replaceAll(from, to) : text.replace(from, to);
    expect(changed).not.toBe(text);
    expect(() => read(changed)).toThrow(message);
  });

  it("that are cut off are refused, in JSON and in UBJSON", () => {
    const binary = sound("xgboost", "squared.ubj");
    for (const part of [0.1, 0.5, 0.99]) {
      expect(() => read(text.slice(0, part * text.length))).toThrow("is no JSON");
      expect(() => read(binary.subarray(0, part * binary.length))).toThrow("damaged or cut off");
    }
  });

  it("whose categories the file does not give are refused", () => {
    const own = sound("xgboost", "category.json").toString();
    expect(() => read(own.replace(/"categories_nodes":\[\d+/, '"categories_nodes":[0'))).toThrow(
      "categories that the file does not give",
    );
  });
});

describe("trees of LightGBM and CatBoost", () => {
  it.each([
    ["objective=regression", "objective=mine", "whose link is not known"],
    ["end of trees", "", 'has no "end of trees"'],
    [/decision_type=\d+/, "decision_type=14", "direction of missing values is not known"],
    [/left_child=\S+/, "left_child=0", "second time"],
    ["is_linear=0", "is_linear=1", "linear_tree=false"],
    [/leaf_value=\S+/, "leaf_value=nan", "no number"],
  ])("with %s as %s are refused", (from, to, message) => {
    expect(() => read(sound("lightgbm", "regression").toString().replace(from, to))).toThrow(
      message,
    );
  });

  it.each([
    [/"nan_value_treatment": ?"\w+"/, '"nan_value_treatment":"Other"', "where missing values go"],
    [/"split_type": ?"\w+"/, '"split_type":"OnlineCtr"', "only borders of numbers are read"],
    ['"scale_and_bias"', '"scale"', 'has no "scale_and_bias"'],
    [/"leaf_values":\s*\[/, '"leaf_values":[1,', "entries, 8 are expected"],
  ])("with %s as %s too", (from, to, message) => {
    expect(() => read(sound("catboost", "squared").toString().replace(from, to))).toThrow(message);
  });
});

describe("a table", () => {
  it("without some of the features is refused, and all of them are named", () => {
    const model = read(sound("lightgbm", "regression"));
    const x = core.tensor([1, 6], [0, 1, 2, 3, 4, 5]);
    const names = [...model.features].reverse();
    expect(Array.from(model.pack(x, names).data)).toEqual([5, 4, 3, 2, 1, 0]);
    const others = names.map((name, k) => (k < 2 ? `other ${k}` : name));
    expect(() => model.pack(x, others)).toThrow(`"Column_4", "Column_5", which the table has not`);
  });
});
