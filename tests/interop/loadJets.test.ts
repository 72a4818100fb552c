import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import hdf5 from "h5wasm/node";
import { ConfigError, DataError, labelsOf } from "phaselens/core";
import { readHdf5, readRootTree, type JaggedColumn, type JetsFromFiles } from "phaselens/interop";
import { jetFeatures, simulateJets } from "phaselens/physics";
import { jetInputs } from "phaselens/taggers";
import { afterAll, describe, expect, it } from "vitest";
import { describeWithReference, referencePath } from "../support/reference.js";
import { loadJetsFromHdf5, loadJetsFromRoot } from "phaselens/internal/interop/jets/loadJets";

const jetsRoot = fileURLToPath(new URL("fixtures/jets.root", import.meta.url));
/** What uproot reads back from jets.root, see fixtures/make_jets.py. */
const seen = JSON.parse(readFileSync(new URL("fixtures/jets.json", import.meta.url), "utf8")) as {
  counts: Record<"tracks" | "vertices", number[]>;
  pt: number[];
  sums: Record<string, number>;
};
const folder = mkdtempSync(join(tmpdir(), "jets-"));
afterAll(() => rmSync(folder, { recursive: true }));
const failure = async (read: Promise<unknown>): Promise<Error> =>
  read.then(
    () => expect.fail("nothing was refused"),
    (error: Error) => error,
  );
const dataError = async (read: Promise<unknown>): Promise<string> => {
  const error = await failure(read);
  expect(error).toBeInstanceOf(DataError);
  return error.message;
};
/** Values of one feature of the objects that there are, jet after jet. */
const present = (
  { x, vertices }: JetsFromFiles,
  kind: "tracks" | "vertices",
  feature: number,
  counts = seen.counts[kind],
): number[] => {
  const {
    shape: [, features, slots],
    data,
  } = kind === "tracks" ? x : vertices;
  return counts.flatMap((count, n) =>
    Array.from(
      data.subarray((n * features + feature) * slots, (n * features + feature) * slots + count),
    ),
  );
};

describe("jets of a ROOT ntuple named as CMS's", () => {
  it("have each feature in its place, as uproot reads it: sums weighted by position", async () => {
    const jets = await loadJetsFromRoot({ files: [jetsRoot], count: 10 });
    expect([jets.x.shape, jets.vertices.shape, jets.target.shape]).toEqual([
      [10, 30, 60],
      [10, 14, 5],
      [10, 2],
    ]);
    for (const kind of ["tracks", "vertices"] as const) {
      jetFeatures[kind].forEach((name, f) => {
        const values = present(jets, kind, f);
        expect(
          values.reduce((total, value, k) => total + (k + 1) * value, 0),
          name,
        ).toBeCloseTo(seen.sums[name], 6);
        expect(
          values.every((value) => value === Math.fround(value)),
          name,
        ).toBe(true);
      });
    }
    expect(Array.from(jets.x.data.subarray(0, 2))).toEqual([
      0.0059580933302640915, 0.006075994577258825,
    ]); // track_ptrel of entry 0, by uproot
  });

  it("leave out what is neither QCD nor H → bb̄, or both, and end in zeros where there is no object", async () => {
    const jets = await loadJetsFromRoot({ files: [jetsRoot], count: 10, measured: ["fj_pt"] });
    // QCD and H in turn, without entries 5 and 11
    expect(Array.from(labelsOf(jets))).toEqual([0, 1, 0, 1, 0, 0, 1, 0, 1, 0]);
    expect(jets.provenance.params).toEqual({
      first: 0,
      jets: 10,
      entries: 11,
      unlabelled: 1,
      nonFinite: 0,
    });
    expect(Array.from(jets.measured.fj_pt)).toEqual(seen.pt);
    seen.counts.tracks.forEach((count, n) => {
      for (let f = 0; f < 30; f++)
        expect(
          jets.x.data
            .subarray((n * 30 + f) * 60 + count, (n * 30 + f + 1) * 60)
            .every((value) => value === 0),
        ).toBe(true);
    });
    expect("truth" in jets).toBe(false);
  });

  it("have the weights of a branch, which is measured only if it is asked for", async () => {
    const options = { files: [jetsRoot], count: 10, weights: "fj_pt" };
    const jets = await loadJetsFromRoot(options);
    expect(Array.from(jets.weights!)).toEqual(seen.pt);
    expect(jets.measured).toEqual({});
    const both = await loadJetsFromRoot({ ...options, measured: ["fj_pt"] });
    expect(Array.from(both.measured.fj_pt)).toEqual(seen.pt);
  });

  it("are inputs of an interaction network as they are", async () => {
    const jets = await loadJetsFromRoot({ files: [jetsRoot], count: 10 });
    expect(jetInputs(jets.x, jets.vertices, jetFeatures).x.shape).toEqual([10, 1870]);
  });

  it("can be of some features, named otherwise, in more or fewer slots", async () => {
    const all = await loadJetsFromRoot({ files: [jetsRoot], count: 10 });
    const features = { tracks: ["dz"], vertices: ["sv_mass", "sv_pt"] };
    const some = await loadJetsFromRoot({
      files: [jetsRoot],
      count: 10,
      features,
      branches: { dz: "track_dz" },
      slots: { tracks: 80, vertices: 1 },
    });
    expect([some.x.shape, some.vertices.shape]).toEqual([
      [10, 1, 80],
      [10, 2, 1],
    ]);
    const dz = jetFeatures.tracks.indexOf("track_dz");
    expect(present(some, "tracks", 0)).toEqual(present(all, "tracks", dz));
    const one = seen.counts.vertices.map((count) => Math.min(1, count));
    expect(present(some, "vertices", 0, one)).toEqual(
      present(all, "vertices", jetFeatures.vertices.indexOf("sv_mass"), one),
    );
  });

  it("of two files follow each other, and a part begins at an entry and has the jets asked for", async () => {
    const files = [jetsRoot, jetsRoot];
    const all = await loadJetsFromRoot({ files, nonFinite: "drop" });
    expect(all.x.shape[0]).toBe(20);
    expect(all.provenance.params).toEqual({
      first: 0,
      jets: 20,
      entries: 26,
      unlabelled: 4,
      nonFinite: 2,
    });
    // entries 9, 10 and, of the second file, 0, 1, 2
    const part = await loadJetsFromRoot({ files, first: 9, count: 5, nonFinite: "drop" });
    expect(Array.from(part.x.data)).toEqual(Array.from(all.x.data.subarray(8 * 1800, 13 * 1800)));
    expect(await failure(loadJetsFromRoot({ files, first: 27 }))).toBeInstanceOf(ConfigError);
  });
});

describe("an ntuple that does not fit", () => {
  it("is refused by the first NaN, with file, branch and entry, unless such jets are to be dropped", async () => {
    expect(await dataError(loadJetsFromRoot({ files: [jetsRoot] }))).toBe(
      `${jetsRoot}: "track_dz" of entry 12 is NaN. Repair the file, or leave such jets out with nonFinite: "drop".`,
    );
    expect((await loadJetsFromRoot({ files: [jetsRoot], nonFinite: "drop" })).x.shape[0]).toBe(10);
  });

  it.each([
    [
      "a feature",
      { branches: { track_dz: "track_dzz" } },
      /has no branch "track_dzz"; it has track_dz, track_dzdz,/,
    ],
    [
      "a label",
      { labels: { background: ["sample_isQC"], signal: ["fj_isH"] } },
      /has no branch "sample_isQC"; it has sample_isQCD,/,
    ],
    [
      "the tree",
      { tree: "deepntuplizer/events" },
      /there is no tree "deepntuplizer\/events"; there are deepntuplizer\/tree/,
    ],
  ])("by %s is refused with what there is", async (_, options, message) => {
    expect(await dataError(loadJetsFromRoot({ files: [jetsRoot], ...options }))).toMatch(message);
  });

  it("is refused where a feature is no list, a label is one, or tracks differ in number", async () => {
    const load = (options: object): Promise<string> =>
      dataError(loadJetsFromRoot({ files: [jetsRoot], ...options }));
    expect(await load({ branches: { track_dz: "fj_pt" } })).toMatch(
      /"fj_pt" has one number a jet, not one for each track or vertex/,
    );
    expect(await load({ labels: { background: ["track_dz"], signal: ["fj_isH"] } })).toMatch(
      /"track_dz" has a list for each jet, not one number/,
    );
    expect(await load({ branches: { track_dz: "sv_pt" } })).toMatch(
      /entry 0 has 1 values of "sv_pt", but 37 of "track_ptrel"/,
    );
  });

  it("is refused without any jet of a class, without files and for a number of jets that makes no sense", async () => {
    expect(
      await dataError(
        loadJetsFromRoot({
          files: [jetsRoot],
          labels: { background: ["fj_isH"], signal: ["fj_isH"] },
        }),
      ),
    ).toMatch(/no jets in jets\.root: of 13 entries 13 are neither/);
    for (const options of [
      { files: [] },
      { files: [jetsRoot], count: 0 },
      { files: [jetsRoot], first: -1 },
      { files: [jetsRoot], features: { tracks: ["track_dz"], vertices: [] } },
    ]) {
      expect(await failure(loadJetsFromRoot(options))).toBeInstanceOf(ConfigError);
    }
  });
});

describeWithReference("any ntuple with lists", () => {
  it("gives objects by a mapping of names: jets and muons of HZZ as tracks and vertices", async () => {
    const hzz = referencePath("neubauer2022/uproot-HZZ-zlib.root");
    const events = await loadJetsFromRoot({
      files: [hzz],
      tree: "events",
      features: { tracks: ["px", "e"], vertices: ["charge"] },
      slots: { tracks: 3, vertices: 2 },
      branches: { px: "Jet_Px", e: "Jet_E", charge: "Muon_Charge" },
      labels: { background: ["NElectron"], signal: ["NPhoton"] },
    });
    const { Jet_Px, Muon_Charge, NElectron, NPhoton } = await readRootTree(hzz, {
      tree: "events",
      branches: ["Jet_Px", "Muon_Charge", "NElectron", "NPhoton"],
    });
    const chosen = Array.from(NElectron as Float64Array, (_, n) => n).filter(
      (n) => (NElectron as Float64Array)[n] > 0 !== (NPhoton as Float64Array)[n] > 0,
    );
    const first = (column: JaggedColumn, n: number, slots: number): number[] =>
      Array.from({ length: slots }, (_, k) =>
        column.offsets[n] + k < column.offsets[n + 1] ? column.values[column.offsets[n] + k] : 0,
      );
    expect(events.x.shape).toEqual([chosen.length, 2, 3]);
    expect(chosen.length).toBe(87);
    chosen.forEach((n, k) => {
      expect(Array.from(events.x.data.subarray(6 * k, 6 * k + 3))).toEqual(
        first(Jet_Px as JaggedColumn, n, 3),
      );
      expect(Array.from(events.vertices.data.subarray(2 * k, 2 * k + 2))).toEqual(
        first(Muon_Charge as JaggedColumn, n, 2),
      );
      expect(events.target.data[2 * k + 1]).toBe((NPhoton as Float64Array)[n] > 0 ? 1 : 0);
    });
  });
});

const { x, vertices, target } = simulateJets({ jets: 40, seed: 3, set: "hdf5" });
/** A file in the layout that the authors write: float32, compressed in chunks. */
async function writeHdf5(
  name: string,
  set: "training" | "testing",
  change: { tracks?: Float32Array; target?: Float32Array; slots?: number } = {},
): Promise<string> {
  await hdf5.ready;
  const path = join(folder, name);
  const file = new hdf5.File(path, "w");
  const features = file.create_group(`${set}_subgroup`);
  const cut = (values: Float64Array, length: number, slots: number): Float32Array =>
    Float32Array.from({ length: (values.length / length) * slots }, (_, p) =>
      p % slots < length ? values[Math.floor(p / slots) * length + (p % slots)] : 0,
    );
  const slots = change.slots ?? 5;
  features.create_dataset({
    name: `${set}_2`,
    data: change.tracks ?? Float32Array.from(x.data),
    shape: [40, 30, 60],
    chunks: [10, 30, 60],
    compression: "gzip",
  });
  features.create_dataset({
    name: `${set}_3`,
    data: cut(vertices.data, 5, slots),
    shape: [40, 14, slots],
  });
  file.create_group("target_subgroup").create_dataset({
    name: "target",
    data: change.target ?? Float32Array.from(target.data),
    shape: [40, 2],
  });
  const weights = Float32Array.from({ length: 40 }, (_, n) => 0.5 * (n % 4) - 0.25);
  file.create_dataset({ name: "mc_weight", data: weights, shape: [40] });
  file.create_dataset({ name: "notes", data: ["a", "b"] });
  file.close();
  return path;
}

describe("jets of HDF5 files in the authors' layout", () => {
  it.each(["training", "testing"] as const)(
    "of the %s set are the ones that were written, bit by bit",
    async (set) => {
      const jets = await loadJetsFromHdf5({ files: [await writeHdf5(`${set}.h5`, set)] });
      expect([jets.x, jets.vertices, jets.target]).toEqual([x, vertices, target]);
    },
  );

  it("can be loaded in part, of some features, from several files", async () => {
    const file = await writeHdf5("part.h5", "training");
    const part = await loadJetsFromHdf5({
      files: [file, file],
      first: 38,
      count: 4,
      features: { tracks: ["track_dz", "track_ptrel"], vertices: ["sv_mass"] },
    });
    const row = (n: number, feature: number): number[] =>
      Array.from(x.data.subarray((n * 30 + feature) * 60, (n * 30 + feature + 1) * 60));
    expect(Array.from(part.x.data)).toEqual(
      [38, 39, 0, 1].flatMap((n) => [
        ...row(n, jetFeatures.tracks.indexOf("track_dz")),
        ...row(n, 0),
      ]),
    );
  });

  it("have the weights of a data set of one number a jet", async () => {
    const file = await writeHdf5("weighted.h5", "training");
    const jets = await loadJetsFromHdf5({
      files: [file],
      first: 2,
      count: 4,
      weights: "mc_weight",
    });
    expect(Array.from(jets.weights!)).toEqual([0.75, 1.25, -0.25, 0.25]);
    const wrong = { files: [file], weights: "target_subgroup/target" };
    expect(await dataError(loadJetsFromHdf5(wrong))).toContain("has shape [40,2], [40] expected");
  });

  it("leave out rows without a class", async () => {
    const classes = Float32Array.from(target.data);
    classes.fill(0, 0, 2);
    const jets = await loadJetsFromHdf5({
      files: [await writeHdf5("classes.h5", "training", { target: classes })],
    });
    expect(jets.x.data).toEqual(x.data.slice(1800));
    expect(jets.provenance.params.unlabelled).toBe(1);
  });

  it("of seven vertices are refused, unless the number wanted is given", async () => {
    const file = await writeHdf5("seven.h5", "training", { slots: 7 });
    expect(await dataError(loadJetsFromHdf5({ files: [file] }))).toBe(
      `${file}: "training_subgroup/training_3" has shape [40,14,7], [40,14,5] expected (jets, features, vertices). Give slots: { tracks, vertices } to cut or pad another number of vertices.`,
    );
    expect(
      (await loadJetsFromHdf5({ files: [file], slots: { tracks: 60, vertices: 5 } })).vertices,
    ).toEqual(vertices);
    expect(
      (await loadJetsFromHdf5({ files: [file], slots: { tracks: 10, vertices: 7 } })).x.shape,
    ).toEqual([40, 30, 10]);
  });

  it("with NaN are refused with file, feature and entry", async () => {
    const tracks = Float32Array.from(x.data);
    tracks[7 * 1800 + 8 * 60] = NaN;
    const file = await writeHdf5("nan.h5", "training", { tracks });
    expect(await dataError(loadJetsFromHdf5({ files: [file] }))).toBe(
      `${file}: "training_subgroup/training_2 (track_dz)" of entry 7 is NaN. Repair the file, or leave such jets out with nonFinite: "drop".`,
    );
  });
});

describe("an HDF5 file", () => {
  it("is read as tensors by names, whole and in part", async () => {
    const file = await writeHdf5("plain.h5", "training");
    const all = await readHdf5(file, ["training_subgroup/training_2", "target_subgroup/target"]);
    expect(all).toEqual({ "training_subgroup/training_2": x, "target_subgroup/target": target });
    const part = await readHdf5(file, ["target_subgroup/target"], { first: 3, count: 2 });
    expect(part["target_subgroup/target"]).toEqual({
      shape: [2, 2],
      data: target.data.slice(6, 10),
    });
  });

  it("without the dataset, with text in it, and rows that there are not are refused", async () => {
    const file = await writeHdf5("refused.h5", "training");
    expect(await dataError(readHdf5(file, ["target_subgroup/targets"]))).toMatch(
      /there is no dataset "target_subgroup\/targets"; there are target_subgroup\/target, /,
    );
    expect(await dataError(readHdf5(file, ["notes"]))).toMatch(/"notes" does not hold numbers/);
    expect(
      await failure(readHdf5(file, ["target_subgroup/target"], { first: 39, count: 2 })),
    ).toBeInstanceOf(ConfigError);
    expect(await failure(readHdf5(file, []))).toBeInstanceOf(ConfigError);
  });

  it("that is truncated, of another kind or not there is refused in one sentence and one of cure", async () => {
    const file = await writeHdf5("short.h5", "training");
    truncateSync(file, 20_000);
    expect(await dataError(readHdf5(file, ["target_subgroup/target"]))).toMatch(
      /cannot be read as HDF5 \(.*\)\. It is truncated or damaged; fetch it again\.$/,
    );
    writeFileSync(join(folder, "text.h5"), "jets");
    expect(await dataError(readHdf5(join(folder, "text.h5"), ["x"]))).toMatch(/is no HDF5 file/);
    expect(await dataError(readHdf5(join(folder, "none.h5"), ["x"]))).toMatch(
      /cannot be read \(ENOENT/,
    );
  });
});
