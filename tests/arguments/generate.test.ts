import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as generate from "phaselens/generate";
import { afterAll } from "vitest";
import {
  effort,
  integer,
  label,
  nonNegative,
  real,
  untouched,
  type Kind,
} from "./support/kinds.js";
import { sweepRoom, type Entry } from "./support/sweep.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-arguments-"));
process.env.PHASELENS_CACHE = join(folder, "cache");
process.env.PHASELENS_JOBS = "1";
afterAll(() => rmSync(folder, { recursive: true }));

const manifest = (): generate.Manifest => ({
  version: 1,
  name: "sweep",
  seed: 7,
  lattice: [4, 4],
  quarticCoupling: 1.1,
  fermionMass: 20,
  yukawaCoupling: 0.25,
  fermions: "quenched",
  hoppingParameters: { first: -0.1, step: 0.1, count: 1 },
  sampling: { algorithm: "cluster", start: "ordered", stride: 1, thermalisation: 2 },
  sets: { training: { configurations: 2 } },
});
const manifestKinds = (at: string): Readonly<Record<string, Kind>> => ({
  [`${at}.version`]: label,
  [`${at}.name`]: { takes: ({ value }) => value === "no such word" },
  [`${at}.seed`]: integer,
  [`${at}.lattice`]: { takes: ({ name }) => name === "one more" },
  [`${at}.lattice[]`]: label,
  [`${at}.quarticCoupling`]: nonNegative,
  [`${at}.fermionMass`]: nonNegative,
  [`${at}.yukawaCoupling`]: real,
  [`${at}.hoppingParameters.first`]: real,
  [`${at}.hoppingParameters.step`]: real,
  [`${at}.hoppingParameters.count`]: effort,
  [`${at}.sampling.stride`]: effort,
  [`${at}.sampling.thermalisation`]: effort,
  [`${at}.sets.training.configurations`]: effort,
});

let folders = 0;
const out = (): string => join(folder, `out ${++folders}`);
const made = out();
await generate.generate(manifest(), { out: made });
const file = join(folder, "manifest.json");
writeFileSync(file, JSON.stringify(manifest()));

const entries: Readonly<Record<string, Entry>> = {
  cachedEnsembles: {
    valid: () => [manifest(), { signal: new AbortController().signal }],
    kinds: manifestKinds("0"),
    use: ({ sets }: generate.GeneratedFolder) => sets,
  },
  generate: {
    valid: () => [
      manifest(),
      {
        out: out(),
        shard: { index: 1, count: 1 },
        jobs: 1,
        signal: new AbortController().signal,
        onDone: () => {},
        onNotice: () => {},
        checkpointSeconds: 10,
      },
    ],
    kinds: {
      ...manifestKinds("0"),
      "1.out": { takes: () => false, leavesOut: ({ value }) => value === "no such word" },
      "1.shard.index": label,
      "1.checkpointSeconds": nonNegative,
    },
  },
  openGenerated: { valid: () => [made, "ensembles"] },
  planPieces: {
    valid: () => [manifest(), "a manifest"],
    kinds: { ...manifestKinds("0"), "1": untouched },
  },
  projectManifest: { valid: () => ["bluecher2020-quick"] },
  readManifest: { valid: () => [file] },
};

sweepRoom("generate", generate, entries);
