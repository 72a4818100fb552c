// Everything that writes files for others to read, each on an old content and then a new one.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cached, makeRng, tensor, writeNpy } from "phaselens/core";
import { save, scatter } from "phaselens/figures";
import { randomForest } from "phaselens/forest";
import { generate, type Manifest } from "phaselens/generate";
import { readModel, saveNetwork, saveOnnx, saveTfjsModel } from "phaselens/interop";
import { newCommand } from "phaselens/internal/cli/newNotebook";
import { openReportFolder, writeReport } from "phaselens/internal/report/writeReport";
import { runStudy } from "phaselens/internal/generate/study/runStudy";
import type { StudyManifest } from "phaselens/internal/generate/study/studyManifest";
import { cachedEach } from "phaselens/internal/core/cache/cache";
import * as nn from "phaselens/nn";
import { recipe } from "./recipe.mjs";
import { writeAtomically } from "../../environment/base/atomic.mjs";
import { writeResults } from "../../environment/gallery/results.mjs";
import { tinyManifest } from "../generate/manifests.js";
import { small as smallStudy, tinyStudy } from "../generate/studies.js";
import { provenance } from "../environment/provenance.js";

export interface Writer {
  /** Files of the code that it runs, below the project. */
  readonly modules: readonly string[];
  /** Makes what is there before. */
  old(folder: string): unknown;
  /** Writes anew; called again after a kill, it must come to the same end. */
  next(folder: string): unknown;
  /** Whether a file that is neither the old nor the new one is whole all the same. */
  whole?(name: string): boolean;
  /** Looks at the folder as a reader does, and throws where what it finds is no whole. */
  check?(folder: string): unknown;
}

const theta = (network: nn.Network, seed: number): Float64Array =>
  nn.kaimingNormal(network, makeRng(seed));
const small = nn.sequential([nn.dense(2, 3), nn.relu(), nn.dense(3, 2)]);
// as many parameters, another function
const other = nn.sequential([nn.dense(2, 3), nn.tanh(), nn.dense(3, 2)]);

/** The reader must find θ and layers of one of the two. */
async function readPair(path: string): Promise<void> {
  const { network, theta: found } = (await readModel(path)) as {
    network: nn.Network;
    theta: Float64Array;
  };
  const isOld = network.nodes.some(({ layer }) => layer.spec?.type === "relu");
  const expected = isOld ? theta(small, 1) : theta(other, 2);
  const off = found.some((value, p) => Math.abs(value - expected[p]) > 1e-6);
  if (off) throw new Error(`${path}: layers of one network with numbers of the other`);
}

const inputs = Float64Array.from({ length: 24 }, (_, k) => Math.sin(3 * k));
const samples = {
  x: tensor([12, 2], inputs),
  target: tensor(
    [12, 2],
    Array.from({ length: 12 }, (_, n) =>
      [inputs[2 * n] > 0, inputs[2 * n] <= 0].map(Number),
    ).flat(),
  ),
};
const trained = (folder: string): void => {
  const checkpoint = { path: join(folder, "training.checkpoint") };
  const { theta: found } = nn.train(small, samples, {
    ...recipe.options,
    stuck: false,
    rng: makeRng(3),
    checkpoint,
  });
  writeNpy(join(folder, "theta.npy"), tensor([found.length], found));
};
const trainedTwice = async (folder: string): Promise<void> => {
  const results = await nn.trainMany(
    small,
    samples,
    { module: new URL("recipe.mjs", import.meta.url), name: "recipe" },
    [{ seed: 1 }, { seed: 2 }],
    { jobs: 1, checkpoint: { path: join(folder, "states"), every: 2 } },
  );
  const found = results.flatMap(({ theta: one }) => [...one]);
  writeNpy(join(folder, "theta.npy"), tensor([found.length], found));
};

const points = (title: string): ReturnType<typeof scatter> =>
  scatter({
    id: "report-points",
    title,
    rows: [{ a: 1, b: 2 }],
    x: { field: "a", title: "a" },
    y: { field: "b", title: "b" },
  });

const report = (folder: string, page: string): void => {
  const open = openReportFolder(folder, "a test", "report.json", ["output"]);
  const arrays = { output: tensor([1], [page.length]) };
  writeReport(open, { arrays, charts: [], page, json: (written) => ({ page, written }) });
};

const ensembles: Manifest = {
  ...tinyManifest,
  hoppingParameters: { first: 0.1, step: 0.1, count: 2 },
  sampling: { ...tinyManifest.sampling, stride: 2 },
};
const generated = (folder: string, manifest: Manifest): unknown =>
  generate(manifest, { out: folder, jobs: 1, checkpointSeconds: 0 });

const few = {
  removals: { groups: [[3], [4, 5]] },
  bootstraps: undefined,
  seeds: { count: 1 },
  training: { epochs: 2 },
};
const studied = (folder: string, manifest: StudyManifest): unknown =>
  runStudy(manifest, smallStudy, { out: folder, jobs: 1 });

const withCache = async (folder: string, keys: readonly number[]): Promise<void> => {
  const before = process.env.PHASELENS_CACHE;
  process.env.PHASELENS_CACHE = folder;
  try {
    for (const key of keys)
      await cached({ function: "kept", version: 1, params: { key } }, () => ({
        array: Float64Array.of(key, key * key),
      }));
    await cachedEach({ function: "each", version: 1, params: {} }, keys, (key) => key + 1);
  } finally {
    if (before === undefined) delete process.env.PHASELENS_CACHE;
    else process.env.PHASELENS_CACHE = before;
  }
};

const notebook = (title: string): object => ({
  cells: [{ cell_type: "markdown", source: [`# ${title}`], metadata: {} }],
  metadata: {},
});
const gallery = (folder: string, title: string, names: readonly string[]): unknown =>
  writeResults(
    folder,
    names.map((name) => ({
      name,
      notebook: notebook(title),
      failures: [],
      provenance: provenance({ notebook: name, hashes: {} as never }),
    })) as unknown as Parameters<typeof writeResults>[1],
    [...names],
  );

export const writers: Readonly<Record<string, Writer>> = {
  "an array": {
    modules: ["lib/src/core/files/atomicWrite.ts", "lib/src/core/files/npyFile.ts"],
    old: (folder) => writeNpy(join(folder, "deep/x.npy"), tensor([2], [1, 2])),
    next: (folder) => writeNpy(join(folder, "deep/x.npy"), tensor([3], [4, 5, 6])),
  },
  "the cache": {
    modules: [
      "lib/src/core/cache/cache.ts",
      "lib/src/core/cache/cacheDirectory.ts",
      "lib/src/core/cache/lock.ts",
    ],
    old: (folder) => withCache(folder, [1]),
    next: (folder) => withCache(folder, [1, 2]),
  },
  "the state of a training": {
    modules: ["lib/src/core/cache/checkpointFile.ts", "lib/src/nn/training/trainingStore.ts"],
    old: (folder) => writeNpy(join(folder, "theta.npy"), tensor([1], [1])),
    next: trained,
    whole: (name) => name.endsWith(".checkpoint"),
  },
  "the states of many trainings": {
    modules: ["lib/src/core/cache/checkpointFile.ts", "lib/src/nn/training/trainingStore.ts"],
    old: () => undefined,
    next: trainedTwice,
    whole: (name) => name.endsWith(".checkpoint"),
  },
  "the state of a forest": {
    modules: ["lib/src/core/cache/checkpointFile.ts"],
    old: () => undefined,
    next: async (folder) => {
      const { trees } = await randomForest(
        { x: samples.x, target: samples.target.data.filter((_, k) => k % 2 === 0) },
        {
          trees: 5,
          seed: 1,
          jobs: 1,
          checkpoint: { path: join(folder, "forest.checkpoint"), every: 2 },
        },
      );
      writeNpy(join(folder, "thresholds.npy"), tensor([1], [JSON.stringify(trees).length]));
    },
    whole: (name) => name.endsWith(".checkpoint"),
  },
  "a network": {
    modules: ["lib/src/interop/models/savedNetwork.ts", "lib/src/interop/models/modelFiles.ts"],
    old: (folder) =>
      saveNetwork(join(folder, "m.json"), {
        network: small,
        theta: theta(small, 1),
        output: "linear",
      }),
    next: (folder) =>
      saveNetwork(join(folder, "m.json"), {
        network: other,
        theta: theta(other, 2),
        output: "linear",
      }),
    check: (folder) => readPair(join(folder, "m.json")),
  },
  "a network for TensorFlow.js": {
    modules: [
      "lib/src/interop/models/modelFiles.ts",
      "lib/src/interop/models/tfjs/saveTfjsModel.ts",
    ],
    old: (folder) =>
      saveTfjsModel(join(folder, "m.json"), {
        network: small,
        theta: theta(small, 1),
        output: "linear",
      }),
    next: (folder) =>
      saveTfjsModel(join(folder, "m.json"), {
        network: other,
        theta: theta(other, 2),
        output: "linear",
      }),
    check: (folder) => readPair(join(folder, "m.json")),
  },
  "a network as ONNX": {
    modules: ["lib/src/interop/models/onnx/writing/saveOnnx.ts"],
    old: (folder) => saveOnnx(join(folder, "m.onnx"), small, theta(small, 1)),
    next: (folder) => saveOnnx(join(folder, "m.onnx"), other, theta(other, 2)),
    check: (folder) => readPair(join(folder, "m.onnx")),
  },
  "a figure": {
    modules: ["lib/src/figures/output/save.ts"],
    old: (folder) => save(points("old"), folder),
    next: (folder) => save(points("new"), folder),
  },
  "a report": {
    modules: ["lib/src/core/files/ownedFolder.ts", "lib/src/report/writeReport.ts"],
    old: (folder) => report(folder, "the old page"),
    next: (folder) => report(folder, "the page"),
  },
  "a notebook": {
    modules: ["lib/src/cli/newNotebook.ts"],
    old: (folder) => {
      for (const name of ["m.json", "x.npy"]) writeFileSync(join(folder, name), "theirs");
      writeFileSync(join(folder, "n.ipynb"), "old");
    },
    next: async (folder) => {
      const [model, data] = ["m.json", "x.npy"].map((name) => join(folder, name));
      await newCommand.run([
        join(folder, "n.ipynb"),
        ...["--model", model, "--data", data, "--force"],
      ]);
    },
  },
  ensembles: {
    modules: [
      "lib/src/generate/folder.ts",
      "lib/src/generate/mergePieces.ts",
      "lib/src/generate/pieceCheckpoint.ts",
      "lib/src/generate/pieceFiles.ts",
    ],
    old: (folder) => generated(folder, ensembles),
    next: (folder) => generated(folder, { ...ensembles, description: "said anew" }),
    whole: (name) => name.endsWith(".checkpoint"),
  },
  "new ensembles": {
    modules: [
      "lib/src/generate/folder.ts",
      "lib/src/generate/mergePieces.ts",
      "lib/src/generate/pieceCheckpoint.ts",
      "lib/src/generate/pieceFiles.ts",
    ],
    old: () => undefined,
    next: (folder) => generated(folder, ensembles),
    whole: (name) => name.endsWith(".checkpoint"),
  },
  "a study": {
    modules: ["lib/src/generate/study/mergeStudy.ts", "lib/src/generate/study/studyFiles.ts"],
    old: (folder) => studied(folder, { ...tinyStudy, ...few }),
    next: (folder) => studied(folder, { ...tinyStudy, ...few, description: "said anew" }),
    whole: (name) => name.endsWith(".checkpoint"),
  },
  "a new study": {
    modules: ["lib/src/generate/study/mergeStudy.ts", "lib/src/generate/study/studyFiles.ts"],
    old: () => undefined,
    next: (folder) => studied(folder, { ...tinyStudy, ...few }),
    whole: (name) => name.endsWith(".checkpoint"),
  },
  "the gallery": {
    modules: ["lib/src/core/files/ownedFolder.ts", "environment/gallery/results.mjs"],
    old: (folder) => gallery(folder, "old", ["a", "b"]),
    next: (folder) => gallery(folder, "new", ["a"]),
  },
  "a file of the environment": {
    modules: [
      "environment/base/atomic.mjs",
      "environment/base/hash.mjs",
      "environment/base/kept.mjs",
      "environment/bench.mjs",
      "environment/compile/compiler.mjs",
      "environment/explain-page/page.mjs",
      "environment/format.mjs",
      "environment/fuzz.mjs",
      "environment/kernel/kernelspec.mjs",
      "environment/lab.mjs",
      "environment/pack.mjs",
      "environment/run/cli.mjs",
      "environment/run/shared-execution.mjs",
      "environment/studies/study.mjs",
      "environment/verdicts/ship.mjs",
    ],
    old: (folder) => writeAtomically(join(folder, "verdicts.json"), "old"),
    next: (folder) => writeAtomically(join(folder, "verdicts.json"), "new"),
  },
};

/** What writes, but nothing that anybody keeps: with the reason. */
export const exempt: Readonly<Record<string, string>> = {
  "lib/src/kernels/build.mjs": "the build's own output, remade unless its record says it is whole",
  "lib/src/kernels/optimise.mjs": "in a temporary folder of the build's",
  "environment/build.mjs": "the build's own output, remade unless its record says it is whole",
  "lib/src/interop/models/keras/readKerasArchive.ts": "in a temporary folder of its own",
  "environment/mutate.mjs": "in a copy of the project of its own",
  "environment/checks/mutant-copy.mjs": "in a copy of the project of its own",
  "environment/checks/mutant-setup.mjs": "a record of one run, in a temporary folder",
  "environment/checks/coverage-setup.mjs": "a record of one run, in a temporary folder",
  "environment/package-report.mjs": "in a temporary folder of its own",
  "environment/package/bundle.mjs": "in a temporary folder of its own",
  "environment/test.mjs": "removes its own report of the last run",
  "environment/coverage.mjs": "removes its own records of the last run",
  "environment/checks/test-costs.mjs": "a record, remade by the next run of the tests",
  "environment/types.mjs": "a record, remade unless its content fits",
  "environment/base/install.mjs": "a stamp; without it npm ci runs again",
  "environment/bench/compiled.mjs": "in .cache, compiled anew for each run",
  "environment/explain-page/example/example.mjs": "in a temporary folder of its own",
  "environment/explain-page/node/fs.ts":
    "stands for node:fs in a browser: no disk, files in memory",
  "environment/kernel/kernel-client.mjs": "in a temporary folder of its own",
  "environment/kernel/protocol.mjs": "in a temporary folder of its own",
  "environment/pythia/pythia.mjs": "a stamp; without it pip runs again",
  "environment/openblas/setup.mjs": "in a temporary folder of its own; the library is moved whole",
  "environment/tfjs-node/setup.mjs": "removes the binding that it installed itself",
  "environment/tfjs-node/wheel.mjs": "in a temporary folder of its own",
  "environment/docs.mjs": "openDraft, as the report: typedoc itself writes into the draft",
};
