import { linkSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { filesBelow } from "../../environment/base/hash.mjs";
import { inProject } from "../../environment/base/project.mjs";
import { claimDifferences, executeInDeno } from "../../environment/deno/notebooks.mjs";
import { execute } from "../../environment/run/execute.mjs";
import { readNotebooks, select } from "../../environment/run/notebooks.mjs";
import { claimsOf, figuresOf } from "../../environment/run/records.mjs";
import { describeWithDeno } from "../support/deno.js";

/**
 * A folder beside another, with the same files: links, since they are large and are replaced rather
 * than written to. Locks stay where they are.
 */
function linkedCopy(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const copy = mkdtempSync(`${folder}-`);
  for (const file of filesBelow(folder, (path) => !path.endsWith(".lock"))) {
    const target = join(copy, relative(folder, file));
    mkdirSync(dirname(target), { recursive: true });
    linkSync(file, target);
  }
  return copy;
}

describeWithDeno("a notebook in Deno's kernel", (program) => {
  // Chains and jets that Deno draws are others, since the last digits of its Math.exp and its like
  // are: what Node drew and trained is in the cache, all else is computed. What npm start has left
  // there need not be made again; what Deno leaves goes no further than this test
  const before = [process.env.PHASELENS_CACHE, process.env.PHASELENS_FMA];
  let cache: string;
  beforeAll(() => {
    cache = linkedCopy(inProject(".cache", "phaselens"));
    Object.assign(process.env, { PHASELENS_CACHE: cache, PHASELENS_FMA: "off" });
  });
  afterAll(() => {
    for (const [k, name] of ["PHASELENS_CACHE", "PHASELENS_FMA"].entries())
      if (before[k] === undefined) delete process.env[name];
      else process.env[name] = before[k];
    rmSync(cache, { recursive: true, force: true });
  });

  // one a paper: a table of danfojs, ensembles of fields, jets with a trained network
  it.each(["dawid2021-fig2", "bluecher2020-fig2", "neubauer2022-fig1b"])(
    "shows the figures and claims that it shows in Node: %s",
    async (name) => {
      const [file] = select(readNotebooks(inProject("notebooks")), [name]);
      const { notebook } = await execute(file);
      const { error, cells, figures, claims } = await executeInDeno(file, "quick", program);
      expect(error).toBeUndefined();
      expect(cells).toBe(file.code.length);
      expect(figures).toBe(figuresOf(notebook).length);
      expect(claims.filter(({ kind, pass }) => kind !== "reported" && !pass)).toEqual([]);
      expect(claimDifferences(claims, claimsOf(notebook))).toEqual([]);
    },
    600_000,
  );
});
