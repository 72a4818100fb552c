import { describe, expect, it } from "vitest";
import { power } from "phaselens/internal/core/power";
import fc from "fast-check";

/** The double next to a rational number, rounded to even: m·2^e with m of 53 digits. */
function nearest(above: bigint, below: bigint): number {
  const digits = (n: bigint): number => n.toString(2).length;
  let shift = 54 - (digits(above) - digits(below));
  const scaled = (): bigint =>
    shift >= 0 ? (above << BigInt(shift)) / below : above / (below << BigInt(-shift));
  while (digits(scaled()) > 54) shift--;
  while (digits(scaled()) < 54) shift++;
  const m = scaled();
  const exact =
    shift >= 0 ? above << BigInt(shift) === m * below : above === m * (below << BigInt(-shift));
  const up = m % 2n === 1n && (!exact || m % 4n === 3n);
  return Number(m / 2n + (up ? 1n : 0n)) * 2 ** (1 - shift);
}

describe("power", () => {
  it("is the double next to the exact value for whole exponents, in all but one case of 300", () => {
    let [wrong, all] = [0, 0];
    for (const [numerator, denominator] of [
      [9n, 8n],
      [7n, 8n],
      [1023n, 1024n],
      [13n, 4n],
      [8191n, 8192n],
    ]) {
      const base = Number(numerator) / Number(denominator);
      for (let k = 1; k <= 300; k++) {
        const [above, below] = [numerator ** BigInt(k), denominator ** BigInt(k)];
        all++;
        if (power(base, k) !== nearest(above, below)) wrong++;
        const inverse = nearest(below, above);
        expect(Math.abs(power(base, -k) - inverse) / inverse).toBeLessThan(2 ** -52);
      }
    }
    expect(wrong).toBeLessThanOrEqual(all / 300);
  });

  it("is what ** is at the edges", () => {
    const bases = [0, -0, 1, -1, 2, -3, 0.5, 1e200, -1e200, 1e-200, Infinity, -Infinity, NaN];
    const exponents = [0, 1, 2, 3, -1, -2, -3, 53, 1074, -1022, 1e300, -1e300];
    for (const base of bases)
      for (const exponent of exponents)
        expect(power(base, exponent), `${base} ** ${exponent}`).toBe(base ** exponent);
    for (const [base, exponent] of [
      [0, 0.5],
      [-1, 0.5],
      [2, NaN],
      [0.5, Infinity],
      [Infinity, 0.5],
    ])
      expect(power(base, exponent)).toBe(base ** exponent);
  });

  it("has the error that it says for other exponents", () => {
    const [bases, exponents] = [
      fc.double({ min: 1e-30, max: 1e30, noNaN: true }),
      fc.double({ min: -8, max: 8, noNaN: true }),
    ];
    fc.assert(
      fc.property(bases, exponents, (base, exponent) => {
        if (Number.isInteger(exponent)) return;
        // ** is within one unit itself
        const bound = (2 * Math.abs(exponent * Math.log(base)) + 3) * 2 ** -53;
        expect(Math.abs(power(base, exponent) / base ** exponent - 1)).toBeLessThanOrEqual(bound);
      }),
      { numRuns: 2000 },
    );
  });
});
