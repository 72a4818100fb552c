import { afterAll, expect, test } from "vitest";
import { inProject } from "../../environment/base/project.mjs";
import { compileCells } from "../../environment/compile/notebook.mjs";
import { readNotebooks } from "../../environment/run/notebooks.mjs";
import { closeTslab, tslabCells } from "../support/tslabCells.js";

afterAll(closeTslab);

test.each(readNotebooks(inProject("notebooks")).map(({ name, code }) => [name, code] as const))(
  "%s: its cells run as tslab compiles them",
  { timeout: 180_000 },
  (_, code) => {
    expect(compileCells(inProject("notebooks"), code)).toEqual(tslabCells(code));
  },
);
