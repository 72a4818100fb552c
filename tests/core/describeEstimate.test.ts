import { describe, expect, it } from "vitest";
import { describeEstimate } from "phaselens/internal/core/statistics/describeEstimate";

describe("mean and error in print", () => {
  it.each([
    [0.123456, 0.00234, "0.1235 ± 0.0023"],
    [1234.5, 67, "1235 ± 67"],
    [1234.5, 670, "1230 ± 670"],
    [0.5, 0.0996, "0.50 ± 0.10"],
    [-2, 0.2, "−2.00 ± 0.20"],
    // six digits where there is no error to go by
    [1.23456789, 0, "1.23457 ± 0"],
    [-1.23456789, Infinity, "−1.23457 ± Infinity"],
    [Number.NaN, 1, "NaN ± 1"],
    [Infinity, 1, "Infinity ± 1"],
    // up to twelve places, and six digits before the point that say nothing
    [1.23e-10, 2.3e-11, "0.000000000123 ± 0.000000000023"],
    [1.234e9, 2.3e7, "1234000000 ± 23000000"],
    // powers of ten beyond
    [1.23e-10, 2.3e-12, "1.230e−10 ± 2.3e−12"],
    [1.234e9, 2.3e8, "1.23e+9 ± 2.3e+8"],
    [1.5e-20, 2e-22, "1.500e−20 ± 2.0e−22"],
    [-1.5e-20, 2e-22, "−1.500e−20 ± 2.0e−22"],
    [0, 2.3e-12, "0.0e+0 ± 2.3e−12"],
    [1, 2.3e-15, "1.000000000000e+0 ± 2.3e−15"],
    [1, 2.3e9, "1e+0 ± 2.3e+9"],
  ])("%d and %d as %s", (mean, error, text) => {
    expect(describeEstimate({ mean, error })).toBe(text);
  });
});
