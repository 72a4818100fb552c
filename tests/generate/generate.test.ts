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
import { parseNpy, sampleOf } from "./reading.js";
import { generate, openGenerated, planPieces, type PieceProvenance } from "phaselens/generate";
import { sampleEnsemble } from "phaselens/physics";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tinyManifest } from "./manifests.js";
import { inspectPiece } from "phaselens/internal/generate/pieceFiles";
import { mergePieces } from "phaselens/internal/generate/mergePieces";

const standIn = (name: string) => ({
  module: fileURLToPath(new URL("./standIn.mjs", import.meta.url)),
  name,
});
let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "phaselens-generate-"));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const stems = planPieces(tinyManifest).map(({ stem }) => stem);
const arrays = (folder: string): Record<string, string> =>
  Object.fromEntries(
    stems.map((stem) => [stem, readFileSync(join(folder, `${stem}.npy`), "latin1")]),
  );

/** A change of each entry of a JSON value, as functions of a copy: other values, or none. */
function* changesOf(
  value: object,
  path: readonly string[] = [],
): Generator<(copy: object) => void> {
  for (const [key, entry] of Object.entries(value)) {
    const here = (copy: object): Record<string, unknown> =>
      path.reduce(
        (inner, name) => inner[name] as Record<string, unknown>,
        copy as Record<string, unknown>,
      );
    if (typeof entry === "object" && entry !== null)
      yield* changesOf(entry as object, [...path, key]);
    else if (typeof entry === "number") {
      yield (copy) => void (here(copy)[key] = entry * 10 + 1);
      yield (copy) => void (here(copy)[key] = null);
    } else yield (copy) => void (here(copy)[key] = `${String(entry)}1`);
    yield (copy) => void delete here(copy)[key];
  }
}

describe("generate", () => {
  it("writes the ensembles of sampleEnsemble in single precision, with provenance and hashes, and nothing else", async () => {
    const result = await generate(tinyManifest, { out, jobs: 1 });
    expect(result).toMatchObject({
      made: expect.arrayContaining(stems),
      skipped: [],
      redone: [],
      failed: [],
      resumed: [],
    });
    const { spec } = planPieces(tinyManifest)[2];
    const direct = sampleEnsemble(spec);
    const bytes = readFileSync(join(out, "training/2_kappa0.1.npy"));
    expect(parseNpy(bytes)).toEqual({
      shape: [6, 4, 4, 4],
      descr: "<f4",
      values: Array.from(direct.fields.data, Math.fround),
    });
    const provenance = JSON.parse(
      readFileSync(join(out, "training/2_kappa0.1.json"), "utf8"),
    ) as PieceProvenance;
    expect(provenance).toMatchObject({
      version: 2,
      file: "training/2_kappa0.1.npy",
      bytes: bytes.length,
      dtype: "f4",
      shape: [6, 4, 4, 4],
      spec,
    });
    expect(provenance.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(provenance.report.acceptance).toBe(direct.report.acceptance);
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

  it("gives the same bytes for any number of workers and any division into shards", async () => {
    await generate(tinyManifest, { out, jobs: 1 });
    const whole = arrays(out);
    const sharded = join(out, "sharded");
    for (const index of [3, 1, 2])
      await generate(tinyManifest, { out: sharded, shard: { index, count: 3 }, jobs: 2 });
    expect(existsSync(join(sharded, "index.json"))).toBe(false);
    expect(mergePieces(sharded).index?.pieces.length).toBe(6);
    expect(arrays(sharded)).toEqual(whole);
    expect(readFileSync(join(sharded, "index.json"), "utf8")).toBe(
      readFileSync(join(out, "index.json"), "utf8"),
    );
  });

  it("keeps what is sound and makes again, saying so, what is damaged in any way", async () => {
    await generate(tinyManifest, { out, jobs: 1 });
    const before = arrays(out);
    const damage: Record<string, (stem: string) => void> = {
      "its .npy has 500 bytes instead of 1664": (stem) => truncateSync(`${stem}.npy`, 500),
      "its .npy does not have the hash in its .json": (stem) => {
        const bytes = readFileSync(`${stem}.npy`);
        bytes[300] ^= 1;
        writeFileSync(`${stem}.npy`, bytes);
      },
      "its .npy is missing": (stem) => rmSync(`${stem}.npy`),
      "its .json is missing": (stem) => rmSync(`${stem}.json`),
      "its .json is not readable": (stem) => truncateSync(`${stem}.json`, 40),
    };
    Object.values(damage).forEach((harm, k) => harm(join(out, stems[k])));
    const reasons = Object.keys(damage);
    expect(mergePieces(out)).toEqual({
      index: undefined,
      missing: [],
      corrupt: reasons.map((reason, k) => ({ stem: stems[k], reason })),
    });
    const lines: string[] = [];
    const result = await generate(tinyManifest, {
      out,
      jobs: 1,
      onNotice: (line) => lines.push(line),
    });
    expect(result.redone).toEqual(reasons.map((reason, k) => ({ stem: stems[k], reason })));
    expect(lines).toEqual(reasons.map((reason, k) => `${stems[k]}: ${reason}; it is made again.`));
    expect(result.skipped).toEqual(stems.slice(5));
    expect(arrays(out)).toEqual(before);
  });

  it("takes no .json of which any entry was changed, at whatever depth", async () => {
    await generate(tinyManifest, { out, jobs: 1 });
    const [piece] = planPieces(tinyManifest);
    const file = join(out, `${piece.stem}.json`);
    const written = readFileSync(file, "utf8");
    let places = 0;
    for (const change of changesOf(JSON.parse(written))) {
      const provenance = JSON.parse(written) as Record<string, unknown>;
      change(provenance);
      writeFileSync(file, JSON.stringify(provenance));
      expect(inspectPiece(out, piece).state, JSON.stringify(provenance)).toBe("corrupt");
      places++;
    }
    expect(places).toBeGreaterThan(60);
    expect(mergePieces(out).index).toBeUndefined();
    writeFileSync(file, written);
    expect(inspectPiece(out, piece).state).toBe("valid");
  });

  it("says what is gone or damaged at the end although it was made", async () => {
    const first = join(out, stems[0]);
    const { merged } = await generate(tinyManifest, {
      out,
      jobs: 1,
      onDone: (done) => {
        if (done === 5) rmSync(`${first}.npy`);
      },
    });
    const reason = "its .npy is missing";
    expect(merged).toEqual({
      index: undefined,
      missing: [],
      corrupt: [{ stem: stems[0], reason }],
    });
  });

  it("makes anew what an earlier sampler did not judge, and nothing else", async () => {
    const couplings = { fermionMass: 1, yukawaCoupling: 0.3, hoppingParameters: [0.1] };
    const light = { ...tinyManifest, ...couplings };
    for (const [manifest, found] of [
      [tinyManifest, "valid"],
      [light, "corrupt"],
    ] as const) {
      const folder = join(out, manifest.fermionMass.toString());
      await generate(manifest, { out: folder, jobs: 1, sampler: standIn("standIn") });
      const [piece] = planPieces(manifest);
      const file = join(folder, `${piece.stem}.json`);
      const provenance = JSON.parse(readFileSync(file, "utf8")) as object;
      writeFileSync(file, JSON.stringify({ ...provenance, sampler: 1 }));
      expect(inspectPiece(folder, piece).state).toBe(found);
    }
  });

  it("does not take the ensemble of another κ for this one, though its own hash is right", async () => {
    await generate(tinyManifest, { out, jobs: 1 });
    for (const ending of ["npy", "json"])
      copyFileSync(join(out, `${stems[0]}.${ending}`), join(out, `${stems[1]}.${ending}`));
    expect(inspectPiece(out, planPieces(tinyManifest)[1])).toEqual({
      state: "corrupt",
      reason: "it was made for another specification",
    });
  });

  it("does nothing the second time, and says how far it is", async () => {
    const steps: [number, number, number | undefined][] = [];
    await generate(tinyManifest, { out, jobs: 1, onDone: (...state) => steps.push(state) });
    expect(steps.map(([done, total]) => `${done}/${total}`)).toEqual([
      "0/6",
      "1/6",
      "2/6",
      "3/6",
      "4/6",
      "5/6",
      "6/6",
    ]);
    expect(steps[0][2]).toBeUndefined();
    expect(steps[1][2]).toBeGreaterThan(0);
    expect(steps[6][2]).toBe(0);
    const again = await generate(tinyManifest, { out, jobs: 1, sampler: standIn("broken") });
    expect(again).toMatchObject({ made: [], skipped: stems });
  });

  it("refuses the folder of another manifest, and takes one whose description alone changed", async () => {
    await generate(tinyManifest, { out, jobs: 1 });
    await expect(generate({ ...tinyManifest, seed: 8 }, { out, jobs: 1 })).rejects.toThrow(
      `${out}: holds the data of another manifest, "tiny"`,
    );
    expect(
      (await generate({ ...tinyManifest, description: "the same" }, { out, jobs: 1 })).skipped,
    ).toEqual(stems);
  });

  it("goes on where one ensemble fails, and reports it; an error of the program ends the run", async () => {
    const result = await generate(tinyManifest, {
      out,
      jobs: 2,
      sampler: standIn("failingAtZero"),
    });
    const reason = "conjugate gradients: residual 1e-2 after 10 iterations. Raise the limit.";
    expect(result.failed.map(({ stem }) => stem).sort()).toEqual([
      "test/1_kappa0",
      "training/1_kappa0",
    ]);
    expect(new Set(result.failed.map((failure) => failure.reason))).toEqual(new Set([reason]));
    expect(result.made.length).toBe(4);
    expect(existsSync(join(out, "index.json"))).toBe(false);
    await expect(
      generate(tinyManifest, { out, jobs: 2, sampler: standIn("broken") }),
    ).rejects.toThrow("no such thing in");
  });

  it("throws a damaged checkpoint away, saying so, and passes on what reports complain of", async () => {
    // makes the folder
    await generate(tinyManifest, { out, jobs: 1, shard: { index: 1, count: 6 } });
    writeFileSync(join(out, "training/1_kappa0.checkpoint"), "half a checkp");
    const lines: string[] = [];
    const result = await generate(tinyManifest, {
      out,
      jobs: 1,
      sampler: standIn("complaining"),
      onNotice: (line) => lines.push(line),
    });
    expect(lines).toEqual([
      "training/1_kappa0: its checkpoint is damaged or belongs to another specification; it was made from the beginning.",
    ]);
    expect(result.flagged.length).toBe(5);
    expect(result.flagged[0].flags).toEqual(["stuck: chain 0. Use more steps."]);
    expect(existsSync(join(out, "training/1_kappa0.checkpoint"))).toBe(false);
  });
});

describe("openGenerated", () => {
  it("reads ensembles back with their reports, NaN included, checking the hash", async () => {
    const short = {
      ...tinyManifest,
      sampling: { ...tinyManifest.sampling, chains: 1 },
      dtype: "f8" as const,
    };
    await generate(short, { out, jobs: 1 });
    const folder = openGenerated(out);
    expect([folder.sets, folder.couplings]).toEqual([
      ["training", "test"],
      [-0.1, 0, 0.1],
    ]);
    const ensemble = folder.ensemble("test", 0);
    const direct = sampleOf(short, "test", 0);
    expect(ensemble.fields).toEqual(direct.fields); // doubles: bit for bit
    expect(ensemble.report).toEqual(direct.report);
    expect(ensemble.report.monitored.action.rHat).toBeNaN();
    expect(() => folder.ensemble("test", 0.05)).toThrow("κ = 0.05 is not on the grid");
    truncateSync(join(out, "test/1_kappa0.npy"), 100);
    expect(() => folder.ensemble("test", 0)).toThrow(
      /1_kappa0.npy: cannot be used, its .npy has 100 bytes/,
    );
    rmSync(join(out, "test/1_kappa0.npy"));
    rmSync(join(out, "test/1_kappa0.json"));
    expect(() => folder.ensemble("test", 0)).toThrow("has not been generated yet");
    expect(() => openGenerated(join(out, "training"))).toThrow("has no manifest.json");
  });
});
