import { expect } from "vitest";

/** |a − b| ≤ atol + rtol |b| for every entry; reports the worst one on failure. */
export function expectAllClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { rtol = 1e-9, atol = 1e-12 } = {},
): void {
  expect(actual.length, "length").toBe(expected.length);
  let worst = 0;
  let at = 0;
  for (let i = 0; i < expected.length; i++) {
    const ratio = Math.abs(actual[i] - expected[i]) / (atol + rtol * Math.abs(expected[i]));
    if (!(ratio <= worst)) [worst, at] = [ratio, i];
  }
  expect(worst, `entry ${at}: got ${actual[at]}, expected ${expected[at]}`).toBeLessThanOrEqual(1);
}

/** max |a − b| / max |b|. */
export function relativeToMaximum(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let maximum = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    maximum = Math.max(maximum, Math.abs(expected[i]));
  }
  return difference / maximum;
}
