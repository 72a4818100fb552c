import { afterAll, describe, expect, it } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refusals } from "./support/refusedWords.js";
import { closedWords } from "./support/closedWords.js";

const folder = mkdtempSync(join(tmpdir(), "phaselens-words-"));
afterAll(() => rmSync(folder, { recursive: true }));

const WRONG = "no such word";
const options = closedWords([
  "core",
  "linalg",
  "lrp",
  "hessian",
  "nn",
  "taggers",
  "forest",
  "physics",
  "figures",
  "interop",
  "papers/bluecher2020",
  "papers/dawid2021",
  "papers/neubauer2022",
]);

describe("options that take one of a few words", () => {
  it("are all tried here: add those that are missing to tests/support/refusedWords.ts", () => {
    expect(Object.keys(refusals).sort()).toEqual([...options.keys()].sort());
  });

  it.each([...options])(
    "%s refuses any other, naming it and those there are",
    async (option, words) => {
      const call = refusals[option];
      let message: string | undefined;
      try {
        await call(WRONG as never, folder);
      } catch (error) {
        message = `${(error as Error).name}: ${(error as Error).message}`;
      }
      expect(message).toMatch(/^(ConfigError|DataError): /);
      expect(message).toContain(WRONG);
      expect(words.filter((word) => message!.includes(word)).length).toBeGreaterThan(0);
      expect(message!.length).toBeLessThan(600);
    },
  );
});
