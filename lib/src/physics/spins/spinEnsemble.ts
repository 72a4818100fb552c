import { makeRng, type Rng } from "../../core/random/rng.js";
import { stopIfCancelled } from "../../core/tasks/cancellation.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { checkChains } from "../sampling/ensembleSpec.js";
import type { Start } from "../sampling/starts.js";
import { tuneWidth, tuningTrajectories, type Tuning } from "../sampling/tuning.js";
import { isIsingModel } from "./isingModel.js";
import { isingUpdates } from "./isingUpdates.js";
import { checkModel } from "./modelEnergy.js";
import { modelUpdates } from "./modelUpdates.js";
import {
  randomValue,
  referenceOf,
  valuesOf,
  type ContinuousStates,
  type SpinEnsembleSpec,
  type SpinModel,
  type SpinMoves,
  type SpinUpdates,
} from "./spinModel.js";
import { spinReport, type SpinReport, type SpinSeries } from "./spinReport.js";
import { isXyModel } from "./xyModel.js";
import { xyUpdates } from "./xyUpdates.js";

/** Configurations of a spin model with their specification and report. */
export interface SpinEnsemble {
  /** [configurations, …shape], the chains one after the other, each in Monte Carlo order. */
  readonly fields: Tensor;
  readonly spec: SpinEnsembleSpec;
  readonly report: SpinReport;
}

/** Chain c draws from the stream `<name of the model>/<set>/chain c` of the seed. */
export function spinEnsemble(
  model: SpinModel,
  moves: SpinMoves,
  spec: SpinEnsembleSpec,
  onDone?: (done: number, total: number) => void,
): SpinEnsemble {
  const { configurations, thermalisation, stride = 1, chains = 2 } = spec;
  checkChains("sample", spec);
  if (!isIsingModel(model) && !isXyModel(model)) checkModel(model);
  const { sites, shape } = model.lattice;
  const data = new Float64Array(configurations * sites);
  const total = chains * thermalisation + configurations * stride;
  let [done, stored] = [0, 0];
  const series = Array.from({ length: chains }, (_, c): SpinSeries => {
    const rows = Math.floor(configurations / chains) + (c < configurations % chains ? 1 : 0);
    return spinChain(model, moves, spec, c, rows, (step, updates) => {
      if (step >= 0 && (step + 1) % stride === 0)
        updates.read(data.subarray(sites * stored++, sites * stored));
      stopIfCancelled();
      onDone?.(++done, total);
    });
  });
  const fields = tensor([configurations, ...shape], data);
  return { fields, spec, report: spinReport(model, moves, spec, fields, series) };
}

/** @param after  told after each step, counted from the end of thermalisation */
function spinChain(
  model: SpinModel,
  moves: SpinMoves,
  spec: SpinEnsembleSpec,
  chain: number,
  rows: number,
  after: (step: number, updates: SpinUpdates) => void,
): SpinSeries {
  const { thermalisation, stride = 1 } = spec;
  const rng = makeRng(spec.seed, `${model.name}/${spec.set}/chain ${chain}`);
  const start = startOfChain(spec, chain);
  const field = startField(model, start, rng.fork("start"));
  const updates = updatesOf(model, moves, field, rng.fork("updates"));
  const count = rows * stride;
  const [energy, orderParameter] = [new Float64Array(count), new Float64Array(count)];
  const acceptance = new Float64Array(count);
  const widest = valuesOf(model) ? 1 : ((model.states as ContinuousStates).widest ?? WIDEST);
  const tuned = valuesOf(model) ? 0 : tuningTrajectories(thermalisation);
  let tuning: Tuning = { setting: Math.min(1, widest), sum: 0, count: 0 };
  for (let step = -thermalisation; step < count; step++) {
    const accepted = updates.sweep(tuning.setting);
    for (let k = 0; k < moves.clusters; k++) updates.cluster();
    if (step + thermalisation < tuned) {
      const next = tuneWidth(tuning, accepted);
      tuning = { ...next, setting: Math.min(widest, next.setting) };
    }
    if (step >= 0) {
      acceptance[step] = accepted;
      energy[step] = updates.energy();
      orderParameter[step] = updates.orderParameter();
    }
    after(step, updates);
  }
  return { start, rows, setting: tuning.setting, energy, orderParameter, acceptance };
}

const WIDEST = 1e6;

function startOfChain({ start }: SpinEnsembleSpec, chain: number): Start {
  return start ?? (chain % 2 === 0 ? "ordered" : "random");
}

/** The configuration a chain begins with, [sites]. */
function startField(model: SpinModel, start: Start, rng: Rng): Float64Array {
  const { sites } = model.lattice;
  if (start === "ordered")
    return model.ordered?.slice() ?? new Float64Array(sites).fill(referenceOf(model));
  return new Float64Array(sites).map(randomValue(model, rng));
}

/** The fastest updates that there are of a model. */
function updatesOf(
  model: SpinModel,
  { sweeps, backend }: SpinMoves,
  start: Float64Array,
  rng: Rng,
): SpinUpdates {
  if (isIsingModel(model)) return isingUpdates(model, sweeps, start, rng, backend);
  if (isXyModel(model)) return xyUpdates(model, start, rng, backend);
  return modelUpdates(model, sweeps, start, rng);
}
