import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inProject } from "../../environment/base/project.mjs";

const { browser } = JSON.parse(readFileSync(inProject("lib", "package.json"), "utf8")) as {
  browser: Record<string, string>;
};
const namesOf = async (path: string): Promise<string[]> =>
  Object.keys((await import(inProject("lib", path))) as object);

// a name that is missing would fail in a page alone
test.each(Object.entries(browser))(
  "what bundlers put in the place of %s has all of its names",
  async (path, instead) => {
    expect(await namesOf(instead)).toEqual(expect.arrayContaining(await namesOf(path)));
  },
);

test("what bundlers put there finds no library and runs what it is given", async () => {
  const none = (await import(inProject("lib", "dist", "core", "native", "none.js"))) as {
    nativeBlas: () => unknown;
    nativePlace: () => unknown;
    withoutNative: (action: () => number) => number;
  };
  expect([none.nativeBlas(), none.nativePlace()]).toEqual([undefined, undefined]);
  expect(none.withoutNative(() => 7)).toBe(7);
});
