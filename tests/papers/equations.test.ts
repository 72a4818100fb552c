import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { equations as bluecher2020 } from "phaselens/internal/papers/bluecher2020/equations";
import { equations as dawid2021 } from "phaselens/internal/papers/dawid2021/equations";

const source = fileURLToPath(new URL("../../lib/src", import.meta.url));
const read = (file: string): string => readFileSync(join(source, file), "utf8");
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);

/** "Eq. (B3)" of "Eqs. (1)–(3)", "Eqs. (B1) and (B2)", or a number alone after another. */
function numbersIn(text: string): string[] {
  return [...text.matchAll(/\bEqs?\.\s+((?:\([A-E]?\d\)(?:–| and |, )?)+)/g)].flatMap(
    ([, list]) => {
      const [range] = [...list.matchAll(/\((\d)\)–\((\d)\)/g)];
      const between = range
        ? Array.from({ length: +range[2] - +range[1] + 1 }, (_, k) => `(${+range[1] + k})`)
        : [];
      return [...(list.match(/\([A-E]?\d\)/g) ?? []), ...between].map((number) => `Eq. ${number}`);
    },
  );
}

// Neubauer & Roy 2022 number no equation that is implemented
describe.each([
  ["Blücher et al.", bluecher2020],
  ["Dawid et al.", dawid2021],
])("the equations of %s", (authors, equations) => {
  it.each(Object.entries(equations))("%s is in the file that its list names", (number, file) => {
    const text = read(file).replace(/\n \* +/g, " ");
    expect(text).toMatch(/Blücher|Dawid/);
    expect(numbersIn(text)).toContain(number);
  });

  it("are listed, each that a docstring cites by the authors' names", () => {
    const cited = files.flatMap((file) => {
      const text = read(file).replace(/\n\s*(\*|\/\/) */g, " ");
      const after = new RegExp(`${authors}\\s+20\\d\\d,\\s+(Eqs?\\.[^;:]{0,40})`, "g");
      return [...text.matchAll(after)].flatMap(([, tail]) => numbersIn(tail));
    });
    expect(cited.length).toBeGreaterThan(4);
    expect(cited.filter((number) => !Object.hasOwn(equations, number))).toEqual([]);
  });
});
