import fc from "fast-check";
import { ConfigError, makeRng, correlation } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { murmurHash3 } from "phaselens/internal/core/cache/hash";
import { philox4x32 } from "phaselens/internal/core/random/philox";

// Every statistical test here has a false-alarm rate of about 1e-6 (per seed; the seeds are fixed).
const SIGMAS = 4.9;

/**
 * The value that χ² with `k` degrees of freedom exceeds with probability 1e-6: Wilson & Hilferty
 * (1931), 4.75 standard deviations.
 */
const chiSquareLimit = (k: number): number =>
  k * (1 - 2 / (9 * k) + 4.75 * Math.sqrt(2 / (9 * k))) ** 3;
const chiSquare = (counts: ArrayLike<number>, expected: (bin: number) => number): number =>
  Array.from(counts).reduce(
    (sum, count, bin) => sum + (count - expected(bin)) ** 2 / expected(bin),
    0,
  );

describe("makeRng", () => {
  it("draws Philox blocks under the hash of seed and path, two words a number", () => {
    const hash = murmurHash3(new TextEncoder().encode("-7/hmc/κ=0.18"));
    const expected: number[] = [];
    const words = new Uint32Array(4);
    for (let block = 0; block < 3; block++) {
      philox4x32(block, 0, hash[2], hash[3], hash[0], hash[1], words);
      for (const k of [0, 2])
        expected.push(
          Number(((BigInt(words[k]) >> 5n) << 26n) | (BigInt(words[k + 1]) >> 6n)) / 2 ** 53,
        );
    }
    const rng = makeRng(-7, "hmc/κ=0.18");
    expect(expected.map(() => rng.uniform())).toEqual(expected);
  });

  it("gives the same numbers as the day it was written", () => {
    // Regression: may be wrong, must not drift.
    const rng = makeRng(2021).fork("snapshot");
    expect([
      rng.uniform(),
      rng.normal(),
      rng.integer(1000),
      rng.integer(2 ** 40),
      Array.from(rng.permutation(6)),
    ]).toMatchInlineSnapshot(`
      [
        0.45561812723203565,
        1.1249761887409027,
        357,
        777901175637,
        [
          0,
          4,
          1,
          2,
          3,
          5,
        ],
      ]
    `);
  });

  it("refuses a seed that is no integer, with its value", () => {
    for (const seed of [0.5, NaN, 2 ** 53]) expect(() => makeRng(seed)).toThrow(ConfigError);
    expect(() => makeRng(0.5)).toThrow("the seed is 0.5");
  });
});

describe("fork", () => {
  it("depends on seed and labels alone, not on what was drawn before or elsewhere", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
        fc.nat({ max: 20 }),
        (seed, labels, draws) => {
          const fresh = labels.reduce((rng, label) => rng.fork(label), makeRng(seed));
          const used = labels.reduce((rng, label) => {
            for (let i = 0; i < draws; i++) rng.normal();
            return rng.fork(label);
          }, makeRng(seed));
          const named = makeRng(seed, labels.join("/"));
          for (let i = 0; i < 5; i++) {
            const value = fresh.uniform();
            expect(used.uniform()).toBe(value);
            expect(named.uniform()).toBe(value);
          }
        },
      ),
      { seed: 2, numRuns: 100 },
    );
  });

  it("leaves the numbers of the parent as they are", () => {
    const [plain, forking] = [makeRng(3), makeRng(3)];
    for (let i = 0; i < 10; i++) {
      forking.fork(`child ${i}`).normal();
      expect(forking.normal()).toBe(plain.normal());
    }
  });

  it("gives siblings, parent and neighbouring seeds uncorrelated streams", () => {
    const streams = [
      makeRng(4),
      makeRng(5),
      makeRng(4).fork("a"),
      makeRng(4).fork("b"),
      makeRng(4).fork("a").fork("a"),
    ];
    const n = 20_000;
    const draws = streams.map((rng) => Float64Array.from({ length: n }, () => rng.uniform()));
    for (let i = 0; i < draws.length; i++) {
      for (let j = 0; j < i; j++)
        expect(Math.abs(correlation(draws[i], draws[j])) * Math.sqrt(n)).toBeLessThan(SIGMAS);
    }
  });

  it("refuses an empty label", () => {
    expect(() => makeRng(1).fork("")).toThrow(/the label is "".*rng.fork\("shuffle"\)/);
  });
});

describe("uniform", () => {
  it("fills [0, 1) evenly, and its lowest bits too", () => {
    const rng = makeRng(6).fork("uniform");
    const n = 1_000_000;
    const high = new Float64Array(256);
    const low = new Float64Array(256);
    for (let i = 0; i < n; i++) {
      const u = rng.uniform();
      high[Math.floor(u * 256)]++;
      low[(u * 2 ** 53) % 256]++;
    }
    expect(chiSquare(high, () => n / 256)).toBeLessThan(chiSquareLimit(255));
    expect(chiSquare(low, () => n / 256)).toBeLessThan(chiSquareLimit(255));
  });

  it("is independent of the draw before it", () => {
    const rng = makeRng(7).fork("pairs");
    const counts = new Float64Array(32 * 32);
    const n = 500_000;
    for (let i = 0; i < n; i++)
      counts[32 * Math.floor(32 * rng.uniform()) + Math.floor(32 * rng.uniform())]++;
    expect(chiSquare(counts, () => n / 1024)).toBeLessThan(chiSquareLimit(1023));
  });
});

describe("normal", () => {
  it("follows the normal density from the centre to beyond five standard deviations", () => {
    const density = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    const width = 0.125;
    const edge = 5;
    const bins = (2 * edge) / width;
    /** Simpson's rule with 40 pieces a bin, error below 1e-12. */
    const probability = (from: number): number => {
      const h = width / 40;
      let sum = density(from) + density(from + width);
      for (let k = 1; k < 40; k++) sum += (k % 2 ? 4 : 2) * density(from + k * h);
      return (sum * h) / 3;
    };
    const rng = makeRng(8).fork("normal");
    const n = 4_000_000;
    const counts = new Float64Array(bins);
    let beyond = 0;
    for (let i = 0; i < n; i++) {
      const x = rng.normal();
      const bin = Math.floor((x + edge) / width);
      if (bin >= 0 && bin < bins) counts[bin]++;
      else beyond++;
    }
    // bins with fewer than five expected are left out, as χ² is not distributed like χ² there
    const populated = Array.from({ length: bins }, (_, bin) => bin).filter(
      (bin) => n * probability(bin * width - edge) >= 5,
    );
    expect(populated.length).toBeGreaterThan(70);
    const value = chiSquare(
      populated.map((bin) => counts[bin]),
      (k) => n * probability(populated[k] * width - edge),
    );
    expect(value).toBeLessThan(chiSquareLimit(populated.length));
    expect(beyond).toBeLessThan(14); // 2.3 expected; Poisson probability of 14 or more: 1e-7
  });

  it("has the tail of the normal distribution beyond the lowest layer, |x| > 3.4426, not an exponential one", () => {
    // Mean excess over the edge r: φ(r)/Q(r) − r = .2547, by the continued fraction of Mills' ratio
    // φ/Q; an exponential tail has 1/r = .29048. The standard deviation of one excess is about .25.
    const r = 3.442619855899;
    let mills = r;
    // φ(r)/Q(r) = r + 1/(r + 2/(r + 3/(r + …)))
    for (let k = 200; k >= 1; k--) mills = r + k / mills;
    const rng = makeRng(14).fork("tail");
    const n = 20_000_000;
    let [count, excess, squares] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const beyond = Math.abs(rng.normal()) - r;
      if (beyond <= 0) continue;
      count++;
      excess += beyond;
      squares += beyond * beyond;
    }
    const spread = Math.sqrt(squares / count - (excess / count) ** 2);
    expect(Math.abs(excess / count - (mills - r)) / (spread / Math.sqrt(count))).toBeLessThan(
      SIGMAS,
    );
    const expected = (2 * n * Math.exp(-0.5 * r * r)) / Math.sqrt(2 * Math.PI) / mills;
    expect(Math.abs(count - expected) / Math.sqrt(expected)).toBeLessThan(SIGMAS);
  });

  it("has mean 0, variance 1 and no correlation of neighbours", () => {
    const rng = makeRng(9).fork("moments");
    const n = 1_000_000;
    let [sum, squares, products, before] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const x = rng.normal();
      sum += x;
      squares += x * x;
      products += x * before;
      before = x;
    }
    expect(Math.abs(sum) / Math.sqrt(n)).toBeLessThan(SIGMAS);
    expect(Math.abs(squares - n) / Math.sqrt(2 * n)).toBeLessThan(SIGMAS);
    expect(Math.abs(products) / Math.sqrt(n)).toBeLessThan(SIGMAS);
  });

  it("keeps nothing between draws: the same stream from any point on", () => {
    const [once, twice] = [makeRng(10), makeRng(10)];
    once.normal();
    twice.normal();
    once.fork("elsewhere").normal();
    expect(once.uniform()).toBe(twice.uniform());
  });
});

describe("integer", () => {
  it("has no bias where 2^32 is no multiple of n", () => {
    // the remainder of a plain 32-bit word would fall below 2^30 half of the time, not a third
    const rng = makeRng(11).fork("integer");
    const n = 200_000;
    let below = 0;
    for (let i = 0; i < n; i++) if (rng.integer(3 * 2 ** 30) < 2 ** 30) below++;
    expect(Math.abs(below - n / 3) / Math.sqrt((n * 2) / 9)).toBeLessThan(SIGMAS);
  });

  it("reaches every value of small ranges equally often, and stays below large ones", () => {
    const rng = makeRng(12).fork("integer");
    const counts = new Float64Array(7);
    for (let i = 0; i < 70_000; i++) counts[rng.integer(7)]++;
    expect(chiSquare(counts, () => 10_000)).toBeLessThan(chiSquareLimit(6));
    for (const n of [1, 2 ** 32, 2 ** 32 + 1, 2 ** 53]) {
      for (let i = 0; i < 100; i++) {
        const value = rng.integer(n);
        expect(Number.isInteger(value) && value >= 0 && value < n).toBe(true);
      }
    }
  });

  it("refuses what is no positive whole number", () => {
    for (const n of [0, -1, 1.5, NaN, 2 ** 54])
      expect(() => makeRng(1).integer(n)).toThrow(ConfigError);
  });
});

describe("permutation", () => {
  it("holds each of 0 … n − 1 once", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: 100 }), (seed, n) => {
        expect(Array.from(makeRng(seed).permutation(n)).sort((a, b) => a - b)).toEqual(
          Array.from({ length: n }, (_, i) => i),
        );
      }),
      { seed: 3 },
    );
  });

  it("gives all 24 orders of four things equally often", () => {
    const rng = makeRng(13).fork("orders");
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = rng.permutation(4).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquare([...counts.values()], () => 1000)).toBeLessThan(chiSquareLimit(23));
  });
});
