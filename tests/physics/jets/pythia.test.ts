import { neubauer2022 } from "phaselens/papers";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { auc, ConfigError, DataError, makeRng, mean, NumericalError } from "phaselens/core";
import {
  jetFeatures,
  simulateJets,
  trackOrigins,
  type HeavyHadron,
  type Particles,
} from "phaselens/physics";
import { afterAll, describe, expect, it, vi } from "vitest";
import { columnsOf, columnsOfStore, packed, steps, type Columns } from "./particleFile.js";
import { bottomHadron, charmHadron } from "phaselens/internal/physics/jets/heavyDecays";
import { jetMeasurement } from "phaselens/internal/physics/jets/jetMeasurement";
import { jetRow } from "phaselens/internal/physics/jets/jetRow";
import { readParticleJets } from "phaselens/internal/papers/neubauer2022/pythiaData";
import { parseParticleJets } from "phaselens/internal/physics/jets/parseParticleJets";
import { bottomHadrons, charmHadrons } from "phaselens/internal/physics/jets/particleData";
import { clearParticles, particleStore } from "phaselens/internal/physics/jets/particles";
import { particlesOfJet } from "phaselens/internal/physics/jets/particlesOfJet";
import { dxyResolution } from "phaselens/internal/physics/jets/tracker";

// False-alarm rates: each statistical comparison asks for 4.5 standard deviations.
const path = fileURLToPath(new URL("../../../data/neubauer2022-pythia", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "phaselens-pythia-"));
vi.stubEnv("PHASELENS_CACHE", folder);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const file = readParticleJets();
const about = JSON.parse(readFileSync(`${path}.json`, "utf8"));
const [training, test] = [
  await neubauer2022.pythiaData({ set: "training" }),
  await neubauer2022.pythiaData({ set: "test" }),
];
const { truth } = training;
const N = truth.pt.length;
const all = Array.from({ length: N }, (_, n) => n);
const [qcd, signal] = [
  all.filter((n) => truth.signal[n] === 0),
  all.filter((n) => truth.signal[n] === 1),
];
const share = (jets: number[], wanted: (n: number) => boolean): number =>
  jets.filter(wanted).length / jets.length;
const bytes = ({ buffer, byteOffset, byteLength }: Float64Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

describe("data/neubauer2022-pythia", () => {
  it("has thousands of jets in at most 8 MB, as many of QCD as of signal, and says how it was made", () => {
    expect([training.x.shape, training.vertices.shape, training.target.shape]).toEqual([
      [N, 30, 60],
      [N, 14, 5],
      [N, 2],
    ]);
    expect([N >= 5000, test.truth.pt.length, file.signal.length]).toEqual([true, N / 2, 1.5 * N]);
    expect(Array.from(truth.signal.subarray(0, 4))).toEqual([0, 1, 0, 1]);
    expect([mean(truth.signal), mean(test.truth.signal)]).toEqual([0.5, 0.5]);
    expect(statSync(`${path}.gz`).size + statSync(`${path}.json`).size).toBeLessThan(8e6);
    expect(about.licence).toMatch(/GPL-2.0-or-later.*not part of phaselens/);
    const { versions, settings, counts, crossSections } = about.provenance;
    expect(Object.values(versions).every((version) => /^\d+\.\d+/.test(version as string))).toBe(
      true,
    );
    expect(settings.common).toContain("Beams:eCM = 13000.");
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    for (const { qcd: one, higgs: other, pairs } of Object.values<Record<string, any>>(counts)) {
      expect(Math.min(one.selected, other.selected)).toBeGreaterThanOrEqual(pairs);
      expect(one.failed + other.failed).toBeLessThan(1e-3 * (one.events + other.events));
    }
    expect(counts.training.pairs).toBeGreaterThanOrEqual(N / 2);
    expect(crossSections.qcd).toBeGreaterThan(1e4 * crossSections.higgs.value);
    expect(training.provenance).toMatchObject({
      generator: `Pythia ${versions.pythia}`,
      params: { set: "training", particles: file.sha256 },
      seed: 2022,
    });
  });

  it("is matched: neither p_T nor mass nor η separates signal from QCD", () => {
    // of an AUC of ½, Mann and Whitney; pairs are nearer to it than that
    const error = Math.sqrt((N + 1) / (3 * N * N));
    for (const name of ["pt", "mass", "eta"] as const)
      expect(Math.abs(auc(truth[name], truth.signal) - 0.5), name).toBeLessThan(4.5 * error);
    expect(Math.min(...truth.pt)).toBeGreaterThanOrEqual(300);
    expect(Math.max(...truth.pt)).toBeLessThanOrEqual(2000);
    expect([
      Math.min(...truth.mass) >= 40,
      Math.max(...truth.mass) <= 200,
      Math.max(...truth.eta.map(Math.abs)) <= 2,
    ]).toEqual([true, true, true]);
  });

  it("has two bottom hadrons in nearly every signal jet, and in a few per cent of QCD jets, from gluons that split", () => {
    expect(signal.every((n) => truth.flavour[n] === 25)).toBe(true);
    expect(new Set(qcd.map((n) => truth.flavour[n]))).toEqual(new Set([1, 4, 5, 21]));
    expect(share(signal, (n) => truth.bottomHadrons[n] >= 2)).toBeGreaterThan(0.98);
    const two = qcd.filter((n) => truth.bottomHadrons[n] >= 2);
    expect(two.length / qcd.length).toBeGreaterThan(0.015);
    expect(two.length / qcd.length).toBeLessThan(0.06);
    expect(share(two, (n) => truth.gluonToBottom[n] > 0)).toBeGreaterThan(0.85);
    expect(
      share(
        qcd.filter((n) => truth.gluonToCharm[n] > 0),
        (n) => truth.charmHadrons[n] >= 2,
      ),
    ).toBeGreaterThan(0.7);
    expect(
      share(
        qcd.filter((n) => truth.flavour[n] === 5),
        (n) => truth.bottomHadrons[n] >= 1,
      ),
    ).toBeGreaterThan(0.9);
  });

  it("lets bottom and charm hadrons fly by βγcτ, with the lifetimes of the Particle Data Group", () => {
    const codes: Record<string, number> = {
      "B+": 521,
      B0: 511,
      Bs: 531,
      Λb: 5122,
      D0: 421,
      "D+": 411,
      Ds: 431,
      Λc: 4122,
    };
    const check = ({ name, properLength }: HeavyHadron): void => {
      const flown: number[] = [];
      for (let jet = 0; jet < file.signal.length; jet++) {
        for (let k = file.firstDecay[jet]; k < file.firstDecay[jet + 1]; k++) {
          if (file.decayHadron[k] !== codes[name] || file.decayParent[k] !== 0) continue;
          flown.push(
            Math.hypot(...file.decayPoint.subarray(3 * k, 3 * k + 3)) / file.decayBoost[k],
          );
        }
      }
      expect(flown.length, name).toBeGreaterThan(100);
      // exponential: the mean's error is 1/√n of it; Pythia's table is older, B_s differs by 3.7 %
      expect(Math.abs(mean(flown) / properLength - 1), name).toBeLessThan(
        4.5 / Math.sqrt(flown.length) + 0.04,
      );
    };
    [...bottomHadrons, ...charmHadrons].forEach(check);
  });

  it("has tracks in every jet, labelled by where they come from", () => {
    const rows = { significance: jetFeatures.tracks.indexOf("trackBTag_Sip2dSig") };
    const byOrigin = trackOrigins.map(() => [] as number[]);
    let wrong = 0;
    let alien = 0;
    for (const n of all) {
      for (let slot = 0; slot < Math.min(60, truth.tracks[n]); slot++) {
        const origin = training.trackOrigin[60 * n + slot];
        if (training.trackFlight[60 * n + slot] > 0 !== (origin !== 1)) wrong++;
        if ((origin === 2 || origin === 3) && truth.bottomHadrons[n] === 0) alien++;
        byOrigin[origin].push(Math.abs(training.x.data[(n * 30 + rows.significance) * 60 + slot]));
      }
    }
    expect([Math.min(...truth.tracks) >= 1, Math.max(...truth.tracks) <= 120]).toEqual([
      true,
      true,
    ]);
    expect([wrong, byOrigin[0].length]).toEqual([0, 0]);
    // of hadrons just outside of the jet
    expect(alien).toBeLessThan(2e-3 * (byOrigin[2].length + byOrigin[3].length));
    const median = byOrigin.map((values) => values.sort((a, b) => a - b)[values.length >> 1]);
    expect(median[1]).toBeLessThan(0.8);
    for (const displaced of [2, 3, 4]) expect(median[displaced]).toBeGreaterThan(2 * median[1]);
  });

  it("resembles the simulation where that claims to be physics: tracks of a QCD jet, vertices of both, a factor apart at most", () => {
    const ours = simulateJets({ jets: 1000, seed: 61, set: "beside pythia" }).truth;
    const average = (of: typeof truth, name: "tracks" | "vertices", wanted: number): number =>
      mean(Array.from(of[name]).filter((_, n) => of.signal[n] === wanted));
    for (const [name, wanted] of [
      ["tracks", 0],
      ["tracks", 1],
      ["vertices", 0],
      ["vertices", 1],
    ] as const) {
      const ratio = average(truth, name, wanted) / average(ours, name, wanted);
      expect(Math.max(ratio, 1 / ratio), `${name} of class ${wanted}`).toBeLessThan(1.6);
    }
    expect(average(truth, "vertices", 1)).toBeGreaterThan(3 * average(truth, "vertices", 0));
  });
});

/**
 * A jet of two bottom hadrons, a charm hadron and primary particles at φ about 0; all of it from
 * public parts of the simulation.
 */
function simulatedJet(seed: number, particles: Particles): void {
  const rng = makeRng(seed, "jet");
  clearParticles(particles);
  bottomHadron(rng, particles, 150, 0.45, 0.12, 1);
  bottomHadron(rng, particles, 120, 0.72, -0.3, 2);
  charmHadron(rng, particles, 40, 0.5, 0.1, 1);
  for (let i = 0; i < 25; i++) {
    const k = particles.count++;
    const [pt, eta, phi] = [
      1 - 6 * Math.log(1 - rng.uniform()),
      0.55 + 0.25 * rng.normal(),
      0.25 * rng.normal(),
    ];
    particles.charged[k] = i % 3 === 0 ? 0 : 1;
    particles.visible[k] = 1;
    particles.subjet[k] = i % 3;
    particles.vertex[k] = 0;
    particles.px[k] = pt * Math.cos(phi);
    particles.py[k] = pt * Math.sin(phi);
    particles.pz[k] = pt * Math.sinh(eta);
    particles.energy[k] = Math.hypot(pt * Math.cosh(eta), steps.masses[2]);
  }
}

describe("particlesOfJet", () => {
  const origin = { signal: true, flavour: 25, gluonToBottom: 0, gluonToCharm: 0 };

  it("hands the detector what the simulation would: the same row from the simulation's store and from the file, to the file's precision", () => {
    const [direct, again] = [particleStore(), particleStore()];
    const measurement = jetMeasurement();
    const resolved = [...jetFeatures.tracks.keys()].filter(
      (f) => jetFeatures.tracks[f] !== "track_quality",
    );
    for (let seed = 1; seed <= 20; seed++) {
      simulatedJet(seed, direct);
      const { json, bytes: packedBytes } = packed(columnsOfStore(direct, 0.55), {
        one: { first: 0, jets: 1 },
      });
      particlesOfJet(parseParticleJets(json, packedBytes, "test"), 0, again);
      const rows = [direct, again].map((particles) => {
        const rng = makeRng(seed, "detector");
        const row = new Float32Array(jetRow.length);
        const mass = measurement.select(rng, particles);
        measurement.write(rng, particles, mass, origin, row);
        return row;
      });
      const [one, other] = rows;
      const facts = (row: Float32Array): number[] => Array.from(row.subarray(jetRow.truth.at));
      const momenta = [2, 3, 4].map((k) => facts(one)[k] / facts(other)[k] - 1);
      // p_T, η and mass of the jet do not suffer from rounding
      expect(Math.max(...momenta.map(Math.abs))).toBeLessThan(1e-6);
      expect(facts(one).filter((_, k) => k < 2 || k > 4)).toEqual(
        facts(other).filter((_, k) => k < 2 || k > 4),
      );
      expect(facts(one)[9]).toBeGreaterThan(10);
      expect(Array.from(one.subarray(jetRow.trackOrigin.at, jetRow.truth.at), Math.fround)).toEqual(
        Array.from(other.subarray(jetRow.trackOrigin.at, jetRow.truth.at), (value, k) =>
          Math.abs(value - one[jetRow.trackOrigin.at + k]) < 1e-5 * Math.abs(value)
            ? Math.fround(one[jetRow.trackOrigin.at + k])
            : value,
        ),
      );
      for (const f of resolved) {
        for (let slot = 0; slot < 60; slot++) {
          const at = jetRow.tracks.at + 60 * f + slot;
          const name = jetFeatures.tracks[f];
          // 6e-5 of p_T; 2e-5 in angle, which moves a track from 10 cm away by 2 μm, a sixth of the
          // resolution and mostly far less
          const least = /sig$/i.test(name) ? 0.3 : /Val|dxy$|dz$/.test(name) ? 6e-4 : 2e-4;
          expect(Math.abs(one[at] - other[at]), `${name}, ${slot}`).toBeLessThan(
            least + 2e-3 * Math.abs(one[at]),
          );
        }
      }
    }
  });

  it("keeps momenta to the precision stated: half a step, 6.3e-5 of p_T and 2e-5 in angle", () => {
    const [direct, again] = [particleStore(), particleStore()];
    simulatedJet(3, direct);
    const { json, bytes: packedBytes } = packed(columnsOfStore(direct, 0.55), {
      one: { first: 0, jets: 1 },
    });
    const jets = parseParticleJets(json, packedBytes, "test");
    particlesOfJet(jets, 0, again);
    const kept = Array.from({ length: direct.count }, (_, k) => k).filter(
      (k) =>
        direct.charged[k] && direct.visible[k] && Math.hypot(direct.px[k], direct.py[k]) >= 0.75,
    );
    expect(kept.length).toBe(jets.pt.length);
    kept.forEach((k, i) => {
      const of = (p: Particles, j: number): number[] => {
        const pt = Math.hypot(p.px[j], p.py[j]);
        return [Math.log(pt), Math.asinh(p.pz[j] / pt), Math.atan2(p.py[j], p.px[j])];
      };
      const [a, b] = [of(direct, k), of(again, i)];
      expect(Math.abs(a[0] - b[0])).toBeLessThan(6.26e-5);
      for (const angle of [1, 2]) expect(Math.abs(a[angle] - b[angle])).toBeLessThan(2.001e-5);
      expect(again.vertex[i]).toBe(direct.vertex[k]);
    });
    // cm moved by an angle's half step at 1 cm
    expect(2e-5).toBeLessThan(0.02 * dxyResolution(100, 1));
  });

  it("refuses a jet that is not in the file", () => {
    expect(() => particlesOfJet(file, file.signal.length, particleStore())).toThrow(NumericalError);
  });
});

describe("parseParticleJets", () => {
  const one = particleStore();
  simulatedJet(1, one);
  const columns = columnsOfStore(one, 0.55);
  const sets = { one: { first: 0, jets: 1 } };
  const sound = packed(columns, sets);
  const parse = ({ json, bytes: data }: { json: string; bytes: Buffer }) =>
    parseParticleJets(json, data, "some.gz");
  const spoilt = (change: (columns: Columns) => void): { json: string; bytes: Buffer } => {
    const own = columnsOf(parse(sound));
    change(own);
    return packed(own, sets);
  };

  it("reads back every column", () => {
    const again = columnsOf(parse(sound));
    for (const name of [
      "pt",
      "phi",
      "etaFromJet",
      "kind",
      "decay",
      "decayOrigin",
      "decayParent",
    ] as const)
      expect(again[name]).toEqual(columns[name]);
    expect(again.rest).toEqual(columns.rest.map(Math.fround));
  });

  it.each<[string, () => { json: string; bytes: Buffer }, string]>([
    [
      "a truncated file",
      () => ({ ...sound, bytes: sound.bytes.subarray(0, sound.bytes.length - 20) }),
      "cannot be read",
    ],
    ["an empty file", () => ({ ...sound, bytes: Buffer.alloc(0) }), "cannot be read"],
    [
      "other numbers",
      () => ({ ...sound, bytes: spoilt((own) => (own.pt[0] += 1)).bytes }),
      "SHA-256 of the numbers begins with",
    ],
    [
      "JSON that breaks off",
      () => ({ ...sound, json: sound.json.slice(0, 50) }),
      "the JSON beside it cannot be parsed",
    ],
    ["null for JSON", () => ({ ...sound, json: "null" }), "the format is undefined"],
    [
      "another version",
      () => packed(columns, sets, { version: 2 }),
      'version 2, not "phaselens-particle-jets", version 1',
    ],
    [
      "a missing column",
      () => packed(columns, sets, { columns: [] }),
      "columns must be signal, flavour",
    ],
    [
      "null for a column",
      () => packed(columns, sets, { columns: Array(20).fill(null) }),
      "columns must be signal, flavour",
    ],
    ["no steps", () => packed(columns, sets, { steps: { pt: 1 } }), "steps must have"],
    ["no sets", () => packed(columns, sets, { sets: null }), "sets and provenance must be there"],
    [
      "a set that is too long",
      () => packed(columns, { one: { first: 0, jets: 2 } }),
      "the sets have 2 jets, the columns 1",
    ],
    [
      "a set that begins elsewhere",
      () => packed(columns, { one: { first: 1, jets: 1 } }),
      'the set "one" begins at 1, not at 0',
    ],
    ["a column of another length", () => spoilt((own) => own.phi.pop()), '"phi" has'],
    ["more particles than there are", () => spoilt((own) => (own.particles[0] += 1)), "entries,"],
    ["an unknown mass", () => spoilt((own) => (own.kind[0] = 7)), "particle 0 has kind 7"],
    ["a fourth subjet", () => spoilt((own) => (own.kind[2] = 26)), "particle 2 has kind 26"],
    ["a decay of another jet", () => spoilt((own) => (own.decay[0] = 99)), "and decay 99"],
    [
      "a decay before that of its mother",
      () => spoilt((own) => (own.decayParent[0] = 2)),
      "decay 0 comes from a later one",
    ],
    [
      "an infinite momentum",
      () => spoilt((own) => (own.rest[3] = Infinity)),
      'entry 3 of "rest" is Infinity',
    ],
  ])("refuses %s", (_, make, sentence) => {
    expect(() => parse(make())).toThrow(DataError);
    expect(() => parse(make())).toThrow(sentence);
    expect(() => parse(make())).toThrow(/^some.gz: .* Make the sample again: npm run pythia\.$/);
  });
});

describe("neubauer2022.pythiaData", () => {
  it("depends on file, set and seed of the detector alone; fewer jets are the first ones", async () => {
    const [few, again, other] = [
      await neubauer2022.pythiaData({ set: "test", jets: 130 }),
      await neubauer2022.pythiaData({ set: "test", jets: 130, file: path }),
      await neubauer2022.pythiaData({ set: "test", jets: 130, seed: 7 }),
    ];
    const whole = test.x.data.subarray(0, few.x.data.length);
    expect([
      Buffer.compare(bytes(few.x.data), bytes(whole)),
      Buffer.compare(bytes(again.x.data), bytes(whole)),
    ]).toEqual([0, 0]);
    expect(Buffer.compare(bytes(other.x.data), bytes(whole))).not.toBe(0);
    expect([other.truth.pt, other.truth.bottomHadrons, other.provenance.seed]).toEqual([
      few.truth.pt,
      few.truth.bottomHadrons,
      7,
    ]);
  });

  it("names the command where the sample is absent, and the sets and sizes there are", async () => {
    await expect(
      neubauer2022.pythiaData({ set: "test", file: join(folder, "none") }),
    ).rejects.toThrow("none.json: cannot be read (ENOENT). Make the sample: npm run pythia.");
    await expect(neubauer2022.pythiaData({ set: "validation" as "test" })).rejects.toThrow(
      'unknown set "validation". Use one of training, test.',
    );
    await expect(neubauer2022.pythiaData({ set: "test", jets: 1e6 })).rejects.toThrow(
      `jets is 1000000; the set "test" has ${N / 2}. Make a larger sample: npm run pythia -- --jets N --out NAME.`,
    );
    await expect(neubauer2022.pythiaData({ set: "test", jets: 0 })).rejects.toThrow(ConfigError);
  });

  it("refuses a damaged sample", async () => {
    writeFileSync(join(folder, "bad.json"), readFileSync(`${path}.json`));
    writeFileSync(join(folder, "bad.gz"), readFileSync(`${path}.gz`).subarray(0, 1000));
    await expect(
      neubauer2022.pythiaData({ set: "test", file: join(folder, "bad") }),
    ).rejects.toThrow(DataError);
  });
});
