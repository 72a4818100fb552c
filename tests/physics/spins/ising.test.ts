import { core, physics } from "phaselens";
import { describe, expect, it } from "vitest";
import {
  enumerated,
  kaufman,
  ofPartitionFunction,
  onsagerEnergy,
  stripPartition,
  derivatives,
} from "../../support/spinOracles.js";

type Parameters = physics.IsingParameters;

/** Fields of a chain, and what the model says of each. */
function sampled(
  shape: readonly number[],
  parameters: Parameters,
  algorithm: physics.SpinAlgorithm,
  configurations: number,
) {
  const lattice = physics.lattice(shape);
  const model = physics.isingModel(lattice, parameters);
  const { fields, report } = physics
    .sampler(model, { algorithm, clusters: 1 })
    .sample({ configurations, thermalisation: 300, seed: 20, set: "exact" });
  return { fields, report, model, lattice };
}

/** Standard deviations between an estimate and what it should be. */
const sigmas = ({ mean, error }: core.Estimate, exact: number): number =>
  Math.abs(mean - exact) / error;
// one false alarm in 16,000 comparisons of a right sampler; seeds are fixed
const FOUR = 4;

const observablesOf = (model: physics.IsingModel): ((field: Float64Array) => number)[] => [
  (field) => model.energy(field),
  (field) => model.energy(field) ** 2,
  (field) => model.orderParameter(field),
  (field) => core.mean(field),
];
const known = new Map<string, number[]>();
/** Their averages over all configurations, summed up once for the three algorithms. */
function exactly(model: physics.IsingModel): number[] {
  const { lattice, inverseTemperature: beta, coupling, magneticField } = model;
  const key = `${lattice.shape} ${model.name}`;
  const averages =
    known.get(key) ??
    enumerated(
      lattice.shape,
      { K: beta * coupling, H: beta * magneticField },
      observablesOf(model),
    );
  known.set(key, averages);
  return averages;
}

describe("the oracles of the Ising model agree with each other", () => {
  it.each([
    [4, 4, 0.3],
    [4, 4, 0.5],
    [3, 5, 0.44],
    [2, 4, 0.2],
  ])("Kaufman's formula on %i × %i at K = %d is the sum over all configurations", (m, n, K) => {
    const [links, squares] = enumerated([m, n], { K }, [(_, sum) => sum, (_, sum) => sum * sum]);
    const { energy, specificHeat } = ofPartitionFunction((k) => kaufman(m, n, k), K, m * n);
    expect(energy).toBeCloseTo(-links / (m * n), 8);
    expect(specificHeat).toBeCloseTo((K * K * (squares - links * links)) / (m * n), 6);
  });

  it("and on 64 × 64 away from the transition Onsager's energy", () => {
    for (const K of [0.3, 0.6]) {
      const { energy } = ofPartitionFunction((k) => kaufman(64, 64, k), K, 64 * 64);
      expect(energy).toBeCloseTo(onsagerEnergy(K), 7);
    }
  });

  it("and the transfer matrix with a field is the sum over all configurations", () => {
    const total = (spins: Float64Array): number => spins.reduce((a, b) => a + b);
    const [exact] = enumerated([3, 4], { K: 0.3, H: 0.2 }, [total]);
    const [magnetisation] = derivatives((H) => stripPartition(3, 4, { K: 0.3, H }), 0.2, 1e-3);
    expect(magnetisation).toBeCloseTo(exact, 8);
  });
});

describe.each(["metropolis", "heatBath", "wolff"] as const)("Ising chains by %s", (algorithm) => {
  it.each([
    [16, 16, 0.35],
    [16, 16, 0.4406868],
    [8, 12, 0.5],
  ])("have Kaufman's energy and specific heat on %i × %i at K = %d", (m, n, K) => {
    const many = algorithm === "wolff" ? 4000 : 8000;
    const { fields, model, lattice } = sampled([m, n], { inverseTemperature: K }, algorithm, many);
    const energies = physics.measure(fields, (field) => model.energy(field));
    const exact = ofPartitionFunction((k) => kaufman(m, n, k), K, m * n);
    expect(
      sigmas(core.jackknife(energies.map((e) => e / lattice.sites)), exact.energy),
    ).toBeLessThan(FOUR);
    const centre = core.mean(energies);
    const powers = Array.from(energies).flatMap((e) => [e - centre, (e - centre) ** 2]);
    const [heat] = core.jackknifeMeans(core.tensor([energies.length, 2], powers), ([a, b]) => [
      (K * K * (b - a * a)) / lattice.sites,
    ]);
    expect(sigmas(heat, exact.specificHeat)).toBeLessThan(FOUR);
  });

  it.each([
    ["4 × 4 with a field", [4, 4], { inverseTemperature: 0.35, magneticField: 0.1 }],
    [
      "4 × 4, antiferromagnet in a field",
      [4, 4],
      { inverseTemperature: 0.4, coupling: -1, magneticField: 0.7 },
    ],
    [
      "3 × 5, where antiferromagnetic order does not fit",
      [3, 5],
      { inverseTemperature: 0.6, coupling: -1 },
    ],
    ["2 × 2 × 3", [2, 2, 3], { inverseTemperature: 0.15, magneticField: -0.3 }],
    ["2 × 2 × 2 × 2", [2, 2, 2, 2], { inverseTemperature: 0.06 }],
    ["a ring of 10", [10], { inverseTemperature: 0.8, magneticField: 0.05 }],
  ] as [string, number[], Parameters][])(
    "have the averages of all configurations on %s",
    (_, shape, parameters) => {
      const { fields, model } = sampled(shape, parameters, algorithm, 6000);
      const exact = exactly(model);
      observablesOf(model).forEach((observable, k) => {
        const estimate = physics.ensembleAverage(fields, observable);
        expect(sigmas(estimate, exact[k])).toBeLessThan(FOUR);
      });
    },
  );

  it("have energy and magnetisation of the transfer matrix on a strip with a field", () => {
    const [K, H] = [0.4, 0.03];
    const { fields, model, lattice } = sampled(
      [4, 24],
      { inverseTemperature: K, magneticField: H / K },
      algorithm,
      6000,
    );
    const logZ = (k: number, h: number): number => stripPartition(4, 24, { K: k, H: h });
    const [links] = derivatives((k) => logZ(k, H), K, 1e-3);
    const [spins] = derivatives((h) => logZ(K, h), H, 1e-3);
    const energy = physics.ensembleAverage(fields, (field) => model.energy(field));
    expect(sigmas(energy, -links - (H / K) * spins)).toBeLessThan(FOUR);
    expect(sigmas(physics.ensembleAverage(fields, core.mean), spins / lattice.sites)).toBeLessThan(
      FOUR,
    );
  });
});

describe("the compiled sweep", () => {
  it.each([
    [[8, 8], "metropolis", { inverseTemperature: 0.44 }],
    [[16, 70], "heatBath", { inverseTemperature: 0.44, magneticField: 0.01 }],
    [[5, 7], "wolff", { inverseTemperature: 0.5, coupling: -1, magneticField: 0.3 }],
    [[12], "wolff", { inverseTemperature: 0.7 }],
    [[4, 4, 6], "wolff", { inverseTemperature: 0.22 }],
    [[2, 4, 4, 4], "metropolis", { inverseTemperature: 0.1, magneticField: -0.2 }],
  ] as [number[], physics.SpinAlgorithm, Parameters][])(
    "on %j by %s gives the fields of its twin and of the open path, bit for bit",
    (shape, algorithm, parameters) => {
      const model = physics.isingModel(physics.lattice(shape), parameters);
      const spec = { configurations: 60, thermalisation: 20, stride: 3, seed: 3, set: "twins" };
      const compiled = physics.sampler(model, { algorithm }).sample(spec);
      const twin = physics.sampler(model, { algorithm, backend: "typescript" }).sample(spec);
      const open = physics.sampler({ ...model }, { algorithm }).sample(spec);
      expect(compiled.fields.data).toEqual(twin.fields.data);
      expect(compiled.fields.data).toEqual(open.fields.data);
      expect(twin.report).toEqual(compiled.report);
      for (const name of ["energy", "orderParameter"] as const) {
        const [fast, slow] = [compiled, open].map(({ report }) => report.monitored[name].tauInt);
        expect(slow).toBeCloseTo(fast, 8);
      }
    },
  );
});

describe("Wolff clusters and single sites", () => {
  it("agree in |M| at the transition of 12 × 12, where clusters forget much faster", () => {
    const runs = (["metropolis", "wolff"] as const).map((algorithm) =>
      sampled([12, 12], { inverseTemperature: 0.4406868 }, algorithm, 10000),
    );
    const [single, wolff] = runs.map(({ fields, model }) =>
      physics.ensembleAverage(fields, (field) => model.orderParameter(field)),
    );
    const difference = single.mean - wolff.mean;
    expect(Math.abs(difference) / Math.hypot(single.error, wolff.error)).toBeLessThan(FOUR);
    expect(wolff.tauInt).toBeLessThan(single.tauInt / 3);
  });
});
