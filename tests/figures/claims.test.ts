import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { figures } from "phaselens";
import { ConfigError } from "phaselens/core";
import { captureDisplay } from "./captureDisplay.js";
import { parseExpectation } from "phaselens/internal/figures/claims/expectation";
import { ClaimError } from "phaselens/internal/core/errors";

const claim = (
  value: number | boolean,
  expected: string,
  kind: "physics" | "reported" = "physics",
) => figures.claim({ figure: "dawid2021-fig3", statement: "a statement", kind, value, expected });

/** null where the claim throws ClaimError. */
function holds(value: number | boolean, expected: string): boolean | null {
  try {
    return claim(value, expected).pass;
  } catch (error) {
    if (error instanceof ClaimError) return null;
    throw error;
  }
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const anyNumber = fc.oneof(finite, fc.constantFrom(0, 1, -1, Infinity, -Infinity));

describe("a claim of physics", () => {
  it.each([
    [0.995, "> 0.99", true],
    [0.99, "> 0.99", false],
    [7, ">= 7", true],
    [6.999, ">= 7", false],
    [9e-4, "< 1e-3", true],
    [1e-3, "< 1e-3", false],
    [5, "<= 5", true],
    [501, "= 501", true],
    [500, "= 501", false],
    [0.98, "in [0.98, 1.02]", true],
    [1.02, "in [0.98, 1.02]", true],
    [1.03, "in [0.98, 1.02]", false],
    [-2, "in [-3, -1.5]", true],
    [true, "= true", true],
    [false, "= true", false],
    [false, "= false", true],
    [Infinity, "> 1", true],
    [-Infinity, "in [0, 1]", false],
  ])("with %s %s: %s", (value, expected, pass) => {
    expect(holds(value, expected)).toBe(pass || null);
  });

  it("compares as JavaScript does, for any two numbers", () => {
    fc.assert(
      fc.property(anyNumber, finite, (value, bound) => {
        expect(holds(value, `> ${bound}`) !== null).toBe(value > bound);
        expect(holds(value, `>= ${bound}`) !== null).toBe(value >= bound);
        expect(holds(value, `< ${bound}`) !== null).toBe(value < bound);
        expect(holds(value, `<= ${bound}`) !== null).toBe(value <= bound);
        expect(holds(value, `= ${bound}`) !== null).toBe(value === bound);
      }),
    );
  });

  it("holds in an interval where it holds against both ends", () => {
    fc.assert(
      fc.property(anyNumber, finite, finite, (value, a, b) => {
        const [low, high] = a <= b ? [a, b] : [b, a];
        expect(holds(value, `in [${low}, ${high}]`)).toBe(
          (holds(value, `>= ${low}`) && holds(value, `<= ${high}`)) || null,
        );
      }),
    );
  });

  it("never holds for NaN", () => {
    const operator = fc.constantFrom(">", ">=", "<", "<=", "=");
    fc.assert(
      fc.property(operator, finite, (sign, bound) => holds(NaN, `${sign} ${bound}`) === null),
    );
    fc.assert(
      fc.property(
        finite,
        finite,
        (a, b) => holds(NaN, `in [${Math.min(a, b)}, ${Math.max(a, b)}]`) === null,
      ),
    );
  });

  it.each([
    "",
    " ",
    "0.99",
    ">0.99",
    "> ",
    "> x",
    "> NaN",
    "> Infinity",
    "> 1e999",
    "=> 3",
    "== 3",
    "!= 3",
    "~ 3",
    "> 0.9 ",
    " > 0.9",
    "> 0.9 and < 1",
    "> 1,5",
    "> 1e",
    "> 0x10",
    "in [1,2]",
    "in [2, 1]",
    "in (1, 2)",
    "in [1, 2",
    "in [1]",
    "= True",
    "= yes",
    "true",
    "> 1\n",
    "about 37",
  ])("refuses the expectation %j before showing anything", async (expected) => {
    const shown = await captureDisplay(() => expect(() => claim(1, expected)).toThrow(ConfigError));
    expect(shown).toEqual([]);
  });

  it("refuses any other text", () => {
    const valid = /^([<>]=?|=) |^in \[|^= (true|false)$/;
    fc.assert(
      fc.property(
        fc.string().filter((text) => !valid.test(text)),
        (text) => {
          expect(() => parseExpectation(text)).toThrow(ConfigError);
        },
      ),
    );
  });

  it("refuses to compare a number with true, a boolean with a number", () => {
    expect(() => claim(1, "= true")).toThrow(ConfigError);
    expect(() => claim(true, "> 0")).toThrow(ConfigError);
    expect(() => claim("1" as unknown as number, "> 0")).toThrow(ConfigError);
  });

  it("that fails is shown first and thrown then, with statement, value and expectation", async () => {
    let thrown: unknown;
    const shown = await captureDisplay(() => {
      try {
        claim(0.5, "> 0.99");
      } catch (error) {
        thrown = error;
      }
    });
    expect(shown).toHaveLength(1);
    expect(shown[0]["text/plain"]).toBe("✗ a statement: 0.5 (expected > 0.99)");
    expect(thrown).toBeInstanceOf(ClaimError);
    expect((thrown as Error).message).toMatch(
      /^dawid2021-fig3: "a statement" does not hold: 0.5, expected > 0.99\./,
    );
  });
});

describe("an identity", () => {
  const identity = (value: number) => () =>
    figures.claim({
      figure: "dawid2021-fig3",
      statement: "a sum",
      kind: "identity",
      value,
      expected: "< 1e-9",
    });

  it("is a claim that says of its failure that the code is wrong", () => {
    expect(identity(0)().kind).toBe("identity");
    expect(identity(1)).toThrow(/holds by mathematics/);
  });
});

describe("a reported claim", () => {
  it("never throws: its verdict is true, false, or null where the expectation is free text", () => {
    expect(claim(2, "> 1", "reported").pass).toBe(true);
    expect(claim(0, "> 1", "reported").pass).toBe(false);
    expect(claim(0, "the paper: narrower at 14 sites", "reported").pass).toBeNull();
    expect(claim(NaN, "the paper: narrower at 14 sites", "reported").pass).toBe(false);
  });
});

describe("the display of a claim", () => {
  it("follows the contract", async () => {
    const shown = await captureDisplay(() =>
      figures.claim({
        figure: "dawid2021-fig3",
        statement: "ratio",
        kind: "physics",
        value: 37.123456,
        expected: "> 30",
      }),
    );
    expect(shown).toEqual([
      {
        "application/vnd.phaselens.claim+json": {
          figure: "dawid2021-fig3",
          statement: "ratio",
          kind: "physics",
          value: 37.123456,
          expected: "> 30",
          pass: true,
        },
        "text/plain": "✓ ratio: 37.12 (expected > 30)",
        "text/html": '<div class="phaselens-claim">✓ ratio: 37.12 (expected &gt; 30)</div>',
      },
    ]);
  });

  it("escapes whatever stands in statement and expectation", async () => {
    const text = fc.stringMatching(/^[<>&"'a-z/ ]{1,20}$/).filter((s) => s.trim() !== "");
    await fc.assert(
      fc.asyncProperty(text, text, async (statement, expected) => {
        const [bundle] = await captureDisplay(() =>
          figures.claim({
            figure: "dawid2021-fig3",
            statement,
            kind: "reported",
            value: 1,
            expected,
          }),
        );
        const inner =
          /^<div class="phaselens-claim">(.*)<\/div>$/.exec(bundle["text/html"] as string)?.[1] ??
          "";
        expect(inner).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
        const back = inner
          .replaceAll("&lt;", "<")
          .replaceAll("&gt;", ">")
          .replaceAll("&quot;", '"')
          .replaceAll("&#39;", "'")
          .replaceAll("&amp;", "&");
        expect(back).toBe(bundle["text/plain"]);
      }),
    );
  });

  it("carries NaN and ∞ through JSON as text", async () => {
    const [bundle] = await captureDisplay(() => claim(NaN, "> 1", "reported"));
    expect(
      JSON.parse(JSON.stringify(bundle["application/vnd.phaselens.claim+json"])),
    ).toMatchObject({ value: "NaN", pass: false });
  });

  it("refuses an unknown figure id, kind and an empty statement", () => {
    const good = {
      figure: "dawid2021-fig3",
      statement: "s",
      kind: "physics",
      value: 1,
      expected: "> 0",
    } as const;
    expect(() => figures.claim({ ...good, figure: "figure 3" })).toThrow(ConfigError);
    const kinds = 'claim: kind is "asserted"; it must be "identity", "physics" or "reported".';
    // an older word
    expect(() => figures.claim({ ...good, kind: "asserted" as "physics" })).toThrow(kinds);
    expect(() => figures.claim({ ...good, statement: " " })).toThrow(ConfigError);
  });
});
