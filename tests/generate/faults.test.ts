import { createHash } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { makeRng } from "phaselens/core";
import { generate, planPieces, type GenerateResult, type Manifest } from "phaselens/generate";
import { afterEach, describe, expect, it } from "vitest";
import { runNode } from "../support/runNode.js";
import {
  canMount,
  folderWithoutWriting,
  smallFileSystem,
  temporaryFolder,
  type TestFolder,
} from "./folders.js";
import { bulkyManifest, tinyManifest } from "./manifests.js";
import { mergePieces } from "phaselens/internal/generate/mergePieces";

const command = new URL("../../lib/bin/phaselens.mjs", import.meta.url);
const sampler = {
  module: fileURLToPath(new URL("./standIn.mjs", import.meta.url)),
  name: "standIn",
};

const folders: TestFolder[] = [];
const keep = <T extends TestFolder>(folder: T): T => {
  folders.push(folder);
  return folder;
};
afterEach(() => folders.splice(0).forEach((folder) => folder.remove()));

const hashes = (folder: string, manifest: Manifest): string[] =>
  planPieces(manifest).map(({ stem }) =>
    createHash("sha256")
      .update(readFileSync(join(folder, `${stem}.npy`)))
      .digest("hex"),
  );
const goodPieces = (folder: string, manifest: Manifest): number => {
  const { missing, corrupt } = mergePieces(folder);
  expect(corrupt, "no piece is damaged").toEqual([]);
  return planPieces(manifest).length - missing.length;
};

describe("a run killed at random moments", () => {
  // four ensembles of some tenths of a second
  const manifest: Manifest = {
    ...tinyManifest,
    name: "killed",
    lattice: [8, 8, 8],
    hoppingParameters: [-0.1, 0.1],
    sampling: { ...tinyManifest.sampling, stride: 150, thermalisation: 300 },
    sets: { training: { configurations: 60 }, test: { configurations: 50 } },
  };

  it("leaves, run again as often as it takes, the bytes of a run never killed, going on from inside a κ", async () => {
    const { path } = keep(temporaryFolder());
    const file = join(path, "m.json");
    writeFileSync(file, JSON.stringify(manifest));
    const reference = join(path, "reference");
    await generate(manifest, { out: reference, jobs: 2 });

    const out = join(path, "killed");
    const args = [
      "generate",
      "--manifest",
      file,
      "--out",
      out,
      "--jobs",
      "2",
      "--checkpoint",
      "0.02",
      "--json",
    ];
    const left = (ending: string): number => {
      if (!existsSync(out)) return 0;
      const names = readdirSync(out, { recursive: true, encoding: "utf8" });
      return names.filter((name) => name.includes("kappa") && name.endsWith(ending)).length;
    };
    /** One run, killed at a moment of its own; how it ended is not asked. */
    const killed = async (moment: () => Promise<unknown>): Promise<void> => {
      const { child, ended } = runNode(command, args);
      await Promise.race([ended, moment()]);
      child.kill("SIGKILL");
      await ended;
    };
    const moments = makeRng(11, "moments of death");
    for (let k = 0; k < 6 && left(".json") < 2; k++)
      await killed(() => delay(250 + 400 * moments.uniform()));
    // then inside a κ for certain: the next run has a checkpoint to go on from
    for (let k = 0; k < 20 && left(".checkpoint") === 0; k++) {
      await killed(async () => {
        while (left(".checkpoint") === 0) await delay(5);
      });
    }
    const { code, stdout, stderr } = await runNode(command, args).ended;
    expect(code, stderr).toBe(0);
    expect(
      (JSON.parse(stdout) as GenerateResult).resumed.length,
      "ensembles that the last run found half done",
    ).toBeGreaterThan(0);
    expect(hashes(out, manifest)).toEqual(hashes(reference, manifest));
    expect(readFileSync(join(out, "index.json"), "utf8")).toBe(
      readFileSync(join(reference, "index.json"), "utf8"),
    );
    expect(
      readdirSync(out, { recursive: true, encoding: "utf8" }).filter((name) =>
        name.endsWith(".checkpoint"),
      ),
    ).toEqual([]);
  });
});

describe("a disk that refuses", () => {
  const whole = planPieces(bulkyManifest).length; // of 205 kB each

  it.skipIf(!canMount)(
    "because it is full ends the run with an error, keeps the good files, and the next run goes on",
    async () => {
      const disk = keep(smallFileSystem(1024)!);
      const out = join(disk.path, "out");
      await expect(generate(bulkyManifest, { out, jobs: 2, sampler })).rejects.toThrow(
        /no space is left on the device \(ENOSPC\)\. Free some space/,
      );
      const good = goodPieces(out, bulkyManifest);
      expect(good).toBeGreaterThanOrEqual(1);
      expect(good).toBeLessThan(whole);
      const left = readdirSync(out, { recursive: true, encoding: "utf8" }).filter((name) =>
        name.endsWith(".tmp"),
      );
      expect(left, "half-written files").toEqual([]);
      disk.grow(4096);
      const result = await generate(bulkyManifest, { out, jobs: 2, sampler });
      expect([result.skipped.length, result.made.length, result.redone.length]).toEqual([
        good,
        whole - good,
        expect.any(Number),
      ]);
      expect(goodPieces(out, bulkyManifest)).toBe(whole);
    },
  );

  it.skipIf(!canMount)(
    "because it became read-only is known before anything is computed, and nothing is lost",
    async () => {
      const disk = keep(smallFileSystem(4096)!);
      const out = join(disk.path, "out");
      await generate(bulkyManifest, { out, jobs: 1, shard: { index: 1, count: 4 }, sampler });
      disk.setReadOnly(true);
      const begun = Date.now();
      await expect(
        generate(bulkyManifest, { out, jobs: 1, sampler: { ...sampler, name: "broken" } }),
      ).rejects.toThrow(
        /manifest\.json: cannot be used, the file system is read-only \(EROFS\)\. Choose a folder that can be written \(--out\)/,
      );
      expect(Date.now() - begun).toBeLessThan(2000);
      expect(mergePieces(out).missing.length).toBe(whole - 2);
      disk.setReadOnly(false);
    },
  );

  it("because a file stands where the folder should be, is an error in a sentence", async () => {
    const { path } = keep(temporaryFolder());
    writeFileSync(join(path, "file"), "mine");
    await expect(
      generate(tinyManifest, { out: join(path, "file", "out"), jobs: 1 }),
    ).rejects.toThrow(/a file stands where a folder should be \(ENOTDIR\)/);
    await expect(generate(tinyManifest, { out: join(path, "file"), jobs: 1 })).rejects.toThrow(
      /a file stands where a folder should be/,
    );
    expect(readFileSync(join(path, "file"), "utf8")).toBe("mine");
  });

  // Permissions do not bind root, so root becomes nobody for the call; all modules are loaded by
  // then
  it("because the folder may not be written, is an error in a sentence", async () => {
    const { path } = keep(folderWithoutWriting());
    const root = process.getuid?.() === 0;
    if (root) chmodSync(dirname(path), 0o755);
    if (root) process.seteuid?.(65534);
    try {
      await expect(generate(tinyManifest, { out: path, jobs: 1, sampler })).rejects.toThrow(
        /permission is denied \(EACCES\)/,
      );
    } finally {
      if (root) process.seteuid?.(0);
    }
    expect(existsSync(join(path, "manifest.json"))).toBe(false);
  });
});
