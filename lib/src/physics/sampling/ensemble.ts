import { callable, optional, record } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { stopIfCancelled } from "../../core/tasks/cancellation.js";
import { makeRng, type Rng } from "../../core/random/rng.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import type { ChainState } from "./chainState.js";
import { chainState } from "./chainState.js";
import { countSample, emptyTally, type ChainTally } from "./chainTally.js";
import { recordSample, seriesColumns } from "./chainSeries.js";
import { checkEnsembleCheckpoint, type EnsembleCheckpoint } from "./checkpoint.js";
import { cluster } from "./cluster.js";
import { ensembleReport, type EnsembleReport } from "./ensembleReport.js";
import {
  checkEnsembleSpec,
  kappaLabel,
  specHash,
  startOfChain,
  type EnsembleSpec,
} from "./ensembleSpec.js";
import { hmc } from "./hmc.js";
import { checkHoppingStart } from "../fermions/hoppingRange.js";
import { lattice as makeLattice, type Lattice } from "../lattice/lattice.js";
import type { LocalFermions } from "../fermions/localWeight.js";
import type { HmcSample } from "./sample.js";
import { startField } from "./starts.js";
import { yukawaAction } from "../lattice/yukawaAction.js";
import type { Fermions } from "../lattice/yukawaParameters.js";

/** Configurations with their specification and report. */
export interface Ensemble {
  /** [configurations, …shape], the chains one after the other, each in Monte Carlo order. */
  readonly fields: Tensor;
  readonly spec: EnsembleSpec;
  readonly report: EnsembleReport;
}

/** Listeners and checkpoints of `sampleEnsemble`. */
export interface EnsembleHooks {
  /**
   * Told of the trajectories done, thermalisation included, of all that have to be done (default
   * nobody is told).
   */
  onDone?(done: number, total: number): void;
  /** Where states are kept from which an interrupted ensemble goes on (default nowhere). */
  readonly checkpoint?: {
    /** What was saved last, or undefined. */
    load(): EnsembleCheckpoint | undefined;
    save(checkpoint: EnsembleCheckpoint): void;
    /** Trajectories from one save to the next. */
    readonly every: number;
  };
}

const ensembleHooks = record({
  onDone: optional(callable),
  checkpoint: optional(record({ load: callable, save: callable })),
});

/**
 * An ensemble of the Yukawa model: chains one after the other, each thermalised, then every
 * `stride`-th configuration.
 *
 * Chain c draws from the streams `kappa=…/<set>/chain c/trajectory k` of the seed, so that results
 * depend on the spec alone, whatever else is computed, by however many workers, and with however
 * many interruptions. Spec and result are plain values:
 * `parallelMap({ module: "phaselens/physics", name: "sampleEnsemble" }, specs)` runs many.
 * @throws ConfigError for a spec out of range, DataError for a checkpoint of another ensemble
 * @example
 * ```ts
 * import { physics } from "phaselens";
 * const { fields, report } = physics.sampleEnsemble({
 *   shape: [8, 8], fermions: "quenched", algorithm: "cluster", start: "random", seed: 1, set: "a",
 *   parameters: { hoppingParameter: 0.1, quarticCoupling: 0.5, fermionMass: 1, yukawaCoupling: 0 },
 *   configurations: 100, stride: 2, thermalisation: 50,
 * });
 * console.log(fields.shape, Array.isArray(report.flags)); // → [ 100, 8, 8 ] true
 * ```
 */
export function sampleEnsemble(spec: EnsembleSpec, hooks: EnsembleHooks = {}): Ensemble {
  checkEnsembleSpec(spec);
  takes("sampleEnsemble", { options: [hooks, ensembleHooks] });
  const { configurations, stride, thermalisation, chains = 2 } = spec;
  const lattice = makeLattice(spec.shape);
  const { sites } = lattice;
  const rowsOfChain = Array.from(
    { length: chains },
    (_, c) => Math.floor(configurations / chains) + (c < configurations % chains ? 1 : 0),
  );
  const total = chains * thermalisation + configurations * stride;
  const width = seriesColumns.length;

  const hash = specHash(spec);
  const every = hooks.checkpoint?.every ?? 1;
  if (!(Number.isInteger(every) && every >= 1)) {
    throw new ConfigError(
      `sampleEnsemble: a checkpoint every ${every} trajectories; it must be a whole number of at least 1.`,
      { every },
    );
  }
  const saved = hooks.checkpoint?.load();
  if (saved) checkEnsembleCheckpoint(saved, hash, sites);
  const data = new Float64Array(configurations * sites);
  data.set(saved?.fields ?? []);
  const series = rowsOfChain.map((rows) => new Float64Array(rows * stride * width));
  saved?.series.forEach((part, c) => series[c].set(part));
  const settings: number[] = [...(saved?.settings ?? [])];
  const tallies: ChainTally[] = (saved?.tallies ?? []).map((tally) => ({ ...tally }));
  const dirac = spec.fermions === "quenched" ? undefined : spec.parameters;
  let done = saved?.done ?? 0;
  let stored = saved ? saved.fields.length / sites : 0;

  for (let c = saved?.chain ?? 0; c < chains; c++) {
    const last = thermalisation + rowsOfChain[c] * stride;
    tallies[c] ??= emptyTally();
    for (const sample of chainOf(spec, lattice, c, saved?.chain === c ? saved.state : undefined)) {
      // counted from the end of thermalisation
      const trajectory = sample.trajectory - thermalisation;
      if (trajectory >= 0) {
        recordSample(sample, lattice, spec.parameters, series[c], trajectory);
        settings[c] = sample.tuning.setting;
        if ((trajectory + 1) % stride === 0) data.set(sample.field, sites * stored++);
      }
      countSample(tallies[c], sample, trajectory >= 0, dirac);
      done++;
      stopIfCancelled();
      hooks.onDone?.(done, total);
      const finished = sample.trajectory + 1 === last;
      if (hooks.checkpoint && done < total && done % every === 0) {
        hooks.checkpoint.save({
          version: 1,
          specHash: hash,
          done,
          chain: finished ? c + 1 : c,
          ...(finished ? {} : { state: chainState(sample) }),
          settings: [...settings],
          tallies: tallies.map((tally) => ({ ...tally })),
          fields: data.slice(0, stored * sites),
          series: series
            .slice(0, c + 1)
            .map((one, k) =>
              k < c ? one.slice() : one.slice(0, Math.max(0, trajectory + 1) * width),
            ),
        });
      }
      if (finished) break;
    }
  }
  const fields = tensor([configurations, ...spec.shape], data);
  const report = ensembleReport(spec, lattice, fields, { series, settings, tallies });
  return { fields, spec, report };
}

/** Chain c of the ensemble, from its beginning or from a saved state. */
function chainOf(
  spec: EnsembleSpec,
  lattice: Lattice,
  c: number,
  resume: ChainState | undefined,
): Generator<HmcSample, never, void> {
  const { parameters, fermions, order, correction, thermalisation } = spec;
  const rng = makeRng(
    spec.seed,
    `${kappaLabel(parameters.hoppingParameter)}/${spec.set}/chain ${c}`,
  );
  const begin = resume ? { resume } : { start: startOf(spec, lattice, c, rng.fork("start")) };
  if (spec.algorithm === "cluster") {
    return cluster(lattice, parameters, {
      rng,
      ...begin,
      thermalisation,
      fermions: fermions as LocalFermions,
      clusters: spec.clusters,
    });
  }
  const { integrator, steps, length, targetAcceptance, solver } = spec;
  const options = { ...solver, fermions: fermions as Fermions, order, correction };
  const action = yukawaAction(lattice, parameters, options);
  return hmc(action, {
    rng,
    ...begin,
    thermalisation,
    integrator,
    steps,
    length,
    targetAcceptance,
  });
}

/** @throws ConfigError where the hopping expansion gives the start no weight */
function startOf(spec: EnsembleSpec, lattice: Lattice, c: number, rng: Rng): Float64Array {
  const { parameters, fermions, algorithm, shape } = spec;
  const start = startField(startOfChain(spec, c), lattice, parameters, rng);
  if (fermions === "hopping") checkHoppingStart(algorithm, shape, parameters, start);
  return start;
}
