import { bluecher2020 } from "phaselens/papers";
import { ConfigError, ShapeError, tensor } from "phaselens/core";
import { describe, expect, it } from "vitest";
import { couplingRows } from "phaselens/internal/papers/bluecher2020/couplingCurves";

describe("phaseErrors", () => {
  it("are root mean squares over κ < −.2, |κ| < .17, κ > .2; what lies between counts nowhere", () => {
    const kappa = [-0.3, -0.25, -0.2, -0.18, 0, 0.1, 0.17, 0.2, 0.3];
    const predicted = [-0.2, -0.25, 9, 9, 0.3, 0.5, 9, 9, 0.25];
    const errors = bluecher2020.phaseErrors(kappa, predicted);
    expect(errors.AFM).toBeCloseTo(Math.sqrt(0.01 / 2), 12);
    expect(errors.PM).toBeCloseTo(Math.sqrt((0.09 + 0.16) / 2), 12);
    expect(errors.FM).toBeCloseTo(0.05, 12);
  });
  it("refuse labels without predictions and a phase without samples", () => {
    expect(() => bluecher2020.phaseErrors([0], [])).toThrow(ShapeError);
    expect(() => bluecher2020.phaseErrors([0], [0])).toThrow(ConfigError);
  });
});

describe("curves over κ", () => {
  const kappa = [-0.1, -0.1, 0, 0, 0];
  it("follow runs of equal κ", () => {
    expect(couplingRows(kappa)).toEqual([
      { kappa: -0.1, from: 0, to: 2 },
      { kappa: 0, from: 2, to: 5 },
    ]);
    expect(couplingRows([])).toEqual([]);
  });
  it("are means with the standard error of independent samples", () => {
    const [first, second] = bluecher2020.couplingMeans(kappa, [1, 3, 2, 2, 5]);
    expect([first.mean, first.error]).toEqual([2, 1]);
    expect(second.mean).toBe(3);
    expect(second.error).toBeCloseTo(1, 12);
  });
  it("of shares sum to 1, and a factor common to all columns of a sample does not show in them", () => {
    const rows = tensor([5, 2], Float64Array.from([1, 3, 2, 6, 1, 1, 2, 2, 5, 5]));
    const shares = bluecher2020.couplingShares(kappa, rows, ["a", "b"]);
    expect(shares.map(({ mean }) => mean)).toEqual([0.25, 0.75, 0.5, 0.5]);
    for (const { error } of shares) expect(error).toBeCloseTo(0, 12);
  });
  it("of nothing at all are 0, not NaN", () => {
    expect(
      bluecher2020.couplingShares([0, 0], tensor([2, 2]), ["a", "b"]).map(({ mean }) => mean),
    ).toEqual([0, 0]);
  });
  it("refuse rows that do not belong to the labels", () => {
    expect(() => bluecher2020.couplingShares(kappa, tensor([4, 2]), ["a", "b"])).toThrow(
      ShapeError,
    );
    expect(() => bluecher2020.couplingMeans(kappa, [1])).toThrow(ShapeError);
  });
});
