import { bluecher2020 } from "phaselens/papers";
import { rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeRng, tensor } from "phaselens/core";
import { generate, openGenerated, type Manifest } from "phaselens/generate";
import {
  adam,
  binTargets,
  labelBins,
  meanSquaredError,
  signFlips,
  train,
  type TrainOptions,
} from "phaselens/nn";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder, type TestFolder } from "./folders.js";
import { tinyManifest } from "./manifests.js";
import { generatedSamples } from "phaselens/internal/generate/generatedSamples";
import { binTarget } from "phaselens/internal/nn/losses/bins";

const sampler = {
  module: fileURLToPath(new URL("./standIn.mjs", import.meta.url)),
  name: "standIn",
};
const bins = labelBins([-0.1, 0, 0.1]);
const target = (kappa: number): Float64Array => binTarget(kappa, bins);
const network = bluecher2020.cnn({ extent: 4, outputs: 3 });
const options: TrainOptions = {
  loss: meanSquaredError,
  epochs: 4,
  batchSize: 5,
  optimiser: adam(),
  augment: signFlips,
  stuck: false,
  rng: makeRng(1),
};

let folder: TestFolder;
beforeEach(() => void (folder = temporaryFolder()));
afterEach(() => folder.remove());

const make = async (manifest: Manifest): Promise<void> =>
  void (await generate(manifest, { out: folder.path, jobs: 1, sampler }));

describe("generatedSamples", () => {
  it.each([
    ["f4", "float32"],
    ["f4", "float64"],
    ["f8", "float32"],
    ["f8", "float64"],
  ] as const)(
    "trains from files of %s to the same bits in %s as from memory",
    async (dtype, precision) => {
      await make({ ...tinyManifest, dtype });
      const generated = openGenerated(folder.path);
      const source = generatedSamples(generated, "training", target);
      const fields = generated.couplings.map(
        (kappa) => generated.ensemble("training", kappa).fields,
      );
      const x = tensor(
        [18, 1, 4, 4, 4],
        fields.flatMap(({ data }) => Array.from(data)),
      );
      const kappas = generated.couplings.flatMap((kappa) => Array<number>(6).fill(kappa));
      expect(Array.from(source.hoppingParameters)).toEqual(kappas);
      const inMemory = { x, target: binTargets(kappas, bins, { normalised: false }) };
      const held = train(network, inMemory, { ...options, precision });
      expect(train(network, source, { ...options, precision }).theta).toEqual(held.theta);
      source.close();
    },
  );

  it("names the file that is missing or damaged, and closes the others", async () => {
    await make(tinyManifest);
    const generated = openGenerated(folder.path);
    const file = join(folder.path, "training", "1_kappa0.npy");
    truncateSync(file, 1000);
    expect(() => generatedSamples(generated, "training", target)).toThrow(
      `${file}: cannot be used, its .npy has 1000 bytes instead of`,
    );
    rmSync(file);
    expect(() => generatedSamples(generated, "training", target)).toThrow(
      `${file}: cannot be used, its .npy is missing. Run phaselens generate`,
    );
    rmSync(file.replace("npy", "json"));
    expect(() => generatedSamples(generated, "training", target)).toThrow(
      `${file}: has not been generated yet.`,
    );
    expect(() => generatedSamples(generated, "validation", target)).toThrow(
      'there is no set "validation"; there are training, test.',
    );
  });

  it("notices a file that shrinks while it is open", async () => {
    await make(tinyManifest);
    const source = generatedSamples(openGenerated(folder.path), "test", target);
    truncateSync(join(folder.path, "test", "2_kappa0.1.npy"), 600);
    const into = new Float64Array(64);
    source.readInput(0, into, 0);
    expect(() => source.readInput(11, into, 0)).toThrow("became shorter while it was read");
    source.close();
  });

  it("wants targets of one length", async () => {
    await make(tinyManifest);
    expect(() =>
      generatedSamples(openGenerated(folder.path), "test", (kappa) =>
        Array<number>(kappa > 0 ? 2 : 3).fill(0),
      ),
    ).toThrow("generatedSamples: targets have 3 and 2 entries.");
  });
});
