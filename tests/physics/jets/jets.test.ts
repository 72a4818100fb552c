import { neubauer2022 } from "phaselens/papers";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auc, ConfigError, mean, parallelMap } from "phaselens/core";
import {
  jetFeatureGroups,
  jetFeatures,
  simulateJets,
  trackOrigins,
  type JetSpec,
} from "phaselens/physics";
import { afterEach, describe, expect, it, vi } from "vitest";
import { jetFeatureIndices } from "phaselens/internal/physics/jets/jetFeatures";
import { jetRow } from "phaselens/internal/physics/jets/jetRow";
import { jetRows } from "phaselens/internal/physics/jets/jetRows";
import { jetClasses, vertexOrigins } from "phaselens/internal/physics/jets/jetSample";
import { dxyResolution, dzResolution } from "phaselens/internal/physics/jets/tracker";

// False-alarm rates: each statistical comparison asks for 4.5 standard deviations; 7 in a million
// seeds would fail one.
const spec: JetSpec = { jets: 4000, seed: 51, set: "test of jets" };
const jets = simulateJets(spec);
const { truth } = jets;
const [SLOTS, VERTICES] = [60, 5];

const track = (name: string): ((n: number, slot: number) => number) => {
  const row = jetFeatures.tracks.indexOf(name);
  expect(row).toBeGreaterThanOrEqual(0);
  return (n, slot) => jets.x.data[(n * 30 + row) * SLOTS + slot];
};
const vertex = (name: string): ((n: number, slot: number) => number) => {
  const row = jetFeatures.vertices.indexOf(name);
  expect(row).toBeGreaterThanOrEqual(0);
  return (n, slot) => jets.vertices.data[(n * 14 + row) * VERTICES + slot];
};
const all = Array.from({ length: spec.jets }, (_, n) => n);
const trackSlots = all.flatMap((n) =>
  Array.from({ length: Math.min(SLOTS, truth.tracks[n]) }, (_, slot) => [n, slot] as const),
);
const vertexSlots = all.flatMap((n) =>
  Array.from({ length: Math.min(VERTICES, truth.vertices[n]) }, (_, slot) => [n, slot] as const),
);
const bytes = ({ buffer, byteOffset, byteLength }: Float64Array | Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
const quantile = (values: number[], share: number): number =>
  values.sort((a, b) => a - b)[Math.floor(share * values.length)];

describe("simulateJets", () => {
  it("gives the network's inputs by shape and name, classes in turn, and a provenance", () => {
    expect([jets.x.shape, jets.vertices.shape, jets.target.shape]).toEqual([
      [4000, 30, 60],
      [4000, 14, 5],
      [4000, 2],
    ]);
    expect([jetFeatures.tracks.length, jetFeatures.vertices.length, jetClasses]).toEqual([
      30,
      14,
      ["QCD", "Hbb"],
    ]);
    expect(Array.from(jets.target.data.subarray(0, 6))).toEqual([1, 0, 0, 1, 1, 0]);
    expect(
      all.every((n) => truth.signal[n] === n % 2 && (truth.flavour[n] === 25) === (n % 2 === 1)),
    ).toBe(true);
    expect(jets.provenance).toMatchObject({
      generator: "simulateJets",
      seed: 51,
      params: { jets: 4000, signal: "matched" },
    });
    expect(new Set([...jetFeatures.tracks, ...jetFeatures.vertices]).size).toBe(44);
  });

  it("fills the slots of tracks and vertices found, and leaves exactly 0 in all others", () => {
    for (const n of all) {
      for (let slot = 0; slot < SLOTS; slot++) {
        const filled = slot < truth.tracks[n];
        if (jets.trackOrigin[n * SLOTS + slot] > 0 !== filled)
          throw new Error(`origin of jet ${n}, track ${slot}`);
        if (!filled)
          for (let row = 0; row < 30; row++)
            if (jets.x.data[(n * 30 + row) * SLOTS + slot] !== 0)
              throw new Error(`jet ${n}, track ${slot}`);
      }
      for (let slot = 0; slot < VERTICES; slot++) {
        const filled = slot < truth.vertices[n];
        if (jets.vertexOrigin[n * VERTICES + slot] > 0 !== filled)
          throw new Error(`origin of jet ${n}, vertex ${slot}`);
        if (!filled)
          for (let row = 0; row < 14; row++)
            if (jets.vertices.data[(n * 14 + row) * VERTICES + slot] !== 0)
              throw new Error(`jet ${n}`);
      }
    }
    expect(jets.x.data.some((value) => Object.is(value, -0))).toBe(false);
  });

  it("matches signal to QCD: the area under the curve is .50 of p_T and at most .60 of the mass", () => {
    const error = Math.sqrt(4001 / (12 * 2000 * 2000)); // of an AUC of ½, Mann and Whitney
    expect(Math.abs(auc(truth.pt, truth.signal) - 0.5)).toBeLessThan(4.5 * error);
    expect(Math.abs(auc(truth.eta, truth.signal) - 0.5)).toBeLessThan(4.5 * error);
    const ofMass = auc(truth.mass, truth.signal);
    expect(Math.max(ofMass, 1 - ofMass)).toBeLessThan(0.6);
    expect(Math.min(...truth.pt)).toBeGreaterThanOrEqual(300);
    expect(Math.max(...truth.pt)).toBeLessThanOrEqual(2000);
    expect([Math.min(...truth.mass) >= 40, Math.max(...truth.mass) <= 200]).toEqual([true, true]);
  });

  it("has 5 as the most common quality of a track, nine times in ten", () => {
    const quality = track("track_quality");
    const fives =
      trackSlots.filter(([n, slot]) => quality(n, slot) === 5).length / trackSlots.length;
    expect(Math.abs(fives - 0.94)).toBeLessThan(4.5 * Math.sqrt((0.94 * 0.06) / trackSlots.length));
    expect(new Set(trackSlots.map(([n, slot]) => quality(n, slot)))).toEqual(new Set([1, 5, 7]));
  });

  it("measures impact parameters of primary tracks with the stated resolution: 96 % of them Gaussian, 4 % three times wider", () => {
    const [dxy, dz, ptrel, etarel] = [
      track("track_dxy"),
      track("track_dz"),
      track("track_ptrel"),
      track("track_etarel"),
    ];
    const primary = trackSlots.filter(([n, slot]) => jets.trackOrigin[n * SLOTS + slot] === 1);
    const pulls = primary.map(([n, slot]) => {
      const pt = ptrel(n, slot) * truth.pt[n];
      const coshEta = Math.cosh(truth.eta[n] + (truth.eta[n] >= 0 ? 1 : -1) * etarel(n, slot));
      return [dxy(n, slot) / dxyResolution(pt, coshEta), dz(n, slot) / dzResolution(pt, coshEta)];
    });
    // P(|z| > 1), at a third; P(|z| > 3), at a third
    const erfc1 = [0.31731, 0.7389, 0.0027, 0.31731];
    for (const side of [0, 1]) {
      const beyond = (limit: number): number =>
        pulls.filter((pull) => Math.abs(pull[side]) > limit).length / pulls.length;
      const near = (share: number, expected: number): void =>
        expect(Math.abs(share - expected)).toBeLessThan(
          4.5 * Math.sqrt((expected * (1 - expected)) / pulls.length) + 0.002,
        ); // p_T is measured to 1 %
      near(beyond(1), 0.96 * erfc1[0] + 0.04 * erfc1[1]);
      near(beyond(3), 0.96 * erfc1[2] + 0.04 * erfc1[3]);
    }
    expect(pulls.length).toBeGreaterThan(50_000);
  });

  it("labels tracks consistently with where they come from", () => {
    const significance = track("trackBTag_Sip2dSig");
    const byOrigin = trackOrigins.map(() => [] as number[]);
    const primary: number[] = [];
    let wrong = 0;
    for (const [n, slot] of trackSlots) {
      const origin = jets.trackOrigin[n * SLOTS + slot];
      const demanded =
        { 2: truth.bottomHadrons[n], 3: truth.bottomHadrons[n], 4: truth.charmHadrons[n] }[
          origin
        ] ?? 1;
      if (jets.trackFlight[n * SLOTS + slot] > 0 !== (origin !== 1) || demanded < 1) wrong++;
      byOrigin[origin].push(Math.abs(significance(n, slot)));
      if (origin === 1) primary.push(significance(n, slot));
    }
    const median = byOrigin.map((values) => quantile(values, 0.5));
    expect(byOrigin.slice(1).every((values) => values.length > 300)).toBe(true);
    expect(wrong).toBe(0);
    // as often before the primary vertex as behind
    expect(Math.abs(quantile(primary, 0.5))).toBeLessThan(0.05);
    const of = (origin: string): number => median[trackOrigins.indexOf(origin)];
    expect(of("primary")).toBeLessThan(0.8); // .67 of a Gaussian
    expect(of("c")).toBeGreaterThan(2 * of("primary"));
    expect(of("b")).toBeGreaterThan(of("c"));
    expect(of("c from b")).toBeGreaterThan(of("b"));
  });

  it("counts bottom hadrons as its quarks demand: two in H → bb̄, and two more for each g → bb̄", () => {
    for (const n of all) {
      const hard = { 25: 2, 5: 1 }[truth.flavour[n]] ?? 0;
      expect(truth.bottomHadrons[n]).toBe(hard + 2 * truth.gluonToBottom[n]);
      expect(truth.charmHadrons[n]).toBe(
        (truth.flavour[n] === 4 ? 1 : 0) + 2 * truth.gluonToCharm[n],
      );
    }
    const split =
      all.filter((n) => truth.signal[n] === 0 && truth.gluonToBottom[n] > 0).length / 2000;
    expect(split).toBeGreaterThan(0.015); // about 3 % of QCD, as the papers' sample has
    expect(split).toBeLessThan(0.05);
  });

  it("finds vertices mostly of bottom in the signal, of nothing in QCD, with masses below the hadrons'", () => {
    const [mass, flight, cosine] = [
      vertex("sv_mass"),
      vertex("sv_d3dsig"),
      vertex("sv_costhetasvpv"),
    ];
    const share = (signal: number, origins: string[]): number => {
      const those = vertexSlots.filter(([n]) => truth.signal[n] === signal);
      return (
        those.filter(([n, slot]) =>
          origins.includes(vertexOrigins[jets.vertexOrigin[n * VERTICES + slot]]),
        ).length / those.length
      );
    };
    expect(share(1, ["b", "c from b"])).toBeGreaterThan(0.8);
    expect(share(0, ["fake", "V0"])).toBeGreaterThan(0.4);
    const bottom = vertexSlots.filter(([n, slot]) => jets.vertexOrigin[n * VERTICES + slot] === 2);
    expect(
      quantile(
        bottom.map(([n, slot]) => mass(n, slot)),
        0.98,
      ),
    ).toBeLessThan(5.4);
    expect(
      vertexSlots.every(
        ([n, slot]) =>
          flight(n, slot) >= 0.8 && cosine(n, slot) >= 0 && cosine(n, slot) <= 1 + 1e-6,
      ),
    ).toBe(true);
  });

  it("stores tracks by falling significance of the signed impact parameter and vertices by that of their distance", () => {
    const [significance, distance] = [track("trackBTag_Sip2dSig"), vertex("sv_dxysig")];
    expect(
      trackSlots.filter(
        ([n, slot]) => slot > 0 && significance(n, slot) > significance(n, slot - 1),
      ),
    ).toEqual([]);
    expect(
      vertexSlots.filter(([n, slot]) => slot > 0 && distance(n, slot) > distance(n, slot - 1)),
    ).toEqual([]);
  });

  it("has features that agree with each other", () => {
    const f = Object.fromEntries(jetFeatures.tracks.map((name) => [name, track(name)]));
    for (const [n, slot] of trackSlots.filter((_, k) => k % 7 === 0)) {
      const at = (name: string): number => f[name](n, slot);
      expect(at("track_deltaR")).toBeCloseTo(Math.hypot(at("track_phirel"), at("track_etarel")), 5);
      expect(at("trackBTag_PtRatio") ** 2 + at("trackBTag_PParRatio") ** 2).toBeCloseTo(1, 5);
      expect(Math.abs(at("trackBTag_Sip2dVal"))).toBeCloseTo(Math.abs(at("track_dxy")), 6);
      expect(at("track_dxysig") / (at("track_dxy") / Math.sqrt(at("track_dxydxy")))).toBeCloseTo(
        1,
        4,
      );
      expect(at("track_dzsig") / (at("track_dz") / Math.sqrt(at("track_dzdz")))).toBeCloseTo(1, 4);
      expect(Math.abs(at("trackBTag_Sip3dVal"))).toBeGreaterThanOrEqual(
        Math.abs(at("trackBTag_Sip2dVal")) - 1e-6,
      );
      expect(at("track_drminsv")).toBeLessThanOrEqual(0);
      expect(-at("trackBTag_JetDistVal")).toBeLessThanOrEqual(
        Math.hypot(at("track_dxy"), at("track_dz")) + 1e-6,
      ); // no point is nearer than the lines
    }
    const [pt, rel] = [vertex("sv_pt"), vertex("sv_ptrel")];
    for (const [n, slot] of vertexSlots)
      expect(rel(n, slot) * truth.pt[n]).toBeCloseTo(pt(n, slot), 2);
  });

  it("with the Higgs boson's mass has its peak near 125 GeV", () => {
    const higgs = simulateJets({ jets: 2000, seed: 52, set: "higgs", signal: "higgs" }).truth;
    const masses = Array.from(higgs.mass.filter((_, n) => higgs.signal[n] === 1));
    expect(quantile(masses, 0.5)).toBeGreaterThan(118);
    expect(quantile(masses, 0.5)).toBeLessThan(135);
    expect(quantile(masses, 0.84) - quantile(masses, 0.16)).toBeLessThan(50);
  });

  it("depends on seed, set and index alone: not on how many jets are made, nor by how many workers", async () => {
    const whole = jetRows({ jets: 350, seed: 53, set: "a" });
    const same = (one: Float32Array, other: Float32Array): boolean =>
      Buffer.compare(bytes(one), bytes(other)) === 0; // a diff of so many would take minutes
    expect(
      same(jetRows({ jets: 123, seed: 53, set: "a" }), whole.slice(0, 123 * jetRow.length)),
    ).toBe(true);
    expect(
      same(
        jetRows({ jets: 150, first: 200, seed: 53, set: "a" }),
        whole.slice(200 * jetRow.length),
      ),
    ).toBe(true);
    const items = [0, 100, 200, 300].map((first): JetSpec => ({
      jets: first === 300 ? 50 : 100,
      first,
      seed: 53,
      set: "a",
    }));
    for (const workers of [1, 2, 3]) {
      const parts = await parallelMap<JetSpec, Float32Array>(
        { module: "phaselens/internal/physics/jets/jetRows", name: "jetRows" },
        items,
        { jobs: workers },
      );
      expect(Buffer.compare(Buffer.concat(parts.map(bytes)), bytes(whole))).toBe(0);
    }
    for (const other of [
      { seed: 54, set: "a" },
      { seed: 53, set: "b" },
    ])
      expect(same(jetRows({ jets: 2, ...other }), whole.slice(0, 2 * jetRow.length))).toBe(false);
  });

  it.each([
    [{ jets: 0 }, "simulateJets: jets is 0; it must be a whole number of at least 1."],
    [{ jets: -3 }, "jets is -3"],
    [{ jets: 2.5 }, "jets is 2.5"],
    [{ first: 50 }, "first is 50; it must be a multiple of 100"],
    [{ seed: NaN }, "the seed is NaN"],
    [{ set: "a/b" }, 'the set is "a/b"; it must be a text without a slash'],
    [{ signal: "top" }, 'unknown signal "top". Use "matched" or "higgs".'],
  ])("refuses %j", (fault, sentence) => {
    expect(() => simulateJets({ ...spec, ...fault } as JetSpec)).toThrow(ConfigError);
    expect(() => simulateJets({ ...spec, ...fault } as JetSpec)).toThrow(sentence);
  });

  it("REGRESSION: gives the jets it gave before; may be wrong, must not drift without a new JET_VERSION", () => {
    const { x, vertices, truth: known } = simulateJets({ jets: 4, seed: 2022, set: "training" });
    const sum = (values: Float64Array): number =>
      Number(values.reduce((total, value) => total + value, 0).toPrecision(9));
    const jetSums = [0, 1, 2, 3].map((n) => [
      sum(x.data.subarray(n * 1800, n * 1800 + 1800)),
      sum(vertices.data.subarray(n * 70, n * 70 + 70)),
    ]);
    const facts = [0, 1, 2, 3].map((n) => [
      known.flavour[n],
      Number(known.pt[n].toPrecision(7)),
      Number(known.mass[n].toPrecision(7)),
      known.tracks[n],
    ]);
    expect(jetSums).toMatchInlineSnapshot(`
      [
        [
          186.156191,
          0,
        ],
        [
          299.142842,
          0,
        ],
        [
          250.153319,
          0,
        ],
        [
          152.557146,
          144.091582,
        ],
      ]
    `);
    expect(facts).toMatchInlineSnapshot(`
      [
        [
          1,
          306.0688,
          100.2126,
          19,
        ],
        [
          25,
          316.1526,
          87.7354,
          15,
        ],
        [
          21,
          417.7646,
          95.24046,
          25,
        ],
        [
          25,
          419.8273,
          109.4794,
          18,
        ],
      ]
    `);
  });
});

describe("jetFeatureIndices", () => {
  it("finds features by name, in the order asked for, and says which there are", () => {
    expect(Array.from(jetFeatureIndices("tracks", ["trackBTag_Sip3dSig", "track_ptrel"]))).toEqual([
      28, 0,
    ]);
    expect(Array.from(jetFeatureIndices("vertices", ["sv_mass"]))).toEqual([6]);
    expect(() => jetFeatureIndices("vertices", ["sv_mas"])).toThrow(
      'there is no feature "sv_mas" of vertices; there are sv_ptrel, sv_erel, sv_phirel, sv_etarel, sv_deltaR, sv_pt, sv_mass,',
    );
    expect(() => jetFeatureIndices("tracks", ["track_dz", "track_dz"])).toThrow(
      'the feature "track_dz" is named twice',
    );
    expect(() => jetFeatureIndices("towers" as "tracks", [])).toThrow('unknown kind "towers"');
    expect(
      Object.values(jetFeatureGroups).map((names) => jetFeatureIndices("tracks", names).length),
    ).toEqual([10, 10, 8]);
  });
});

describe("neubauer2022.data", () => {
  const folder = mkdtempSync(join(tmpdir(), "phaselens-jets-"));
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is simulateJets' sample of the same seed and set, from the cache the second time, at 4 bytes a number", async () => {
    vi.stubEnv("PHASELENS_CACHE", folder);
    const options = { set: "training", jets: 700, seed: 3 } as const;
    const data = await neubauer2022.data(options, { jobs: 2 });
    const direct = simulateJets(options);
    const again = await neubauer2022.data(options);
    for (const other of [direct, again]) {
      for (const part of ["x", "vertices", "target"] as const)
        expect(Buffer.compare(bytes(data[part].data), bytes(other[part].data))).toBe(0);
      expect([data.truth.mass, data.trackOrigin.slice(0, 600), data.provenance]).toEqual([
        other.truth.mass,
        other.trackOrigin.slice(0, 600),
        other.provenance,
      ]);
    }
    const files = readdirSync(folder);
    expect(files.length).toBe(1);
    expect(statSync(join(folder, files[0])).size).toBeLessThan(4 * 700 * jetRow.length + 4096);
    expect(mean(data.target.data)).toBe(0.5);
  });

  it("refuses an unknown set, naming the ones there are, and fewer than one jet", async () => {
    await expect(neubauer2022.data({ set: "train" as "training" })).rejects.toThrow(
      'neubauer2022.data: unknown set "train". Use one of training, validation, test.',
    );
    await expect(neubauer2022.data({ set: "test", jets: 0 })).rejects.toThrow(
      "neubauer2022.data: jets is 0",
    );
  });
});
