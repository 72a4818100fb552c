import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { phaselensIn } from "../cli/folder.js";
import { temporaryFolder, type TestFolder } from "./folders.js";
import { tinyManifest, tinyWith } from "./manifests.js";

let folder: TestFolder;
beforeEach(() => {
  folder = temporaryFolder();
  writeFileSync(join(folder.path, "m.json"), JSON.stringify(tinyManifest));
});
afterEach(() => folder.remove());

const phaselens = phaselensIn(() => folder.path);
const numpy = spawnSync("python3", ["-c", "import numpy"], { stdio: "ignore" }).status === 0;

describe("phaselens generate", () => {
  it("makes the ensembles of a manifest below generated/<name>, and says so in one line", async () => {
    const { code, stdout, stderr } = await phaselens(
      "generate",
      "--manifest",
      "m.json",
      "--jobs",
      "1",
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^generated\/tiny: 6 made, 0 found in \d+\.\d s\n$/m);
    expect(existsSync(join(folder.path, "generated/tiny/test/2_kappa0.1.npy"))).toBe(true);
    const again = await phaselens("generate", "--manifest", "m.json", "--json");
    expect(JSON.parse(again.stdout)).toMatchObject({ out: "generated/tiny", made: [], failed: [] });
  });

  it("plans without making anything", async () => {
    const { code, stdout } = await phaselens("generate", "--manifest", "m.json", "--plan");
    expect([code, stdout]).toEqual([
      0,
      "tiny: 6 ensembles, 30 configurations, 150 trajectories, 0.0 MB\n",
    ]);
    const shard = await phaselens(
      "generate",
      "--manifest",
      "m.json",
      "--plan",
      "--json",
      "--shard",
      "2/4",
    );
    expect((JSON.parse(shard.stdout) as { pieces: string[] }).pieces).toEqual([
      "training/1_kappa0",
      "test/2_kappa0.1",
    ]);
    expect(existsSync(join(folder.path, "generated"))).toBe(false);
  });

  it("in shards, then merged, is complete; merging too early names what is missing", async () => {
    const parts = ["--manifest", "m.json", "--out", "out", "--jobs", "1"];
    expect((await phaselens("generate", ...parts, "--shard", "2/2")).code).toBe(0);
    const early = await phaselens("merge", "--out", "out");
    expect([early.code, early.stdout]).toEqual([1, ""]);
    expect(early.stderr).toContain("training/0_kappa-0.1: is missing.\n");
    expect(early.stderr).toContain(
      "out: 3 missing, 0 damaged. Run phaselens generate again, then merge.",
    );
    expect((await phaselens("generate", ...parts, "--shard", "1/2")).code).toBe(0);
    const merged = await phaselens("merge", "--out", "out");
    expect([merged.code, merged.stdout]).toEqual([0, "out/index.json: 6 ensembles, all sound\n"]);
  });

  it("merge says of which ensembles the reports complain, whole as their files are", async () => {
    const sets = { training: { configurations: 6 } };
    const light = { fermionMass: 1, yukawaCoupling: 0.3 };
    const diverging = tinyWith({ ...light, sets, hoppingParameters: [0.1] });
    writeFileSync(join(folder.path, "diverging.json"), JSON.stringify(diverging));
    const args = ["--manifest", "diverging.json", "--out", "out", "--jobs", "1", "--json"];
    const made = await phaselens("generate", ...args);
    const { flagged } = JSON.parse(made.stdout) as { flagged: { stem: string; flags: string[] }[] };
    expect(flagged).toMatchObject([{ stem: "training/0_kappa0.1" }]);
    expect(flagged[0].flags[0]).toMatch(/^hopping expansion: M_f \+ gφ came down to/);
    const merged = await phaselens("merge", "--out", "out");
    expect(merged.code).toBe(0);
    expect(merged.stdout).toMatch(/^training\/0_kappa0\.1: hopping expansion: .*\n/);
    expect(merged.stdout).toContain("json: 1 ensembles, all sound; the reports of 1 complain\n");
    const { stdout } = await phaselens("merge", "--out", "out", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ complete: true, flagged });
  });

  it.each([
    [["generate"], "--manifest is missing."],
    [["generate", "--manifest", "none.json"], "none.json: cannot be read (ENOENT)."],
    [
      ["generate", "--manifest", "m.json", "--shard", "0/4"],
      '--shard must be i/N with 1 ≤ i ≤ N, e.g. 3/8, got "0/4".',
    ],
    [["generate", "--manifest", "m.json", "--shard", "5/4"], 'got "5/4"'],
    [
      ["generate", "--manifest", "m.json", "--jobs", "many"],
      '--jobs must be a whole number of at least 1, got "many".',
    ],
    [["generate", "--manifest", "m.json", "--seed", "3"], "Unknown option '--seed'"],
    [["generate", "m.json"], "Unexpected argument 'm.json'"],
    [["merge"], "--out is missing."],
    [["explane"], 'there is no command "explane"'],
    [[], "Usage: phaselens <command>"],
  ])("called wrongly as %j ends with exit code 2 and a sentence", async (args, sentence) => {
    const { code, stderr, stdout } = await phaselens(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain("    at "); // no stack
  });

  it("refuses a manifest of a newer version and one of bad physics with exit code 2, a folder of another manifest too", async () => {
    const written = (name: string, value: unknown): string => {
      writeFileSync(
        join(folder.path, name),
        typeof value === "string" ? value : JSON.stringify(value),
      );
      return name;
    };
    const refused = async (file: string): Promise<string> => {
      const { code, stderr } = await phaselens(
        "generate",
        "--manifest",
        file,
        "--out",
        "out",
        "--jobs",
        "1",
      );
      expect(code).toBe(2);
      return stderr;
    };
    expect(await refused(written("new.json", tinyWith({ version: 3 })))).toContain(
      "new.json: was made for a newer phaselens",
    );
    expect(await refused(written("bad.json", tinyWith({ quarticCoupling: -1 })))).toContain(
      "bad.json: quarticCoupling is -1",
    );
    expect(await refused(written("odd.json", tinyWith({ lattice: [5, 4, 4] })))).toContain(
      "the extent 5 of [5,4,4] is odd",
    );
    expect(await refused(written("cut.json", '{ "version": 1, '))).toContain(
      "cut.json: is not JSON",
    );
    expect(existsSync(join(folder.path, "out"))).toBe(false);
    await phaselens("generate", "--manifest", "m.json", "--out", "out", "--jobs", "1");
    expect(await refused(written("other.json", tinyWith({ seed: 8 })))).toContain(
      "holds the data of another manifest",
    );
  });

  it("ends with exit code 1 where the disk refuses", async () => {
    writeFileSync(join(folder.path, "file"), "");
    const { code, stderr } = await phaselens(
      "generate",
      "--manifest",
      "m.json",
      "--out",
      "file/out",
      "--jobs",
      "1",
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^phaselens generate: file\/out\/manifest\.json: cannot be used/);
    mkdirSync(join(folder.path, "empty"));
    const merge = await phaselens("merge", "--out", "empty");
    expect(merge.code).toBe(1);
    expect(merge.stderr).toContain("empty: has no manifest.json");
  });

  it("describes itself, each command with an example", async () => {
    const help = await phaselens("--help");
    expect(help.code).toBe(0);
    for (const name of ["generate", "merge"]) {
      expect(help.stdout).toContain(`  ${name} `);
      const one = await phaselens(name, "--help");
      expect([one.code, one.stderr]).toEqual([0, ""]);
      expect(one.stdout).toMatch(new RegExp(`Example:\n  phaselens ${name} --`));
    }
    const { version } = JSON.parse(
      readFileSync(new URL("../../lib/package.json", import.meta.url), "utf8"),
    ) as { version: string };
    expect((await phaselens("--version")).stdout).toBe(`${version}\n`);
  });

  it.skipIf(!numpy)(
    "writes what numpy.load reads: type, shape, order and every value",
    async () => {
      await phaselens("generate", "--manifest", "m.json", "--out", "out", "--jobs", "1");
      const script =
        "import json, sys, numpy; a = numpy.load(sys.argv[1], allow_pickle=False); " +
        "print(json.dumps([a.dtype.str, list(a.shape), bool(a.flags.c_contiguous), a.astype(float).ravel().tolist()]))";
      const { stdout } = spawnSync(
        "python3",
        ["-c", script, join(folder.path, "out/training/1_kappa0.npy")],
        { encoding: "utf8" },
      );
      const [dtype, shape, rowMajor, values] = JSON.parse(stdout) as [
        string,
        number[],
        boolean,
        number[],
      ];
      expect([dtype, shape, rowMajor]).toEqual(["<f4", [6, 4, 4, 4], true]);
      const bytes = readFileSync(join(folder.path, "out/training/1_kappa0.npy"));
      expect(values).toEqual(
        Array.from({ length: 384 }, (_, k) => bytes.readFloatLE(bytes.length - 4 * (384 - k))),
      );
    },
  );
});
