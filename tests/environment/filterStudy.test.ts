import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const script = fileURLToPath(
  new URL("../../environment/studies/bluecher2020-filters.mjs", import.meta.url),
);
const folder = mkdtempSync(join(tmpdir(), "phaselens-filters-"));
afterAll(() => rmSync(folder, { recursive: true }));
const run = (...args: string[]) => spawnSync("node", [script, ...args], { encoding: "utf8" });

const paper = [
  [1, 0, 0, -1, 1, 0, 0, -1],
  [1, -1, -1, 1, -1, 1, 1, -1],
  [1, 1, 1, 1, 1, 1, 1, 1],
  [-1, -1, -1, -1, -1, -1, -1, -1],
  [0, 0, 0, 0, 0, 0, 0, 0],
];
const share = { AFM: 0.123456, PM: 0.5, FM: 0 };
const facts = ["PM", "AFM", "FM", "FM", "unused"].map((name) => ({
  class: name,
  share,
  cosineM: 0.98765,
  cosineMs: 0,
  norm: 1,
}));
const network = (seed: number) => ({
  scale: "quick",
  steps: 4000,
  lasso: 0.001,
  seed,
  seconds: 10.4,
  errors: share,
  filters: paper.flat(),
  facts,
});

interface Summary {
  command: string;
  versions: object;
  networks: { seed: number; seconds: number; facts: object[] }[];
}
const summaryIn = (file: string): Summary => JSON.parse(readFileSync(file, "utf8"));

describe("npm run study:filters", () => {
  it("sums up the networks that a folder holds, in the order of the scan", () => {
    const [found, file] = [join(folder, "found"), join(folder, "summary.json")];
    mkdirSync(found);
    for (const seed of [10, 2])
      writeFileSync(join(found, `${seed}.json`), JSON.stringify(network(seed)));
    const { status, stdout } = run("--out", found, "--summary", file);
    expect([status, stdout]).toEqual([0, `${file}: 2 networks, 2 of them from ${found}\n`]);
    const { networks, command, versions } = summaryIn(file);
    expect(command).toBe("npm run study:filters");
    expect(Object.keys(versions)).toEqual(["phaselens", "node"]);
    expect(networks.map(({ seed }) => seed)).toEqual([2, 10]);
    expect(networks[0]).toMatchObject({ seconds: 10, paper: true, bothSigns: true });
    expect(networks[0].facts[0]).toEqual({
      class: "PM",
      share: { AFM: 0.123, PM: 0.5, FM: 0 },
      cosineM: 0.988,
    });
  });

  it("keeps networks that the summary has and the folder has not, and what it knows of others", () => {
    const [found, file] = [join(folder, "later"), join(folder, "summary.json")];
    mkdirSync(found);
    const [cached, other] = [{ ...network(2), seconds: null }, network(3)];
    for (const one of [cached, other])
      writeFileSync(join(found, `${one.seed}.json`), JSON.stringify(one));
    expect(run("--out", found, "--summary", file).status).toBe(0);
    const { networks } = summaryIn(file);
    expect(networks.map(({ seed }) => seed)).toEqual([2, 3, 10]);
    expect(networks[0].seconds).toBe(10);
  });

  it("says what is wrong with a part and a folder without networks", () => {
    expect(run("--part", "3/2")).toMatchObject({
      status: 2,
      stderr: '--part must be like 1/4, got "3/2".\n',
    });
    expect(run("--seeds", "6")).toMatchObject({
      status: 2,
      stderr: '--seeds must be like 1-6, got "6".\n',
    });
    const empty = join(folder, "empty");
    mkdirSync(empty);
    const { status, stderr } = run("--out", empty, "--summary", join(folder, "none.json"));
    expect([status, stderr]).toEqual([
      1,
      `${empty} holds no networks. Run without --summary first.\n`,
    ]);
  });
});
