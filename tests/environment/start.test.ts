import { execFile } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inProject } from "../../environment/base/project.mjs";
import { scratchFolder, writeNotebook } from "./fixture.js";

const folder = scratchFolder();
const notebooks = join(folder, "notebooks");
const results = join(folder, "results");
const verdicts = join(folder, "verdicts.json");
const claim = (statement: string, value: number) =>
  `figures.claim({ figure: "fixture2026-fig1", statement: "${statement}", kind: "physics", value: ${value}, expected: "> 0.9" });`;

/** One room: the whole library would be loaded and compiled anew by every run. */
const importing = 'import * as figures from "phaselens/figures";';
const writeClaims = (code: string[]): unknown =>
  writeNotebook(notebooks, {
    name: "fixture-claims",
    introduction: "# Fixture, Fig. 1 — claims",
    figures: ["fixture2026-fig1"],
    code: [importing, ...code],
  });

/** Runs `npm start` without npm. */
function start(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = [
    inProject("environment", "start.mjs"),
    "--notebooks",
    notebooks,
    "--results",
    results,
    "--verdicts",
    verdicts,
    ...args,
  ];
  return new Promise((resolve) => {
    execFile(process.execPath, script, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

const claims = (): { statement: string; pass: boolean }[] =>
  JSON.parse(readFileSync(join(results, "claims.json"), "utf8"));

beforeAll(() => {
  writeNotebook(notebooks, {
    name: "fixture-works",
    introduction: "# Fixture, Fig. 2 — works\n\n**Source.** None.",
    figures: ["fixture2026-fig2"],
    code: [importing, claim("holds", 1).replace("fig1", "fig2")],
  });
  writeClaims([claim("holds", 1), claim("fails", 0.5), claim("speaks after the failure", 2)]);
});

afterAll(() => {
  const cache = inProject(".cache", "notebooks");
  for (const name of existsSync(cache) ? readdirSync(cache) : [])
    if (name.startsWith("fixture-")) rmSync(join(cache, name));
});

describe.sequential("npm start", { timeout: 180_000 }, () => {
  test("refuses an unknown figure in one sentence that lists the ones there are, with exit code 2", async () => {
    const { code, stdout, stderr } = await start("--only", "fixture2026-fig9");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(
      'Unknown figure "fixture2026-fig9"; there are: fixture-claims, fixture2026-fig1, fixture-works, fixture2026-fig2.\n',
    );
    expect(existsSync(results)).toBe(false);
  });

  test("refuses an unknown option, preset or number of jobs in one sentence, with exit code 2", async () => {
    const answers = await Promise.all([
      start("--nonsense"),
      start("--preset", "huge"),
      start("--jobs", "0"),
    ]);
    expect(answers.map(({ code, stderr }) => [code, stderr])).toEqual([
      [2, "Unknown option '--nonsense'. --help lists the options.\n"],
      [2, 'Unknown preset "huge"; there are: quick, standard, paper.\n'],
      [2, '--jobs must be a whole number >= 1, got "0".\n'],
    ]);
  });

  test("runs one figure by its identity and ends with where to look", async () => {
    const { code, stdout } = await start("--only", "fixture2026-fig2");
    expect(code).toBe(0);
    expect(stdout).toContain(
      "Claims: physics 1 hold, 0 fail · identities 0 hold, 0 fail · 0 reported.",
    );
    expect(stdout.trim().split("\n").at(-1)).toContain("index.html");
    expect(claims().map((one) => one.statement)).toEqual(["holds"]);
  });

  test("exits 1 when a claim of physics fails, still writes all claims, and keeps the other notebook's", async () => {
    const { code, stdout, stderr } = await start("--only", "fixture-claims");
    expect(code).toBe(1);
    expect(stdout).toContain("✗ fixture2026-fig1: fails: 0.5 (expected > 0.9)");
    expect(stdout + stderr).not.toMatch(/\n\s+at /); // no stack
    expect(claims().map(({ statement, pass }) => [statement, pass])).toEqual([
      ["holds", true],
      ["fails", false],
      ["speaks after the failure", true],
      ["holds", true],
    ]);
    expect(readFileSync(join(results, "index.html"), "utf8")).toContain("1 of 3 fail");
  });

  test("does not run again what has not changed, unless it failed or --force says so", async () => {
    const again = await start();
    expect(again.stdout).toMatch(/fixture-works +done +unchanged since/);
    expect(again.stdout).toMatch(/fixture-claims +FAILED +\d/);
    const forced = await start("--only", "fixture-works", "--force");
    expect(forced.stdout).toMatch(/fixture-works +done +\d/);
  });

  test("ships the verdicts of standard, one notebook by one, a failed claim too, and shows them beside the next run's", async () => {
    expect(await start("--ship", "--preset", "quick")).toEqual({
      code: 2,
      stdout: "",
      stderr: "--ship writes the verdicts of preset standard, not of quick.\n",
    });
    const first = await start("--ship", "--only", "fixture-works");
    expect([first.code, first.stdout]).toEqual([
      0,
      expect.stringMatching(
        /preset standard:[\s\S]*Verdicts of 1 notebook written: \S+verdicts\.json\n$/,
      ),
    ]);
    // a cell after one that fails has tslab's own compiler started
    writeClaims([claim("holds", 1), claim("holds too", 2), claim("fails", 0.5)]);
    const second = await start("--ship", "--only", "fixture-claims");
    expect([second.code, second.stdout]).toEqual([
      1,
      expect.stringContaining("Verdicts of 1 notebook written"),
    ]);
    const { notebooks: written } = JSON.parse(readFileSync(verdicts, "utf8"));
    expect(Object.keys(written)).toEqual(["fixture-claims", "fixture-works"]);
    expect(written["fixture-claims"].claims.map(({ pass }: { pass: boolean }) => pass)).toEqual([
      true,
      true,
      false,
    ]);
    expect(written["fixture-works"].cost.cpuSeconds).toBeGreaterThan(0);
    await start("--only", "fixture-works");
    expect(readFileSync(join(results, "index.html"), "utf8")).toContain(
      "Standard, as shipped: no seed · ",
    );
  });

  test("refuses damaged verdicts by name before anything runs", async () => {
    writeFileSync(verdicts, "{ half");
    const { code, stdout, stderr } = await start();
    rmSync(verdicts);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^\S+verdicts\.json is damaged: it is no JSON .* write it anew with npm run verdicts\.\n$/,
    );
  });

  test("says in one sentence that a file is no notebook", async () => {
    const broken = writeNotebook(notebooks, { name: "fixture-broken", code: [] });
    writeFileSync(broken.path, "{ half a notebook");
    const { code, stderr } = await start();
    rmSync(broken.path);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^.*fixture-broken\.ipynb is not a notebook: .*\n$/);
  });
});
