import { physics, type core } from "phaselens";
import { describe, expect, it } from "vitest";
import { outcomes } from "../../support/transitions.js";
import { potts } from "../../support/potts.js";
import { checkerboard } from "phaselens/internal/physics/spins/spinModel";
import { flipProbabilities } from "phaselens/internal/physics/spins/isingUpdates";
import {
  clusterUpdate,
  heatBathUpdate,
  metropolisUpdate,
} from "phaselens/internal/physics/spins/modelUpdates";

/** All configurations with their energies, made of differences from the first. */
function configurations(model: physics.SpinModel) {
  const values = model.states as readonly number[];
  const { sites } = model.lattice;
  const fields = Array.from({ length: values.length ** sites }, (_, word) =>
    Float64Array.from(
      { length: sites },
      (_site, n) => values[Math.floor(word / values.length ** n) % values.length],
    ),
  );
  const energies = fields.map((field) => {
    const copy = field.slice();
    let energy = 0;
    for (let n = 0; n < sites; n++) {
      energy -= model.energyDifference(copy, n, values[0]);
      copy[n] = values[0];
    }
    return energy;
  });
  const weights = energies.map((energy) => Math.exp(-model.inverseTemperature * energy));
  const total = weights.reduce((a, b) => a + b);
  return { fields, probabilities: weights.map((weight) => weight / total) };
}

/** Largest |π_i T_ij − π_j T_ji|, and whether rows of T add up to 1. */
function imbalance(
  model: physics.SpinModel,
  update: (field: Float64Array, rng: core.Rng) => void,
): { balance: number; stationarity: number; rows: number } {
  const { fields, probabilities } = configurations(model);
  const index = new Map(fields.map((field, i) => [field.join(), i]));
  const T = fields.map((field) => {
    const found = outcomes((rng) => {
      const copy = field.slice();
      update(copy, rng);
      return copy.join();
    });
    return new Map([...found].map(([state, probability]) => [index.get(state)!, probability]));
  });
  let [balance, rows] = [0, 0];
  const after = new Float64Array(fields.length);
  T.forEach((row, i) => {
    rows = Math.max(rows, Math.abs([...row.values()].reduce((a, b) => a + b) - 1));
    for (const [j, probability] of row) {
      after[j] += probabilities[i] * probability;
      const back = probabilities[j] * (T[j].get(i) ?? 0);
      balance = Math.max(balance, Math.abs(probabilities[i] * probability - back));
    }
  });
  const stationarity = Math.max(...after.map((value, j) => Math.abs(value - probabilities[j])));
  return { balance, stationarity, rows };
}

const ising = (shape: number[], parameters: physics.IsingParameters): physics.SpinModel =>
  physics.isingModel(physics.lattice(shape), parameters);
const models: [string, physics.SpinModel][] = [
  ["Ising 2 × 3", ising([2, 3], { inverseTemperature: 0.4 })],
  ["Ising 2 × 3 in a field", ising([2, 3], { inverseTemperature: 0.4, magneticField: 0.3 })],
  [
    "antiferromagnet 2 × 3 in a field",
    ising([2, 3], { inverseTemperature: 0.5, coupling: -1, magneticField: -0.6 }),
  ],
  ["three-state Potts 2 × 2", potts([2, 2], 3, 0.7)],
];
const ROUNDING = 1e-12;

describe.each(models)("%s", (_, model) => {
  const difference = (field: Float64Array) => (site: number, proposed: number) =>
    model.energyDifference(field, site, proposed);
  const sites = Array.from({ length: model.lattice.sites }, (_unused, n) => n);

  it.each([
    ["Metropolis", metropolisUpdate],
    ["heat bath", heatBathUpdate],
  ] as const)("%s of each site is in detailed balance with e^{−βE}, to rounding", (_name, make) => {
    for (const site of sites) {
      const { balance, stationarity, rows } = imbalance(model, (field, rng) => {
        field[site] = make(model, difference(field), rng)(field, site, 1);
      });
      expect(balance).toBeLessThan(ROUNDING);
      expect(stationarity).toBeLessThan(ROUNDING);
      expect(rows).toBeLessThan(ROUNDING);
    }
  });
});

describe.each([
  ["Ising 2 × 2", ising([2, 2], { inverseTemperature: 0.3 })],
  ["Ising ring of 4 in a field", ising([4], { inverseTemperature: 0.4, magneticField: 0.3 })],
  [
    "antiferromagnetic ring of 5 in a field",
    ising([5], { inverseTemperature: 0.5, coupling: -1, magneticField: 0.6 }),
  ],
  ["three-state Potts ring of 4", potts([4], 3, 0.7)],
] as [string, physics.SpinModel][])("%s", (_, model) => {
  it("a Wolff cluster is in detailed balance with e^{−βE}, to rounding", () => {
    const { balance, stationarity, rows } = imbalance(model, (field, rng) => {
      clusterUpdate(model, field, (site, value) => (field[site] = value), rng)();
    });
    expect(balance).toBeLessThan(ROUNDING);
    expect(stationarity).toBeLessThan(ROUNDING);
    expect(rows).toBeLessThan(ROUNDING);
  });
});

describe("sweeps of Metropolis", () => {
  it.each([
    [[3], { inverseTemperature: 0.35, coupling: -1 }],
    [[4], { inverseTemperature: 0.5 }],
    [[5], { inverseTemperature: 0 }],
    [[2, 2], { inverseTemperature: 0.3, coupling: -1 }],
  ] as [number[], physics.IsingParameters][])(
    "on %j with %j lead from one configuration to all",
    (shape, parameters) => {
      const model = ising(shape, parameters);
      const { order } = checkerboard(model.lattice);
      const first = new Float64Array(model.lattice.sites).fill(1);
      const reached = new Map([[first.join(), first]]);
      for (const field of reached.values()) {
        const after = outcomes((rng) => {
          const copy = field.slice();
          const difference = (n: number, value: number): number =>
            model.energyDifference(copy, n, value);
          const update = metropolisUpdate(model, difference, rng);
          for (const site of order) copy[site] = update(copy, site, 1);
          return copy.join();
        });
        for (const [name, probability] of after) {
          if (probability > 0 && !reached.has(name))
            reached.set(name, Float64Array.from(name.split(","), Number));
        }
      }
      expect(reached.size).toBe(2 ** model.lattice.sites);
    },
  );
});

describe("the list of flips of the compiled sweep", () => {
  it.each(["metropolis", "heatBath"] as const)(
    "by %s weighs a spin with e^{−βE} whatever is around it",
    (sweeps) => {
      const [beta, coupling, magneticField] = [0.44, -0.7, 0.3];
      const model = physics.isingModel(physics.lattice([4, 4, 4]), {
        inverseTemperature: beta,
        coupling,
        magneticField,
      });
      const flip = flipProbabilities(model, sweeps);
      expect(flip.length).toBe(26);
      for (let sum = -6; sum <= 6; sum++) {
        const [up, down] = [flip[13 + sum + 6], flip[sum + 6]];
        // of the weights, up to down
        const ratio = Math.exp(2 * beta * (coupling * sum + magneticField));
        expect(Math.abs((ratio * up) / down - 1)).toBeLessThan(ROUNDING);
        if (sweeps === "heatBath") expect(Math.abs(up + down - 1)).toBeLessThan(ROUNDING);
        else expect(Math.max(up, down)).toBe(7 / 8); // the others are not asked
      }
    },
  );
});
