import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pairClaims } from "../../environment/verdicts/pair-claims.mjs";
import { claim } from "./shipped.js";

/** Statements of the partners, and of what is nobody's. */
function paired(own: string[], other: string[]): [(string | undefined)[], string[]] {
  const { partners, rest } = pairClaims(
    own.map((statement) => claim({ statement })),
    other.map((statement) => claim({ statement })),
  );
  return [partners.map((one) => one?.statement), rest.map((one) => one.statement)];
}

describe("claims of two scales belong together", () => {
  it.each([
    ["the same statement", ["a", "b"], ["b", "a"], ["a", "b"], []],
    ["the n-th of equal statements", ["a", "a"], ["a", "a", "a"], ["a", "a"], ["a"]],
    ["other numbers", ["of 5 networks, −1.5e-3"], ["of 24 networks, 2"], ["of 24 networks, 2"], []],
    [
      "numbers in words",
      ["of five networks (1)"],
      ["of 3 networks (2)"],
      ["of 3 networks (2)"],
      [],
    ],
    [
      "lists of another length",
      ["parts (1.54), least", "its (1)"],
      ["parts (1.67, −2, 1.82), least", "its (2)"],
      ["parts (1.67, −2, 1.82), least", "its (2)"],
      [],
    ],
    [
      "the same number before the next",
      ["12 sites", "14 sites"],
      ["14 sites", "12 sites"],
      ["12 sites", "14 sites"],
      [],
    ],
    [
      "in order, when all numbers differ",
      ["κ = 1", "κ = 2"],
      ["κ = 3", "κ = 4", "κ = 5"],
      ["κ = 3", "κ = 4"],
      ["κ = 5"],
    ],
    [
      "one claim with other names behind its colon",
      ["on top: a, b"],
      ["on top: c"],
      ["on top: c"],
      [],
    ],
    [
      "one claim with other names in parentheses",
      ["median (a)"],
      ["median (b, c)"],
      ["median (b, c)"],
      [],
    ],
    [
      "not two of them: that would be a guess",
      ["n: a", "n: b"],
      ["n: c", "n: d"],
      [undefined, undefined],
      ["n: c", "n: d"],
    ],
    ["nothing", ["a"], [], [undefined], []],
    ["nothing at all", [], ["a"], [], ["a"]],
  ])("by %s", (_, own, other, partners, rest) => {
    expect(paired(own, other)).toEqual([partners, rest]);
  });

  it("of one figure alone, and behind a colon of one kind alone", () => {
    const [a, b] = [claim({ figure: "a-fig1" }), claim({ figure: "a-fig2" })];
    expect(pairClaims([a], [b])).toEqual({ partners: [null], rest: [b] });
    expect(pairClaims([a], [{ ...a, kind: "reported" }]).partners).toEqual([
      { ...a, kind: "reported" },
    ]);
    const [c, d] = [claim({ statement: "n: a" }), claim({ statement: "n: b", kind: "reported" })];
    expect(pairClaims([c], [d])).toEqual({ partners: [null], rest: [d] });
  });

  it("each with one at most, and none is lost, for any statements", () => {
    const statements = fc.array(fc.stringMatching(/^[ab] ?[12]?:? ?[cd]?$/), { maxLength: 8 });
    fc.assert(
      fc.property(statements, statements, (own, other) => {
        const [partners, rest] = paired(own, other);
        expect([...partners.filter((one) => one !== undefined), ...rest].sort()).toEqual(
          [...other].sort(),
        );
        expect(partners).toHaveLength(own.length);
        expect(paired(own, own)).toEqual([own, []]);
      }),
    );
  });
});
