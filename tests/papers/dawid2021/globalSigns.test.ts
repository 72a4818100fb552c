import { dawid2021 } from "phaselens/papers";
import { ConfigError, makeRng, row, ShapeError } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { largestDifference } from "../../support/matrices.js";
import { minMax } from "phaselens/internal/physics/observables/minMax";
import { groundStates } from "phaselens/internal/physics/hubbard/hubbard";

describe("globalSigns", () => {
  it("gives exactly the wanted number of rows the sign −1, in places that depend on the stream", () => {
    const places = (seed: number) =>
      Array.from(dawid2021.globalSigns(1000, 12, makeRng(seed))).flatMap((sign, k) =>
        sign < 0 ? [k] : [],
      );
    expect(places(1)).toHaveLength(12);
    expect(places(1)).toEqual(places(1));
    expect(places(1)).not.toEqual(places(2));
    expect(new Set(dawid2021.globalSigns(7, 0, makeRng(1)))).toEqual(new Set([1]));
    expect(new Set(dawid2021.globalSigns(7, 7, makeRng(1)))).toEqual(new Set([-1]));
  });

  it("puts the sign −1 on every row equally often", () => {
    const counts = new Float64Array(10);
    for (let seed = 0; seed < 2000; seed++)
      dawid2021
        .globalSigns(10, 3, makeRng(seed))
        .forEach((sign, k) => (counts[k] += sign < 0 ? 1 : 0));
    // binomial, mean 600, deviation 20.5; |z| < 4.5 for ten rows: false alarm below 1e-4
    for (const count of counts) expect(Math.abs(count - 600)).toBeLessThan(4.5 * 20.5);
  });

  it("refuses a number that is not there", () => {
    for (const bad of [-1, 11, 2.5, NaN])
      expect(() => dawid2021.globalSigns(10, bad, makeRng(1))).toThrow(ConfigError);
  });
});

describe("withGlobalSigns", () => {
  const sites = 8;
  const training = dawid2021.data({ sites, set: "training" });
  const even = dawid2021.data({ sites, set: "even" });
  const raw = groundStates({ sites, interactions: training.interaction }).states;

  it("is the ground state times its sign, normalised by minimum and maximum of the sign-changed set", () => {
    const sign = dawid2021.globalSigns(1000, 500, makeRng(3));
    const signed = dawid2021.withGlobalSigns(training, sign);
    const amplitudes = raw.data.map((value, k) => value * sign[Math.floor(k / raw.shape[1])]);
    const { minimum, maximum } = minMax(amplitudes);
    expect(minimum).toBeLessThan(-0.7);
    expect(
      largestDifference(
        signed.x.data,
        amplitudes.map((value) => (value - minimum) / (maximum - minimum)),
      ),
    ).toBeLessThan(1e-15);
    expect(minMax(signed.x.data)).toEqual({ minimum: 0, maximum: 1 });
    expect(signed.sign).toEqual(sign);
    expect(signed.target).toEqual(training.target);
    expect(signed.provenance).toMatchObject({
      generator: "withGlobalSigns(dawid2021Data)",
      params: { sites, set: "training", negatives: 500 },
    });
  });

  it("leaves all as it was if every sign is positive, and does not touch the data it is given", () => {
    const before = training.x.data.slice();
    const same = dawid2021.withGlobalSigns(training, new Int8Array(1000).fill(1));
    expect(largestDifference(same.x.data, before)).toBeLessThan(1e-15);
    dawid2021.withGlobalSigns(training, new Int8Array(1000).fill(-1));
    expect(training.x.data).toEqual(before);
  });

  it("normalises test states by the training set's range: a state and its mirror image add up to the same constant", () => {
    const { normalisation } = dawid2021.withGlobalSigns(
      training,
      dawid2021.globalSigns(1000, 12, makeRng(4)),
    );
    const [plus, minus] = [1, -1].map((sign) =>
      dawid2021.withGlobalSigns(even, new Int8Array(50).fill(sign), normalisation),
    );
    expect(plus.normalisation).toEqual(normalisation);
    const sum = (-2 * normalisation.minimum) / (normalisation.maximum - normalisation.minimum);
    const wrong = row(plus.x, 7).map((value, i) => value + row(minus.x, 7)[i] - sum);
    expect(Math.max(...wrong.map(Math.abs))).toBeLessThan(1e-15);
  });

  it("refuses a missing sign and one that is not ±1", () => {
    expect(() => dawid2021.withGlobalSigns(even, new Int8Array(49).fill(1))).toThrow(ShapeError);
    expect(() => dawid2021.withGlobalSigns(even, new Int8Array(50))).toThrow(
      "sign 0 is 0; it must be 1 or -1",
    );
  });
});
