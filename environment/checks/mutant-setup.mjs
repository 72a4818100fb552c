// Set up before each test file of the first, faultless run: writes which mutants the file reaches.
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, expect } from "vitest";
import { reached } from "phaselens/internal/mutant-switch";

afterAll(() => {
  const name = basename(expect.getState().testPath);
  const ids = Array.from(reached.keys()).filter((id) => reached[id]);
  writeFileSync(join(process.env.PHASELENS_REACHED, `${name}.json`), JSON.stringify(ids));
});
