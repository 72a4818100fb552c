import { makeRng, tensor } from "phaselens/core";
import { isNonNegative, mapEntries, mapped, negative } from "phaselens/internal/lrp/rules/entryMap";
import { rulesFor } from "phaselens/internal/lrp/rules/composite";
import * as lrp from "phaselens/lrp";
import * as nn from "phaselens/nn";
import { describe, expect, it } from "vitest";

const composite: lrp.Composite = {
  name: "two rules",
  first: lrp.flat,
  rules: { dense: lrp.zPlus, convolution: lrp.zPlus, add: lrp.zPlus },
};
const names = (network: nn.Network): (string | undefined)[] =>
  rulesFor(network, composite).map((rule) => rule?.name);

describe("which layers are first", () => {
  it("those that see the input's numbers, cut, joined or reshaped", () => {
    const network = nn.graph((input, then) => {
      const again = then(
        nn.concat(),
        then(nn.slice({ start: 0, features: 2, objects: 1 }), input),
        then(nn.slice({ start: 2, features: 2, objects: 1 }), input),
      );
      return then(nn.dense(4, 2), then(nn.reshape([4]), again));
    });
    expect(names(network)).toEqual([undefined, undefined, undefined, undefined, "flat"]);
  });

  it("not those that see them beside what a layer made of them", () => {
    const network = nn.graph((input, then) => {
      const hidden = then(nn.dense(4, 4), input);
      return then(nn.dense(8, 2), then(nn.concat(), input, hidden));
    });
    expect(names(network)).toEqual(["flat", undefined, "z⁺"]);
  });

  it("nor those behind a function of them", () => {
    expect(names(nn.sequential([nn.relu(), nn.dense(4, 2)]))).toEqual([undefined, "z⁺"]);
  });
});

describe("rules are data that may be anything", () => {
  const of = (rule: unknown) => (): unknown =>
    rulesFor(nn.sequential([nn.dense(2, 2)]), {
      name: "own",
      rules: { dense: rule as lrp.RelevanceRule },
    });

  it("a kind, a name or a gate that there is not is refused, and what there is is named", () => {
    expect(of({ ...lrp.zPlus, kind: "linaer" })).toThrow(/linear/);
    expect(of({ kind: "maximum", name: "winner" })).toThrow(/winner takes all/);
    const [part] = lrp.zPlus.parts;
    expect(of({ ...lrp.zPlus, parts: [{ ...part, outputs: "both" }] })).toThrow(
      /"?positive"? or "?negative"?/,
    );
  });

  it("defaults are those of the docstrings", () => {
    const [both, none] = [lrp.alphaBeta(), lrp.epsilon(0)];
    expect([both.parts.map(({ share }) => share), both.stabiliser]).toEqual([[2, -1], 0]);
    expect([lrp.gamma(0.25).stabiliser, none.stabiliser]).toEqual([0, 0]);
  });
});

describe("maps of entries", () => {
  const rng = makeRng(1);
  const x = Float64Array.from({ length: 8 }, () => rng.normal());

  it("zero is not negative", () => {
    expect(isNonNegative(Float64Array.of(0, 1, -1), 2)).toBe(true);
    expect(isNonNegative(Float64Array.of(0, 1, -1), 3)).toBe(false);
  });

  it("what is known to be all zeros is not computed", () => {
    const into = new Float64Array(6).fill(7);
    expect(mapped(negative, Float64Array.of(0, 1, 2, 3, 4, 5), into, 2, 3, true)).toBeUndefined();
    expect([...into]).toEqual([7, 7, 7, 7, 7, 7]);
  });

  it.each(Object.entries({ ...lrp.maps, constant: lrp.maps.constant([1, 2, 3]) }))(
    "%s touches the rows that it is given, and no entry after them",
    (_name, map) => {
      const out = new Float64Array(8).fill(7);
      mapEntries(map as lrp.EntryMap, x, out, 2, 3);
      expect([...out.subarray(0, 6)]).toEqual(
        Array.from({ length: 6 }, (_, p) => (map as lrp.EntryMap).of(x[p], p % 3)),
      );
      expect([...out.subarray(6)]).toEqual([7, 7]);
    },
  );

  it("sums of what does not depend on the data are the same for every sample", () => {
    const network = nn.sequential([nn.dense(3, 2)]);
    const theta = Float64Array.from({ length: 8 }, () => rng.normal());
    const rows = tensor([2, 3], [1, 2, 3, 0, 0, 0]);
    const { at, output } = lrp.attribute(
      network,
      theta,
      rows,
      lrp.layerwise(lrp.uniform(lrp.flat)),
      {
        start: { weights: tensor([2, 2], [1, 1, 1, 1]) },
      },
    );
    const third = (n: number): number => (output.data[2 * n] + output.data[2 * n + 1]) / 3;
    const expected = [third(0), third(0), third(0), third(1), third(1), third(1)];
    expected.forEach((value, p) => expect(at[0].data[p]).toBeCloseTo(value, 12));
  });
});
