import { neubauer2022 } from "phaselens/papers";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import hdf5 from "h5wasm/node";
import { ConfigError, DataError, labelsOf } from "phaselens/core";
import { simulateJets } from "phaselens/physics";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { fileIdentity } from "phaselens/internal/interop/jets/fileIdentity";
import {
  entryFraction,
  jetSampleFiles,
} from "phaselens/internal/papers/neubauer2022/jetSampleFiles";
import { loadJetsFromRoot } from "phaselens/internal/interop/jets/loadJets";

// 13 entries, 10 of them jets
const jetsRoot = fileURLToPath(new URL("../../interop/fixtures/jets.root", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sample-"));
const sets = ["training", "validation", "test"] as const;
const place = (...names: string[]): string => {
  const path = join(folder, ...names);
  mkdirSync(join(path, ".."), { recursive: true });
  return path;
};
const failure = async (read: Promise<unknown>): Promise<Error> =>
  read.then(
    () => expect.fail("nothing was refused"),
    (error: Error) => error,
  );
/** A jet as text, to find it again. */
const jetsOf = ({
  x,
  vertices,
}: {
  x: { shape: readonly number[]; data: Float64Array };
  vertices: { data: Float64Array };
}): string[] =>
  Array.from({ length: x.shape[0] }, (_, n) =>
    [
      ...x.data.subarray(n * 1800, (n + 1) * 1800),
      ...vertices.data.subarray(n * 70, (n + 1) * 70),
    ].join(),
  );

/** 200 entries whose first feature tells the entry. */
async function writeHdf5(
  path: string,
  { jets = 200, first = 0, label }: { jets?: number; first?: number; label?: number } = {},
): Promise<void> {
  await hdf5.ready;
  const file = new hdf5.File(path, "w");
  const features = file.create_group("training_subgroup");
  const tracks = new Float32Array(jets * 1800);
  for (let n = 0; n < jets; n++) tracks[n * 1800] = first + n + 1;
  features.create_dataset({ name: "training_2", data: tracks, shape: [jets, 30, 60] });
  features.create_dataset({
    name: "training_3",
    data: new Float32Array(jets * 98),
    shape: [jets, 14, 7],
  });
  const classes = Float32Array.from({ length: 2 * jets }, (_, p) =>
    Number((label ?? Math.floor(p / 2) % 2) === p % 2),
  );
  file
    .create_group("target_subgroup")
    .create_dataset({ name: "target", data: classes, shape: [jets, 2] });
  file.close();
}
const entriesOf = ({ x }: { x: { shape: readonly number[]; data: Float64Array } }): number[] =>
  Array.from({ length: x.shape[0] }, (_, n) => x.data[n * 1800] - 1);

beforeAll(async () => {
  vi.stubEnv("PHASELENS_CACHE", place("cache", "here"));
  for (const set of ["train", "test"])
    copyFileSync(jetsRoot, place("published", set, "ntuple_merged_0.root"));
  await writeHdf5(place("mixed", "newdata_0.h5"));
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true }));
const cacheHere = (): void => void vi.stubEnv("PHASELENS_CACHE", join(folder, "cache"));

describe("a file as a cache knows it", () => {
  it("is told by its content: equal name, size and date do not make two samples one", () => {
    const [one, other] = ["first", "second"].map((name) => place("alike", name, "jets.h5"));
    const bytes = Buffer.alloc(5 << 20, 7);
    writeFileSync(one, bytes);
    writeFileSync(other, bytes.fill(8, 3_000_000, 3_200_000));
    for (const path of [one, other]) utimesSync(path, 1e9, 1e9);
    const [a, b] = [fileIdentity(one), fileIdentity(other)];
    expect(b.bytes).toBe(a.bytes);
    expect(b.content).not.toBe(a.content);
    // between the stretches that are read: the change of the inode is seen
    writeFileSync(other, bytes.fill(9, 80_000, 80_001));
    utimesSync(other, 1e9, 1e9);
    expect(fileIdentity(other).changed).not.toBe(b.changed);
    expect(fileIdentity(one)).toEqual(a);
  });
});

describe("without files", () => {
  it("jets are the simulated ones, truth included", async () => {
    cacheHere();
    vi.stubEnv("PHASELENS_JETS", "");
    const jets = await neubauer2022.jets({ set: "training", jets: 20 }, { jobs: 1 });
    expect(jets).toEqual(await neubauer2022.data({ set: "training", jets: 20 }, { jobs: 1 }));
    expect(jets.truth?.pt).toEqual(
      simulateJets({ set: "training", jets: 20, seed: 2022 }).truth.pt,
    );
  });
});

describe("a folder with train and test, as CMS published it", () => {
  it("gives test jets from test alone, each once, in an order drawn by the seed", async () => {
    cacheHere();
    vi.stubEnv("PHASELENS_JETS", join(folder, "published"));
    const [jets, again, other] = [
      await neubauer2022.jets({ set: "test", jets: 10 }),
      await neubauer2022.jets({ set: "test", jets: 10 }),
      await neubauer2022.jets({ set: "test", jets: 10, seed: 1 }),
    ];
    const plain = await loadJetsFromRoot({ files: [jetsRoot], count: 10 });
    expect(jetsOf(jets).sort()).toEqual(jetsOf(plain).sort());
    expect(jetsOf(jets)).not.toEqual(jetsOf(plain));
    expect(again).toEqual(jets);
    expect(jetsOf(other)).not.toEqual(jetsOf(jets));
    expect("truth" in jets || "trackOrigin" in jets).toBe(false);
    expect(jets.provenance.params).toMatchObject({ set: "test", jets: 10, nonFinite: 0, files: 1 });
    const label = new Map(jetsOf(plain).map((jet, n) => [jet, labelsOf(plain)[n]]));
    expect(Array.from(labelsOf(jets))).toEqual(jetsOf(jets).map((jet) => label.get(jet)));
  });

  it("is read by the first bytes of its files, whatever they are called", async () => {
    cacheHere();
    for (const set of ["train", "test"]) copyFileSync(jetsRoot, place("renamed", set, "ntuple.h5"));
    const jets = await neubauer2022.jets({ set: "test", jets: 10, files: join(folder, "renamed") });
    const plain = await loadJetsFromRoot({ files: [jetsRoot], count: 10 });
    expect(jetsOf(jets).sort()).toEqual(jetsOf(plain).sort());
  });

  it("divides the training files between training and validation where there is no folder for it", () => {
    const { training, validation, test } = jetSampleFiles(join(folder, "published"));
    expect([training, validation, test].map(({ from, to }) => [from, to])).toEqual([
      [0, 0.9],
      [0.9, 1],
      [0, 1],
    ]);
    expect(validation.files).toEqual(training.files);
    expect(test.files.map(({ path }) => path)).toEqual([
      join(folder, "published", "test", "ntuple_merged_0.root"),
    ]);
  });
});

describe("files that are not sorted into sets", () => {
  it("are divided by entries, so that no jet is in two sets and each set has both classes, though they take turns in the file", async () => {
    cacheHere();
    const files = join(folder, "mixed");
    const counts: Record<neubauer2022.SetName, number> = { training: 0, validation: 0, test: 0 };
    for (let n = 0; n < 200; n++)
      counts[sets[entryFraction(n) < 0.7 ? 0 : entryFraction(n) < 0.8 ? 1 : 2]]++;
    expect(counts).toEqual({ training: 139, validation: 21, test: 40 });
    const entries = await Promise.all(
      sets.map(async (set) =>
        entriesOf(await neubauer2022.jets({ set, jets: counts[set], files })),
      ),
    );
    expect(entries.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n));
    for (const of of entries)
      expect(Math.abs(of.filter((entry) => entry % 2 === 0).length / of.length - 0.5)).toBeLessThan(
        0.11,
      );
  });

  it("of one class each give half of the jets each", async () => {
    cacheHere();
    const [qcd, higgs] = [place("classes", "qcd.h5"), place("classes", "higgs.h5")];
    await writeHdf5(qcd, { jets: 400, label: 0 });
    await writeHdf5(higgs, { jets: 400, first: 400, label: 1 });
    const jets = await neubauer2022.jets({
      set: "training",
      jets: 100,
      files: [qcd, higgs].join(delimiter),
    });
    const signal = labelsOf(jets).reduce((total, label) => total + label, 0);
    expect(signal).toBe(50);
    expect(entriesOf(jets).map((entry) => Number(entry >= 400))).toEqual(
      Array.from(labelsOf(jets)),
    );
    const alone = await failure(neubauer2022.jets({ set: "training", jets: 100, files: qcd }));
    expect(alone).toBeInstanceOf(DataError);
    expect(alone.message).toMatch(/no jet of the class Hbb among 100/);
  });

  it("are read again when one of them has changed, and not otherwise", async () => {
    cacheHere();
    const file = place("changing", "jets.h5");
    await writeHdf5(file);
    const load = async (): Promise<number[]> =>
      entriesOf(
        await neubauer2022.jets({ set: "validation", jets: 20, files: join(folder, "changing") }),
      );
    const before = await load();
    writeFileSync(`${file}.old`, "");
    expect(await load()).toEqual(before);
    await writeHdf5(file, { first: 1000 });
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    expect(await load()).toEqual(before.map((entry) => entry + 1000));
  });
});

describe("what cannot be", () => {
  it.each([
    [
      "a place that does not exist",
      join(folder, "nowhere"),
      ConfigError,
      /there is no such file or folder \(ENOENT\)\. Name the sample's folder in PHASELENS_JETS, or unset it/,
    ],
    [
      "a folder without such files",
      join(folder, "cache"),
      ConfigError,
      /holds no \.root, \.h5 or \.hdf5 file/,
    ],
    [
      "fewer jets than wanted",
      join(folder, "published"),
      DataError,
      /has 10 jets for the set "test" \(of 13 entries 2 are neither class, 1 have NaN\), 11 wanted\. Add files, or lower/,
    ],
  ])("%s is refused", async (_, files, kind, message) => {
    cacheHere();
    const error = await failure(neubauer2022.jets({ set: "test", jets: 11, files }));
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(message);
  });

  it("an unknown set and no jets are refused", async () => {
    for (const options of [
      { set: "all" as neubauer2022.SetName, jets: 1 },
      { set: "test" as const, jets: 0 },
    ]) {
      expect(await failure(neubauer2022.jets({ ...options, files: jetsRoot }))).toBeInstanceOf(
        ConfigError,
      );
    }
  });
});
