import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { core, forest, interop } from "phaselens";
import { readNpy, row, writeNpy } from "phaselens/core";
import { describe, expect, it } from "vitest";
import {
  apart,
  bytesOf,
  tensorOf,
  treeOracles,
  type Library,
  type TreeOracle,
} from "../support/treeOracles.js";
import { tmvaWeights } from "../support/tmvaWeights.mjs";
import { auditCommand } from "phaselens/internal/cli/audit";
import { UsageError } from "phaselens/internal/cli/command";
import { explainCommand } from "phaselens/internal/cli/explain";
import { expectAnswers } from "./answersFile.js";
import { phaselensIn, scratch } from "./folder.js";

const folder = scratch();
const phaselens = phaselensIn(folder);
const at = (name: string): string => join(folder, name);

/** A model of the references as a file, with its samples. */
function model(library: Library, name: string, file: string): TreeOracle {
  const oracle = Object.fromEntries(treeOracles(library))[name];
  writeFileSync(at(file), bytesOf(oracle));
  return oracle;
}

/** A table with a target; missing values are empty. Columns are in the opposite order. */
function table(file: string, x: core.Tensor, names: string[], target: ArrayLike<number>): void {
  const line = (s: number): string =>
    Array.from(row(x, s), (value) => (Number.isNaN(value) ? "" : String(value)))
      .reverse()
      .join(",");
  const lines = Array.from(target, (t, s) => `${line(s)},words,${t}`);
  const head = `${[...names].reverse().join(",")},comment,label`;
  writeFileSync(at(file), `${[head, ...lines].join("\n")}\n`);
}

interface Json {
  readonly format: string;
  readonly version: number;
  readonly model: Record<string, unknown>;
  readonly method: Record<string, unknown>;
  readonly explained: { readonly output: number; readonly name: string };
  readonly contributions: { feature: string; mean: number; partner?: { feature: string } }[];
  readonly groups: { features: string[]; worse?: number; contribution: number }[];
  readonly score?: { name: string; value: number };
  readonly labelsToCheck?: number[];
  readonly points: { loss: number; predicted: number; margin: number[]; target: number[] }[];
  readonly notes: string[];
  readonly written: string[];
}
const json = (out: string): Json =>
  JSON.parse(readFileSync(at(`${out}/explanation.json`), "utf8")) as Json;

const names = ["f0", "f1", "f2", "f3", "f4", "f5"];
const logistic = model("xgboost", "logistic.json", "model.json");
const x = tensorOf(logistic.x);
const yes = tensorOf(logistic.response).data.map((p) => (p > 0.5 ? 1 : 0));
const [sure] = Array.from(yes.keys()).sort(
  (a, b) =>
    Math.abs(tensorOf(logistic.margin!).data[b]) - Math.abs(tensorOf(logistic.margin!).data[a]),
);
const labels = yes.map((label, s) => (s === sure ? 1 - label : label));
table("table.csv", x, names, labels);

describe("phaselens explain on trees", () => {
  it("gives XGBoost's own contributions, a page, and the wrong label first", async () => {
    const { code, stderr, stdout } = await phaselens(
      ...["explain", "--model", "model.json", "--data", "table.csv"],
      ...["--target-column", "label", "--charts", "2", "--out", "own"],
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^own\/report\.html: 12 points explained, \d+ files in/);
    const phi = readNpy(at("own/contributions.npy"));
    const wanted = tensorOf(logistic.contributions!).data.filter((_, k) => k % 7 < 6);
    expect(apart(phi.data, wanted)).toBeLessThan(1e-6);
    const [bias] = readNpy(at("own/bias.npy")).data;
    const sums = Array.from({ length: 12 }, (_, s) => row(phi, s).reduce((a, b) => a + b, bias));
    expect(apart(sums, readNpy(at("own/margin.npy")).data)).toBeLessThan(1e-12);
    expect(
      apart(readNpy(at("own/response.npy")).data, tensorOf(logistic.response).data),
    ).toBeLessThan(1e-6);
    const found = json("own");
    expect([found.format, found.version]).toEqual(["phaselens-tree-explanation", 1]);
    expect(found.model).toMatchObject({ format: "XGBoost", link: "logistic", predicts: "binary" });
    expect(found.labelsToCheck![0]).toBe(sure);
    const positive = Array.from(labels);
    const margins = tensorOf(logistic.margin!).data;
    expect(found.score).toEqual({
      name: "AUC",
      value: expect.closeTo(core.auc(margins, positive), 12) as number,
    });
    expect(found.groups.flatMap(({ features }) => features).sort()).toEqual(
      found.contributions
        .filter(({ mean }) => mean > 0)
        .map(({ feature }) => feature)
        .sort(),
    );
    const page = readFileSync(at("own/report.html"), "utf8");
    for (const title of [
      "Global contributions",
      "Contributions to single points",
      "Dependence",
      "Correlated groups",
      "Labels to check",
    ])
      expect(page).toContain(`<h2>${title}</h2>`);
    expect(page).toContain("margin " + "= bias + Σ");
    expect(page).not.toMatch(/NaN|undefined/);
    // the wrong one is read first
    expect(readFileSync(at(`own/charts/report-point-${sure}.json`), "utf8")).toContain('"bias"');
    expectAnswers(at("own/answers.json"), (answers) => {
      expect(answers.order[0]).toBe(sure);
      expect(answers.details).toHaveLength(12);
      expect(answers.details[0].row).toBe(sure);
      expect(answers.whole.labels!.rows[0].row).toBe(sure);
    });
    expect(found.written.filter((path) => path.endsWith(".npy"))).toHaveLength(5);
    expect(found.notes).toEqual([]);
  });

  it("names the partner that interacts most", async () => {
    const own = interop.readForest(at("model.json"));
    const { interactions } = forest.interactions(own.forest, x);
    const { contributions } = json("own");
    for (const { feature, partner } of contributions) {
      const i = names.indexOf(feature);
      const strength = names.map((_, j) =>
        core.mean(
          Array.from({ length: 12 }, (_, s) =>
            i === j ? 0 : Math.abs(interactions.data[(s * 6 + i) * 6 + j]),
          ),
        ),
      );
      const most = Math.max(...strength);
      expect(partner?.feature).toBe(most > 0 ? names[strength.indexOf(most)] : undefined);
    }
  });

  const few = core.takeRows(x, [0, 1, 2, 3]);
  it.each([
    [
      "Saabas",
      ["--method", "saabas"],
      () => forest.contributions(interop.readForest(at("model.json")).forest, x),
    ],
    [
      "a background",
      ["--background", "few.npy"],
      () => forest.shapley(interop.readForest(at("model.json")).forest, x, { background: few }),
    ],
  ])("by %s are those of the library", async (name, more, call) => {
    writeNpy(at("few.npy"), few);
    writeNpy(at("x.npy"), x);
    const out = name.replace(" ", "-");
    const { code, stderr } = await phaselens(
      ...["explain", "--model", "model.json", "--data", "x.npy", "--charts", "0", "--out", out],
      ...more,
    );
    expect(code, stderr).toBe(0);
    expect(readNpy(at(`${out}/contributions.npy`)).data).toEqual((await call()).contributions.data);
    const { score, labelsToCheck, groups } = json(out);
    expect([score, labelsToCheck, groups[0].worse]).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ["lightgbm", "multiclass", "model.txt", ["--class", "2"], "classes"],
    ["catboost", "squared", "trees.json", [], "values"],
    ["sklearn", "forest-three", "trees.onnx", ["--train", "samples.npy"], "classes"],
  ] as const)("reads %s %s", async (library, name, file, more, task) => {
    const oracle = model(library, name, file);
    const samples = tensorOf(oracle.x);
    writeNpy(at("samples.npy"), samples);
    const response = tensorOf(oracle.response);
    const best = (s: number): number => row(response, s).indexOf(Math.max(...row(response, s)));
    writeNpy(
      at("targets.npy"),
      core.tensor(
        [12],
        Array.from({ length: 12 }, (_, s) => (task === "values" ? response.data[s] : best(s))),
      ),
    );
    const { code, stderr } = await phaselens(
      ...["explain", "--model", file, "--data", "samples.npy", "--target", "targets.npy"],
      ...["--charts", "1", "--out", file.replace(".", "-"), ...more],
    );
    expect(code, stderr).toBe(0);
    const out = file.replace(".", "-");
    expect(apart(readNpy(at(`${out}/response.npy`)).data, response.data)).toBeLessThan(1e-6);
    const found = json(out);
    expect(found.model.predicts).toBe(task);
    expect(found.explained.output).toBe(more[0] === "--class" ? 2 : 0);
    found.points.forEach(
      ({ predicted }, s) => task === "values" || expect(predicted).toBe(best(s)),
    );
    if (task === "values") expect(found.score!.value).toBeCloseTo(1, 6);
    if (library === "sklearn")
      expect(found.notes).toContain("Branches are weighed by the 12 points of samples.npy.");
  });

  it("reads TMVA's trees and forests grown here, by the names of variables", async () => {
    writeFileSync(at("a.weights.xml"), tmvaWeights({ boost: "Grad" }));
    writeFileSync(
      at("v.csv"),
      "abs(eta),pt<9,class\n0,0.1,Signal\n-3,0.5,Background\n2,0.7,Signal\n",
    );
    const tmva = await phaselens(
      ...["explain", "--model", "a.weights.xml", "--data", "v.csv", "--target-column", "class"],
      ...["--background", "v.csv", "--charts", "0", "--out", "tmva"],
    );
    expect(tmva.code, tmva.stderr).toBe(0);
    expect(json("tmva").points.map(({ target }) => target[0])).toEqual([1, 0, 1]);
    const rows = core.tensor(
      [20, 2],
      Array.from({ length: 40 }, (_, k) => Math.sin(k)),
    );
    const target = Array.from({ length: 20 }, (_, s) => rows.data[2 * s]);
    const grown = await forest.randomForest({ x: rows, target }, { seed: 1, trees: 5, jobs: 1 });
    writeFileSync(at("forest.json"), JSON.stringify(forest.forestToJson(grown)));
    writeNpy(at("rows.npy"), rows);
    const own = await phaselens(
      "explain",
      "--model",
      "forest.json",
      "--data",
      "rows.npy",
      "--out",
      "grown",
    );
    expect(own.code, own.stderr).toBe(0);
    expect(readNpy(at("grown/response.npy")).data).toEqual(forest.predict(grown, rows));
  });
});

describe("phaselens explain on trees refuses", () => {
  const call = ["explain", "--model", "model.json"];
  model("sklearn", "forest-binary", "bare.onnx");
  model("lightgbm", "binary", "names.txt");
  writeNpy(at("plain.npy"), core.takeRows(x, [0, 1]));
  writeNpy(at("narrow.npy"), core.tensor([2, 3]));
  writeFileSync(at("other.csv"), "Column_0,Column_2,c\n1,2,3\n");
  const plain = ["--data", "plain.npy"];
  it.each([
    [
      "options of networks",
      [...call, ...plain, "--l2", "1", "--damping", "2"],
      "--l2, --damping are for networks. Leave them out.",
    ],
    [
      "methods of networks",
      [...call, ...plain, "--method", "gradient"],
      "of trees it is shapley or saabas",
    ],
    [
      "Saabas with a background",
      [...call, ...plain, "--method", "saabas", "--background", "plain.npy"],
      "--method saabas has no background",
    ],
    [
      "features that the table has not, all at once",
      ["explain", "--model", "names.txt", "--data", "other.csv"],
      'the model asks for "Column_1", "Column_3", "Column_4", "Column_5", which the table has not',
    ],
    [
      "samples of another width",
      [...call, "--data", "narrow.npy"],
      "narrow.npy: holds samples of shape [3], and the model reads 6 features",
    ],
    [
      "trees without covers",
      ["explain", "--model", "bare.onnx", ...plain],
      "Give the training points with --train, or a --background.",
    ],
    [
      "an output that there is not",
      [...call, ...plain, "--class", "3"],
      "the model has one output",
    ],
    ["audits", ["audit", "--model", "model.json", "--train", "plain.npy"], "is a model of trees"],
  ])("%s", async (_, [command, ...args], message) => {
    const { run } = command === "audit" ? auditCommand : explainCommand;
    const paths = args.map((word) => (/\.\w+$/.test(word) ? at(word) : word));
    const call = run([...paths, "--out", at("refused")]);
    await expect(call).rejects.toThrow(UsageError);
    await expect(call).rejects.toThrow(message);
  });

  it("their methods for networks, and readModel points to readForest", async () => {
    const network = { layers: [] };
    writeFileSync(at("network.json"), JSON.stringify(network));
    const call = explainCommand.run([
      "--model",
      at("network.json"),
      "--data",
      at("plain.npy"),
      "--method",
      "saabas",
    ]);
    await expect(call).rejects.toThrow("--method saabas is for trees, and");
    for (const file of ["model.json", "bare.onnx", "names.txt"])
      await expect(interop.readModel(at(file))).rejects.toThrow("Read it with readForest");
  });
});
