import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRng, readNpy, tensor, writeNpy } from "phaselens/core";
import { exactHessian, influence, testGradients } from "phaselens/hessian";
import { readModel, saveNetwork, type OutputFunction } from "phaselens/interop";
import {
  dense,
  huberLoss,
  kaimingNormal,
  meanSquaredError,
  perSampleGradients,
  sequential,
  tanh,
  type Loss,
} from "phaselens/nn";
import { beforeAll, describe, expect, it } from "vitest";
import { expectAllClose } from "../support/allclose.js";
import { randomTensor } from "../support/models.js";
import { phaselensIn, scratch } from "./folder.js";

const folder = scratch();
const phaselens = phaselensIn(folder);
const at = (name: string): string => join(folder, name);
const x = randomTensor([12, 2], 1);
const values = randomTensor([12, 1], 2);

/** A network with so many outputs as name.json, and its θ. */
function model(name: string, outputs: number, output: OutputFunction, loss?: Loss) {
  const network = sequential([dense(2, 3), tanh(), dense(3, outputs)], name);
  const theta = kaimingNormal(network, makeRng(3, name));
  saveNetwork(at(`${name}.json`), { network, theta, inputShape: [2], output, loss });
  return { network, theta };
}

let regression: ReturnType<typeof model>;
beforeAll(() => {
  regression = model("regression", 1, "linear");
  model("robust", 1, "linear", huberLoss({ delta: 0.4 }));
  model("one", 1, "softmax");
  model("yes", 1, "sigmoid");
  model("several", 3, "sigmoid");
  model("classes", 3, "softmax");
  writeNpy(at("x.npy"), x);
  writeNpy(at("values.npy"), values);
  const labels = (name: string, of: (s: number) => number): void =>
    writeNpy(
      at(`${name}.npy`),
      tensor(
        [12],
        Array.from({ length: 12 }, (_, s) => of(s)),
      ),
    );
  labels("yes-no", (s) => s % 2);
  labels("signs", (s) => 2 * (s % 2) - 1);
  labels("fromOne", (s) => 1 + (s % 2));
  labels("threeFromOne", (s) => 1 + (s % 3));
  writeNpy(
    at("answers.npy"),
    tensor(
      [12, 3],
      Array.from({ length: 36 }, (_, p) => (p % 5 < 2 ? 1 : 0)),
    ),
  );
});

const explain = (...args: string[]) =>
  phaselens("explain", "--data", "x.npy", "--charts", "0", ...args);
const json = (
  out: string,
): { loss: string; points: { predicted: unknown; output: number[]; probability: number[] }[] } =>
  JSON.parse(readFileSync(at(`${out}/explanation.json`), "utf8")) as ReturnType<typeof json>;

describe("--loss huber", () => {
  const training = [
    "--train",
    "x.npy",
    "--train-target",
    "values.npy",
    "--target",
    "values.npy",
    "--damping",
    "5",
  ];
  const expected = (loss: Loss): Float64Array => {
    const { network, theta } = regression;
    const samples = { x, target: values };
    const hessian = exactHessian(network, theta, samples, { loss });
    const gradients = [perSampleGradients, testGradients].map((of) =>
      of(network, theta, samples, { loss }),
    );
    return influence(hessian, gradients[0], gradients[1], { damping: 5 }).influence.data;
  };
  it.each([
    ["huber", [], huberLoss()],
    ["huber", ["--loss-parameters", "delta=0.4"], huberLoss({ delta: 0.4 })],
    ["squared-error", [], meanSquaredError],
  ] as const)("gives the influence of the library: %s %j", async (option, parameters, loss) => {
    const out = `${option}${parameters.length}`;
    const { code, stderr } = await explain(
      "--model",
      "regression.json",
      ...training,
      "--loss",
      option,
      ...parameters,
      "--out",
      out,
    );
    expect(code, stderr).toBe(0);
    expect(json(out).loss).toBe(loss.name);
    expectAllClose(readNpy(at(`${out}/influence.npy`)).data, expected(loss), {
      rtol: 1e-9,
      atol: 1e-12,
    });
  });
  it("is audited too", async () => {
    const { code, stdout, stderr } = await phaselens(
      "audit",
      "--model",
      "regression.json",
      "--train",
      "x.npy",
      "--train-target",
      "values.npy",
      "--loss",
      "huber",
      "--damping",
      "5",
      "--removals",
      "0",
      "--json",
      "--out",
      "audit",
    );
    expect([0, 1], stderr).toContain(code);
    expect(JSON.parse(stdout)).toMatchObject({ format: "phaselens-audit" });
  });
  it("is what a model is read with that names it", async () => {
    expect((await readModel(at("robust.json"))).loss).toBe(huberLoss({ delta: 0.4 }));
    const { code, stderr } = await explain(
      "--model",
      "robust.json",
      ...training,
      "--out",
      "robust",
    );
    expect(code, stderr).toBe(0);
    expect(json("robust").loss).toBe("Huber, δ = 0.4");
  });
  it("is not saved where it does not belong, nor a loss that cannot be named", async () => {
    const { network, theta } = regression;
    const save = (output: OutputFunction, loss: Loss): void =>
      saveNetwork(at("wrong.json"), { network, theta, output, loss });
    expect(() => save("softmax", huberLoss())).toThrow(
      "saveNetwork: the loss Huber, δ = 1 belongs to outputs that are linear, the network's are softmax.",
    );
    expect(() => save("linear", { ...meanSquaredError })).toThrow(
      "it cannot be rebuilt elsewhere. Leave the loss out and name it where the file is read.",
    );
    const file = JSON.parse(readFileSync(at("robust.json"), "utf8")) as object;
    writeFileSync(at("hinge.json"), JSON.stringify({ ...file, loss: { type: "hinge" } }));
    await expect(readModel(at("hinge.json"))).rejects.toThrow(
      /hinge\.json: .*there is no loss "hinge"/,
    );
  });
});

describe("predictions in a report", () => {
  it("of one output under a sigmoid are 0 and 1", async () => {
    const { code, stderr } = await explain(
      "--model",
      "yes.json",
      "--target",
      "yes-no.npy",
      "--classes",
      "pion,kaon",
      "--class",
      "kaon",
      "--out",
      "yes",
    );
    expect(code, stderr).toBe(0);
    const { points } = json("yes");
    expect(new Set(points.map(({ predicted }) => predicted)).size).toBe(2);
    for (const { predicted, output, probability } of points) {
      expect(predicted).toBe(output[0] > 0 ? 1 : 0);
      expect(probability[0]).toBeCloseTo(1 / (1 + Math.exp(-output[0])), 14);
    }
    const page = readFileSync(at("yes/report.html"), "utf8");
    expect(page).toContain("<td>kaon (");
    expect(page).toContain("<td>pion (");
  });
  it("of several are an answer each, in the page the names of those that are yes", async () => {
    const { code, stderr } = await explain(
      "--model",
      "several.json",
      "--target",
      "answers.npy",
      "--classes",
      "a,b,c",
      "--out",
      "several",
    );
    expect(code, stderr).toBe(0);
    const { points } = json("several");
    const page = readFileSync(at("several/report.html"), "utf8");
    for (const { predicted, output, probability } of points) {
      expect(predicted).toEqual(output.map((z) => (z > 0 ? 1 : 0)));
      const words = probability.flatMap((p, k) =>
        p > 0.5 ? [`${"abc"[k]} (${(100 * p).toFixed(1)}\u00a0%)`] : [],
      );
      expect(page).toContain(`<td>${words.join(", ") || "none"}</td>`);
    }
    expect(page).toContain("<td>a, b</td>"); // the target of point 0
  });
});

it.each([
  [
    ["--model", "one.json"],
    "one.json: has one output, and the softmax of one is 1 for every input; the loss is softmax cross-entropy.",
  ],
  [["--model", "regression.json", "--loss", "cross-entropy"], "(of logits: --loss logistic)"],
  [
    ["--model", "yes.json", "--target", "signs.npy"],
    "signs.npy: the target of sample 0 at output 0 is -1; a sigmoid takes numbers from 0 to 1. Give 0 for no and 1 for yes; here they are -1 and 1: write 0 for -1.",
  ],
  [
    ["--model", "yes.json", "--target", "fromOne.npy"],
    "here they are 1 and 2: write 0 for 1 and 1 for 2.",
  ],
  [
    ["--model", "yes.json", "--train", "x.npy", "--train-target", "signs.npy"],
    "signs.npy: the target of sample 0 at output 0 is -1",
  ],
  [
    ["--model", "classes.json", "--target", "threeFromOne.npy"],
    "row 2 has the label 3; labels are the whole numbers 0 … 2; here they count from 1: subtract 1.",
  ],
  [
    ["--model", "several.json", "--target", "yes-no.npy"],
    "holds one value a point, but the model has 3 outputs and the loss logistic.",
  ],
  [
    ["--model", "yes.json", "--loss", "huber"],
    "--loss is huber, but the model ends in sigmoid, to which the loss logistic belongs.",
  ],
  [
    ["--model", "regression.json", "--loss", "huber", "--loss-parameters", "delta=0"],
    "huberLoss: delta is 0; it must be a finite number > 0",
  ],
  [
    ["--model", "regression.json", "--loss", "huber", "--loss-parameters", "delta"],
    '--loss-parameters holds "delta"; it must be name=number, e.g. delta=0.5.',
  ],
  [
    ["--model", "regression.json", "--loss", "huber", "--loss-parameters", "sigma=1"],
    "huberLoss has no parameter sigma = 1; its parameters, all numbers: delta.",
  ],
  [
    ["--model", "regression.json", "--loss", "logistic", "--loss-parameters", "delta=1"],
    "logisticLoss has no parameter delta = 1; its parameters, all numbers: none.",
  ],
  [
    ["--model", "regression.json", "--loss-parameters", "delta=1"],
    '--loss-parameters is "delta=1" without --loss. Name the loss that has them.',
  ],
])("refuses %j with exit code 2", async (args, sentence) => {
  const { code, stdout, stderr } = await explain(...args, "--out", "refused");
  expect([code, stdout], stderr).toEqual([2, ""]);
  expect(stderr).toContain(sentence);
});
