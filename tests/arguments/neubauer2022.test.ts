import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeRng, tensor } from "phaselens/core";
import { kaimingNormal, transformerEncoder } from "phaselens/nn";
import { gradientBoosting } from "phaselens/forest";
import * as neubauer2022 from "phaselens/papers/neubauer2022";
import { parameterBlocks } from "phaselens/nn";
import { interactionTensors } from "phaselens/internal/taggers/networkFromTensors";
import { simulateJets } from "phaselens/physics";
import { afterAll } from "vitest";
import {
  allow,
  anyList,
  count,
  effort,
  integer,
  label,
  list,
  text,
  type Kind,
} from "./support/kinds.js";
import { made } from "./support/made.js";
import { sweepRoom, type Entry } from "./support/sweep.js";

const place = mkdtempSync(join(tmpdir(), "phaselens-arguments-"));
process.env.PHASELENS_CACHE = join(place, "cache");
process.env.PHASELENS_JOBS = "1";
process.env.PHASELENS_JETS = "";
afterAll(() => rmSync(place, { recursive: true }));

const jetsRoot = fileURLToPath(new URL("../interop/fixtures/jets.root", import.meta.url));
const run = () => ({ jobs: 1, signal: new AbortController().signal, onDone: () => {} });
const features = () => ({ tracks: ["track_dxysig", "track_ptrel"], vertices: ["sv_pt"] });
const sample = simulateJets({ jets: 4, seed: 4, set: "training" });
const { training } = neubauer2022.taggedJets({ training: sample }, { features: features() });
const tagged = made(training);
const options = { hidden: 2, edge: 1, object: 2, seeds: [1], recipe: "recipe", epochs: 1 } as const;
const { network, thetas } = await neubauer2022.trainedTaggers(tagged, options);
const tree = made(
  await gradientBoosting(
    { x: neubauer2022.jetSummaries(tagged.raw).x, target: tagged.signal.map(Number) },
    { loss: "logistic", rounds: 1, minimumLeaf: 1 },
  ),
);
/** A folder of a network in plain numbers, as the authors' are kept. */
const published = join(place, "published");
mkdirSync(published);
const blocks = parameterBlocks(network).map(({ shape, offset }, k) => ({
  name: interactionTensors[k],
  shape,
  offset,
}));
writeFileSync(join(published, "small.json"), JSON.stringify({ tensors: blocks }));
writeFileSync(join(published, "small.f32"), Float32Array.from(thetas[0]));
const measured = () => ({
  x: tensor(sample.x.shape, sample.x.data.slice()),
  vertices: tensor(sample.vertices.shape, sample.vertices.data.slice()),
  target: tensor(sample.target.shape, sample.target.data.slice()),
  provenance: made({ ...sample.provenance }),
});
const hasDefault: Kind = allow("all jets of the set, which take seconds", "undefined");
const few: Kind = {
  takes: () => false,
  leavesOut: (bad) => effort.leavesOut!(bad) || hasDefault.takes(bad),
};
const slots: Kind = allow("a jet has as many slots for objects as one likes", "wider");
const encoder = transformerEncoder({ sets: { tracks: [2, 4] }, width: 2, heads: 1, layers: 1 });
const encoderTheta = kaimingNormal(encoder, makeRng(1));
const explained = () =>
  made(neubauer2022.explainedTracks(encoder, encoderTheta, tagged as never, { jets: 2 }));
const hasOptions: Kind = allow("all options have defaults", "undefined", "{}");
const anyNames: Kind = allow("any of the features, or none of a kind", "one less", "empty");

const entries: Readonly<Record<string, Entry>> = {
  data: {
    valid: () => [{ set: "test", jets: 2, seed: 1, signal: "higgs" }, run()],
    kinds: { "0.jets": few, "0.seed": integer },
  },
  explainedPairs: {
    valid: () => [encoder, encoderTheta.slice(), tagged, explained()],
  },
  explainedTracks: {
    valid: () => [encoder, encoderTheta.slice(), tagged, { jets: 2, removed: 1 }],
    kinds: { "3": hasOptions, "3.jets": count, "3.removed": count },
  },
  jets: {
    valid: () => [{ set: "training", jets: 2, seed: 1, files: jetsRoot }, run()],
    kinds: {
      "0.jets": few,
      "0.seed": integer,
      "0.files": allow("no files: the simulated jets", '""'),
    },
  },
  // NaN where a jet has fewer objects
  jetSummaries: { valid: () => [made(tagged.raw)], use: () => 0 },
  maskedTaggers: {
    valid: () => [
      { network, thetas: [thetas[0].slice()] },
      tagged,
      { masking: "mean", space: "read", groups: { a: ["sv_pt"] }, jets: 4, ...run() },
    ],
    kinds: {
      "0.thetas": list,
      "2.groups.a": anyList,
    },
  },
  maskedTrees: {
    valid: () => [[tree], tagged, { masking: "mean", groups: { a: ["sv_pt"] }, jets: 4 }],
    kinds: { "0": list, "2": hasOptions, "2.jets": count, "2.groups.a": anyList },
  },
  taggedJets: {
    valid: () => [{ training: measured() }, { features: features(), blank: ["sv_pt"] }],
    kinds: {
      "0.training.x": slots,
      "0.training.vertices": slots,
      "1.features.tracks": anyNames,
      "1.features.vertices": anyNames,
      "1.blank": anyList,
    },
  },
  taggers: {
    valid: () => [published],
    kinds: { "0": allow("no folder: the published ones that are shipped", "undefined") },
    use: () => 0, // networks, whose sums take any number of values
  },
  trainedTaggers: {
    valid: () => [tagged, { ...options, seeds: [1], ...run() }],
    kinds: {
      "1.hidden": few,
      "1.edge": few,
      "1.object": few,
      "1.seeds": list,
      "1.seeds[]": integer,
      "1.epochs": few,
    },
  },
};
void [label, text];

// Both read the sample of Pythia anew in each call, a third of a second
sweepRoom("papers.neubauer2022", neubauer2022, entries, ["pythiaData", "taggersOfBothSamples"]);
