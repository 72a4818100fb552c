import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DataError, ConfigError, makeRng } from "phaselens/core";
import { audit, bootstrap, resamplingStudy } from "phaselens/hessian";
import { trainMany } from "phaselens/nn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mergeStudy } from "phaselens/internal/generate/study/mergeStudy";
import { planStudy } from "phaselens/internal/generate/study/planStudy";
import { runStudy, type StudyResult } from "phaselens/internal/generate/study/runStudy";
import { parseStudyManifest } from "phaselens/internal/generate/study/studyManifest";
import { inspectStudyFile } from "phaselens/internal/hessian/study/studyFile";
import { withoutNative } from "phaselens/internal/core/native/blas";
import { phaselensIn } from "../cli/folder.js";
import { runNode } from "../support/runNode.js";
import { temporaryFolder, type TestFolder } from "./folders.js";
import { options, small, tinyStudy, writeStudy } from "./studies.js";

const command = new URL("../../lib/bin/phaselens.mjs", import.meta.url);
const recipe = { module: new URL("./studyRecipe.mjs", import.meta.url), name: "recipe" };
let folder: TestFolder;
let whole: string;
let first: StudyResult;
beforeAll(async () => {
  folder = temporaryFolder();
  whole = join(folder.path, "whole");
  writeStudy(folder.path);
  first = await runStudy(tinyStudy, small, { out: whole, jobs: 1 });
});
afterAll(() => folder.remove());

const phaselens = phaselensIn(() => folder.path);
/** Every file below a folder with its bytes. */
const bytesOf = (path: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, join(entry.parentPath, entry.name)])
      .map(([, file]) => [file.slice(path.length), readFileSync(file).toString("base64")]),
  );
const thetaOf = (stem: string): Float64Array => {
  const found = inspectStudyFile(join(whole, stem));
  if (found.state !== "valid") throw new Error(`${stem} is ${found.state}`);
  return found.piece.theta;
};

describe("a study", () => {
  it("makes all that its manifest asks for, once", async () => {
    expect(first.made.length).toBe(6 + 6 + 3 + 2);
    expect(first.merged?.index?.pieces.length).toBe(17);
    const again = await runStudy(tinyStudy, small, { out: whole, jobs: 1 });
    expect([again.made, again.skipped.length, again.redone]).toEqual([[], 17, []]);
  });

  it("has the same bytes, index and provenance included, in shards and with two workers", async () => {
    const out = join(folder.path, "shards");
    for (const index of [3, 1, 2])
      await runStudy(tinyStudy, small, { out, jobs: 2, shard: { index, count: 3 } });
    mergeStudy(out);
    expect(bytesOf(out)).toEqual(bytesOf(whole));
  });

  it("trains as trainMany and bootstrap.retraining do", async () => {
    const { network, theta, training } = small;
    const seeds = [5, 6].map((seed) => ({ seed }));
    const counts = bootstrap.counts(60, 3, makeRng(1, "resampling"));
    await withoutNative(async () => {
      const trained = await trainMany(network, training, recipe, seeds, { jobs: 1 });
      trained.forEach((one, k) => expect(thetaOf(`seeds/${k}`)).toEqual(one.theta));
      const { data } = await bootstrap.retraining(network, theta, training, recipe, counts, {
        seed: 1,
        start: "original",
        jobs: 1,
      });
      const found = [0, 1, 2].flatMap((k) => [...thetaOf(`bootstraps/${k}`)]);
      expect(Float64Array.from(found)).toEqual(data);
    });
  });

  it("makes again what is damaged, missing, or of other data, and nothing else", async () => {
    const out = join(folder.path, "damaged");
    cpSync(whole, out, { recursive: true });
    const file = join(out, "removals/2.npy");
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(file, bytes);
    const json = join(out, "seeds/1.json");
    writeFileSync(json, readFileSync(json, "utf8").replace('"seed": 6', '"seed": 7'));
    rmSync(join(out, "bootstraps/0.npy"));
    writeFileSync(join(out, "retrainings/4.json"), "{");
    expect(mergeStudy(out)).toMatchObject({ index: undefined, missing: [] });
    const { made, redone } = await runStudy(tinyStudy, small, { out, jobs: 1 });
    expect([...made].sort()).toEqual(["bootstraps/0", "removals/2", "retrainings/4", "seeds/1"]);
    expect(redone.map(({ reason }) => reason).sort()).toEqual([
      "its .json is not readable",
      "its .json was changed after it was written",
      "its .npy does not have the hash in its .json",
      "its .npy is missing",
    ]);
    expect(bytesOf(out)).toEqual(bytesOf(whole));
    const other = { ...small, options: { ...options, l2: 2e-2 } };
    const anew = await runStudy({ ...tinyStudy }, other, { out, jobs: 1 });
    expect(anew.redone.map(({ reason }) => reason)).toEqual(
      new Array(17).fill("it was made of other data or settings"),
    );
  });

  it("goes on inside a training where it was killed, to the same bytes", async () => {
    const long = {
      ...tinyStudy,
      training: { epochs: 4000 },
      ...{ removals: undefined, bootstraps: undefined, seeds: { count: 1 } },
    };
    const path = join(folder.path, "long.json");
    writeFileSync(path, JSON.stringify(long));
    const out = join(folder.path, "killed");
    const state = join(out, "seeds/0.checkpoint");
    const args = ["study", "long.json", "--out", out, "--jobs", "1"];
    const running = runNode(command, args, { cwd: folder.path });
    for (let k = 0; !existsSync(state) && k < 1500; k++) await delay(10);
    running.child.kill("SIGKILL");
    await running.ended;
    expect(existsSync(join(out, "seeds/0.npy"))).toBe(false);
    expect((await phaselens(...args)).stdout).toMatch(/1 made, 0 found/);
    expect(existsSync(state)).toBe(false);
    const never = join(folder.path, "never");
    await phaselens("study", "long.json", "--out", never, "--jobs", "1");
    expect(bytesOf(out)).toEqual(bytesOf(never));
  });

  it("forgets the state of other options, and says so", async () => {
    const out = join(folder.path, "state");
    const one = { ...tinyStudy, removals: undefined, bootstraps: undefined, seeds: { count: 1 } };
    await runStudy({ ...one, training: { epochs: 3 } }, small, { out, jobs: 1 });
    rmSync(join(out, "seeds/0.json"));
    writeFileSync(join(out, "seeds/0.checkpoint"), "damaged");
    const notices: string[] = [];
    const onNotice = (line: string): void => void notices.push(line);
    await runStudy({ ...one, training: { epochs: 3 } }, small, { out, jobs: 1, onNotice });
    expect(notices).toEqual([
      "seeds/0: its .json is missing; it is made again.",
      "seeds/0: what an interrupted run had left is damaged or of other settings; it was made from the beginning.",
    ]);
  });
});

describe("what reads a study", () => {
  const { network, theta, training, test } = small;
  const asked = { options, test, jobs: 1 };

  it("audit has the removals that it would make itself, to the last bit", async () => {
    const own = await withoutNative(() =>
      audit(network, theta, training, {
        ...asked,
        retrain: { points: 6, rng: makeRng(1, "audit"), jobs: 1 },
      }),
    );
    const read = await withoutNative(() =>
      audit(network, theta, training, { ...asked, study: whole }),
    );
    expect(read.response).toEqual(own.response);
    expect(read.step).toEqual(own.step);
    expect(read.leaveOneOut).toMatchObject({ method: "recipe", rows: own.response!.rows });
    expect(read.verdict).toBe(own.verdict);
  });

  it("resamplingStudy has the networks of its seeds", async () => {
    const runs = [{ seed: 6 }, { seed: 5 }];
    const [made, read] = await withoutNative(() =>
      Promise.all(
        [undefined, whole].map((study) =>
          resamplingStudy(network, recipe, training, test, runs, { bootstraps: 5, jobs: 1, study }),
        ),
      ),
    );
    expect(read).toEqual(made);
  });

  it("refuses a folder of other data, an incomplete one, and one that is none", async () => {
    const reading = (study: string, own: object = {}): Promise<unknown> =>
      audit(network, theta, training, { ...asked, study, ...own }).catch((error: Error) => error);
    const other = await reading(whole, { options: { ...options, l2: 1 } });
    expect(other).toBeInstanceOf(DataError);
    expect((other as Error).message).toContain("are those of another model, data or risk. Give");
    const damped = await reading(whole, { damping: 0.5 });
    expect((damped as Error).message).toMatch(/has the damping .*, the audit has 0\.5\. Give both/);
    const half = join(folder.path, "half");
    await runStudy(tinyStudy, small, { out: half, jobs: 1, shard: { index: 1, count: 2 } });
    expect(((await reading(half)) as Error).message).toMatch(
      /3 of 6 removals are there\. Run phaselens study with --out .*half again\./,
    );
    expect(((await reading(folder.path)) as Error).message).toContain("has no manifest.json");
    const both = await reading(whole, { retrain: { points: 6, rng: makeRng(1) } });
    expect(both).toBeInstanceOf(ConfigError);
    const seeds = resamplingStudy(network, recipe, training, test, [{ seed: 9 }], {
      ...{ bootstraps: 5, jobs: 1, study: whole },
    });
    await expect(seeds).rejects.toThrow(/has no network of seed 9; its seeds are 5, 6\. Add it/);
  });
});

describe("the manifest of a study", () => {
  const fault = (fields: object): string => {
    try {
      planStudy(parseStudyManifest({ ...tinyStudy, ...fields }, "m"));
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as Error).message;
    }
    return "none";
  };

  it.each([
    [{}, "none"],
    [{ training: undefined }, "m: training is missing, which removals.retrain and bootstraps and"],
    [{ removals: {} }, "m: removals has neither points nor groups. Give one of them."],
    [{ removals: { points: 2, groups: [[1]] } }, "m: removals has both points and groups"],
    [{ removals: { groups: [[1]], draw: "uniform" } }, "which nobody draws, and draw. Leave"],
    [{ removals: { points: 0 } }, "removals.points must be a whole number of at least 1, got 0"],
    [
      { removals: { groups: [[-1]] } },
      "removals.groups[0][0] must be a whole number of at least 0",
    ],
    [
      { training: { epochs: 0 } },
      "m: training.epochs must be a whole number of at least 1, got 0. The manifest in",
    ],
    [
      { training: { recipe: { module: "/tmp/x.mjs", name: "x" } } },
      "m: training.recipe.module must be a module of this library such as",
    ],
    [{ problem: { model: "m" } }, "problem.train must be a text that is not empty, it is missing"],
    [
      { problem: { ...tinyStudy.problem, curvature: "newton" } },
      'problem.curvature must be one of "exact"',
    ],
    [{ problem: { ...tinyStudy.problem, jobs: 1 } }, 'problem: unknown field "jobs"'],
    [{ seeds: { count: 2 ** 40 } }, "pieces, at most 1000000 go into one manifest. Split it"],
    [{ seeds: { count: 2, first: Number.MAX_SAFE_INTEGER } }, "beyond 2^53. Begin lower."],
    [{ version: 2 }, "m: was made for a newer phaselens"],
    [{ kind: "jets" }, 'kind must be "study", got "jets"'],
    [{ removals: undefined, bootstraps: undefined, seeds: undefined }, "m: asks for nothing. Name"],
  ])("%j: %s", (fields, words) => expect(fault(fields)).toContain(words));
});

describe("phaselens study", () => {
  it("plans with the time and what is there, makes shards, merges, and audit reads it", async () => {
    const plan = await phaselens("study", "study.json", "--plan", "--out", "whole");
    expect(plan.stdout).toMatch(
      /^tiny: 6 removals, 6 retrainings, 3 bootstraps, 2 seeds; .* on one core, 17 of 17 are there\n$/,
    );
    const args = ["study", "study.json", "--out", "cli", "--jobs", "1"];
    expect((await phaselens(...args, "--shard", "2/2")).code).toBe(0);
    const early = await phaselens("merge", "--out", "cli");
    expect([early.code, early.stderr]).toEqual([
      1,
      expect.stringContaining("missing, 0 damaged. Run phaselens study again, then merge."),
    ]);
    expect((await phaselens(...args, "--shard", "1/2")).code).toBe(0);
    const merged = await phaselens("merge", "--out", "cli");
    expect(merged.stdout).toBe("cli/index.json: 17 pieces of a study, all sound\n");
    expect(bytesOf(join(folder.path, "cli"))).toEqual(bytesOf(whole));
    const problem = ["--model", "model.json", "--train", "x.npy", "--train-target", "y.npy"];
    const read = await phaselens("audit", ...problem, "--l2", "0.01", "--study", "cli", "--json");
    expect((JSON.parse(read.stdout) as { verdict: string }).verdict).toBe("pass");
    const other = await phaselens("audit", ...problem, "--l2", "0.1", "--study", "cli");
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("another model, data")]);
  });

  it.each([
    [["study"], "the manifest is missing."],
    [["study", "none.json"], "none.json: cannot be read (ENOENT)."],
    [
      ["study", "study.json", "--shard", "3/2"],
      '--shard must be i/N with 1 ≤ i ≤ N, e.g. 3/8, got "3/2".',
    ],
    [["study", "study.json", "extra"], "Unexpected argument 'extra'"],
    [
      ["audit", "--model", "m", "--train", "x", "--study", "s", "--removals", "5"],
      "Leave --removals out.",
    ],
  ])("called wrongly as %j ends with exit code 2 and a sentence", async (args, sentence) => {
    const { code, stderr, stdout } = await phaselens(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain("    at ");
  });
});
