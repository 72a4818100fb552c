import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as core from "phaselens/core";
import { afterAll } from "vitest";
import {
  allow,
  anyList,
  anyShape,
  batch,
  either,
  integer,
  label,
  list,
  real,
  text,
  untouched,
  written,
} from "./support/kinds.js";
import { sweepRoom, type Entry } from "./support/sweep.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-arguments-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "table.npy");

const table = (): core.Tensor => core.tensor([4, 2], [0, 1, 2, 3, 4, 5, 6, 8]);
const series = (): number[] => [1, 3, 2, 5, 4, 7, 6, 8];
const provenance = { generator: "sweep", params: { a: 1 }, seed: 1, source: "test" };
const dataset = (): core.Dataset => ({
  x: table(),
  target: core.tensor([4, 2], [1, 0, 0, 1, 1, 0, 0, 1]),
  provenance,
});
const shape = allow("rows of any shape", "wider", "one axis more");
const copied = either(
  real,
  allow("is copied, whatever it is", "NaN", "Infinity", "-Infinity", "null"),
);
let key = 0;

const entries: Readonly<Record<string, Entry>> = {
  auc: {
    valid: () => [
      [0.1, 0.4, 0.3],
      [0, 1, 0],
    ],
    kinds: { "1[]": label },
  },
  cached: {
    valid: () => [
      { function: "sweep", version: 1, params: { n: ++key }, seed: 1 },
      () => Promise.resolve(1),
    ],
    kinds: {
      "0.function": text,
      "0.version": integer,
      "0.seed": integer,
      "0.params": untouched,
    },
  },
  correlation: {
    valid: () => [
      [1, 2, 4],
      [3, 1, 2],
    ],
  },
  dot: { valid: () => [Float64Array.of(1, 2), Float64Array.of(3, 4)] },
  gelmanRubin: { valid: () => [[series(), series()]], kinds: { "0": list } },
  jackknife: {
    valid: () => [series(), { blockSize: 2, statistic: (x: Float64Array) => core.mean(x) }],
    kinds: { "0": list },
  },
  jackknifeMeans: {
    valid: () => [table(), (means: Float64Array) => means, { blockSize: 1 }],
    kinds: { "0": either(batch, allow("any number of columns", "wider")) },
  },
  labelsOf: {
    valid: () => [dataset()],
    kinds: {
      "0.x": untouched,
      "0.provenance": untouched,
      "0.target": either(batch, allow("any number of classes", "wider")),
    },
  },
  longRun: {
    valid: () => [
      "sweep",
      { onDone: () => {}, signal: new AbortController().signal },
      () => Promise.resolve(1),
    ],
    kinds: { "0": text },
  },
  makeDataset: {
    valid: () => [dataset()],
    kinds: {
      "0.x": allow("an axis more is a feature of one entry", "wider", "one axis more", "flat"),
      "0.target": allow("any number of outputs", "wider"),
      "0.provenance.generator": text,
      "0.provenance.source": text,
      "0.provenance.seed": integer,
      "0.provenance.params": allow("no parameters are given", "{}", "null"),
      "0.provenance.params.a": untouched,
    },
  },
  makeRng: { valid: () => [1, "a"], kinds: { "0": integer, "1": text }, use: draw },
  mean: { valid: () => [[1, 2, 4]], kinds: { "0": list } },
  median: { valid: () => [[1, 2, 4]], kinds: { "0": list } },
  neighbourMedian: {
    valid: () => [series(), { count: 2, allowed: () => true }],
    kinds: { "0": anyList },
  },
  norm: { valid: () => [Float64Array.of(1, 2)], kinds: { "0": anyList } },
  oneHot: { valid: () => [[0, 1, 2], 3], kinds: { "0": anyList, "0[]": label } },
  parallelMap: {
    valid: () => [
      { module: "phaselens/core", name: "mean", compute: () => 1 },
      [[1, 2]],
      { jobs: 1, label: "sweep", onDone: () => {} },
    ],
    kinds: {
      "0.name": allow("compute, where it is at hand, is not looked for", '"no such word"'),
      "1": anyList,
      "1[]": untouched,
      "2.label": text,
    },
  },
  preset: {
    valid: () => [{ quick: 1, standard: 2, paper: 3 }],
    kinds: { "0.quick": untouched, "0.standard": untouched, "0.paper": untouched },
  },
  progress: { valid: () => ["sweep", 3], kinds: { "0": text }, use: tick },
  rankNormalisedRhat: { valid: () => [[series(), series()]], kinds: { "0": list } },
  readNpy: { valid: () => [sound(), { integers: "exact" }] },
  row: { valid: () => [table(), 1], kinds: { "0": anyShape, "0.data[]": copied } },
  size: { valid: () => [[2, 3]], kinds: { "0": anyList } },
  spearman: {
    valid: () => [
      [1, 2, 4],
      [3, 1, 2],
    ],
  },
  stopIfCancelled: { valid: () => [] },
  subset: {
    valid: () => [dataset(), [0, 2]],
    kinds: {
      "0.x": shape,
      "0.target": shape,
      "0.x.data[]": copied,
      "0.target.data[]": copied,
      "0.provenance": untouched,
      "1": anyList,
      "1[]": label,
    },
  },
  takeRows: {
    valid: () => [table(), [0, 2]],
    kinds: { "0": anyShape, "0.data[]": copied, "1": anyList, "1[]": label },
  },
  tauInt: { valid: () => [series()], kinds: { "0": list } },
  tensor: {
    valid: () => [
      [2, 2],
      [1, 2, 3, 4],
    ],
    kinds: { "1[]": copied },
  },
  toRows: {
    valid: () => [{ a: [1, 2], b: ["x", "y"] }],
    kinds: {
      "0": allow("no columns are no rows", "{}"),
      "0.a[]": copied,
      "0.b[]": either(text, copied),
    },
  },
  variance: { valid: () => [[1, 2, 4]], kinds: { "0": list } },
  writeNpy: {
    valid: () => [file, table(), { dtype: "f4" }],
    kinds: {
      "0": written,
      "1": either(anyShape, allow("an empty table", "no rows")),
      "1.data[]": copied,
    },
  },
};

sweepRoom("core", core, entries);

function draw(rng: core.Rng): number {
  return rng.fork("b").normal();
}
function tick(line: core.Progress): void {
  line.tick(1);
  line.done();
}
function sound(): string {
  core.writeNpy(file, table());
  return file;
}
