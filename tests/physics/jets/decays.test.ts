import { makeRng, mean, type Rng } from "phaselens/core";
import { type HeavyHadron, type Particles } from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { bottomHadron, charmHadron } from "phaselens/internal/physics/jets/heavyDecays";
import { bottomHadrons, charmHadrons } from "phaselens/internal/physics/jets/particleData";
import { clearParticles, particleStore } from "phaselens/internal/physics/jets/particles";
import {
  BOTTOM_EPSILON,
  CHARM_EPSILON,
  peterson,
  petersonSampler,
} from "phaselens/internal/physics/jets/petersonFunction";
import { phaseSpace } from "phaselens/internal/physics/jets/phaseSpace";

// False-alarm rates: each statistical comparison asks for 4.5 standard deviations; 7 in a million
// seeds would fail one.
const PULL = 4.5;
function expectMean(values: number[], expected: number): void {
  const average = mean(values);
  const error = Math.sqrt(mean(values.map((value) => (value - average) ** 2)) / values.length);
  expect(Math.abs(average - expected), `${average} ± ${error} instead of ${expected}`).toBeLessThan(
    PULL * error,
  );
}

describe("phaseSpace", () => {
  it.each([
    [5.28, [1.865, 0.1396, 0.1396, 0.1396]],
    [1.8648, [0.4937, 0.1396]],
    [0.4976, [0.1396, 0.1396]],
    [5.3669, [1.9683, 0.1057, 0]],
    [1.1157, [0.93827, 0.1396]], // 38 MeV above threshold
  ])(
    "of a mass of %d GeV into %j conserves energy and momentum and keeps each mass",
    (mass, masses) => {
      const rng = makeRng(41, `${mass}`);
      const out = new Float64Array(4 * masses.length);
      for (let n = 0; n < 500; n++) {
        phaseSpace(rng, mass, Float64Array.from(masses), masses.length, out);
        const sums = [0, 1, 2, 3].map((k) => masses.reduce((sum, _, i) => sum + out[4 * i + k], 0));
        [mass, 0, 0, 0].forEach((expected, k) =>
          expect(Math.abs(sums[k] - expected)).toBeLessThan(1e-11),
        );
        masses.forEach((m, i) => {
          const [e, x, y, z] = out.subarray(4 * i, 4 * i + 4);
          expect(Math.abs(e * e - x * x - y * y - z * z - m * m)).toBeLessThan(1e-11);
        });
      }
    },
  );

  it("is flat for three massless daughters: shares 2E/M of density 2x, isotropic", () => {
    const rng = makeRng(42);
    const out = new Float64Array(12);
    const [shares, squares, cosines] = [[], [], []] as number[][];
    for (let n = 0; n < 20_000; n++) {
      phaseSpace(rng, 2, new Float64Array(3), 3, out);
      shares.push(out[0]);
      squares.push(out[0] ** 2);
      cosines.push((out[3] / out[0]) ** 2);
    }
    expectMean(shares, 2 / 3);
    expectMean(squares, 1 / 2);
    expectMean(cosines, 1 / 3);
  });
});

describe("petersonSampler", () => {
  it.each([BOTTOM_EPSILON, CHARM_EPSILON])(
    "draws z of Peterson's function at ε = %d",
    (epsilon) => {
      const points = Array.from({ length: 200_000 }, (_, k) => (k + 0.5) / 200_000);
      const weights = points.map((z) => peterson(z, epsilon));
      const expected =
        points.reduce((sum, z, k) => sum + z * weights[k], 0) /
        weights.reduce((sum, w) => sum + w, 0);
      const draw = petersonSampler(epsilon);
      const rng = makeRng(43);
      expectMean(
        Array.from({ length: 20_000 }, () => draw(rng)),
        expected,
      );
      expect(expected).toBeGreaterThan(epsilon === BOTTOM_EPSILON ? 0.8 : 0.6);
    },
  );
});

describe("decays in flight", () => {
  const particles: Particles = particleStore();
  const events = <T>(count: number, rng: Rng, make: (rng: Rng) => void, read: () => T): T[] =>
    Array.from({ length: count }, () => {
      clearParticles(particles);
      make(rng);
      return read();
    });
  const distance = (v: number, from = 0): number =>
    Math.hypot(
      particles.vx[v] - particles.vx[from],
      particles.vy[v] - particles.vy[from],
      particles.vz[v] - particles.vz[from],
    );

  it("conserve four-momentum through the whole chain, the neutrino's included, with a mother on its mass shell", () => {
    const masses = bottomHadrons.map(({ mass }) => mass);
    events(
      300,
      makeRng(44),
      (rng) => bottomHadron(rng, particles, 80, 1.1, 0.7, 1),
      () => {
        const sum = (values: Float64Array): number =>
          values.subarray(0, particles.count).reduce((total, value) => total + value, 0);
        expect(sum(particles.px)).toBeCloseTo(80 * Math.cos(0.7), 9);
        expect(sum(particles.py)).toBeCloseTo(80 * Math.sin(0.7), 9);
        expect(sum(particles.pz)).toBeCloseTo(80 * Math.sinh(1.1), 9);
        const mass = Math.sqrt(
          sum(particles.energy) ** 2 -
            sum(particles.px) ** 2 -
            sum(particles.py) ** 2 -
            sum(particles.pz) ** 2,
        );
        expect(Math.min(...masses.map((m) => Math.abs(m - mass)))).toBeLessThan(1e-6);
      },
    );
  });

  /** cτ p/m on average. */
  const flown = (hadrons: readonly HeavyHadron[], momentum: number): number =>
    hadrons.reduce(
      (sum, { fraction, mass, properLength }) => sum + (fraction * properLength * momentum) / mass,
      0,
    );

  it.each([
    [30, 0],
    [60, 0],
    [60, 1.5],
  ])("fly cτ p/m on average: p_T = %d GeV at η = %d", (pt, eta) => {
    const momentum = pt * Math.cosh(eta);
    expectMean(
      events(
        10_000,
        makeRng(45, `${pt}`),
        (rng) => bottomHadron(rng, particles, pt, eta, 0, 1),
        () => distance(1),
      ),
      flown(bottomHadrons, momentum),
    );
    expectMean(
      events(
        10_000,
        makeRng(46, `${pt}`),
        (rng) => charmHadron(rng, particles, pt, eta, 0, 1),
        () => distance(1),
      ),
      flown(charmHadrons, momentum),
    );
  });

  it("fly along their momentum for exponentially distributed times; charm goes on from where bottom decayed", () => {
    const seen = events(
      8000,
      makeRng(47),
      (rng) => bottomHadron(rng, particles, 40, 0, 0, 1),
      () => {
        expect(particles.vertices).toBe(3);
        expect(Array.from(particles.origin.subarray(1, 3))).toEqual([2, 3]);
        expect([particles.parent[1], particles.parent[2]]).toEqual([0, 1]);
        expect(Math.hypot(particles.vy[1], particles.vz[1])).toBeLessThan(1e-12 * particles.vx[1]);
        return distance(1);
      },
    );
    // second moment of an exponential of mean L: 2L², here a mixture
    const second = bottomHadrons.reduce(
      (sum, { fraction, mass, properLength }) =>
        sum + 2 * fraction * ((properLength * 40) / mass) ** 2,
      0,
    );
    expectMean(
      seen.map((value) => value ** 2),
      second,
    );
  });

  it("have lifetimes of the Particle Data Group and fractions that sum to 1", () => {
    const micrometres = Object.fromEntries(
      [...bottomHadrons, ...charmHadrons].map(({ name, properLength }) => [
        name,
        Math.round(1e4 * properLength),
      ]),
    );
    expect(micrometres).toEqual({
      "B+": 491,
      B0: 455,
      Bs: 456,
      Λb: 441,
      D0: 123,
      "D+": 310,
      Ds: 151,
      Λc: 60,
    });
    for (const hadrons of [bottomHadrons, charmHadrons])
      expect(hadrons.reduce((sum, { fraction }) => sum + fraction, 0)).toBeCloseTo(1, 12);
  });

  it("give about as many charged particles as LEP saw, 4.96 of bottom", () => {
    const charged = (): number =>
      particles.charged.subarray(0, particles.count).reduce((sum, one) => sum + one, 0);
    const average = mean(
      events(5000, makeRng(48), (rng) => bottomHadron(rng, particles, 40, 0, 0, 1), charged),
    );
    expect(average).toBeGreaterThan(4.6);
    expect(average).toBeLessThan(5.3);
  });
});
