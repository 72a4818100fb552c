import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { core, interop, lrp } from "phaselens";
import { readNpy, tensor, writeNpy } from "phaselens/core";
import { expect, it } from "vitest";
import { zip } from "../interop/zip.js";
import { field, initialiser, message, modelOf, node, value } from "../support/onnx.js";
import { phaselensIn, scratch } from "./folder.js";
import { encodeNpy } from "phaselens/internal/core/files/npy";

const folder = scratch();
const phaselens = phaselensIn(folder);
const at = (name: string): string => join(folder, name);

const weights = Float32Array.from({ length: 6 }, (_, k) => Math.sin(k + 1));
const axes = (name: string, k: number): Uint8Array =>
  field(5, message(field(1, name), field(3, k)));
/** Sums of features over the objects that a mask lets through, two classes of them, and a head. */
const file = modelOf([
  value(11, "jets", ["N", 3, "n"]),
  value(11, "jet:mask", ["N", 1, "n"]),
  value(12, "p", ["N", 2]),
  value(12, "sum", ["N", 3]),
  node("Mul", ["jets", "jet:mask"], ["a"]),
  node("ReduceSum", ["a", "last"], ["sum"], axes("keepdims", 0)),
  node("MatMul", ["sum", "w"], ["b"]),
  node("Softmax", ["b"], ["p"]),
  initialiser("last", [1], 7, field(7, 2)),
  initialiser("w", [3, 2], 1, field(9, new Uint8Array(weights.buffer))),
]);
writeFileSync(at("m.onnx"), file);
const jets = tensor(
  [2, 3, 4],
  Float64Array.from({ length: 24 }, (_, k) => Math.cos(k)),
);
const mask = tensor([2, 1, 4], Float64Array.of(1, 1, 0, 0, 1, 1, 1, 0));
writeNpy(at("jets.npy"), jets);
writeNpy(at("mask.npy"), mask);
const archive = zip([
  { name: "jets.npy", data: Buffer.from(encodeNpy(jets)) },
  { name: "jet:mask.npy", data: Buffer.from(encodeNpy(mask)) },
]);
writeFileSync(at("all.npz"), archive);

const calls = [
  ["each", "jets=jets.npy,jet:mask=mask.npy"],
  ["archive", "all.npz"],
] as const;

it.each(calls)(
  "explain reads the inputs of an ONNX model by name, from %s, and gives relevance by name",
  async (out, data) => {
    const { code, stderr } = await phaselens(
      "explain",
      "--model",
      "m.onnx",
      "--data",
      data,
      "--method",
      "gradient-input",
      "--out",
      out,
    );
    expect(code, stderr).toBe(0);
    const model = interop.fromOnnx(file, { extents: { jets: [3, 4] } });
    const x = model.pack({ jets, "jet:mask": mask });
    const { network, theta } = model;
    const { at: found } = lrp.attribute(network, theta, x, lrp.gradientTimesInput());
    expect(readNpy(at(`${out}/relevance-jets.npy`))).toEqual(model.unpack(found[0]).jets);
    const none = readNpy(at(`${out}/relevance-jet_mask.npy`));
    expect(none).toEqual(core.tensor([2, 1, 4]));
    const { names } = JSON.parse(readFileSync(at(`${out}/explanation.json`), "utf8")) as {
      names: string[];
    };
    expect(names.slice(3, 5)).toEqual(["jets 0,3", "jets 1,0"]);
  },
);

it("explain takes the output that --output names", async () => {
  await phaselens(
    "explain",
    "--model",
    "m.onnx",
    "--data",
    "all.npz",
    "--output",
    "sum",
    "--out",
    "sum",
  );
  expect(readNpy(at("sum/output.npy")).shape).toEqual([2, 3]);
});

it.each([
  ["jets=jets.npy", "is without jet:mask; the inputs of the model are jets, jet:mask"],
  ["jets=jets.npy,jet:mask=mask.npy,x=mask.npy", "names x; the inputs of the model are"],
  ["jets=jets.npy,mask.npy", "each part must be NAME=FILE"],
  ["jets=jets.npy,jets=all.npz,jet:mask=mask.npy", "names jets twice. Give each input one file."],
  ["jets.npy", "is one array, and the inputs of the model are jets, jet:mask. Give each of them a"],
])("explain refuses --data %s", async (data, text) => {
  const { code, stderr } = await phaselens("explain", "--model", "m.onnx", "--data", data);
  expect(code).toBe(2);
  expect(stderr).toContain(text);
});

it("explain takes the masks that --masks names", async () => {
  const called = ["explain", "--model", "m.onnx", "--data", "all.npz", "--charts", "0"];
  const { code, stderr } = await phaselens(...called, "--masks", "jets", "--out", "masked");
  expect(code, stderr).toBe(0);
  expect(readNpy(at("masked/relevance-jets.npy"))).toEqual(tensor([2, 3, 4]));
  const wrong = await phaselens(...called, "--masks", "jet");
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('the mask "jet" is no input. Name some of jets, jet:mask');
});

const many = 12;
const sets = tensor(
  [many, 3, 4],
  Float64Array.from({ length: 12 * many }, (_, k) => Math.sin(k * k)),
);
const masks = tensor([many, 1, 4], new Float64Array(4 * many).fill(1));
const labels = tensor(
  [many],
  Float64Array.from({ length: many }, (_, k) => k % 2),
);
const training = zip([
  { name: "jets.npy", data: Buffer.from(encodeNpy(sets)) },
  { name: "jet:mask.npy", data: Buffer.from(encodeNpy(masks)) },
  { name: "label.npy", data: Buffer.from(encodeNpy(labels)) },
]);
writeFileSync(at("training.npz"), training);
const auditOf = (...more: string[]): string[] => [
  ...["audit", "--model", "m.onnx", "--train", "training.npz", "--target-dataset", "label"],
  ...["--removals", "5", "--json", "--out", "audited", ...more],
];

it("audit reads an ONNX model with several inputs, targets in the same file, and asks for its loss", async () => {
  const without = await phaselens(...auditOf());
  expect(without.code).toBe(2);
  expect(without.stderr).toContain(
    "m.onnx: an ONNX file does not say what was minimised, and influence is that of a risk.",
  );
  const { code, stdout, stderr } = await phaselens(
    ...auditOf("--loss", "cross-entropy", "--l2", "0.1", "--curvature", "ekfac"),
  );
  expect([0, 1], stderr).toContain(code);
  const { report } = JSON.parse(stdout) as {
    report: { curvature: object; samples: number; stationarity: { gradientNorm: number } };
  };
  expect(report.curvature).toMatchObject({ name: "ekfac", why: "asked for" });
  expect(report.samples).toBe(many);
  expect(report.stationarity.gradientNorm).toBeGreaterThan(0);
});
