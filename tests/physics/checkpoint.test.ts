import type { physics } from "phaselens";
import { DataError, makeRng } from "phaselens/core";
import { cluster, hmc, lattice, sampleEnsemble, yukawaAction } from "phaselens/physics";
import { deserialize, serialize } from "node:v8";
import { describe, expect, it } from "vitest";
import { chainState } from "phaselens/internal/physics/sampling/chainState";
import { startField } from "phaselens/internal/physics/sampling/starts";

const cube = lattice([4, 4, 4]);
const parameters = {
  hoppingParameter: 0.18,
  quarticCoupling: 1.1,
  fermionMass: 3,
  yukawaCoupling: 0.5,
};
const light = { ...parameters, fermionMass: 0.3 };
const start = startField("random", cube, parameters, makeRng(1, "start"));

type Options = { start: Float64Array } | { resume: physics.ChainState };
const chains: [string, (options: Options) => Generator<physics.HmcSample>][] = [
  ...(["pseudofermion", "hopping", "quenched"] as const).map(
    (fermions): (typeof chains)[number] => [
      `hmc, ${fermions}`,
      (options) =>
        hmc(yukawaAction(cube, parameters, { fermions }), {
          rng: makeRng(1, "chain"),
          thermalisation: 15,
          steps: 3,
          ...options,
        }),
    ],
  ),
  [
    "hmc, hopping with correction",
    (options) =>
      hmc(yukawaAction(cube, parameters, { fermions: "hopping", correction: "fourth" }), {
        rng: makeRng(1, "chain"),
        steps: 3,
        ...options,
      }),
  ],
  [
    "cluster, exact",
    (options) =>
      cluster(cube, light, {
        rng: makeRng(1, "chain"),
        thermalisation: 15,
        fermions: "exact",
        ...options,
      }),
  ],
  [
    "cluster",
    (options) =>
      cluster(cube, parameters, {
        rng: makeRng(1, "chain"),
        thermalisation: 15,
        fermions: "hopping",
        ...options,
      }),
  ],
];

/** Everything a sample says, the field copied. */
function take(
  chain: Generator<physics.HmcSample>,
  count: number,
): { samples: object[]; state: physics.ChainState } {
  const samples = [];
  for (const sample of chain) {
    samples.push({ ...sample, field: sample.field.slice() });
    if (samples.length === count) return { samples, state: chainState(sample) };
  }
  throw new Error("a chain has no end");
}

describe("a chain resumed from its state", () => {
  it.each(chains)(
    "%s: 10 trajectories and 10 more are the 20 in one go, bit for bit",
    (_, make) => {
      const whole = take(make({ start }), 20).samples;
      const first = take(make({ start }), 10);
      // through bytes, as a file would keep it
      const state = deserialize(serialize(first.state)) as physics.ChainState;
      const second = take(make({ resume: state }), 10);
      expect([...first.samples, ...second.samples]).toEqual(whole);
    },
  );

  it("copies its start and its state: running on changes neither", () => {
    const before = start.slice();
    const [, make] = chains[1];
    const { state } = take(make({ start }), 5);
    const copy = structuredClone(state);
    take(make({ resume: state }), 5);
    expect(start).toEqual(before);
    expect(state).toEqual(copy);
  });
});

describe("an ensemble interrupted and resumed", () => {
  const spec: physics.EnsembleSpec = {
    shape: [4, 4, 4],
    parameters,
    fermions: "hopping",
    algorithm: "hmc",
    start: "ordered",
    configurations: 11,
    stride: 2,
    thermalisation: 12,
    seed: 5,
    set: "training",
    chains: 3,
  };
  class Killed extends Error {}

  /** Runs until killed after each of `lives` trajectories, then to the end. */
  function runWithKills(
    subject: physics.EnsembleSpec,
    lives: readonly number[],
    every: number,
  ): { result: physics.Ensemble; progress: number[] } {
    let saved: Uint8Array | undefined;
    const progress: number[] = [];
    for (const life of [...lives, Infinity]) {
      let left = life;
      try {
        const result = sampleEnsemble(subject, {
          onDone: (done) => {
            progress.push(done);
            if (--left < 0) throw new Killed();
          },
          checkpoint: {
            every,
            load: () => (saved ? (deserialize(saved) as physics.EnsembleCheckpoint) : undefined),
            save: (checkpoint) => {
              saved = serialize(checkpoint);
            },
          },
        });
        return { result, progress };
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
    }
    throw new Error("unreachable");
  }

  // chains end after 20, 40 and 58 trajectories: kills during thermalisation, between chains, and
  // one trajectory before the end
  it.each([
    [[], 7],
    [[3, 5, 9], 1],
    [[20], 20],
    [[19, 21, 17], 4],
    [[57], 3],
    [[5, 5, 5, 5, 5, 5], 2],
  ] as const)(
    "after kills at %j, saving every %i trajectories, is the same ensemble, bit for bit",
    (lives, every) => {
      const { result, progress } = runWithKills(spec, lives, every);
      expect(result).toEqual(sampleEnsemble(spec));
      expect(Math.max(...progress)).toBe(58);
      if (lives.length > 0) expect(progress.length).toBeLessThanOrEqual(58 + lives.length * every);
    },
  );

  it("with clusters too", () => {
    const clusters: physics.EnsembleSpec = { ...spec, algorithm: "cluster" };
    expect(runWithKills(clusters, [13, 22], 5).result).toEqual(sampleEnsemble(clusters));
  });

  it("with light fermions too, what is counted along its chains included", () => {
    const lightSpec = { ...spec, parameters: light };
    const exact: physics.EnsembleSpec = { ...lightSpec, algorithm: "cluster", fermions: "exact" };
    const whole = sampleEnsemble(exact);
    expect(whole.report.starts).toEqual(["ordered", "random", "ordered"]);
    expect(whole.report.diracMass!.negative).toBeGreaterThan(0);
    expect(runWithKills(exact, [13, 22], 5).result).toEqual(whole);
    const solver = { maxIterations: 50 };
    const failing: physics.EnsembleSpec = { ...lightSpec, fermions: "pseudofermion", solver };
    const counted = sampleEnsemble(failing);
    expect(Math.max(...counted.report.failedSolves)).toBeGreaterThan(0);
    expect(runWithKills(failing, [9, 17, 13], 4).result).toEqual(counted);
  });

  it("refuses a checkpoint of another spec, of another version, and one whose arrays do not fit", () => {
    let saved: physics.EnsembleCheckpoint | undefined;
    sampleEnsemble(spec, {
      checkpoint: {
        every: 30,
        load: () => undefined,
        save: (checkpoint) => {
          saved = checkpoint;
        },
      },
    });
    const resume = (
      subject: physics.EnsembleSpec,
      checkpoint: physics.EnsembleCheckpoint,
    ): unknown =>
      sampleEnsemble(subject, {
        checkpoint: { every: 1e6, load: () => checkpoint, save: () => {} },
      });
    expect(() => resume({ ...spec, seed: 6 }, saved!)).toThrow(DataError);
    expect(() => resume(spec, { ...saved!, version: 2 as never })).toThrow(
      /version 2 is not known/,
    );
    const earlier = { ...saved!, tallies: undefined as never };
    expect(() => resume(spec, earlier)).toThrow(/no tallies, so an earlier phaselens saved it/);
    expect(() => resume(spec, { ...saved!, fields: new Float64Array(65) })).toThrow(
      /do not fit 64 sites/,
    );
    expect(() => resume(spec, saved!)).not.toThrow();
  });
});
