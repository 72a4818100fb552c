import { ConfigError, NumericalError, makeRng } from "phaselens/core";
import { core, physics } from "phaselens";
import { describe, expect, it } from "vitest";
import { potts } from "../../support/potts.js";
import { makeArena } from "phaselens/internal/kernels/arena";
import { bulkDraws, drawsRoom } from "phaselens/internal/physics/spins/draws";

const FOUR = 4; // standard deviations: one false alarm in 16,000 comparisons
const spec = { configurations: 40, thermalisation: 20, seed: 5, set: "a" };
const square = physics.lattice([8, 8]);

/** ⟨E⟩ and ⟨order⟩ of a Potts model by counting its configurations. */
function counted(model: ReturnType<typeof potts>): [number, number] {
  const { sites } = model.lattice;
  const states = model.states as readonly number[];
  const field = new Float64Array(sites);
  let [total, energy, order] = [0, 0, 0];
  for (let word = 0; word < states.length ** sites; word++) {
    for (let n = 0; n < sites; n++)
      field[n] = Math.floor(word / states.length ** n) % states.length;
    const own = model.energy(field);
    const weight = Math.exp(-model.inverseTemperature * own);
    total += weight;
    energy += weight * own;
    order += weight * model.orderParameter!(field);
  }
  return [energy / total, order / total];
}

describe("a model of one's own", () => {
  it.each(["metropolis", "heatBath", "wolff"] as const)(
    "by %s: Potts of three states has the averages of all configurations of 2 × 4",
    (algorithm) => {
      const model = potts([2, 4], 3, 0.5);
      const { fields } = physics
        .sampler(model, { algorithm, clusters: 1 })
        .sample({ ...spec, configurations: 6000, thermalisation: 100 });
      const exact = counted(model);
      [model.energy, model.orderParameter!].forEach((observable, k) => {
        const { mean, error } = physics.ensembleAverage(fields, observable);
        expect(Math.abs(mean - exact[k]) / error).toBeLessThan(FOUR);
      });
    },
  );

  it("of a continuous range: a free field with a mass has ⟨φ²⟩ as a sum over momenta", () => {
    const [extent, mass] = [6, 1];
    const lattice = physics.lattice([extent, extent]);
    const { neighbours } = lattice;
    const free: physics.SpinModel = {
      lattice,
      name: "free",
      inverseTemperature: 1,
      states: { reference: 0, random: (rng) => rng.normal() },
      energyDifference: (field, site, proposed) => {
        let around = 0;
        for (let k = 4 * site; k < 4 * site + 4; k++) around += field[neighbours[k]];
        const old = field[site];
        return (
          ((4 + mass * mass) * (proposed * proposed - old * old)) / 2 - around * (proposed - old)
        );
      },
    };
    const { fields, report } = physics
      .sampler(free)
      .sample({ ...spec, configurations: 8000, thermalisation: 400 });
    let exact = 0;
    const sine = (k: number): number => 4 * Math.sin((Math.PI * k) / extent) ** 2;
    for (let k = 0; k < extent; k++)
      for (let l = 0; l < extent; l++) exact += 1 / (mass * mass + sine(k) + sine(l)) / extent ** 2;
    const { mean, error } = physics.ensembleAverage(fields, physics.squaredField);
    expect(Math.abs(mean - exact) / error).toBeLessThan(FOUR);
    // the width was tuned towards half of the proposals
    expect(report.acceptance).toBeGreaterThan(0.4);
    expect(report.acceptance).toBeLessThan(0.6);
    expect(report.flags).toEqual([]);
  });

  it("is refused where its differences are not those of an energy, or clusters have another", () => {
    const model = potts([4, 4], 3, 0.5);
    const { clusters: _, ...plain } = model;
    const sample = (own: Partial<physics.SpinModel>): unknown =>
      physics.sampler({ ...plain, ...own }).sample(spec);
    const twice: physics.SpinModel["energyDifference"] = (field, site, proposed) =>
      model.energyDifference(field, site, proposed) * (site < 8 ? 2 : 1);
    expect(() => sample({ energyDifference: twice })).toThrow(
      /sampler: energyDifference is not that of an energy: changing all sites/,
    );
    expect(() => sample({ energyDifference: () => NaN })).toThrow(NumericalError);
    const clusters = { ...model.clusters!, bond: (a: number, b: number) => (a === b ? -2 : 0) };
    expect(() => sample({ clusters })).toThrow(
      /clusters.bond and clusters.site give .*energyDifference/,
    );
    const turned = { ...model.clusters!, reflection: () => () => 0 };
    expect(() => sample({ clusters: turned })).toThrow("takes 1 to 0, and that to 0; done twice");
    const angles = physics.xyModel(square, { inverseTemperature: 1 });
    const inverted = { ...angles.clusters!, reflection: () => (value: number) => 1 / value };
    expect(() => physics.sampler({ ...angles, clusters: inverted }).sample(spec)).toThrow(
      /clusters.reflection changes the energy of a link/,
    );
    const leaves = { ...model.clusters!, reflection: () => (value: number) => 5 - value };
    expect(() => sample({ clusters: leaves })).toThrow(
      "clusters.reflection takes 0 to 5; the states are [0, 1, 2]",
    );
    const rotation = { ...model.clusters!, reflection: () => (value: number) => (value + 1) % 3 };
    expect(() => sample({ clusters: rotation })).toThrow(
      "takes 0 to 1, and that to 2; done twice a reflection changes nothing",
    );
    expect(() => sample({ states: [0, 1, 1] })).toThrow("the states [0,1,1] name a value twice");
    expect(() => physics.sampler(plain, { algorithm: "wolff" })).toThrow(/needs `clusters`/);
    const xy = physics.xyModel(square, { inverseTemperature: 1 });
    expect(() => physics.sampler(xy, { algorithm: "heatBath" })).toThrow(ConfigError);
  });
});

describe("energy differences that are wrong for few changes alone are refused", () => {
  const { clusters: _, ...model } = potts([4, 4], 3, 0.5);
  const sample = (energyDifference: physics.SpinModel["energyDifference"]): unknown =>
    physics.sampler({ ...model, energyDifference }).sample(spec);

  it("between two states neither of which is the first", () => {
    expect(() =>
      sample(
        (field, site, proposed) =>
          model.energyDifference(field, site, proposed) +
          (field[site] === 1 && proposed === 2 ? 1 : 0),
      ),
    ).toThrow(/is not that of an energy: changing sites \d+ and \d+ by turns/);
  });

  it("and in ordered surroundings, which a random field does not have", () => {
    const { neighbours } = model.lattice;
    const aligned = (field: Float64Array, site: number): boolean =>
      neighbours.subarray(4 * site, 4 * site + 4).every((m) => field[m] === field[site]);
    expect(() =>
      sample(
        (field, site, proposed) =>
          model.energyDifference(field, site, proposed) + (aligned(field, site) ? 1 : 0),
      ),
    ).toThrow(/by turns until the field is what it was costs/);
  });

  it("and one that takes the value itself", () => {
    expect(() =>
      sample((field, site, proposed) => {
        const change = model.energyDifference(field, site, proposed);
        field[site] = proposed;
        return change;
      }),
    ).toThrow(/energyDifference has changed site \d+ of the field from/);
  });
});

describe("states in a typed array", () => {
  it("are named for what they are", () => {
    const model = { ...potts([2, 2], 3, 0.5), states: Float64Array.of(0, 1, 2) };
    expect(() => physics.sampler(model as never)).toThrow(
      /model\.states is Float64Array \[0,1,2\]; it must be an array of values, e\.g\. \[-1, 1\] \(of a typed array Array\.from\(…\)\), or \{ reference, random \}/,
    );
  });
});

describe("an ensemble of spins", () => {
  const ising = physics.isingModel(square, { inverseTemperature: 0.44 });
  const sampler = physics.sampler(ising, { algorithm: "wolff" });

  it("is a function of model, seed and set, whatever its chains are asked for besides", () => {
    const first = sampler.sample(spec);
    expect(sampler.sample(spec)).toEqual(first);
    expect(sampler.sample({ ...spec, set: "b" }).fields).not.toEqual(first.fields);
    expect(sampler.sample({ ...spec, seed: 6 }).fields).not.toEqual(first.fields);
    const near = physics.isingModel(square, { inverseTemperature: 0.44 + 1e-9 });
    const other = physics.sampler(near, { algorithm: "wolff" }).sample(spec);
    expect(other.fields).not.toEqual(first.fields);
    // a chain that goes on has the same beginning
    const longer = sampler.sample({ ...spec, configurations: 80 });
    expect(core.row(longer.fields, 7)).toEqual(core.row(first.fields, 7));
  });

  it("stores every stride-th configuration of each chain, and tells of every step", () => {
    const steps: [number, number][] = [];
    const { fields, report } = sampler.sample(
      { ...spec, configurations: 5, stride: 3, thermalisation: 4, chains: 2 },
      { onDone: (done, total) => steps.push([done, total]) },
    );
    expect(fields.shape).toEqual([5, 8, 8]);
    expect(report.rowsOfChain).toEqual([3, 2]);
    expect(report.starts).toEqual(["ordered", "random"]);
    expect(report.trajectories).toBe(15);
    expect(steps).toEqual(Array.from({ length: 23 }, (_, k) => [k + 1, 23]));
    const every = sampler.sample({
      ...spec,
      configurations: 15,
      thermalisation: 4,
      chains: 1,
      start: "ordered",
    });
    const third = sampler.sample({
      ...spec,
      configurations: 5,
      stride: 3,
      thermalisation: 4,
      chains: 1,
    });
    for (let k = 0; k < 5; k++)
      expect(core.row(third.fields, k)).toEqual(core.row(every.fields, 3 * k + 2));
    expect(every.report.starts).toEqual(["ordered"]);
  });

  it("has no flags where it is in equilibrium, on both sides of the transition and at it", () => {
    for (const inverseTemperature of [0, 0.2, 0.4406868, 0.7]) {
      const model = physics.isingModel(square, { inverseTemperature });
      const { report } = physics
        .sampler(model, { algorithm: "wolff" })
        .sample({ ...spec, configurations: 400, thermalisation: 100 });
      expect(report.flags, `β = ${inverseTemperature}`).toEqual([]);
      expect(report.monitored.energy.rHat).toBeLessThan(1.05);
    }
  });

  it("says where chains are frozen, hold domain walls, or disagree", () => {
    const flags = (
      inverseTemperature: number,
      own: object,
      options: physics.SamplerOptions = {},
    ): string =>
      physics
        .sampler(physics.isingModel(physics.lattice([16, 16]), { inverseTemperature }), options)
        .sample({ ...spec, configurations: 200, thermalisation: 50, ...own })
        .report.flags.join("\n");
    expect(flags(5, { start: "ordered" })).toMatch(
      /frozen: chain 0 has one energy and one order parameter in all 100 steps. Run longer, or use algorithm "wolff"/,
    );
    // sites that Metropolis leaves out keep even β = 0 from flipping everything for ever
    expect(flags(0, {}, { algorithm: "metropolis" })).toBe("");
    // stripes, which single sites keep for long: one of these seeds has them
    const held = [1, 2, 3, 4, 5, 6].map((seed) => flags(0.9, { start: "random", seed, chains: 1 }));
    expect(
      held.filter((text) => /domain walls: chain 0 has [2-4]\d %/.test(text)).length,
    ).toBeGreaterThan(0);
    expect(held.filter((text) => text === "").length).toBeGreaterThan(0);
    // a first-order transition: ordered and random starts stay what they were
    const model = potts([16, 16], 20, 1.72);
    const { report } = physics
      .sampler(model)
      .sample({ ...spec, configurations: 200, thermalisation: 200 });
    expect(report.flags.join("\n")).toMatch(/chains disagree: the energy \(R̂ .*order parameter/);
  });

  it("refuses counts, seeds, sets and starts that are none", () => {
    const refused =
      (own: object): unknown =>
      () =>
        sampler.sample({ ...spec, ...own } as never);
    expect(refused({ configurations: 0 })).toThrow(
      "sample: spec.configurations is 0; it must be a whole number ≥ 1.",
    );
    expect(refused({ stride: 0.5 })).toThrow(ConfigError);
    expect(refused({ thermalisation: -1 })).toThrow(ConfigError);
    expect(refused({ chains: 41 })).toThrow("sample: 41 chains for 40 configurations");
    expect(refused({ configurations: 1 })).toThrow(
      "sample: 2 chains, the default, for 1 configuration; use at most one chain a configuration.",
    );
    expect(refused({ seed: NaN })).toThrow(ConfigError);
    expect(refused({ set: "a/b" })).toThrow("without a slash");
    expect(refused({ start: "cold" })).toThrow(
      'spec.start is "cold"; it must be "ordered" or "random"',
    );
    expect(() => physics.isingModel(square, { inverseTemperature: -1 })).toThrow(ConfigError);
    expect(() => physics.isingModel(square, { inverseTemperature: 1, coupling: 1e307 })).toThrow(
      ConfigError,
    );
    expect(() => physics.xyModel(square, { inverseTemperature: 1, coupling: NaN })).toThrow(
      ConfigError,
    );
  });
});

describe("draws in bulk", () => {
  it.each(["auto", "typescript"] as const)("are those of the stream, %s kernels", (backend) => {
    const arena = makeArena({ doubles: 0, integers: drawsRoom }, backend);
    const [draws, rng] = [bulkDraws(makeRng(3, "bulk"), arena), makeRng(3, "bulk")];
    for (let k = 0; k < 3000; k++) {
      if (k % 7 === 3) expect(draws.integer(5)).toBe(rng.integer(5));
      else if (k % 7 === 5) {
        const count = draws.ready(4);
        const at = draws.take(count);
        for (let i = 0; i < count; i++) {
          const [first, second] = [arena.i32[at + 2 * i], arena.i32[at + 2 * i + 1]];
          expect(((first >>> 5) * 67108864 + (second >>> 6)) * 2 ** -53).toBe(rng.uniform());
        }
      } else expect(draws.uniform()).toBe(rng.uniform());
    }
  });
});
