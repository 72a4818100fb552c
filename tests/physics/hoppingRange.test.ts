import fc from "fast-check";
import type { physics } from "phaselens";
import { ConfigError, jackknife, makeRng, tensor, type Tensor } from "phaselens/core";
import {
  cluster,
  lattice,
  measure,
  sampleEnsemble,
  squaredField,
  yukawaAction,
} from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { pull } from "../support/chains.js";
import { product, transpose } from "../support/matrices.js";
import { diracLogDeterminant } from "phaselens/internal/physics/fermions/diracLogDeterminant";
import { denseDirac, diracOperator } from "phaselens/internal/physics/fermions/diracOperator";
import { hoppingFourthOrder } from "phaselens/internal/physics/fermions/hoppingFourthOrder";
import { largestHop } from "phaselens/internal/physics/fermions/hoppingRange";
import { symmetricEigen } from "phaselens/internal/linalg/symmetricEigen";

const at = (
  hoppingParameter: number,
  fermionMass: number,
  yukawaCoupling: number,
): physics.YukawaParameters => ({
  hoppingParameter,
  quarticCoupling: 1.1,
  fermionMass,
  yukawaCoupling,
});
const hopsOn = (l: physics.Lattice): Tensor =>
  denseDirac(diracOperator(l, new Float64Array(l.sites), { fermionMass: 0, yukawaCoupling: 1 }));
const largest = (symmetric: Tensor): number => Math.max(...symmetricEigen(symmetric).values);

describe("largestHop", () => {
  it.each([
    [4, 4],
    [6, 4],
    [4, 6, 8],
    [6, 6, 6],
    [10, 4, 4],
    [4, 4, 4, 4],
  ])("[%s …] › is the largest singular value of the hops", (...shape) => {
    const hops = hopsOn(lattice(shape));
    expect(largestHop(shape)).toBeCloseTo(Math.sqrt(largest(product(transpose(hops), hops))), 10);
  });

  /** Spectral radius of A⁻¹K, whose square is that of A^{−½} KᵀA⁻¹K A^{−½}. */
  function radius(hops: Tensor, mass: Float64Array): number {
    const n = mass.length;
    const scaled = tensor(
      [n, n],
      hops.data.map((value, k) => value / Math.sqrt(mass[Math.floor(k / n)] * mass[k % n])),
    );
    return Math.sqrt(largest(product(transpose(scaled), scaled)));
  }

  it("over the mean of A and over its least values bounds the spectral radius of A⁻¹K", () => {
    const l = lattice([4, 6]);
    const hops = hopsOn(l);
    const masses = fc.array(fc.double({ min: 0.2, max: 6, noNaN: true }), {
      minLength: 24,
      maxLength: 24,
    });
    fc.assert(
      fc.property(masses, (values) => {
        const mass = Float64Array.from(values);
        const rho = radius(hops, mass);
        const least = (colour: number): number =>
          Math.min(...mass.filter((_, n) => l.parity[n] === colour));
        const bound = largestHop(l.shape);
        expect(rho).toBeLessThanOrEqual((bound / Math.sqrt(least(1) * least(-1))) * (1 + 1e-12));
        expect(rho).toBeGreaterThanOrEqual(
          (bound / (mass.reduce((a, b) => a + b) / 24)) * (1 - 1e-12),
        );
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it("is where the series ends to converge, whose sum is the determinant", () => {
    const l = lattice([4, 4]);
    const hops = hopsOn(l);
    const field = Float64Array.from({ length: 16 }, (_, n) => 0.3 * Math.sin(n));
    for (const [fermionMass, converges] of [
      [2.4, true],
      [1, false],
    ] as const) {
      const dirac = { fermionMass, yukawaCoupling: 0.5 };
      const mass = field.map((phi) => fermionMass + 0.5 * phi);
      expect(radius(hops, mass) < 1).toBe(converges);
      const step = tensor(
        [16, 16],
        hops.data.map((value, k) => value / mass[Math.floor(k / 16)]),
      );
      const square = product(step, step);
      let power = square;
      let sum = mass.reduce((total, a) => total + Math.log(a), 0);
      let term = 0;
      for (let k = 1; k <= 60; k++) {
        let trace = 0;
        for (let n = 0; n < 16; n++) trace += power.data[n * 17];
        term = -trace / (2 * k);
        sum += term;
        power = product(power, square);
      }
      if (converges) expect(sum).toBeCloseTo(diracLogDeterminant(l, field, dirac), 8);
      else expect(Math.abs(term)).toBeGreaterThan(1e3);
    }
  });
});

describe("the hopping expansion where it diverges", () => {
  const spec: physics.EnsembleSpec = {
    shape: [4, 4, 4],
    parameters: at(0.1, 1, 0.3),
    fermions: "hopping",
    algorithm: "hmc",
    start: "ordered",
    configurations: 200,
    stride: 2,
    thermalisation: 100,
    seed: 3,
    set: "t",
  };
  const weak = at(0.1, 0.5, 0.1);
  const phi2 = (ensemble: physics.Ensemble) => jackknife(measure(ensemble.fields, squaredField));
  const right = sampleEnsemble({ ...spec, fermions: "pseudofermion" });

  it("is replaced by pseudofermions without a flag, which agree with exact determinants", () => {
    const exact = sampleEnsemble({ ...spec, fermions: "exact", algorithm: "cluster" });
    expect([right.report.flags, exact.report.flags]).toEqual([[], []]);
    const { mean, error } = phi2(exact);
    expect(Math.abs(pull(phi2(right), mean, error))).toBeLessThan(4);
    expect(Math.abs(mean - 0.59)).toBeLessThan(0.02);
  });

  it.each<[string, Partial<physics.EnsembleSpec>, number]>([
    ["order 2", {}, 6],
    ["order 4", { order: 4 }, 6],
    ["order 2 corrected to fourth", { correction: "fourth" }, 6],
    ["clusters", { algorithm: "cluster" }, 6],
    ["Metropolis alone", { algorithm: "cluster", clusters: 0 }, 0],
  ])(
    "%s is flagged with the least M_f + gφ of the run and the treatment that is right",
    (_, changes, wrong) => {
      const ensemble = sampleEnsemble({ ...spec, ...changes });
      const { mean, error } = phi2(right);
      expect(Math.abs(pull(phi2(ensemble), mean, error))).toBeGreaterThan(wrong);
      const { least } = ensemble.report.diracMass!;
      expect(least).toBeLessThanOrEqual(
        Math.min(...ensemble.fields.data.map((phi) => 1 + 0.3 * phi)),
      );
      expect(ensemble.report.flags[0]).toBe(
        `hopping expansion: M_f + gφ came down to ${least.toPrecision(3)}, and the series is sure ` +
          "to converge above √3 = 1.73 only, so " +
          'that the weights may be wrong. Use fermions: "pseudofermion" with algorithm: "hmc".',
      );
    },
  );

  it("with the exact accept step is right, or stuck and told what is better", () => {
    const { flags } = sampleEnsemble({ ...spec, configurations: 50, correction: "exact" }).report;
    expect(flags.join()).not.toMatch(/hopping expansion/);
    expect(flags.join()).toMatch(
      /low acceptance: 0\.\d\d\. .* use fermions: "pseudofermion" .*, which needs no correction/,
    );
    const corrected = sampleEnsemble({
      ...spec,
      configurations: 60,
      parameters: at(0.1, 2, 0.5),
      correction: "exact",
    });
    expect(corrected.report.diracMass!.least).toBeLessThan(largestHop([4, 4, 4]));
    expect(corrected.report.flags).toEqual([]);
  });

  it("is never flagged at M_f = 20, in any phase, by either algorithm and order", () => {
    for (const kappa of [-0.3, -0.19, 0.18]) {
      for (const changes of [
        {},
        { order: 4 },
        { correction: "fourth" },
        { algorithm: "cluster" },
      ] as const) {
        const { report } = sampleEnsemble({
          ...spec,
          parameters: at(kappa, 20, 0.25),
          configurations: 100,
          ...changes,
        });
        expect(report.flags.filter((flag) => flag.startsWith("hopping"))).toEqual([]);
        expect(report.diracMass!.negative).toBe(0);
        expect(report.diracMass!.least).toBeGreaterThan(19);
        expect(report.hoppingTruncation).toBeNull(); // cannot matter
      }
    }
  });

  it("is refused where the fields of the action reach no such M_f + gφ, by every way in", () => {
    const hopeless = new RegExp(
      "^hopping expansion: M_f \\+ gφ = 0\\.5 \\+ 0\\.1 φ stays below 0\\.7\\d+ for any field .* " +
        'above √3 = 1\\.73 only\\. Use fermions: "pseudofermion"',
    );
    for (const changes of [{}, { order: 4 }, { algorithm: "cluster" }] as const) {
      expect(() => sampleEnsemble({ ...spec, parameters: weak, ...changes })).toThrow(ConfigError);
      expect(() => sampleEnsemble({ ...spec, parameters: weak, ...changes })).toThrow(hopeless);
    }
    const cube = lattice([4, 4, 4]);
    expect(() => yukawaAction(cube, weak, { fermions: "hopping" })).toThrow(hopeless);
    const options = { rng: makeRng(1), start: new Float64Array(64), fermions: "hopping" } as const;
    expect(() => cluster(cube, weak, options).next()).toThrow(hopeless);
    // at g = 0 whatever M_f: the same bound, and nothing to weigh
    expect(() => sampleEnsemble({ ...spec, parameters: at(0.1, 1.7, 0) })).toThrow(
      /Use fermions: "quenched", the determinant being a constant/,
    );
    expect(() => yukawaAction(cube, at(0.1, 1.8, 0), { fermions: "hopping" })).not.toThrow();
    expect(() =>
      yukawaAction(lattice([6, 6, 6]), at(0.1, 1.7, 0), { fermions: "hopping" }),
    ).not.toThrow(); // ‖K‖ = 1.5
  });

  it("reaches larger fields where κ orders them", () => {
    // 1.05 + .2 φ with |φ| below 3.16 at κ = 0 and below 3.52 at κ = ±.4: 1.68 and 1.75
    const cube = lattice([4, 4, 4]);
    const hopping = { fermions: "hopping" } as const;
    const make = (hoppingParameter: number) => () =>
      yukawaAction(cube, { ...at(hoppingParameter, 1.05, 0.2), quarticCoupling: 0.5 }, hopping);
    expect(make(0)).toThrow(/stays below 1\.68/);
    for (const kappa of [0.4, -0.4]) expect(make(kappa)).not.toThrow();
  });

  it("is refused for a start with M_f + gφ ≤ 0, to which it gives no weight", () => {
    for (const changes of [{}, { order: 4 }, { algorithm: "cluster" }] as const) {
      const negative = { ...spec, parameters: at(-0.3, 5, 10), ...changes };
      expect(() => sampleEnsemble(negative)).toThrow(ConfigError);
      expect(() => sampleEnsemble(negative)).toThrow(
        /at site 1 the field is -\d\.\d+, .* has not the sign of M_f = 5\. .* fermions: "exact"/,
      );
    }
    const random = { ...spec, start: "random", parameters: at(0.1, 0.9, 0.8) } as const;
    expect(() => sampleEnsemble(random)).toThrow(/Start nearer to 0, or use/);
  });
});

describe("the hopping expansion where it converges slowly", () => {
  it.each([
    [4, 4],
    [4, 6],
    [4, 4, 4],
    [6, 4, 4],
    [4, 4, 4, 4],
  ])(
    "[%s …] › has a fourth order whose derivative stays below d² w³, w its largest argument",
    (...shape) => {
      const l = lattice(shape);
      const rng = makeRng(1, `${shape}`);
      for (const spread of [0, 0.3, 1]) {
        const w = Float64Array.from({ length: l.sites }, () => 1 - spread * rng.uniform());
        const force = new Float64Array(l.sites);
        hoppingFourthOrder(l).addForce(w, force, 1); // −w² times the derivative
        const largest = Math.max(...force.map((one, n) => Math.abs(one / (w[n] * w[n]))));
        expect(largest).toBeLessThan(shape.length ** 2 * Math.max(...w) ** 3);
      }
    },
  );

  const spec: physics.EnsembleSpec = {
    shape: [4, 4, 4],
    parameters: at(0.1, 3.2, 0.6),
    fermions: "hopping",
    algorithm: "cluster",
    start: "ordered",
    configurations: 3000,
    stride: 2,
    thermalisation: 100,
    seed: 5,
    set: "t",
  };

  it("is flagged once what was left out exceeds the error bars, by the right shift", () => {
    const { fields, report } = sampleEnsemble(spec);
    expect(report.diracMass!.least).toBeGreaterThan(largestHop([4, 4, 4]));
    const { observable, shift } = report.hoppingTruncation!;
    expect(observable).toBe("M");
    expect(report.flags[0]).toBe(
      `hopping expansion: the order after second would move M by ${shift.toFixed(1)} σ. ` +
        'Use order: 4 with algorithm: "hmc", or ' +
        'fermions: "pseudofermion" with algorithm: "hmc".',
    );
    // reweighted with the determinants themselves
    const action = yukawaAction(lattice(spec.shape), spec.parameters, {
      fermions: "hopping",
      correction: "exact",
    });
    let [norm, sum, plain] = [0, 0, 0];
    const rows = 1000;
    for (let k = 0; k < rows; k++) {
      const field = fields.data.subarray(3 * k * 64, (3 * k + 1) * 64);
      const M = field.reduce((a, b) => a + b) / 64;
      const weight = Math.exp(-action.correction!(field));
      norm += weight;
      sum += weight * M;
      plain += M;
    }
    const estimate = jackknife(measure(fields, (field) => field.reduce((a, b) => a + b) / 64));
    const exact = Math.abs(sum / norm - plain / rows) / estimate.error;
    expect(shift / exact).toBeGreaterThan(0.5);
    expect(shift / exact).toBeLessThan(2);
  });

  it("is not while few configurations cannot tell the difference", () => {
    const few = sampleEnsemble({ ...spec, configurations: 40 }).report;
    expect(few.hoppingTruncation!.shift).toBeLessThan(1);
    expect(few.flags).toEqual([]);
  });
});
