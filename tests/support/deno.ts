import { describe, it } from "vitest";
import { denoCure, findDeno } from "../../environment/deno/program.mjs";

/** Tests that need Deno; where it is not installed they are skipped with a line that says so. */
export function describeWithDeno(name: string, tests: (program: string) => void): void {
  const deno = findDeno();
  if (deno) describe(name, () => tests(deno.program));
  else describe(name, () => it.skip(`needs Deno: ${denoCure}`, () => {}));
}
