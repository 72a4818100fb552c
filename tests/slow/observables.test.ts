import { parallelMap } from "phaselens/core";
import { scanObservables, type Ensemble, type EnsembleSpec, type ScanRow } from "phaselens/physics";
import { beforeAll, describe, expect, it } from "vitest";

const couplings = [-0.15, -0.1, -0.05, 0, 0.05, 0.1, 0.15];
const spec = (kappa: number): EnsembleSpec => ({
  shape: [16, 16, 16],
  parameters: {
    hoppingParameter: kappa,
    quarticCoupling: 1.1,
    fermionMass: 20,
    yukawaCoupling: 0.25,
  },
  fermions: "hopping",
  algorithm: "hmc",
  start: "ordered",
  configurations: 200,
  stride: 5,
  thermalisation: 200,
  seed: 5,
  set: "observables",
});

/** Slope and R² of a least-squares line. */
function fit(x: readonly number[], y: readonly number[]): { slope: number; r2: number } {
  const average = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [average(x), average(y)];
  const sum = (f: (k: number) => number): number => x.reduce((total, _, k) => total + f(k), 0);
  const [xx, xy, yy] = [
    sum((k) => (x[k] - mx) ** 2),
    sum((k) => (x[k] - mx) * (y[k] - my)),
    sum((k) => (y[k] - my) ** 2),
  ];
  return { slope: xy / xx, r2: xy ** 2 / (xx * yy) };
}

describe("the corrected O_PM in the paramagnetic phase", () => {
  let rows: ScanRow[];
  const curve = (name: string): ScanRow[] => rows.filter(({ observable }) => observable === name);
  beforeAll(async () => {
    const ensembles = await parallelMap<EnsembleSpec, Ensemble>(
      { module: "phaselens/physics", name: "sampleEnsemble" },
      couplings.map(spec),
    );
    rows = scanObservables(ensembles, [
      "paramagneticObservable",
      "staggeredParamagneticObservable",
      "nearestNeighbourCorrelator",
    ]);
  }, 300_000);

  it("is 1.068, 1.177 and 1.266 at κ = −.15, 0 and .15", () => {
    // printed to three digits, from another program: four error bars (false alarm 6e-5 each) and
    // one unit of the last digit
    for (const [kappa, value] of [
      [-0.15, 1.068],
      [0, 1.177],
      [0.15, 1.266],
    ]) {
      const found = curve("paramagneticObservable").find(
        ({ hoppingParameter }) => hoppingParameter === kappa,
      )!;
      expect(found.error).toBeLessThan(2e-3);
      expect(
        Math.abs(found.mean - value),
        `κ = ${kappa}: ${found.mean} ± ${found.error}`,
      ).toBeLessThan(4 * found.error + 1e-3);
    }
  });

  it("grows linearly with κ, and its staggered form falls as steeply", () => {
    const line = (name: string): { slope: number; r2: number } =>
      fit(
        couplings,
        curve(name).map(({ mean }) => mean),
      );
    const [direct, staggered] = [
      line("paramagneticObservable"),
      line("staggeredParamagneticObservable"),
    ];
    expect(direct.r2).toBeGreaterThan(0.98);
    expect(staggered.r2).toBeGreaterThan(0.98);
    expect(Math.abs(direct.slope - 0.66)).toBeLessThan(0.03);
    expect(Math.abs(staggered.slope + 0.69)).toBeLessThan(0.03);
  });

  it("follows the sign of the nearest-neighbour correlator, which is that of κ", () => {
    for (const { hoppingParameter: kappa, mean, error } of curve("nearestNeighbourCorrelator")) {
      if (kappa !== 0) expect(Math.sign(mean)).toBe(Math.sign(kappa));
      expect(error).toBeLessThan(2e-3);
    }
  });
});
