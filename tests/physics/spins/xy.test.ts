import { core, physics } from "phaselens";
import { describe, expect, it } from "vitest";
import { rotatorRing } from "../../support/spinOracles.js";

const sigmas = ({ mean, error }: core.Estimate, exact: number): number =>
  Math.abs(mean - exact) / error;
const FOUR = 4; // standard deviations: one false alarm in 16,000 comparisons

function sampled(
  shape: readonly number[],
  parameters: physics.XyParameters,
  algorithm: physics.SpinAlgorithm,
  configurations: number,
) {
  const lattice = physics.lattice(shape);
  const model = physics.xyModel(lattice, parameters);
  const { fields, report } = physics
    .sampler(model, { algorithm, clusters: 1 })
    .sample({ configurations, thermalisation: 300, seed: 21, set: "exact" });
  const average = (observable: (field: Float64Array) => number): core.Estimate =>
    physics.ensembleAverage(fields, observable);
  return { fields, report, model, lattice, average };
}

/** ⟨f⟩ over the angles of a few sites, the first fixed: the trapezoidal rule, exact to rounding. */
function integrated(
  model: physics.XyModel,
  points: number,
  of: (field: Float64Array) => number,
): number {
  const { sites } = model.lattice;
  const field = new Float64Array(sites);
  let [total, sum] = [0, 0];
  for (let word = 0; word < points ** (sites - 1); word++) {
    for (let n = 1; n < sites; n++)
      field[n] = (2 * Math.PI * (Math.floor(word / points ** (n - 1)) % points)) / points;
    const weight = Math.exp(-model.inverseTemperature * model.energy(field));
    total += weight;
    sum += weight * of(field);
  }
  return sum / total;
}

describe.each(["metropolis", "wolff"] as const)("XY chains by %s", (algorithm) => {
  it.each([0.7, 2])(
    "have energy, correlator and helicity modulus of a ring of 8 at β = %d",
    (beta) => {
      const { average, fields, model } = sampled(
        [8],
        { inverseTemperature: beta },
        algorithm,
        8000,
      );
      const exact = rotatorRing(8, beta);
      expect(
        sigmas(
          average((field) => model.energy(field) / 8),
          exact.energy,
        ),
      ).toBeLessThan(FOUR);
      const correlator = average((field) => Math.cos(field[0] - field[3]));
      expect(sigmas(correlator, exact.correlator(3))).toBeLessThan(FOUR);
      expect(sigmas(physics.helicityModulus(fields, model), exact.helicity)).toBeLessThan(FOUR);
    },
  );

  it.each([
    [[2], 0.8, 1],
    [[4], 1.2, -1],
    [[2, 2], 0.5, 1],
  ])(
    "have the averages of the integral over all angles of %j at β = %d, J = %d",
    (shape, beta, coupling) => {
      const { average, model } = sampled(
        shape,
        { inverseTemperature: beta, coupling },
        algorithm,
        6000,
      );
      for (const of of [
        (field: Float64Array) => model.energy(field),
        (field: Float64Array) => model.energy(field) ** 2,
        (field: Float64Array) => model.orderParameter(field) ** 2,
      ])
        expect(sigmas(average(of), integrated(model, 40, of))).toBeLessThan(FOUR);
    },
  );
});

describe("the updates of the XY model", () => {
  it.each(["metropolis", "wolff"] as const)(
    "by %s give the angles of the open path",
    (algorithm) => {
      const model = physics.xyModel(physics.lattice([5, 6]), { inverseTemperature: 1.1 });
      const spec = { configurations: 40, thermalisation: 20, seed: 4, set: "twins" };
      const [fast, open] = [model, { ...model }].map((one) =>
        physics.sampler(one, { algorithm }).sample(spec),
      );
      expect(fast.fields.data).toEqual(open.fields.data);
      expect(fast.report.settings).toEqual(open.report.settings);
      expect(fast.report.monitored.energy.tauInt).toBeCloseTo(
        open.report.monitored.energy.tauInt,
        8,
      );
    },
  );

  it("keep angles in (−π, π]", () => {
    const { fields } = sampled([4, 4], { inverseTemperature: 0.2 }, "wolff", 200);
    for (const angle of fields.data) expect(angle > -Math.PI && angle <= Math.PI).toBe(true);
  });
});

describe("helicity modulus and vortices in two dimensions", () => {
  it("agree between single sites and clusters, on either side of the transition", () => {
    for (const beta of [0.8, 1.4]) {
      const runs = (["metropolis", "wolff"] as const).map((algorithm) =>
        sampled([8, 8], { inverseTemperature: beta }, algorithm, 4000),
      );
      const helicity = runs.map(({ fields, model }) => physics.helicityModulus(fields, model));
      const vortices = runs.map(({ average, lattice }) =>
        average((field) => physics.vortexDensity(field, lattice)),
      );
      for (const [a, b] of [helicity, vortices])
        expect(Math.abs(a.mean - b.mean) / Math.hypot(a.error, b.error)).toBeLessThan(FOUR);
      // ordered above, not below the jump at Υ = 2/πβ
      expect(helicity[1].mean > 2 / (Math.PI * beta)).toBe(beta > 1.12);
    }
  });

  it("a vortex and its antivortex are two plaquettes, and one third of all at β = 0", () => {
    const lattice = physics.lattice([8, 8]);
    const vortex = (row: number, column: number, centre: number): number =>
      Math.atan2(row - 3.5, column - centre);
    const pair = Float64Array.from({ length: 64 }, (_, n) => {
      const [row, column] = [Math.floor(n / 8), n % 8];
      const angle = vortex(row, column, 1.5) - vortex(row, column, 4.5);
      return Math.atan2(Math.sin(angle), Math.cos(angle));
    });
    expect(physics.vortexDensity(pair, lattice)).toBeCloseTo(2 / 64, 12);
    expect(physics.vortexDensity(new Float64Array(64), lattice)).toBe(0);
    // half a turn along every link is no vortex
    const opposed = physics.xyModel(lattice, { inverseTemperature: 1, coupling: -1 });
    expect(physics.vortexDensity(opposed.ordered!, lattice)).toBe(0);
    const { average, lattice: large } = sampled(
      [16, 16],
      { inverseTemperature: 0 },
      "metropolis",
      400,
    );
    const density = average((field) => physics.vortexDensity(field, large));
    expect(sigmas(density, 1 / 3)).toBeLessThan(FOUR);
  });

  it("refuse a chain of sites", () => {
    expect(() => physics.vortexDensity(new Float64Array(4), physics.lattice([4]))).toThrow(
      "vortexDensity: the lattice [4] has no plaquettes",
    );
  });
});

describe("what would be a number of something else is refused", () => {
  const lattice = physics.lattice([4, 4]);
  const two = new Float64Array(32).fill(1);

  it("the helicity modulus of Ising spins", () => {
    const ising = physics.isingModel(lattice, { inverseTemperature: 1 });
    expect(() =>
      physics.helicityModulus(core.tensor([2, 4, 4], two), ising as unknown as physics.XyModel),
    ).toThrow(/helicityModulus: model .*must be a model of physics.xyModel/);
  });

  it("the order parameter of several configurations at once", () => {
    for (const make of [physics.isingModel, physics.xyModel]) {
      const { orderParameter } = make(lattice, { inverseTemperature: 1 });
      expect(() => orderParameter(two)).toThrow("orderParameter, field: 32 entries");
    }
  });
});
