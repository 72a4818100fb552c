import { makeRng } from "phaselens/core";
import { type Partons, type Splitting } from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { expectedSplitting } from "./sudakov.js";
import { nextSplitting } from "phaselens/internal/physics/jets/nextSplitting";
import { partonShower } from "phaselens/internal/physics/jets/partonShower";
import { clearPartons, partonStore } from "phaselens/internal/physics/jets/partons";
import { runningCoupling } from "phaselens/internal/physics/jets/runningCoupling";
import {
  deadConeShare,
  gluonToGluons,
  gluonToQuarks,
  quarkToGluon,
  thresholdShare,
} from "phaselens/internal/physics/jets/splittingKernels";

// False-alarm rates: each statistical comparison asks for 4.5 standard deviations; 7 in a million
// seeds would fail one.
const PULL = 4.5;

/** ∫ by Simpson's rule, in ln x where x spans decades. */
function integral(f: (x: number) => number, from: number, to: number, steps = 4000): number {
  const h = Math.log(to / from) / steps;
  let sum = 0;
  for (let k = 0; k <= steps; k++) {
    const x = from * Math.exp(k * h);
    sum += (k === 0 || k === steps ? 1 : k % 2 === 1 ? 4 : 2) * f(x) * x;
  }
  return (sum * h) / 3;
}

describe("splitting kernels", () => {
  it.each([0.001, 0.02, 0.3])("integrate from %d to 1 to their analytic values", (e) => {
    const powers = (1 - e * e) / 2;
    expect(integral(quarkToGluon, e, 1)).toBeCloseTo(
      (4 / 3) * (2 * Math.log(1 / e) - 2 * (1 - e) + powers),
      8,
    );
    expect(integral(gluonToGluons, e, 1)).toBeCloseTo(
      6 * (Math.log(1 / e) - (1 - e) + powers / 2 - (1 - e ** 3) / 6),
      8,
    );
    expect(integral(gluonToQuarks, e, 1)).toBeCloseTo(
      0.5 * (1 - e - (1 - e * e) + (2 / 3) * (1 - e ** 3)),
      8,
    );
  });

  it("are those of Altarelli and Parisi: g → gg symmetrised, all quarks' momentum accounted for", () => {
    for (const x of [0.05, 0.3, 0.5, 0.8]) {
      // both gluons are counted, so half of it twice
      const textbook = 6 * (x / (1 - x) + (1 - x) / x + x * (1 - x));
      expect(gluonToGluons(x) + gluonToGluons(1 - x)).toBeCloseTo(textbook, 12);
      expect(gluonToQuarks(x)).toBeCloseTo(gluonToQuarks(1 - x), 12);
    }
    // a gluon's momentum lost to one flavour: ∫ x · 2 T_R(x² + (1 − x)²) dx = 1/3
    expect(integral((x) => 2 * x * gluonToQuarks(x), 1e-6, 1)).toBeCloseTo(1 / 3, 5);
  });

  it("of heavy quarks end at threshold and in the dead cone, and are those of light ones far from both", () => {
    expect(thresholdShare(4 * 4.8 ** 2, 4.8)).toBe(0);
    expect(thresholdShare(1e6, 4.8)).toBeCloseTo(1, 3);
    expect(deadConeShare(4.8 / 100, 4.8, 100)).toBeCloseTo(1 / 4, 12); // at θ₀ = m/p_T
    expect(deadConeShare(0.8, 4.8, 500)).toBeGreaterThan(0.999);
  });
});

describe("runningCoupling", () => {
  it("obeys its renormalisation group equation above 1 GeV, is .134 at m_Z, and stays below .4", () => {
    const beta0 = 23 / (12 * Math.PI);
    for (const k of [3, 10, 200]) {
      const h = 1e-5;
      const slope =
        // by ln k²
        (runningCoupling(k * Math.exp(h)) - runningCoupling(k * Math.exp(-h))) / (4 * h);
      expect(slope).toBeCloseTo(-beta0 * runningCoupling(k) ** 2, 8);
    }
    expect(runningCoupling(91.19)).toBeCloseTo(0.1339, 4);
    expect([runningCoupling(0), runningCoupling(0.3), runningCoupling(1)]).toEqual([0.4, 0.4, 0.4]);
  });
});

describe("nextSplitting", () => {
  const samples = 40_000;
  it.each([
    ["a gluon of 500 GeV", 21, 500],
    ["a light quark of 500 GeV", 1, 500],
    ["a bottom quark of 60 GeV", 5, 60],
    ["a charm quark of 20 GeV", 4, 20],
    ["a gluon of 12 GeV", 21, 12],
  ])(
    "of %s: no splitting down to any angle with Sudakov's probability, and momentum shares and flavours of the integrals",
    (name, flavour, pt) => {
      const rng = makeRng(31, name);
      const out: Splitting = { angle: 0, fraction: 0, first: 0, second: 0 };
      const thresholds = [0.6, 0.4, 0.2, 0.08, 0.02].filter((angle) => angle * pt > 4);
      const survived = thresholds.map(() => 0);
      let [none, quarks, bottoms, fraction, squares] = [0, 0, 0, 0, 0];
      for (let n = 0; n < samples; n++) {
        const found = nextSplitting(rng, pt, flavour, 0.8, out);
        thresholds.forEach((angle, k) => (survived[k] += !found || out.angle < angle ? 1 : 0));
        if (!found) {
          none++;
          continue;
        }
        if (out.first !== 21) quarks++;
        if (flavour === 21 && out.first === 5) bottoms++;
        fraction += out.fraction;
        squares += out.fraction ** 2;
        expect(out.fraction * (1 - out.fraction) * pt * out.angle).toBeGreaterThan(1);
      }
      const expected = expectedSplitting(flavour, pt, 0.8, thresholds);
      const near = (count: number, probability: number): void => {
        const error = Math.sqrt(Math.max(probability * (1 - probability), 1 / samples) / samples);
        expect(
          Math.abs(count / samples - probability),
          `${count / samples} instead of ${probability}`,
        ).toBeLessThan(PULL * error);
      };
      thresholds.forEach((_, k) => near(survived[k], expected.survival[k]));
      near(none, expected.none);
      near(quarks, expected.quarks);
      near(bottoms, expected.bottoms);
      const error = Math.sqrt((squares / samples - (fraction / samples) ** 2) / samples);
      expect(Math.abs(fraction / samples - expected.fraction)).toBeLessThan(PULL * error);
    },
  );
});

describe("partonShower", () => {
  const leaves = (partons: Partons, root: number): number[] =>
    Array.from({ length: partons.end[root] - root }, (_, k) => root + k).filter(
      (k) => partons.first[k] < 0,
    );

  it("conserves p_T and the p_T-weighted axis, orders angles, and keeps a parton's descendants together", () => {
    const rng = makeRng(32);
    const partons = partonStore();
    let largest = 0;
    for (let n = 0; n < 200; n++) {
      clearPartons(partons);
      const root = partonShower(rng, partons, 900, 1.2, -0.4, n % 2 === 0 ? 21 : 5, 0.8);
      const ends = leaves(partons, root);
      largest = Math.max(largest, ends.length);
      const sum = (weight: Float64Array): number =>
        ends.reduce((total, k) => total + partons.pt[k] * weight[k], 0);
      expect(ends.reduce((total, k) => total + partons.pt[k], 0)).toBeCloseTo(900, 9);
      expect(sum(partons.eta) / 900).toBeCloseTo(1.2, 10);
      expect(sum(partons.phi) / 900).toBeCloseTo(-0.4, 10);
      for (let k = root; k < partons.end[root]; k++) {
        const [a, b] = [partons.first[k], partons.second[k]];
        if (a < 0) continue;
        expect([a, b, partons.end[b]]).toEqual([k + 1, partons.end[a], partons.end[k]]);
        for (const child of [a, b])
          if (partons.first[child] >= 0)
            expect(partons.angle[child]).toBeLessThan(partons.angle[k]);
      }
      const bottoms = ends.filter((k) => partons.flavour[k] === 5).length;
      expect(bottoms).toBe(2 * partons.gluonToBottom + (n % 2));
    }
    expect(largest).toBeGreaterThan(20);
  });

  it("gives a pair the mass x(1 − x)p_T²θ² to leading order in the angle", () => {
    const rng = makeRng(33);
    const partons = partonStore();
    for (let n = 0, seen = 0; seen < 20; n++) {
      clearPartons(partons);
      partonShower(rng, partons, 300, 0.5, 0, 21, 0.1);
      if (partons.first[0] < 0) continue;
      seen++;
      const [a, b] = [partons.first[0], partons.second[0]];
      const eta = partons.eta[a] - partons.eta[b];
      const phi = partons.phi[a] - partons.phi[b];
      const exact = 2 * partons.pt[a] * partons.pt[b] * (Math.cosh(eta) - Math.cos(phi));
      const x = partons.fraction[0];
      expect(exact / (x * (1 - x) * (300 * partons.angle[0]) ** 2)).toBeCloseTo(1, 2);
    }
  });
});
