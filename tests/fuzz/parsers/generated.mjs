// Manifests, generated folders, files of the cache, particles and expectations.
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { generate } from "phaselens";
import { decodeCacheFile, encodeCacheFile } from "phaselens/internal/core/cache/cacheFile";
import {
  readCheckpointFile,
  writeCheckpointFile,
} from "phaselens/internal/core/cache/checkpointFile";
import { parseExpectation } from "phaselens/internal/figures/claims/expectation";
import { parseAnyManifest, readAnyManifest } from "phaselens/internal/generate/anyManifest";
import { planAnyPieces } from "phaselens/internal/generate/anyPieces";
import { parseJetsManifest } from "phaselens/internal/generate/jetsManifest";
import { parseManifest } from "phaselens/internal/generate/manifest";
import { planStudy } from "phaselens/internal/generate/study/planStudy";
import {
  parseStudyManifest,
  readStudyManifest,
} from "phaselens/internal/generate/study/studyManifest";
import { encodeNpy } from "phaselens/internal/core/files/npy";
import { tensor } from "phaselens/internal/core/tensor";
import { readStudy } from "phaselens/internal/hessian/study/readStudy";
import { studyCheck } from "phaselens/internal/hessian/study/studyFormat";
import { readParticleJets } from "phaselens/internal/papers/neubauer2022/pythiaData";
import { parseParticleJets } from "phaselens/internal/physics/jets/parseParticleJets";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { json, shipped, written } from "./files.mjs";

const [lattice, jets] = ["bluecher2020-quick.json", "neubauer2022-quick.json"].map((name) =>
  json(shipped(name)),
);
const value = { a: [1, NaN, "x"], b: Float64Array.of(1, 2, 3), c: { $number: "y" }, d: undefined };
const cacheFile = Buffer.concat(
  encodeCacheFile('"key"', value, "fuzz").map((part) => Buffer.from(part)),
);
const checkpoint = (() => {
  const folder = mkdtempSync(join(tmpdir(), "phaselens-fuzz-"));
  writeCheckpointFile(join(folder, "c"), { who: "fuzz" }, value);
  const bytes = readFileSync(join(folder, "c"));
  rmSync(folder, { recursive: true });
  return bytes;
})();

/** The body with a checksum that is right, half of the time: damage beyond it is then looked at. */
function checked(bytes, random) {
  if (random() < 0.5) return bytes;
  const body = bytes.subarray(bytes.indexOf(10) + 1);
  const hash = createHash("sha256").update(body).digest("hex");
  return Buffer.concat([Buffer.from(`phaselens-cache 1 sha256:${hash}\n`), body]);
}

/** What JSON has of it, if it still is some. */
function parsed(bytes) {
  try {
    return json(bytes);
  } catch {
    return undefined;
  }
}

const nothing = Buffer.alloc(0);
const particles = (() => {
  const about = json(shipped("neubauer2022-pythia.json"));
  return {
    ...about,
    sets: { training: { first: 0, jets: 0 } },
    sha256: createHash("sha256").update(nothing).digest("hex"),
    columns: about.columns.map((column) => ({ ...column, length: 0 })),
  };
})();

const study = {
  version: 1,
  kind: "study",
  name: "fuzz",
  seed: 1,
  problem: { model: "model.json", train: "x.npy", "train-target": "y.npy", l2: 0.01 },
  training: { epochs: 5, optimiser: "adam", learningRate: 1e-3, schedule: "cosine" },
  removals: { groups: [[1], [2, 3]], retrain: true },
  bootstraps: { count: 3, start: "scratch", epochs: 2 },
  seeds: { count: 2, first: 5 },
};
const npy = encodeNpy(tensor([3], [1, 2, 3]));
const piece = {
  ...{ format: "phaselens-study", version: 1, phaselens: "0", bytes: npy.length },
  sha256: createHash("sha256").update(npy).digest("hex"),
  spec: { set: "seeds", index: 0, of: 1, seed: 1, problem: "p", settings: {} },
  report: { loss: 1 },
};

/** A piece's JSON with a check that is right, so that damage beyond it is looked at. */
function rechecked(bytes) {
  const value = parsed(bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return bytes;
  return Buffer.from(JSON.stringify({ ...value, check: studyCheck(value) }));
}

function made(folder, bytes) {
  mkdirSync(join(folder, "made"), { recursive: true });
  written(join(folder, "made"), "index.json", bytes);
  written(join(folder, "made"), "manifest.json", bytes);
  return join(folder, "made");
}

export const generated = {
  parseAnyManifest: {
    json: [lattice, jets],
    read: (bytes) => planAnyPieces(parseAnyManifest(parsed(bytes), "m")),
  },
  parseManifest: { json: [lattice], read: (bytes) => parseManifest(parsed(bytes), "m") },
  parseJetsManifest: { json: [jets], read: (bytes) => parseJetsManifest(parsed(bytes), "m") },
  readManifest: {
    json: [lattice],
    read: (bytes, folder) => generate.readManifest(written(folder, "m.json", bytes)),
  },
  readAnyManifest: {
    json: [lattice, jets],
    read: (bytes, folder) => readAnyManifest(written(folder, "m.json", bytes)),
  },
  parseStudyManifest: {
    json: [study],
    read: (bytes) => planStudy(parseStudyManifest(parsed(bytes), "m")),
  },
  readStudyManifest: {
    json: [study],
    read: (bytes, folder) => readStudyManifest(written(folder, "m.json", bytes)),
  },
  readStudy: {
    json: [piece],
    read(bytes, folder) {
      const out = made(folder, bytes);
      mkdirSync(join(out, "seeds"), { recursive: true });
      written(join(out, "seeds"), "0.json", rechecked(bytes));
      written(join(out, "seeds"), "0.npy", npy);
      return readStudy(out, "seeds", "p", "fuzz");
    },
  },
  openGenerated: {
    json: [lattice, jets, { manifest: lattice }],
    read: (bytes, folder) => generate.openGenerated(made(folder, bytes)),
  },
  openGeneratedJets: {
    json: [jets, { manifest: jets }],
    read: (bytes, folder) => generate.openGenerated(made(folder, bytes), "jets"),
  },
  decodeCacheFile: {
    sound: [cacheFile],
    read: (bytes, folder, random) => decodeCacheFile(checked(bytes, random), "file", '"key"'),
  },
  readCheckpointFile: {
    sound: [checkpoint],
    read: (bytes, folder, random) =>
      readCheckpointFile(written(folder, "c", checked(bytes, random)), { who: "fuzz" }, "fuzz"),
  },
  parseParticleJets: {
    json: [particles],
    read: (bytes) => parseParticleJets(bytes.toString(), gzipSync(nothing), "jets"),
  },
  readParticleJets: {
    json: [particles],
    read(bytes, folder) {
      written(folder, "p.json", bytes);
      written(folder, "p.gz", gzipSync(nothing));
      return readParticleJets(join(folder, "p"));
    },
  },
  parseExpectation: {
    sound: [Buffer.from("> 1"), Buffer.from("in [0, 1]")],
    pieces: ["> ", "< ", "in [", "]", ", ", "= ", "true", "1", "e9", ".", "-", "≈ "],
    read: (bytes) => parseExpectation(bytes.toString()),
  },
};
