import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate, openGenerated, type JetsManifest, type JetsPiece } from "phaselens/generate";

import { simulateJets } from "phaselens/physics";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { phaselensIn } from "../cli/folder.js";
import { tinyManifest } from "./manifests.js";
import { parseNpy } from "./reading.js";
import { canonicalJson } from "phaselens/internal/core/cache/canonicalJson";
import { parseAnyManifest, readAnyManifest } from "phaselens/internal/generate/anyManifest";
import { planAnyPieces } from "phaselens/internal/generate/anyPieces";
import { parseManifest } from "phaselens/internal/generate/manifest";
import { inspectPiece } from "phaselens/internal/generate/pieceFiles";
import { jetRow } from "phaselens/internal/physics/jets/jetRow";
import { jetRows } from "phaselens/internal/physics/jets/jetRows";
import { jetCounts } from "phaselens/internal/papers/neubauer2022/data";
import { mergePieces } from "phaselens/internal/generate/mergePieces";

const manifest: JetsManifest = {
  version: 1,
  kind: "jets",
  name: "tiny-jets",
  seed: 7,
  jetsPerFile: 100,
  sets: { training: { jets: 250 }, test: { jets: 60 } },
};
const data = fileURLToPath(new URL("../../data/", import.meta.url));
let out: string;
const phaselens = phaselensIn(() => out);
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "phaselens-generate-"));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const pieces = planAnyPieces(manifest) as JetsPiece[];
const stems = pieces.map(({ stem }) => stem);
const hashes = (folder: string): string[] =>
  stems.map((stem) =>
    createHash("sha256")
      .update(readFileSync(join(folder, `${stem}.npy`)))
      .digest("hex"),
  );
const refusal = (fields: Record<string, unknown>): string => {
  try {
    planAnyPieces(parseAnyManifest({ ...manifest, ...fields }, "m.json"), "m.json");
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the manifest was accepted");
};

describe("a manifest of jets", () => {
  it("becomes files of so many jets, with names that sort", () => {
    expect(stems).toEqual([
      "training/0_jets0",
      "training/1_jets100",
      "training/2_jets200",
      "test/0_jets0",
    ]);
    expect(pieces[2].spec).toEqual({ jets: 50, first: 200, seed: 7, set: "training" });
  });

  it.each(["quick", "paper"])(
    "data/neubauer2022-%s.json is sound; the sets of neubauer2022.data are the first jets of its sets",
    (preset) => {
      const found = readAnyManifest(`${data}neubauer2022-${preset}.json`) as JetsManifest;
      expect([found.name, found.seed]).toEqual([`neubauer2022-${preset}`, 2022]);
      for (const [set, { jets }] of Object.entries(found.sets)) {
        const quick = jetCounts[set as "test"];
        if (preset === "quick") expect(jets).toBe(quick);
        else expect(jets).toBeGreaterThan(10 * quick);
      }
      const total = planAnyPieces(found).reduce(
        (sum, { spec }) => sum + (spec as JetsPiece["spec"]).jets,
        0,
      );
      expect(total).toBe(Object.values(found.sets).reduce((sum, { jets }) => sum + jets, 0));
    },
  );

  it.each([
    [
      "no jets",
      { sets: { training: { jets: 0 } } },
      /^m.json: sets.training.jets must be a whole number of at least 1, got 0\. data\/neubauer2022-quick/,
    ],
    ["no sets", { sets: {} }, /^m.json: sets is empty/],
    ["a field of lattices", { lattice: [4, 4] }, /^m.json: unknown field "lattice"/],
    [
      "another signal",
      { signal: "top" },
      /^m.json: signal must be one of "matched", "higgs", got "top"/,
    ],
    [
      "files that cut a block of jets",
      { jetsPerFile: 150 },
      /^m.json: jetsPerFile must be a multiple of 100, got 150/,
    ],
    ["a set that leads elsewhere", { sets: { "../x": { jets: 1 } } }, /must be a name of letters/],
    [
      "another kind",
      { kind: "events" },
      /^m.json: kind must be "lattice" or "jets", or left out, got "events"/,
    ],
    ["a newer version", { version: 2 }, /^m.json: was made for a newer phaselens/],
  ])("with %s is refused in a sentence", (_, fields, message) => {
    expect(refusal(fields)).toMatch(message);
  });

  it("is told apart from one of lattices, which may say its kind or not", () => {
    expect(() => parseManifest(manifest, "m.json")).toThrow(
      "m.json: is a manifest of jets. Use parseAnyManifest",
    );
    expect(parseAnyManifest({ ...tinyManifest, kind: "lattice" }, "m.json")).toEqual({
      ...tinyManifest,
      kind: "lattice",
    });
    expect(parseAnyManifest(tinyManifest, "m.json")).toEqual(tinyManifest);
  });
});

describe("generate, of jets", () => {
  it("writes the rows of jetRows in single precision, with a description of their columns, provenance and hashes", async () => {
    const result = await generate(manifest, { out, jobs: 1 });
    expect(result).toMatchObject({
      made: expect.arrayContaining(stems),
      skipped: [],
      redone: [],
      failed: [],
      flagged: [],
    });
    const bytes = readFileSync(join(out, "training/2_jets200.npy"));
    const direct = jetRows(pieces[2].spec);
    const { shape, descr, values } = parseNpy(bytes);
    expect([shape, descr]).toEqual([[50, jetRow.length], "<f4"]);
    expect(values.every((value, k) => value === direct[k])).toBe(true);
    const found = inspectPiece(out, pieces[2]);
    if (found.state !== "valid") throw new Error(found.state);
    const { provenance } = found;
    expect(provenance).toMatchObject({
      version: 2,
      file: "training/2_jets200.npy",
      bytes: bytes.length,
      spec: pieces[2].spec,
    });
    expect(provenance.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(provenance.report.columns).toMatchObject({ tracks: [0, 1800], vertices: [1800, 70] });
    expect(provenance.report.means.signal).toBe(0.5);
    const files = readdirSync(out, { recursive: true, encoding: "utf8" }).sort();
    expect(files).toEqual(
      [
        "manifest.json",
        "index.json",
        "training",
        "test",
        ...stems.flatMap((stem) => [`${stem}.npy`, `${stem}.json`]),
      ].sort(),
    );
  });

  it("gives the same bytes for any number of workers and any division into shards, and makes again what is damaged or another's", async () => {
    await generate(manifest, { out, jobs: 1 });
    const whole = hashes(out);
    const sharded = join(out, "sharded");
    for (const index of [2, 1])
      await generate(manifest, { out: sharded, shard: { index, count: 2 }, jobs: 2 });
    expect(existsSync(join(sharded, "index.json"))).toBe(false);
    expect(mergePieces(sharded).index?.pieces.length).toBe(4);
    expect(hashes(sharded)).toEqual(whole);
    expect(readFileSync(join(sharded, "index.json"), "utf8")).toBe(
      readFileSync(join(out, "index.json"), "utf8"),
    );

    truncateSync(join(sharded, `${stems[0]}.npy`), 700);
    for (const ending of ["npy", "json"])
      copyFileSync(join(out, `${stems[0]}.${ending}`), join(sharded, `${stems[1]}.${ending}`));
    rmSync(join(sharded, `${stems[3]}.json`));
    const { redone, skipped } = await generate(manifest, { out: sharded, jobs: 1 });
    expect(redone.map(({ reason }) => reason)).toEqual([
      `its .npy has 700 bytes instead of ${readFileSync(join(out, `${stems[0]}.npy`)).length}`,
      "it was made for another specification",
      "its .json is missing",
    ]);
    expect(skipped).toEqual([stems[2]]);
    expect(hashes(sharded)).toEqual(whole);
  });

  it("opens as the samples of simulateJets, the first of a set or all; faults are named", async () => {
    await generate(manifest, { out, jobs: 1 });
    const folder = openGenerated(out, "jets");
    expect(folder.sets).toEqual(["training", "test"]);
    const digest = (value: unknown): string =>
      createHash("sha256").update(canonicalJson(value)).digest("hex"); // a diff would take minutes
    expect(digest(folder.jets("test"))).toBe(
      digest(simulateJets({ jets: 60, seed: 7, set: "test" })),
    );
    expect(digest(folder.jets("training", 130))).toBe(
      digest(simulateJets({ jets: 130, seed: 7, set: "training" })),
    );
    expect(() => folder.jets("validation")).toThrow(
      'there is no set "validation"; there are training, test.',
    );
    expect(() => folder.jets("test", 61)).toThrow(
      '61 jets of the set "test"; give a whole number from 1 to 60.',
    );
    truncateSync(join(out, "test/0_jets0.npy"), 100);
    expect(() => folder.jets("test")).toThrow(
      /0_jets0.npy: cannot be used, its .npy has 100 bytes/,
    );
    expect(() => openGenerated(out)).toThrow('holds jets. Say so: openGenerated(folder, "jets").');
    await expect(generate({ ...manifest, seed: 8 }, { out })).rejects.toThrow(
      "holds the data of another manifest",
    );
  });

  it("from the command line plans, makes and merges; a wrong manifest ends with exit code 2", async () => {
    writeFileSync(join(out, "m.json"), JSON.stringify(manifest));
    writeFileSync(join(out, "bad.json"), JSON.stringify({ ...manifest, jets: 5 }));
    expect((await phaselens("generate", "--manifest", "m.json", "--plan")).stdout).toBe(
      "tiny-jets: 4 files, 310 jets, 2.5 MB\n",
    );
    expect(
      (await phaselens("generate", "--manifest", "m.json", "--shard", "1/2", "--jobs", "1")).stdout,
    ).toMatch(/^generated\/tiny-jets: 2 made, 0 found/);
    const early = await phaselens("merge", "--out", "generated/tiny-jets");
    expect([early.code, early.stderr]).toEqual([
      1,
      expect.stringContaining("training/1_jets100: is missing."),
    ]);
    expect((await phaselens("generate", "--manifest", "m.json", "--jobs", "2")).stdout).toMatch(
      /2 made, 2 found/,
    );
    expect((await phaselens("merge", "--out", "generated/tiny-jets")).stdout).toBe(
      "generated/tiny-jets/index.json: 4 files of jets, all sound\n",
    );
    const wrong = await phaselens("generate", "--manifest", "bad.json");
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('bad.json: unknown field "jets"'),
    ]);
  });
});
