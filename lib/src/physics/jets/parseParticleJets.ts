import { DataError } from "../../core/errors.js";
import { nodeModule } from "../../core/files/nodeModule.js";
import {
  particleJetsColumns,
  type NumberType,
  type ParticleJets,
  type ParticleJetsColumn,
  type ParticleSteps,
} from "./particleJets.js";

const bytesOf: Readonly<Record<NumberType, number>> = { uint8: 1, uint16: 2, int16: 2, float32: 4 };
const readers: Readonly<Record<NumberType, (view: DataView, at: number) => number>> = {
  uint8: (view, at) => view.getUint8(at),
  uint16: (view, at) => view.getUint16(at, true),
  int16: (view, at) => view.getInt16(at, true),
  float32: (view, at) => view.getFloat32(at, true),
};
const names = Object.keys(particleJetsColumns) as ParticleJetsColumn[];

interface About {
  format: string;
  version: number;
  sets: ParticleJets["sets"];
  columns: { name: ParticleJetsColumn; type: NumberType; length: number }[];
  steps: ParticleSteps;
  sha256: string;
  provenance: Record<string, unknown>;
}

// bytes, unpacked: what the columns promise is held against it before anything is unpacked
const LARGEST = 2 ** 30;
const CURE = "Make the sample again: npm run pythia.";

/**
 * Columns of a sample from its JSON and its packed numbers.
 * @param file  named in errors
 * @throws DataError if either is damaged or they do not belong together
 */
export function parseParticleJets(json: string, packed: Uint8Array, file: string): ParticleJets {
  const refuse = (fact: string): never => {
    throw new DataError(`${file}: ${fact}. ${CURE}`, { file });
  };
  const about = parseAbout(json, refuse);
  const promised = about.columns.reduce((sum, { type, length }) => sum + bytesOf[type] * length, 0);
  if (promised > LARGEST)
    return refuse(`its columns are ${promised} bytes, at most ${LARGEST} are read`);
  let bytes: Uint8Array;
  try {
    bytes = nodeModule("node:zlib", "reading a sample").gunzipSync(packed, {
      maxOutputLength: Math.max(1, promised),
    });
  } catch (error) {
    return refuse(`the packed numbers cannot be read (${(error as Error).message})`);
  }
  const hash = nodeModule("node:crypto", "reading a sample")
    .createHash("sha256")
    .update(bytes)
    .digest("hex");
  if (hash !== about.sha256) {
    return refuse(
      `SHA-256 of the numbers begins with ${hash.slice(0, 8)}, the JSON says ${about.sha256.slice(0, 8)}`,
    );
  }

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const columns = {} as Record<ParticleJetsColumn, Float64Array>;
  let at = 0;
  for (const { name, type, length } of about.columns) {
    const [start, size, get] = [at, bytesOf[type], readers[type]];
    at += length * size;
    if (at > bytes.byteLength) return refuse(`"${name}" ends at byte ${at} of ${bytes.byteLength}`);
    columns[name] = Float64Array.from({ length }, (_, k) => get(view, start + k * size));
    const bad = columns[name].findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) return refuse(`entry ${bad} of "${name}" is ${columns[name][bad]}`);
  }
  if (at !== bytes.byteLength)
    return refuse(`has ${bytes.byteLength} bytes, its columns are ${at}`);
  const { sets, steps, sha256, provenance } = about;
  const [firstParticle, firstDecay] = [partialSums(columns.particles), partialSums(columns.decays)];
  const jets = { ...columns, sets, steps, sha256, provenance, firstParticle, firstDecay };
  checkAgreement(jets, refuse);
  return jets;
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

function parseAbout(json: string, refuse: (fact: string) => never): About {
  let about: Partial<About>;
  try {
    about = JSON.parse(json) as Partial<About>;
  } catch {
    return refuse("the JSON beside it cannot be parsed");
  }
  if (about?.format !== "phaselens-particle-jets" || about.version !== 1) {
    return refuse(
      `the format is ${JSON.stringify(about?.format)}, version ${about?.version}, not "phaselens-particle-jets", version 1`,
    );
  }
  const { columns, steps } = about;
  const known =
    Array.isArray(columns) &&
    columns.length === names.length &&
    columns.every((column, k) => {
      const { name, type, length } = column ?? {};
      return (
        name === names[k] &&
        type === particleJetsColumns[name][2] &&
        Number.isSafeInteger(length) &&
        length >= 0
      );
    });
  if (!known) return refuse(`columns must be ${names.join(", ")} with type and length`);
  const numbers = [
    steps?.pt,
    steps?.ptOffset,
    steps?.angle,
    ...(Array.isArray(steps?.masses) ? steps.masses : []),
  ];
  if (numbers.length < 4 || !numbers.every(Number.isFinite))
    return refuse("steps must have pt, ptOffset, angle and masses");
  if (typeof about.sha256 !== "string" || !isObject(about.sets) || !isObject(about.provenance)) {
    return refuse("sha256, sets and provenance must be there");
  }
  return about as About;
}

function partialSums(counts: Float64Array): Int32Array {
  const sums = new Int32Array(counts.length + 1);
  for (let k = 0; k < counts.length; k++) sums[k + 1] = sums[k] + counts[k];
  return sums;
}

/** Lengths of columns, and indices that lie within their jet. */
function checkAgreement(jets: ParticleJets, refuse: (fact: string) => never): void {
  const n = jets.signal.length;
  const counts = {
    jet: n,
    particle: jets.firstParticle[jets.particles.length],
    decay: jets.firstDecay[jets.decays.length],
  };
  for (const name of names) {
    const [of, each] = particleJetsColumns[name];
    const length = each * counts[of];
    if (jets[name].length !== length)
      refuse(`"${name}" has ${jets[name].length} entries, ${length} are needed`);
  }
  let end = 0;
  for (const [name, set] of Object.entries(jets.sets)) {
    const { first, jets: count } = set ?? {};
    if (!(Number.isSafeInteger(count) && count >= 0))
      refuse(`the set "${name}" says no number of jets`);
    if (first !== end) refuse(`the set "${name}" begins at ${first}, not at ${end}`);
    end += count;
  }
  if (end !== n) refuse(`the sets have ${end} jets, the columns ${n}`);
  for (let jet = 0; jet < n; jet++) {
    for (let k = jets.firstDecay[jet]; k < jets.firstDecay[jet + 1]; k++) {
      if (jets.decayParent[k] > k - jets.firstDecay[jet])
        refuse(`decay ${k} comes from a later one`);
    }
    for (let k = jets.firstParticle[jet]; k < jets.firstParticle[jet + 1]; k++) {
      const unknown = jets.kind[k] >= 24 || jets.kind[k] % 8 >= jets.steps.masses.length;
      if (unknown || jets.decay[k] > jets.decays[jet])
        refuse(`particle ${k} has kind ${jets.kind[k]} and decay ${jets.decay[k]}`);
    }
  }
}
