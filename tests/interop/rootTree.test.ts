import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { physics } from "phaselens";
import { ConfigError, DataError } from "phaselens/core";
import { readRootTree, type JaggedColumn, type RootColumn } from "phaselens/interop";
import { afterAll, describe, expect, it, vi } from "vitest";
import { describeWithReference, referencePath } from "../support/reference.js";
import { isJagged } from "phaselens/internal/interop/tables/root/rootColumn";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "root-"));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, bytes: Buffer): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const failure = async (read: Promise<unknown>): Promise<Error> =>
  read.then(
    () => expect.fail("nothing was refused"),
    (error: Error) => error,
  );
const values = (column: RootColumn): Float64Array => (isJagged(column) ? column.values : column);
const sum = (column: RootColumn): number =>
  values(column).reduce((total, value) => total + value, 0);
/** Σ k x_k, k from 1: an exchange or a shift of values shows. */
const weighted = (column: RootColumn): number =>
  values(column).reduce((total, value, k) => total + (k + 1) * value, 0);
const list = (column: RootColumn, entry: number): number[] => {
  const { values: all, offsets } = column as JaggedColumn;
  return Array.from(all.subarray(offsets[entry], offsets.at(entry + 1)));
};

describe("a tree that ROOT 6.40 wrote, in zstd", () => {
  const lists = fixture("lists.root"); // make_jets.py has its values
  it("gives vectors, arrays of fixed length and flags as they were filled", async () => {
    const { vector, doubles, fixed, flag } = await readRootTree(lists, {
      tree: "lists",
      branches: ["vector", "doubles", "fixed", "flag"],
    });
    for (let i = 0; i < 200; i++) {
      expect(list(vector, i)).toEqual(Array.from({ length: i % 4 }, (_, k) => i + k / 8));
      expect(list(doubles, i)).toEqual([1 / (i + 1)]);
      expect(list(fixed, i)).toEqual([i, 0 - i, 1000 * i]);
      expect((flag as Float64Array)[i]).toBe(i % 3 === 0 ? 1 : 0);
    }
  });

  it("is read in part alike, whichever part", async () => {
    const part = await readRootTree(lists, {
      tree: "lists",
      branches: ["vector", "flag"],
      first: 101,
      count: 3,
    });
    expect(list(part.vector, 0)).toEqual([101]);
    expect(list(part.vector, 2)).toEqual([103, 103.125, 103.25]);
    expect(part.flag).toEqual(Float64Array.of(0, 1, 0));
  });

  it("has no numbers in a branch of texts, which is said", async () => {
    const error = await failure(readRootTree(lists, { tree: "lists", branches: ["text"] }));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toBe(
      `${lists}: the branch "text" holds text in entry 0, not numbers. Leave it out.`,
    );
  });
});

describe("what is asked for and not there", () => {
  const jets = fixture("jets.root");
  it.each([
    [
      "a branch",
      { tree: "deepntuplizer/tree", branches: ["track_ptrell"] },
      /has no branch "track_ptrell"; it has track_ptrel, .* and \d+ more\. Name one of these\.$/,
    ],
    [
      "a tree",
      { tree: "tree", branches: ["fj_pt"] },
      /there is no tree "tree"; there are deepntuplizer\/tree\. Name one of these\.$/,
    ],
    [
      "a folder for a tree",
      { tree: "deepntuplizer", branches: ["fj_pt"] },
      /"deepntuplizer" is a TDirectory, not a TTree\. Name a tree\.$/,
    ],
  ])("%s is refused with what there is, the closest first", async (_, options, message) => {
    const error = await failure(readRootTree(jets, options));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
  });

  it.each([
    [13, 1],
    [0, 14],
    [-1, 2],
    [0, 0],
    [0.5, 1],
  ])("entries from %d, %d of them, are refused for a tree of 13", async (first, count) => {
    const error = await failure(
      readRootTree(jets, { tree: "deepntuplizer/tree", branches: ["fj_pt"], first, count }),
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain('"deepntuplizer/tree" has 13');
  });

  it("a file, a folder and no branch at all are refused", async () => {
    expect(
      (await failure(readRootTree(join(folder, "none.root"), { tree: "t", branches: ["b"] })))
        .message,
    ).toMatch(/cannot be read \(ENOENT.*Name a file that exists/);
    expect((await failure(readRootTree(folder, { tree: "t", branches: ["b"] }))).message).toMatch(
      /is no file\./,
    );
    expect(
      await failure(readRootTree(jets, { tree: "deepntuplizer/tree", branches: [] })),
    ).toBeInstanceOf(ConfigError);
  });
});

describe("a damaged file", () => {
  const whole = readFileSync(fixture("jets.root"));
  const options = { tree: "deepntuplizer/tree", branches: ["fj_pt", "track_dz"] };

  it.each([0, 3, 40, 1000, whole.length - 1])(
    "of its first %d bytes is called no ROOT file or truncated",
    async (length) => {
      const error = await failure(
        readRootTree(write("cut.root", whole.subarray(0, length)), options),
      );
      expect(error).toBeInstanceOf(DataError);
      expect(error.message).toMatch(
        length < 20
          ? /is no ROOT file; one begins with the letters "root"/
          : new RegExp(`has ${length} bytes, its header says ${whole.length}\\. It is truncated`),
      );
    },
  );

  it("of another kind is called no ROOT file", async () => {
    const other = join(folder, "script.root");
    copyFileSync(fixture("make_jets.py"), other);
    expect((await failure(readRootTree(other, options))).message).toBe(
      `${other}: is no ROOT file; one begins with the letters "root". Name a ROOT file.`,
    );
  });

  it("whose header lies about its length is refused where a record ends early", async () => {
    const cut = Buffer.from(whole.subarray(0, whole.length / 2));
    cut.writeUInt32BE(cut.length, 12);
    const error = await failure(
      readRootTree(write("lies.root", cut), {
        tree: "deepntuplizer/tree",
        branches: ["fj_pt", "sv_mass"],
      }),
    );
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/ends \d+ bytes before a record does\. It is truncated/);
  });

  it.each([
    ["for the tree", 2000, 40_000],
    ["in the middle", 40_000, 80_000],
    ["for the last 3 kB", whole.length - 3000, whole.length],
  ])("with zeros %s is an error, and never numbers", async (_, from, to) => {
    const quiet = ["error", "warn", "log"].map((level) =>
      vi.spyOn(console, level as "error").mockImplementation(() => {}),
    );
    const broken = Buffer.from(whole);
    broken.fill(0, from, to);
    const all = [...physics.jetFeatures.tracks, ...physics.jetFeatures.vertices];
    expect(
      await failure(readRootTree(write("zeros.root", broken), { ...options, branches: all })),
    ).toBeInstanceOf(DataError);
    for (const spy of quiet) spy.mockRestore();
  });
});

// Sums by uproot 5.7.7: values of tree[branch].array(), flattened, as float64; weighted by (1, 2,
// …).
describeWithReference("files of scikit-hep-testdata, as uproot reads them", () => {
  const hzz = referencePath("neubauer2022/uproot-HZZ-zlib.root");
  const nano = referencePath("neubauer2022/nanoAOD_2015_CMS_Open_Data_ttbar.root");
  const zmumu = referencePath("neubauer2022/uproot-Zmumu-zlib.root");

  it("HZZ: lists with a counter, in one basket and in two", async () => {
    const columns = await readRootTree(hzz, {
      tree: "events",
      branches: ["Muon_Px", "Jet_Px", "Muon_Charge", "Jet_ID"],
    });
    const seen = Object.values(columns).map((column) => [
      values(column).length,
      (column as JaggedColumn).offsets[1000],
    ]);
    expect(seen).toEqual([
      [3825, 1581],
      [2773, 1174],
      [3825, 1581],
      [2773, 1174],
    ]);
    expect(sum(columns.Muon_Px)).toBeCloseTo(-2506.0211019696435, 8);
    expect(weighted(columns.Muon_Px)).toBeCloseTo(-5092689.5232297145, 4);
    expect(weighted(columns.Jet_Px)).toBeCloseTo(7218353.921810005, 4);
    expect([weighted(columns.Muon_Charge), weighted(columns.Jet_ID)]).toEqual([-117281, 3769302]);
    // the stored floats, exactly
    expect(list(columns.Muon_Px, 0)).toEqual([-52.89945602416992, 37.7377815246582]);
    expect(list(columns.Muon_Px, 2420)).toEqual([23.913206100463867]);
  });

  it("HZZ: a list together with its counter, and numbers", async () => {
    const { NMuon, Muon_Px, MET_px } = await readRootTree(hzz, {
      tree: "events",
      branches: ["Muon_Px", "NMuon", "MET_px"],
    });
    const { offsets } = Muon_Px as JaggedColumn;
    expect(Array.from(NMuon as Float64Array)).toEqual(
      Array.from({ length: 2421 }, (_, n) => offsets[n + 1] - offsets[n]),
    );
    expect(weighted(NMuon)).toBe(4623717);
    expect(weighted(MET_px)).toBeCloseTo(63115.27132166736, 5);
  });

  it("HZZ: read in parts of 100 gives the same as whole, across baskets", async () => {
    const whole = await readRootTree(hzz, { tree: "events", branches: ["Muon_Px"] });
    const parts: number[] = [];
    for (let first = 0; first < 2421; first += 100) {
      const part = await readRootTree(hzz, {
        tree: "events",
        branches: ["Muon_Px"],
        first,
        count: Math.min(100, 2421 - first),
      });
      parts.push(...values(part.Muon_Px));
    }
    expect(parts).toEqual(Array.from(values(whole.Muon_Px)));
  });

  it("NanoAOD of CMS open data: 64-bit numbers, bytes and floats", async () => {
    const columns = await readRootTree(nano, {
      tree: "Events",
      branches: [
        "event",
        "MET_pt",
        "Jet_pt",
        "Electron_eta",
        "Jet_nConstituents",
        "Jet_genJetIdx",
        "genWeight",
      ],
    });
    expect([sum(columns.event), weighted(columns.event)]).toEqual([45458334441, 4568564421390]);
    expect([sum(columns.Jet_pt), weighted(columns.Jet_pt)]).toEqual([
      16785.6171875, 4519782.171875,
    ]);
    expect(weighted(columns.Electron_eta)).toBeCloseTo(162.6470718383789, 9);
    expect([weighted(columns.Jet_nConstituents), weighted(columns.Jet_genJetIdx)]).toEqual([
      1698474, 102503,
    ]);
    expect(weighted(columns.MET_pt)).toBeCloseTo(779978.1551260948, 5);
    expect(weighted(columns.genWeight)).toBeCloseTo(3337335102.46875, 3);
    expect(list(columns.Jet_pt, 199)).toEqual([44.4375, 25.21875, 18.53125, 17.6875, 15.484375]);
  });

  it("Zmumu: doubles and whole numbers, and its text is refused", async () => {
    const columns = await readRootTree(zmumu, {
      tree: "events",
      branches: ["M", "Run", "Q1", "px1"],
    });
    expect([values(columns.M)[0], values(columns.M)[2303]]).toEqual([82.4626915551, 96.6567276544]);
    expect(weighted(columns.M)).toBeCloseTo(211977983.0781614, 3);
    expect(weighted(columns.px1)).toBeCloseTo(-426751.35456859635, 5);
    expect([weighted(columns.Run), weighted(columns.Q1)]).toEqual([393072783420, 38506]);
    expect(
      (await failure(readRootTree(zmumu, { tree: "events", branches: ["Type"] }))).message,
    ).toMatch(/"Type" holds text/);
  });

  it("a download that stopped is truncated", async () => {
    const bytes = readFileSync(nano);
    const cut = write("stopped.root", bytes.subarray(0, 200_000));
    expect(
      (await failure(readRootTree(cut, { tree: "Events", branches: ["event"] }))).message,
    ).toBe(
      `${cut}: has 200000 bytes, its header says ${bytes.length}. It is truncated; fetch it again.`,
    );
  });
});
