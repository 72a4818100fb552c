import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRng, oneHot, tensor, writeNpy } from "phaselens/core";
import { polish } from "phaselens/hessian";
import { saveNetwork } from "phaselens/interop";
import * as nn from "phaselens/nn";
import type { StudyManifest } from "phaselens/internal/generate/study/studyManifest";
import type { StudiedProblem } from "phaselens/internal/hessian/study/prepareRemovals";

export const options = { loss: nn.softmaxCrossEntropy, l2: 1e-2 };
const network = nn.sequential([nn.dense(3, 4), nn.tanh(), nn.dense(4, 2)]);

function points(n: number, seed: number): nn.Samples {
  const rng = makeRng(seed);
  const x = tensor(
    [n, 3],
    Float64Array.from({ length: 3 * n }, () => rng.normal()),
  );
  const label = (_: unknown, s: number): number => (x.data[3 * s] + 0.5 * rng.normal() > 0 ? 1 : 0);
  return { x, target: oneHot(Array.from({ length: n }, label), 2) };
}

/** A perceptron of 26 parameters at a minimum, with 60 training points and 10 others. */
export const small: StudiedProblem & { readonly test: nn.Samples } = (() => {
  const training = points(60, 1);
  const start = nn.train(network, training, { ...options, epochs: 50, rng: makeRng(1) });
  const { theta } = polish(network, start.theta, training, options);
  return { network, theta, training, options, test: points(10, 2) };
})();

/** Everything that a manifest can ask for, in milliseconds each. */
export const tinyStudy: StudyManifest = {
  version: 1,
  kind: "study",
  name: "tiny",
  seed: 1,
  problem: { model: "model.json", train: "x.npy", "train-target": "y.npy", l2: 1e-2 },
  training: { epochs: 5 },
  removals: { points: 6, retrain: true },
  bootstraps: { count: 3 },
  seeds: { count: 2, first: 5 },
};

/** Model, data and manifest as files. */
export function writeStudy(folder: string, manifest: object = tinyStudy): void {
  const { theta, training } = small;
  saveNetwork(join(folder, "model.json"), {
    ...{ network, theta, inputShape: [3], output: "softmax", loss: options.loss },
  });
  writeNpy(join(folder, "x.npy"), training.x);
  writeNpy(join(folder, "y.npy"), training.target);
  writeFileSync(join(folder, "study.json"), JSON.stringify(manifest));
}
