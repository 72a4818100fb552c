import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  core,
  forest,
  generate,
  hessian,
  lrp,
  nn,
  physics,
  report,
  taggers,
  papers,
} from "phaselens";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tinyManifest } from "../generate/manifests.js";
import { randomTensor } from "../support/models.js";
import { noisyLabels, toyJets } from "../taggers/jets.js";
import { cachedEach } from "phaselens/internal/core/cache/cache";
import { relativeDamping } from "phaselens/internal/hessian/solvers/relativeDamping";
import { bootstrapCounts } from "phaselens/internal/hessian/resampling/bootstrap";
import { bootstrapResponse } from "phaselens/internal/hessian/resampling/bootstrapResponse";
import { bootstrapRetraining } from "phaselens/internal/hessian/resampling/bootstrapRetraining";

const network = nn.sequential([nn.dense(3, 6), nn.tanh(), nn.dense(6, 2)]);
const theta = nn.kaimingNormal(network, core.makeRng(1));
const loss = nn.softmaxCrossEntropy;
const data = (n: number, seed: number): nn.Samples => {
  const x = randomTensor([n, 3], seed);
  return {
    x,
    target: core.oneHot(
      Array.from({ length: n }, (_, s) => (x.data[3 * s] > 0 ? 1 : 0)),
      2,
    ),
  };
};
const [training, test] = [data(1500, 1), data(200, 2)];
const [many, most] = [data(20_000, 9), data(200_000, 5)];
const H = hessian.exactHessian(network, theta, training, { loss });
const damping = relativeDamping(network, H);
const problem = { network, theta, training, options: { loss }, damping, hessian: H };
const trainGradients = nn.perSampleGradients(network, theta, training, { loss });
const counts = bootstrapCounts(1500, 20, core.makeRng(1));
const moreCounts = bootstrapCounts(1500, 400, core.makeRng(1));
const vectors = core.tensor([20_000, theta.length]);
const points = data(1000, 11).x;
const recipe = { module: "phaselens/papers/dawid2021", name: "recipes.ours" };
const runs = Array.from({ length: 30 }, (_, seed) => ({ seed, epochs: 20, stopAt: null }));
const jets = toyJets(80_000, 7);
const manyGroups = Object.fromEntries(Array.from({ length: 30 }, (_, g) => [String(g), ["pt"]]));
const tagged = papers.neubauer2022.taggedJets({
  training: physics.simulateJets({ jets: 200, seed: 4, set: "long" }),
}).training;
const labels = noisyLabels(taggers.scores(jets.network, jets.theta, jets.inputs), 1);
const regression = { x: randomTensor([20_000, 8], 3), target: randomTensor([20_000], 4).data };
const rng = core.makeRng(1);
const out = mkdtempSync(join(tmpdir(), "phaselens-long-"));
const cacheBefore = process.env.PHASELENS_CACHE;
beforeAll(() => (process.env.PHASELENS_CACHE = join(out, "cache")));
afterAll(() => {
  if (cacheBefore === undefined) delete process.env.PHASELENS_CACHE;
  else process.env.PHASELENS_CACHE = cacheBefore;
  rmSync(out, { recursive: true, force: true });
});

type Long = core.LongRunOptions & { readonly jobs?: number };
const slow = {
  ...tinyManifest,
  sampling: { ...tinyManifest.sampling, thermalisation: 1e7 },
} as generate.Manifest;

/** Every long asynchronous call of the library, on work that takes seconds. */
const calls: Record<string, (options: Long) => Promise<unknown>> = {
  parallelMap: (o) =>
    core.parallelMap(
      { module: new URL("./fixtures/longTasks.mjs", import.meta.url), name: "busy" },
      Array<number>(100).fill(100),
      o,
    ),
  cachedEach: (o) =>
    cachedEach(
      { function: "long", version: 1, params: { jobs: o.jobs } },
      Array.from({ length: 100 }, (_, k) => k),
      () => {
        for (const end = Date.now() + 50; Date.now() < end;);
        return 1;
      },
      o,
    ),
  trainMany: (o) => nn.trainMany(network, training, recipe, runs, o),
  parallelHessian: (o) => hessian.parallelHessian(network, theta, most, { loss, ...o }),
  lossesAt: (o) => hessian.lossesAt(network, vectors, test, loss, o),
  resamplingUncertainty: (o) =>
    hessian.resamplingUncertainty(
      network,
      theta,
      { hessian: H, trainGradients, test: many, loss },
      { rng, bootstraps: 1000, damping, ...o },
    ),
  removals: (o) =>
    hessian.removals(
      problem,
      test,
      Array.from({ length: 600 }, (_, r) => [r]),
      o,
    ),
  bootstrapResponse: (o) => bootstrapResponse(problem, moreCounts, { ...o, reduction: 1e-9 }),
  bootstrapRetraining: (o) =>
    bootstrapRetraining(network, theta, training, recipe, counts, {
      seed: 1,
      start: "scratch",
      epochs: 20,
      ...o,
    }),
  resamplingStudy: (o) =>
    hessian.resamplingStudy(network, recipe, training, test, runs, { bootstraps: 20, ...o }),
  audit: (o) =>
    hessian.audit(network, theta, training, {
      options: { loss },
      test,
      signal: o.signal,
      jobs: o.jobs,
      retrain: { points: 800, rng, jobs: o.jobs, onDone: o.onDone },
    }),
  explain: (o) =>
    report.explain(network, theta, points, {
      method: lrp.gradient(),
      risk: { loss },
      training,
      rng,
      bootstraps: 20_000,
      jobs: o.jobs,
      signal: o.signal,
      onDone: o.onDone,
    }),
  deltaAuc: (o) =>
    taggers.deltaAuc(jets.network, jets.theta, jets.inputs, labels, { ...o, groups: manyGroups }),
  relativeNeuralActivity: (o) =>
    taggers.relativeNeuralActivity(jets.network, jets.theta, jets.inputs.x, labels, o),
  reduceModel: (o) => taggers.reduceModel(jets.network, jets.theta, jets.inputs, labels, o),
  randomForest: (o) => forest.randomForest(regression, { seed: 1, trees: 200, ...o }),
  chooseDepth: (o) => forest.chooseDepth(regression, regression, { seed: 1, trees: 100, ...o }),
  "neubauer2022.data": (o) =>
    papers.neubauer2022.data({ set: "training", jets: 60_000, seed: 99 }, o),
  trainedTaggers: (o) =>
    papers.neubauer2022.trainedTaggers(tagged, {
      hidden: 8,
      edge: 4,
      object: 4,
      seeds: Array.from({ length: 40 }, (_, k) => k),
      epochs: 1,
      recipe: "recipe",
      ...o,
    }),
  generate: ({ jobs, signal }) =>
    generate.generate(slow, { out: join(out, `pieces ${jobs}`), jobs, signal }),
};

describe("every long asynchronous call", () => {
  it("takes a signal wherever it takes `onDone`: no options of their own beside `LongRunOptions`", () => {
    const folder = new URL("../../lib/src/", import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    const own = files.filter((file) =>
      /\bonDone\?(:|\()/.test(readFileSync(new URL(file, folder), "utf8")),
    );
    const synchronous = [
      "hessian/exact/exactHessian.ts",
      "hessian/exact/hessianByProducts.ts",
      "hessian/exact/kroneckerSteps.ts",
      "physics/sampling/ensemble.ts",
      "physics/spins/sampler.ts",
      "physics/spins/spinEnsemble.ts",
      "taggers/retrainedDeltaAuc.ts",
    ];
    // longRun defines it; generate and its studies have a signal of their own beside the seconds
    // that are left
    const others = [
      "core/tasks/longRun.ts",
      "generate/generate.ts",
      "generate/study/runStudy.ts",
      "report/curvature.ts",
    ];
    expect(own.sort()).toEqual([...synchronous, ...others].sort());
  });

  it.each(Object.keys(calls))(
    "%s rejects with the reason of a signal that was aborted before",
    async (name) => {
      const reason = new Error(`no ${name}`);
      await expect(calls[name]({ jobs: 1, signal: AbortSignal.abort(reason) })).rejects.toBe(
        reason,
      );
    },
  );

  it.each(
    Object.keys(calls).flatMap(
      (name) =>
        [
          [name, 1],
          [name, 2],
        ] as const,
    ),
  )("%s is stopped on the way (%i jobs)", async (name, jobs) => {
    if (name === "generate" && jobs === 1) return; // one piece in this thread is one part
    const controller = new AbortController();
    const reason = new Error(`enough of ${name}`);
    const begun = Date.now();
    setTimeout(() => controller.abort(reason), 100);
    await expect(calls[name]({ jobs, signal: controller.signal })).rejects.toBe(reason);
    // parts of half a second or less, on a busy machine
    expect(Date.now() - begun).toBeLessThan(5000);
  });
});
