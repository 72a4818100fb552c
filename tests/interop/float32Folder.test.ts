import { neubauer2022 } from "phaselens/papers";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataError, auc, tensor } from "phaselens/core";
import { jetFeatures, simulateJets } from "phaselens/physics";
import { jetInputs, scores, selectFeatures } from "phaselens/taggers";
import { afterAll, describe, expect, it } from "vitest";
import { describeWithReference, referencePath } from "../support/reference.js";
import { float32Models, readFloat32Folder } from "phaselens/internal/interop/models/float32Folder";

const folder = mkdtempSync(join(tmpdir(), "float32-"));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (about: unknown, numbers: readonly number[], cut = 0): void => {
  const bytes = Buffer.from(Float32Array.from(numbers).buffer);
  writeFileSync(
    join(folder, "model.json"),
    typeof about === "string" ? about : JSON.stringify(about),
  );
  writeFileSync(join(folder, "model.f32"), bytes.subarray(0, bytes.length - cut));
};
const two = {
  source: "somewhere",
  tensors: [
    { name: "a", shape: [2, 2], offset: 0 },
    { name: "b", shape: [1], offset: 4 },
  ],
};

describe("a folder of float32 tensors", () => {
  it("gives them by name, and what else the JSON says", () => {
    write(two, [1, 2, 3, 4, -0.5]);
    expect(float32Models(folder)).toEqual(["model"]);
    const { tensors, about } = readFloat32Folder(folder, "model");
    expect(tensors).toEqual({ a: tensor([2, 2], [1, 2, 3, 4]), b: tensor([1], [-0.5]) });
    expect(about).toEqual({ source: "somewhere" });
  });

  it.each([
    [
      "truncated data",
      two,
      [1, 2, 3, 4, 5],
      3,
      'holds 17 bytes, "b" ends at 20. The file is truncated',
    ],
    ["more data than tensors", two, [1, 2, 3, 4, 5, 6], 0, "holds 24 bytes, its tensors are 20"],
    ["a NaN", two, [1, NaN, 3, 4, 5], 0, 'entry 1 of "a" is NaN'],
    [
      "a gap",
      { tensors: [{ name: "a", shape: [1], offset: 1 }] },
      [1, 2],
      0,
      "tensors[0].offset must be 0",
    ],
    [
      "a shape of nothing",
      { tensors: [{ name: "a", shape: [0], offset: 0 }] },
      [1],
      0,
      "tensors[0] must have a name and a shape",
    ],
    ["no list", { tensors: 3 }, [1], 0, "tensors must be a list"],
    ["no JSON", "{", [1], 0, "is no JSON"],
  ] as const)("is refused with %s", (_, about, numbers, cut, message) => {
    write(about, numbers, cut);
    expect(() => readFloat32Folder(folder, "model")).toThrow(DataError);
    expect(() => readFloat32Folder(folder, "model")).toThrow(message);
  });

  it("names the file or the folder that is not there", () => {
    expect(() => neubauer2022.taggers(join(folder, "none"))).toThrow("there is no folder");
    expect(() => readFloat32Folder(folder, "other")).toThrow("other.json: cannot be read");
  });
});

describeWithReference("the authors' trained networks", () => {
  const authors = referencePath("neubauer2022/authors_interaction_network");
  it.each([
    ["baseline", 25_554],
    ["psvfeaturesdropped_001_noTrackQ_hidden16_De8_Do8", 2842],
  ] as const)("%s separates simulated jets it never saw", (name, parameters) => {
    const { network, theta, features } = neubauer2022
      .taggers(authors)!
      .find((one) => one.name === name)!;
    expect(network.parameterCount).toBe(parameters);
    expect(theta).toEqual(
      Float64Array.from(
        new Float32Array(Uint8Array.from(readFileSync(join(authors, `${name}.f32`))).buffer),
      ),
    );
    const jets = simulateJets({ jets: 400, seed: 2022, set: "test" });
    const inputs = selectFeatures(jetInputs(jets.x, jets.vertices, jetFeatures), features);
    // .962 on many jets; the standard error of 400 is .010
    expect(auc(scores(network, theta, inputs), jets.truth.signal)).toBeGreaterThan(0.92);
  });
});
