import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tensor, writeNpy } from "phaselens/core";
import * as interop from "phaselens/interop";
import { afterAll } from "vitest";
import { allow, either, batch, label, real } from "./support/kinds.js";
import { network, theta } from "./support/nets.js";
import { sweepRoom, type Entry } from "./support/sweep.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-arguments-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string): string => join(folder, name);
writeNpy(file("a.npy"), tensor([2, 2], [1, 2, 3, 4]));
writeFileSync(file("a.csv"), "x,y\n1,2\n3,4\n");
const saved = () => ({ network, theta: theta(), inputShape: [2], output: "linear" as const });
interop.saveNetwork(file("model.json"), saved());

/** Files of others, HDF5, ROOT, PyTorch and TensorFlow.js, are met in tests/interop. */
const uncovered = [
  "fromOnnx",
  "fromTfjs",
  "loadJets",
  "readHdf5",
  "readPytorchCheckpoint",
  "readRootTree",
  "saveTfjsModel",
  "targetRows",
  "tfjsBackend",
  "toTfjs",
];

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
  readArray: { valid: () => [file("a.npy"), {}] },
  readModel: {
    valid: () => [file("model.json"), {}],
    use: ({ theta: read }: interop.ModelFile) => read,
  },
  saveNetwork: {
    valid: () => [file("other.json"), saved()],
    kinds: {
      "0": { takes: () => false, leavesOut: ({ value }) => value === "no such word" },
      "1.inputShape[]": label,
    },
  },
};

sweepRoom("interop", interop, entries, uncovered);
