import { describe, expect, it } from "vitest";
import { mutate } from "../../environment/checks/mutants.mjs";
import { countAt, statementsOf } from "../../environment/checks/statements.mjs";

/** What stands in place of what, and the module that holds all of it. */
function mutated(code: string): { pairs: string[]; text: string } {
  const { mutants, text } = mutate("m.js", code, 0, "./switch.js");
  return { pairs: mutants.map(({ before, after }) => `${before} → ${after}`), text };
}

/** The value of an expression with the mutant of that number on. */
function valueWith(on: number, code: string): unknown {
  const { text } = mutated(code);
  const body = text.replace(/^import .*\n/, "return ");
  return (new Function("mutant", body) as (mutant: (id: number) => boolean) => unknown)(
    (id) => id === on,
  );
}

describe("mutants", () => {
  it("are small faults of operators, conditions, numbers, signs and calls", () => {
    expect(mutated("a < b").pairs).toEqual(["a < b → a <= b", "a < b → a >= b"]);
    expect(mutated("if (ok) stop();").pairs).toEqual([
      "ok → true",
      "ok → false",
      "stop(); → (nothing)",
    ]);
    expect(mutated("-x").pairs).toEqual(["-x → x"]);
    expect(mutated("Math.max(a, b)").pairs.at(-1)).toBe("Math.max(a, b) → Math.min(a, b)");
    expect(mutated("throw new Error('1' + 2)").pairs).toEqual([]); // messages have tests of their own
  });

  it("all stand in one text, which is the module where none is on and one of them otherwise", () => {
    const code = "(2 * 3 + 4)";
    expect(valueWith(-1, code)).toBe(10);
    const values = mutated(code).pairs.map((_, id) => valueWith(id, code));
    // + → −, * → /, and each number one larger
    expect(values.map(Number).sort((a, b) => a - b)).toEqual(
      [2, 2 / 3 + 4, 11, 12, 13].sort((a, b) => a - b),
    );
  });

  it("of chains of ?? are JavaScript: && and ?? are not mixed without parentheses", () => {
    const code = "(undefined ?? 0 ?? 2)";
    const { pairs } = mutated(code);
    expect(valueWith(-1, code)).toBe(0);
    expect(pairs.map((_, id) => valueWith(id, code))).toContain(2); // (undefined && 0) ?? 2
  });

  it("of a statement before an else leave the else to its own condition", () => {
    const choice = "let y = 0; if (y) y = 1; else if (y) Math.abs(y); else y = 3;";
    const code = `((() => { ${choice} return y; })())`;
    expect(valueWith(-1, code)).toBe(3);
    const { pairs } = mutated(code);
    expect(valueWith(pairs.indexOf("Math.abs(y); → (nothing)"), code)).toBe(3);
  });
});

describe("statements that ran", () => {
  it("are counted by the smallest range around them", () => {
    const code = "function f(x) {\n  if (x) return 1;\n  return 2;\n}\nf(0);\n";
    const [test, one, two, call] = statementsOf(code).map(({ offset }) => offset);
    const ranges: [number, number, number][] = [
      [0, code.length, 1],
      [0, code.indexOf("}") + 1, 1],
      [one, code.indexOf(";") + 1, 0],
    ];
    expect([test, one, two, call].map((offset) => countAt(ranges, offset))).toEqual([1, 0, 1, 1]);
  });
});
