import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeNpy } from "phaselens/internal/core/files/npy";
import { readNpy, tensor, writeNpy } from "phaselens/core";
import { exactHessian, influence, testGradients } from "phaselens/hessian";
import { perSampleGradients, softmaxCrossEntropy } from "phaselens/nn";
import { beforeAll, describe, expect, it } from "vitest";
import { zip } from "../interop/zip.js";
import { expectAllClose } from "../support/allclose.js";
import { field, initialiser, modelOf, node, value } from "../support/onnx.js";
import { tableModel, type TableModel } from "./fixtures.js";
import { phaselensIn, scratch } from "./folder.js";

const folder = scratch();
const phaselens = phaselensIn(folder);
const at = (...names: string[]): string => join(folder, ...names);
let table: TableModel;
let weights: Float64Array;

beforeAll(() => {
  table = tableModel(folder);
  const n = table.train.x.shape[0];
  weights = Float64Array.from({ length: n }, (_, r) => (r % 7 === 0 ? -0.1 : 0.5 + (r % 3)));
  const rows = readFileSync(at("train.csv"), "utf8").trim().split("\r\n");
  const weighted = rows.map((line, k) => `${line},${k === 0 ? "mc_weight" : weights[k - 1]}`);
  writeFileSync(at("weighted.csv"), `${weighted.join("\n")}\n`);
  writeNpy(at("w.npy"), tensor([n], weights));
  const { x, target } = table.train;
  const arrays = { x, y: target, w: tensor([n], weights) };
  const files = Object.entries(arrays).map(([name, values]) => ({
    name: `${name}.npy`,
    data: Buffer.from(encodeNpy(values)),
  }));
  writeFileSync(at("weighted.npz"), zip(files));
  const points = [
    { name: "x.npy", data: Buffer.from(encodeNpy(table.test.x)) },
    { name: "y.npy", data: Buffer.from(encodeNpy(table.test.target)) },
  ];
  writeFileSync(at("points.npz"), zip(points));
});

const common = ["--model", "table.json", "--l2", "0.02", "--damping", "0.5"] as const;
const labels = ["--target-column", "flavour", "--classes", "light,charm,beauty"] as const;
const ofTable = ["--data", "test.csv", ...labels] as const;

describe("explain with --weights", () => {
  it.each([
    ["table", [...ofTable, "--train", "weighted.csv", "--weights", "mc_weight"]],
    ["file", [...ofTable, "--train", "train.csv", "--weights", "w.npy"]],
    [
      "archive",
      [
        ...["--data", "points.npz", "--train", "weighted.npz", "--dataset", "x"],
        ...["--target-dataset", "y", "--weights", "w"],
      ],
    ],
  ])("gives influence by the weights: %s", async (out, args) => {
    const { code, stderr } = await phaselens("explain", ...common, ...args, "--out", out);
    expect(code, stderr).toBe(0);
    const { network, theta, l2, train, test } = table;
    const risk = { loss: softmaxCrossEntropy, l2 };
    const samples = { ...train, weights };
    const H = exactHessian(network, theta, samples, risk);
    const gradients = perSampleGradients(network, theta, samples, risk);
    const points = testGradients(network, theta, test, risk);
    const expected = influence(H, gradients, points, { damping: 0.5 });
    expectAllClose(readNpy(at(out, "influence.npy")).data, expected.influence.data, { rtol: 1e-9 });
    const { notes } = JSON.parse(readFileSync(at(out, "explanation.json"), "utf8")) as {
      notes: string[];
    };
    expect(notes.join(" ")).toContain("60 points count as 3");
  });

  it.each([
    ["no column of that name", ["--train", "train.csv", "--weights", "mc_weight"], "mc_weight"],
    ["too few", ["--train", "train.csv", "--weights", "few.npy"], "numbers of shape [3] for 60"],
    ["a negative sum", ["--train", "train.csv", "--weights", "bad.npy"], "the weights sum to -60"],
  ])("refuses %s", async (_, args, text) => {
    writeNpy(at("few.npy"), tensor([3], [1, 2, 3]));
    writeNpy(at("bad.npy"), tensor([60], new Float64Array(60).fill(-1)));
    const { code, stderr } = await phaselens("explain", ...common, ...ofTable, ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(text);
  });
});

it("audit goes by the weights", async () => {
  const { code, stdout, stderr } = await phaselens(
    ...["audit", ...common, "--train", "weighted.csv", ...labels],
    ...["--weights", "mc_weight", "--removals", "0", "--json"],
  );
  expect(code, stderr).toBe(0);
  const { report } = JSON.parse(stdout) as { report: { spectrum: { highest: number } } };
  const samples = { ...table.train, weights };
  const risk = { loss: softmaxCrossEntropy, l2: table.l2 };
  const H = exactHessian(table.network, table.theta, samples, risk);
  const { symmetricEigenvalues } = await import("phaselens/linalg");
  expect(report.spectrum.highest).toBeCloseTo(symmetricEigenvalues(H).at(-1)!, 8);
});

it("new reads the weights in the notebook", async () => {
  const { code, stderr } = await phaselens(
    ...["new", "own.ipynb", "--model", "table.json", ...ofTable],
    ...["--train", "weighted.csv", "--weights", "mc_weight"],
  );
  expect(code, stderr).toBe(0);
  const text = readFileSync(at("own.ipynb"), "utf8");
  expect(text).toContain('{\\"columns\\":[\\"mc_weight\\"]}');
  expect(text).toContain("weights: trainWeights.values.data");
});

it.each(["explain", "audit"])("%s asks what an ONNX model was trained with", async (command) => {
  const kernel = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
  const file = modelOf([
    value(11, "x", ["N", 2]),
    value(12, "p", ["N", 2]),
    node("MatMul", ["x", "w"], ["z"]),
    node("Softmax", ["z"], ["p"]),
    initialiser("w", [2, 2], 1, field(9, kernel)),
  ]);
  writeFileSync(at("tagger.onnx"), file);
  writeNpy(at("x.npy"), tensor([6, 2], [0, 1, 1, 0, 2, 1, 1, 2, 0, 2, 1, 1]));
  writeNpy(at("y.npy"), tensor([6], [0, 1, 0, 1, 1, 0]));
  const call = (...more: string[]) =>
    phaselens(
      ...[command, "--model", "tagger.onnx", "--data", "x.npy", "--target", "y.npy"],
      ...["--train", "x.npy", "--train-target", "y.npy", "--l2", "0.1", "--out", command],
      ...(command === "audit" ? ["--removals", "0"] : []),
      ...more,
    );
  const refused = await call();
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(
    "It ends in softmax, to which cross-entropy belongs; give --loss cross-entropy if that was it.",
  );
  const told = await call("--loss", "cross-entropy");
  expect(told.code, told.stderr).toBe(0);
  if (command === "audit") expect(told.stdout).toContain("stationarity:");
});
