import { expect, it } from "vitest";
import { codeTokens } from "../../environment/verdicts/code-tokens.mjs";

const wide = [
  `import { core, figures } from 'phaselens'`,
  `interface Row { kappa: number, kind: "a" | "b" }
const rows: (Row)[] = [[0.1, "a"], [0.2, "b"]].map(x => ({ 'kappa': x[0], kind: x[1] }) as Row); const seed = 1e-3;
for (let k = 0; k < rows.length; k++) { rows[k].kappa *= (2 + k) | 1; }
figures.claim({ figure: "one", statement: \`of \${rows.length} rows, each of them\`, value: core.mean(rows.map(r => r.kappa)), seed })`,
];
const narrow = [
  `import { core, figures } from "phaselens";`,
  `// what is shown
interface Row {
  kappa: number;
  kind:
    | "a"
    | "b";
}`,
  `const rows: Row[] = [
  [0.1, "a"],
  [0.2, "b"],
].map(
  (x) =>
    ({
      kappa: x[0],
      kind: x[1],
    }) as Row,
);
const seed = 0.001;`,
  `/** A remark. */
for (let k = 0; k < rows.length; k++) {
  rows[k].kappa *= (2 + k) | 1;
}`,
  `void figures.claim({
  figure: "one",
  statement:
    "of " + \`\${rows.length} rows, \` +
    "each of them",
  value: core.mean(rows.map((r) => r.kappa)),
  seed: seed,
});`,
];

it("are the same for code that is formatted, commented and cut into cells in another way", () => {
  expect(codeTokens(narrow)).toBe(codeTokens(wide));
});

it("are the same where a bracket says nothing, and others where it does", () => {
  const same = ["a * b + c", "(a * b) + c", "((a * b + c));"].map((code) => codeTokens([code]));
  expect(new Set(same).size).toBe(1);
  expect(codeTokens(["a * (b + c)"])).not.toBe(same[0]);
});

it.each([
  ["a number", "0.2", "0.3"],
  ["a text", '"one"', '"two"'],
  ["a part of a template", "each of them", "all of them"],
  ["what a template holds", "rows.length} rows", "seed} rows"],
  ["an operator", "|", "&"],
  ["a type", "number", "string"],
  ["a name", "core.mean", "core.median"],
  ["the kind of a variable", "const seed", "let seed"],
  ["the order of statements", "const seed = 0.001;", ""],
])("are others after a change of %s", (_, before, after) => {
  const changed = narrow.map((cell) => cell.replace(before, after));
  expect(changed).not.toEqual(narrow);
  expect(codeTokens(changed)).not.toBe(codeTokens(narrow));
});

it.each([
  ["which part of a loop's head stands", "for (; a; ) b();", "for (a; ; ) b();"],
  ["a number and its digits as a text", "f(1)", 'f("1")'],
  ["text that is joined to a number", '1 + 1 + "a"', '1 + "1a"'],
  ["a hole in a list", "[a, , b]", "[a, b]"],
  ["the operator `,`", "f((a, b))", "f(a, b)"],
  ["a spread", "f(...a)", "f(a)"],
  ["what is awaited", "await f()", "f()"],
  ["an optional step", "a?.b", "a.b"],
  ["the sign of a number", "f(-1)", "f(1)"],
])("tell %s apart", (_, one, other) => {
  expect(codeTokens([one])).not.toBe(codeTokens([other]));
});

const presets = (quick: string, standard: string, paper: string) => [
  `const widths = { hidden: 16 };`,
  `const quick = ${quick};
const standard = ${standard};
const params = core.preset({ quick: { ...quick }, standard: { ...standard }, paper: ${paper} });`,
  `f(params.seeds, widths);`,
];
const tokens = codeTokens(presets("{ seeds: [1] }", "{ seeds: [1, 2] }", "{ seeds: [1, 2, 3] }"));

it("are the same with other parameters at presets of which no verdicts are shipped", () => {
  const [quick, paper] = ["{ seeds: [7], few: true }", "{ seeds: [8, 9], ...widths }"];
  expect(codeTokens(presets(quick, "{ seeds: [1, 2] }", paper))).toBe(tokens);
});

it("are others with other parameters at standard", () => {
  const changed = presets("{ seeds: [1] }", "{ seeds: [2, 1] }", "{ seeds: [1, 2, 3] }");
  expect(codeTokens(changed)).not.toBe(tokens);
});

it("count what standard takes over from another preset", () => {
  const [one, other] = [1, 2].map((seed) =>
    codeTokens(presets(`{ seeds: [${seed}] }`, "{ ...quick }", "{}")),
  );
  expect(other).not.toBe(one);
});

it("count what is computed from the parameters of another preset", () => {
  const [one, other] = [1, 2].map((seed) =>
    codeTokens([...presets(`{ seeds: [${seed}] }`, "{}", "{}"), "show(quick.seeds);"]),
  );
  expect(other).not.toBe(one);
});

it("count a parameter that is called like a preset elsewhere", () => {
  const [one, other] = [1, 2].map((value) => codeTokens([`f({ quick: ${value} });`]));
  expect(other).not.toBe(one);
});
