import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tensor, writeNpy } from "phaselens/core";
import * as interop from "phaselens/interop";
import { dense, sequential, softmaxCrossEntropy, tanh } from "phaselens/nn";
import { afterAll } from "vitest";
import { tf } from "../interop/tfjs/tfjsModule.js";
import {
  allow,
  anyList,
  batch,
  count,
  either,
  label,
  limit,
  list,
  nonNegative,
  real,
  text,
} from "./support/kinds.js";
import { made } from "./support/made.js";
import { network, theta } from "./support/nets.js";
import { sweepRoom, type Entry } from "./support/sweep.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-arguments-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string): string => join(folder, name);
writeNpy(file("a.npy"), tensor([2, 2], [1, 2, 3, 4]));
writeFileSync(file("a.csv"), "x,y\n1,2\n3,4\n");
const saved = () => ({ network, theta: theta(), inputShape: [2], output: "linear" as const });
interop.saveNetwork(file("model.json"), saved());
const leaf = { feature: [-1], threshold: [0], left: [-1], value: [2], samples: [3] };
writeFileSync(
  file("forest.json"),
  JSON.stringify({ format: "phaselens-forest", version: 1, features: 2, trees: [leaf] }),
);

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../interop/fixtures/${name}`, import.meta.url));
/** ReLU of x [N, 3]; its last byte is the opset. */
const onnx = Uint8Array.from(
  Buffer.from(
    "CAg6PQoMCgF4EgF5IgRSZWx1EgFnWhQKAXgSDwoNCAESCQoDEgFOCgIIA2IUCgF5Eg8KDQgBEgkKAxIBTgoCCANCBAoAEBE=",
    "base64",
  ),
);
const twice = allow("what is named twice is read twice, and stands once", "one more");
writeFileSync(file("model.onnx"), onnx);
/** The module and a model of it, which are not ours to look into. */
const module = made(tf);
const model = made(tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] }));

const entries: Readonly<Record<string, Entry>> = {
  channelsFirst: {
    valid: () => [tensor([2, 3, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])],
    kinds: {
      "0": either(
        batch,
        allow("samples of any shape", "wider", "one axis more", "flat", "no rows"),
      ),
      "0.data[]": either(real, allow("is moved, whatever it is", "NaN", "Infinity", "-Infinity")),
    },
  },
  fromOnnx: {
    valid: () => [onnx.slice(), { extents: { x: [3] }, head: "y", masks: ["x"] }],
    kinds: { "1.extents.x[]": label, "1.masks": anyList },
  },
  fromTfjs: {
    valid: () => [model, { inputShape: [2], end: "peel", layers: { Sine: () => tanh() } }],
    kinds: { "1.inputShape[]": label },
  },
  loadJets: {
    valid: () => [
      {
        files: [fixture("jets.root")],
        first: 0,
        count: 2,
        nonFinite: "refuse",
        features: { tracks: ["track_ptrel"], vertices: ["sv_ptrel"] },
        slots: { tracks: 3, vertices: 2 },
        tree: "deepntuplizer/tree",
        branches: { fj_pt: "fj_pt" },
        labels: { background: ["fj_isQCD"], signal: ["fj_isH"] },
        measured: ["fj_pt"],
      },
    ],
    kinds: {
      "0.files": list,
      "0.count": either(count, limit),
      "0.labels.background": list,
      "0.labels.signal": list,
      "0.measured": anyList,
    },
  },
  loadParameters: {
    valid: () => [
      sequential([dense(2, 1)]),
      { w: tensor([1, 2], [1, 2]), b: tensor([1], [3]) },
      { names: ["w", "b"], epsilon: 1e-5 },
    ],
    kinds: {
      "1.w": allow("axes of extent 1 behind are those of a kernel", "one axis more"),
      "2.epsilon": nonNegative,
    },
  },
  readArray: { valid: () => [file("a.npy"), {}] },
  readForest: {
    valid: () => [file("forest.json")],
    use: ({ forest }: interop.ForestFile) => forest.features,
  },
  readHdf5: {
    valid: () => [fixture("hdf5/latest.h5"), ["x"], { first: 0, count: 2, integers: "exact" }],
    kinds: { "1": twice },
  },
  readModel: {
    valid: () => [file("model.onnx"), { extents: { x: [3] }, head: "y", masks: ["x"] }],
    kinds: { "1.extents.x[]": label, "1.masks": anyList },
    use: ({ theta: read }: interop.ModelFile) => read,
  },
  readTensors: {
    valid: () => [
      fixture("training.pt"),
      { maximumBytes: 1e6, inside: "model", integers: "exact", onLeftOut: () => undefined },
    ],
    kinds: { "1.maximumBytes": limit },
  },
  readRootTree: {
    valid: () => [
      fixture("lists.root"),
      { tree: "lists", branches: ["vector"], first: 0, count: 3, integers: "exact" },
    ],
    kinds: { "1.branches": twice },
  },
  saveNetwork: {
    valid: () => [file("other.json"), saved()],
    kinds: {
      "0": { takes: () => false, leavesOut: ({ value }) => value === "no such word" },
      "1.inputShape[]": label,
    },
  },
  saveOnnx: {
    valid: () => [
      file("other.onnx"),
      network,
      theta(),
      { inputShape: [2], output: "softmax" as const, input: "x", head: "y" },
    ],
    kinds: {
      "0": { takes: () => false, leavesOut: ({ value }) => value === "no such word" },
      "3.inputShape[]": label,
      "3.input": text,
      "3.head": text,
    },
  },
  saveTfjsModel: {
    valid: () => [file("tfjs.json"), saved()],
    kinds: {
      "0": { takes: () => false, leavesOut: ({ value }) => value === "no such word" },
      "1.inputShape[]": label,
    },
  },
  targetRows: {
    valid: () => [tensor([4], [0, 1, 1, 0]), 4, 2, softmaxCrossEntropy, "targets"],
    kinds: {
      "0": allow("[n, 1] is [n] too", "one axis more"),
      "0.data[]": label,
      "4": text,
    },
  },
  tfjsBackend: { valid: () => [module] },
  toOnnx: {
    valid: () => [
      network,
      theta(),
      { inputShape: [2], output: "softmax" as const, input: "x", head: "y" },
    ],
    kinds: { "2.inputShape[]": label, "2.input": text, "2.head": text },
  },
  toTfjs: {
    valid: () => [network, theta(), module, { inputShape: [2], output: "linear" }],
    kinds: { "3.inputShape[]": label },
    use: (built: interop.TfjsModel) => built.dispose(),
  },
};

sweepRoom("interop", interop, entries);
