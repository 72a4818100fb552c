import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readNpy } from "phaselens/core";
import { readArray, readModel } from "phaselens/interop";
import { predict } from "phaselens/nn";
import { afterAll, expect, it } from "vitest";
import { blocks, projectRoot } from "./markdown.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-pytorch-"));
afterAll(() => rmSync(folder, { recursive: true }));
/** PHASELENS_PYTHON names a Python with PyTorch, numpy and onnx. */
const python = process.env.PHASELENS_PYTHON ?? "python3";
const installed =
  spawnSync(python, ["-c", "import torch, numpy, onnx"], { timeout: 120_000 }).status === 0;

const page = readFileSync(join(projectRoot, "docs/tutorials/explain-a-pytorch-tagger.md"), "utf8");
const script = blocks(page).find(({ language }) => language === "python")!.code;

/** The largest difference between the outputs of PyTorch and those here. */
async function difference(place: string): Promise<number> {
  const model = await readModel(join(place, "tagger.onnx"));
  const read = async (dataset: string) =>
    (await readArray(join(place, "test.npz"), { dataset })).values;
  const x = model.pack({
    tracks: await read("tracks"),
    track_mask: await read("track_mask"),
    jet: await read("jet"),
  });
  const there = readNpy(join(place, "logits.npy"));
  const here = predict(model.network, model.theta, x);
  return Math.max(...here.data.map((value, k) => Math.abs(value - there.data[k])));
}

it("the files that are shipped have the outputs of PyTorch", async () => {
  expect(await difference(join(projectRoot, "tests/docs/files"))).toBeLessThan(1e-4);
});

const title = installed
  ? "the tutorial runs from the training to the model here"
  : "needs PyTorch, numpy and onnx: name a Python that has them in PHASELENS_PYTHON";
it.skipIf(!installed)(
  title,
  async () => {
    writeFileSync(join(folder, "train.py"), script);
    execFileSync(python, ["train.py"], { cwd: folder, stdio: "pipe" });
    expect(await difference(folder)).toBeLessThan(1e-4);
  },
  300_000,
);
