import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { generate, planPieces, type Manifest } from "phaselens/generate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runStudy } from "phaselens/internal/generate/study/runStudy";
import { tinyManifest } from "../generate/manifests.js";
import { small, tinyStudy, writeStudy } from "../generate/studies.js";
import { missingPrograms, startCluster, type Cluster } from "../slurm/cluster.js";

const submitScript = fileURLToPath(new URL("../../environment/slurm/submit.sh", import.meta.url));
const title = "SLURM, a real one of one node";

if (missingPrograms.length > 0) {
  describe(title, () =>
    it.skip(`needs ${missingPrograms.join(", ")}: apt-get install slurm-wlm munge`, () => {}),
  );
} else {
  describe(title, () => {
    let cluster: Cluster;
    let folder: string;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "phaselens-array-"));
      cluster = await startCluster();
    }, 60_000);
    afterAll(async () => {
      await cluster?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Submits by the script; the numbers of the two jobs. */
    const submit = (...args: string[]): [shards: string, merge: string] => {
      const { status, stdout, stderr } = spawnSync(submitScript, args, {
        env: cluster.env,
        cwd: folder,
        encoding: "utf8",
      });
      expect(status, stderr).toBe(0);
      const jobs = /^shards (\d+)\nmerge (\d+)$/m.exec(stdout);
      if (!jobs) throw new Error(`no job numbers in: ${stdout}`);
      return [jobs[1], jobs[2]];
    };
    const written = (manifest: Manifest): string => {
      writeFileSync(join(folder, `${manifest.name}.json`), JSON.stringify(manifest));
      return `${manifest.name}.json`;
    };
    const log = (out: string, name: string): string =>
      readFileSync(join(folder, out, "logs", `${name}.log`), "utf8");
    // holds the hash of every file
    const index = (path: string): string => readFileSync(join(path, "index.json"), "utf8");

    it("runs the shards of a manifest as an array and merges them into what one machine makes", async () => {
      const file = written(tinyManifest);
      submit("--manifest", file, "--out", "array", "--shards", "3");
      await cluster.idle(60);
      expect(log("array", "merge")).toContain("index.json: 6 ensembles, all sound");
      for (const shard of [1, 2, 3])
        expect(log("array", `shard-${shard}`)).toMatch(
          new RegExp(`^shard ${shard}/3 on .*, attempt 1\n[^]*2 made, 0 found`),
        );
      await generate(tinyManifest, { out: join(folder, "alone"), jobs: 1 });
      expect(index(join(folder, "array"))).toBe(index(join(folder, "alone")));
    }, 90_000);

    it("runs the shards of a study likewise, with data named from where it is submitted", async () => {
      writeStudy(folder);
      submit("--manifest", "study.json", "--out", "studied", "--shards", "2");
      await cluster.idle(60);
      expect(log("studied", "merge")).toContain("index.json: 17 pieces of a study, all sound");
      await runStudy(tinyStudy, small, { out: join(folder, "alone studied"), jobs: 1 });
      expect(index(join(folder, "studied"))).toBe(index(join(folder, "alone studied")));
    }, 90_000);

    it("names what a cancelled shard leaves open, and completes it when that shard alone is submitted again", async () => {
      const manifest: Manifest = {
        ...tinyManifest,
        name: "long",
        lattice: [8, 8, 8],
        hoppingParameters: [-0.1, 0.1],
        sampling: { ...tinyManifest.sampling, stride: 800, thermalisation: 300 },
        sets: { training: { configurations: 60 } },
      };
      const file = written(manifest);
      const [shards] = submit("--manifest", file, "--out", "long", "--shards", "2");
      const second = join(folder, "long", `${planPieces(manifest)[1].stem}`);
      while (!existsSync(join(folder, "long", "manifest.json"))) await delay(50);
      await delay(300);
      cluster.client("scancel", `${shards}_2`);
      await cluster.idle(90);
      expect(existsSync(`${second}.npy`)).toBe(false);
      expect(log("long", "merge")).toContain("training/1_kappa0.1: is missing.");
      expect(log("long", "merge")).toContain("1 missing, 0 damaged");
      expect(existsSync(join(folder, "long", "index.json"))).toBe(false);
      submit("--manifest", file, "--out", "long", "--shards", "2", "--only", "2");
      await cluster.idle(90);
      expect(log("long", "merge")).toContain("index.json: 2 ensembles, all sound");
      await generate(manifest, { out: join(folder, "uninterrupted"), jobs: 2 });
      expect(index(join(folder, "long"))).toBe(index(join(folder, "uninterrupted")));
      expect(
        readdirSync(join(folder, "long", "training")).filter((name) =>
          name.endsWith(".checkpoint"),
        ),
      ).toEqual([]);
    }, 240_000);
  });
}
