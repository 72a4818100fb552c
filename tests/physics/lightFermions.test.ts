import type { physics } from "phaselens";
import { ConfigError, makeRng } from "phaselens/core";
import { hmc, lattice, sampledObservable, sampleEnsemble, yukawaAction } from "phaselens/physics";
import { describe, expect, it } from "vitest";
import { startField } from "phaselens/internal/physics/sampling/starts";
import { lightFermions } from "phaselens/internal/physics/fermions/lightFermions";

const parameters = {
  hoppingParameter: -0.12,
  quarticCoupling: 0.6,
  fermionMass: 0.5,
  yukawaCoupling: 0.8,
};
const spec: physics.EnsembleSpec = {
  shape: [4, 4, 4],
  parameters,
  fermions: "pseudofermion",
  algorithm: "hmc",
  start: "ordered",
  configurations: 80,
  stride: 1,
  thermalisation: 20,
  seed: 3,
  set: "t",
  steps: 8,
  targetAcceptance: 0.7,
};
const exact = 'Use fermions: "exact" with algorithm: "cluster".';

describe("lightFermions", () => {
  it("are those whose M_f + gφ changes its sign in a run, not those of the paper", () => {
    const light = (fermionMass: number, yukawaCoupling: number): boolean =>
      lightFermions({ ...parameters, fermionMass, yukawaCoupling }, 3);
    expect([light(0.5, 0.8), light(0.8, 0.8), light(0.8, -0.8), light(0, 0.01)]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([light(20, 0.25), light(2, 0.5), light(1, 0.3), light(0.1, 0)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("hmc with light pseudofermions", () => {
  const { report } = sampleEnsemble(spec);

  it("is flagged by sign changes of M_f + gφ, with the treatment that crosses det D = 0", () => {
    expect(report.diracMass!.negative).toBeGreaterThan(0.05);
    expect(report.flags.join("\n")).toMatch(
      /^light fermions: M_f \+ gφ is negative at \d\d % of sites, .* hmc does not cross its/m,
    );
    expect(report.flags.find((flag) => flag.startsWith("light"))).toContain(exact);
  });

  it("begins one chain as asked and one the other way, and they disagree", () => {
    expect(report.starts).toEqual(["ordered", "random"]);
    expect(report.flags.join("\n")).toMatch(
      /^chains disagree: .* Use algorithm: "cluster" with fermions: "exact"\.$/m,
    );
    expect(
      sampleEnsemble({ ...spec, start: "random", configurations: 3, thermalisation: 0, chains: 3 })
        .report.starts,
    ).toEqual(["random", "ordered", "random"]);
    const heavy = {
      ...spec,
      configurations: 2,
      thermalisation: 0,
      parameters: { ...parameters, fermionMass: 20, yukawaCoupling: 0.25 },
    };
    expect(sampleEnsemble(heavy).report.starts).toEqual(["ordered", "ordered"]);
    expect(sampleEnsemble({ ...heavy, fermions: "hopping" }).report.starts).toEqual([
      "ordered",
      "ordered",
    ]);
  });

  it("is not advised to start ordered, having done so", () => {
    expect(report.flags.join("\n")).not.toMatch(/start ordered/i);
  });

  it("M_f = .8 too is flagged, heavy fermions are not", () => {
    const { flags } = sampleEnsemble({
      ...spec,
      parameters: { ...parameters, fermionMass: 0.8 },
    }).report;
    expect(flags.join("\n")).toMatch(
      /^light fermions: M_f \+ gφ is negative at \d\.\d % of sites/m,
    );
    const heavy = sampleEnsemble({ ...spec, parameters: { ...parameters, fermionMass: 3 } }).report;
    expect(heavy.diracMass!.negative).toBe(0);
    expect(heavy.flags.join("\n")).not.toMatch(/light|solver/);
  });

  it("reports flags of an observable sampled for itself", () => {
    const found = sampledObservable({
      spec: { ...spec, configurations: 20 },
      observable: "absoluteMagnetisation",
    });
    expect(found.flags.join("\n")).toMatch(/^light fermions/m);
  });
});

describe("a solve that fails", () => {
  const solver = { maxIterations: 64 };
  const limited: physics.EnsembleSpec = { ...spec, solver, configurations: 30, thermalisation: 10 };

  it("rejects its trajectory, is counted, and the chain goes on", () => {
    const { report, fields } = sampleEnsemble(limited);
    const counted = [0, 1].map((c) => {
      const cube = lattice(spec.shape);
      const rng = makeRng(3, `kappa=-0.12/t/chain ${c}`);
      const action = yukawaAction(cube, parameters, { fermions: "pseudofermion", ...solver });
      const start = startField(c === 0 ? "ordered" : "random", cube, parameters, rng.fork("start"));
      let failed = 0;
      let before = start;
      for (const sample of hmc(action, {
        rng,
        start,
        steps: 8,
        targetAcceptance: 0.7,
        thermalisation: 10,
      })) {
        if (sample.failed) {
          failed++;
          expect(sample).toMatchObject({ accepted: false, acceptance: 0, deltaH: Infinity });
          expect(sample.field).toEqual(before);
        }
        before = sample.field.slice();
        if (sample.trajectory === 24) break;
      }
      expect(before).toEqual(fields.data.slice((14 + 15 * c) * 64, (15 + 15 * c) * 64));
      return failed;
    });
    expect(report.failedSolves).toEqual(counted);
    const failed = counted[0] + counted[1];
    expect(failed).toBeGreaterThan(0);
    expect(failed).toBeLessThan(50);
    expect(report.flags.join("\n")).toMatch(
      new RegExp(
        `^failed solves: the solver gave up in ${failed} of 50 trajectories, which were ` +
          "rejected\\. " +
          'Use more steps, or raise solver\\.maxIterations above 64, or use fermions: "exact"',
        "m",
      ),
    );
  });

  it("is rarer with more iterations, which the spec can ask for", () => {
    const [few, many] = [
      limited,
      { ...limited, solver: { maxIterations: 5000, forceTolerance: 1e-7, actionTolerance: 1e-10 } },
    ].map((one) => sampleEnsemble(one).report.failedSolves.reduce((a, b) => a + b));
    expect(many).toBeLessThan(few / 5);
  });

  it("says whether D is close to singular or the trajectory ran away", () => {
    const cube = lattice([4, 4, 4]);
    const field = startField("random", cube, parameters, makeRng(1));
    const action = yukawaAction(cube, parameters, { fermions: "pseudofermion", maxIterations: 20 });
    action.refresh!(field, makeRng(2));
    expect(() => action.value(field)).toThrow(
      /after 20 iterations, 1e-11 asked for\. D is close to singular: use more maxIterations/,
    );
    expect(() => action.value(field.map((phi) => 1e13 * phi))).toThrow(
      /M_f \+ gφ reaches \de\+13, so the trajectory ran away: use more steps\./,
    );
  });

  it("options out of range are refused, naming value and cure", () => {
    const cases: [physics.SolverOptions, RegExp][] = [
      [{ maxIterations: 0 }, /maxIterations is 0; it must be a whole number of at least 1/],
      [{ forceTolerance: -1 }, /forceTolerance is -1; it must lie between 0 and 1/],
      [{ actionTolerance: NaN }, /actionTolerance is NaN/],
      [
        { iterations: 5 } as never,
        /solver has no option "iterations"\. Use forceTolerance, actionTolerance, maxIterations/,
      ],
      [12 as never, /solver is 12; it must be an object/],
    ];
    for (const [wrong, message] of cases) {
      expect(() => sampleEnsemble({ ...spec, solver: wrong })).toThrow(ConfigError);
      expect(() => sampleEnsemble({ ...spec, solver: wrong })).toThrow(message);
    }
    expect(() => sampleEnsemble({ ...spec, fermions: "quenched", solver })).toThrow(
      /solver belongs to fermions "pseudofermion"/,
    );
  });
});
