import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { inProject } from "../../environment/base/project.mjs";
import { claimDifferences, executeInDeno } from "../../environment/deno/notebooks.mjs";
import { execute } from "../../environment/run/execute.mjs";
import { readNotebooks, select } from "../../environment/run/notebooks.mjs";
import { claimsOf, figuresOf } from "../../environment/run/records.mjs";
import { describeWithDeno } from "../support/deno.js";

describeWithDeno("a notebook in Deno's kernel", (program) => {
  // nothing of what is compared is read from the cache of the other
  const before = process.env.PHASELENS_CACHE;
  const caches = ["node", "deno"].map((name) => mkdtempSync(join(tmpdir(), `phaselens-${name}-`)));
  afterAll(() => {
    if (before === undefined) delete process.env.PHASELENS_CACHE;
    else process.env.PHASELENS_CACHE = before;
    for (const folder of caches) rmSync(folder, { recursive: true, force: true });
  });

  // one a paper: a table of danfojs, ensembles of fields, jets with a trained network
  it.each(["dawid2021-fig2", "bluecher2020-fig11", "neubauer2022-fig1b"])(
    "shows the figures and claims that it shows in Node: %s",
    async (name) => {
      const [file] = select(readNotebooks(inProject("notebooks")), [name]);
      process.env.PHASELENS_CACHE = caches[0];
      const { notebook } = await execute(file);
      process.env.PHASELENS_CACHE = caches[1];
      const { error, cells, figures, claims } = await executeInDeno(file, "quick", program);
      expect(error).toBeUndefined();
      expect(cells).toBe(file.code.length);
      expect(figures).toBe(figuresOf(notebook).length);
      expect(claimDifferences(claims, claimsOf(notebook))).toEqual([]);
    },
    600_000,
  );
});
