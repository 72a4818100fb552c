import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { interop } from "phaselens";
import { DataError } from "phaselens/core";
import { afterAll, describe, expect, it } from "vitest";
import { refusalOf } from "../support/refusal.js";
import { zip } from "./zip.js";
import { readTfjsModel } from "phaselens/internal/interop/models/tfjs/readTfjsModel";
import { readNetwork } from "phaselens/internal/interop/models/savedNetwork";

const folder = mkdtempSync(join(tmpdir(), "phaselens-model-formats-"));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const fixture = (name: string): string =>
  fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

interface Heads {
  readonly heads: Readonly<Record<string, { readonly format: string; readonly head: string }>>;
}
const { heads } = JSON.parse(readFileSync(fixture("heads.json"), "utf8")) as Heads;
const head = (name: string): Buffer => Buffer.from(heads[name].head, "base64");
const archive = (...names: string[]): Buffer =>
  zip(names.map((name) => ({ name, data: Buffer.from("x") })));

/** First bytes of models that are read elsewhere or not at all, and what is said of each. */
const others: readonly (readonly [kind: string, bytes: Buffer, is: string, cure: string])[] = [
  ["onnx", head("made.onnx"), "an ONNX model", "Read it with readModel"],
  ["h5", head("k.h5"), "an HDF5 file", "If Keras wrote it, read it with readModel"],
  ["keras", head("k.keras"), "a Keras model (.keras)", "Read it with readModel"],
  ["pt", head("new.pt"), "a PyTorch checkpoint", "give it what readTensors reads, loadParameters"],
  [
    "pth",
    head("old.pth"),
    "a PyTorch checkpoint of the format before 1.6",
    'Or in Python: torch.onnx.export(model, example, "model.onnx", dynamo=False)',
  ],
  [
    "torchscript",
    readFileSync(fixture("script.pt")),
    "a TorchScript program",
    'torch.onnx.export(torch.jit.load("model.pt"), example, "model.onnx", dynamo=False)',
  ],
  [
    "pt2",
    archive("m/archive_format", "m/models/model.json"),
    "a program of torch.export",
    'torch.onnx.export(torch.export.load("model.pt2"), example, "model.onnx")',
  ],
  ["safetensors", head("a.safetensors"), "a safetensors file", "what readTensors reads"],
  ["npz", head("one.npz"), "an archive of NumPy arrays (.npz)", "what readArray reads"],
  ["gguf", Buffer.from("GGUF\x03\0\0\0"), "a GGUF model", 'gguf.GGUFReader("model.gguf")'],
  [
    "pb",
    Buffer.from("\x08\x01\x12\x81\x02\x0a\x05", "latin1"),
    "a SavedModel of TensorFlow",
    'tf_keras.models.load_model("folder").save("model.h5")',
  ],
  [
    "tflite",
    Buffer.from("\x1c\0\0\0TFL3", "latin1"),
    "a TensorFlow Lite model",
    "Save the model that it was made of",
  ],
  ["pickle", head("p4.pkl"), "a Python pickle", 'torch.load("model.pkl", weights_only=False)'],
];

describe("where a model is wanted", () => {
  const readers = {
    readModel: interop.readModel,
    readTfjsModel: readTfjsModel,
    readNetwork: readNetwork,
  };

  describe.each(Object.entries(readers))("%s", (_, read) => {
    // readModel reads models of ONNX and Keras
    const own = read === interop.readModel ? ["onnx", "keras", "h5"] : [];
    it.each(others.filter(([kind]) => !own.includes(kind)))(
      "names %s for what it is, with what makes something of it",
      async (kind, bytes, is, cure) => {
        for (const name of [`right.${kind}`, "model.json"]) {
          const { message } = await refusalOf(DataError, () => read(write(name, bytes)));
          expect(message).toContain(`but ${is}`);
          expect(message).toContain(cure);
          expect(message).not.toMatch(/damaged|truncated|fetch/i);
        }
      },
    );

    it("says of a folder, of JSON that is none, and of nothing, what it is", async () => {
      const empty = join(folder, "empty");
      mkdirSync(empty, { recursive: true });
      expect((await refusalOf(DataError, () => read(empty))).message).toContain(
        "empty: is a folder, not a",
      );
      const own = join(folder, "own");
      mkdirSync(own, { recursive: true });
      writeFileSync(join(own, "model.json"), "{}");
      expect((await refusalOf(DataError, () => read(own))).message).toContain(
        "It has a model.json: name that.",
      );
      const saved = join(folder, "saved");
      mkdirSync(saved, { recursive: true });
      writeFileSync(
        join(saved, "saved_model.pb"),
        Buffer.from("\x08\x01\x12\x81\x02\x0a\x05", "latin1"),
      );
      expect((await refusalOf(DataError, () => read(saved))).message).toContain(
        "but a SavedModel of TensorFlow",
      );
      expect((await refusalOf(DataError, () => read(write("none.json", "")))).message).toContain(
        "none.json: is empty",
      );
      expect(
        (await refusalOf(DataError, () => read(write("half.json", '{"a": [1,')))).message,
      ).toContain("half.json: is no JSON");
      expect((await refusalOf(DataError, () => read(join(folder, "absent")))).message).toContain(
        "cannot be read (ENOENT)",
      );
      expect(
        (await refusalOf(DataError, () => read(write("evil.json", '{"a": {"__proto__": 1}}'))))
          .message,
      ).toContain('has a key "__proto__", which no model has');
    });
  });

  it("says of JSON of other things what it is", async () => {
    const keras = write("keras.json", '{"class_name": "Sequential", "config": {}}');
    expect((await refusalOf(DataError, () => interop.readModel(keras))).message).toContain(
      "is the topology of a Keras model without its weights",
    );
    const forest = write("forest.json", '{"format": "phaselens-forest\\u001b[2J"}');
    expect((await refusalOf(DataError, () => interop.readModel(forest))).message).toContain(
      '(its format is "phaselens-forest\\x1b[2J")',
    );
  });
});
