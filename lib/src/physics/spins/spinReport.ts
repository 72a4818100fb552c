import { mean } from "../../core/statistics/statistics.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { advice, disagreementFlag, driftFlag, fewFlag } from "../sampling/chainFlags.js";
import { domainWallShare } from "../sampling/domainWalls.js";
import { effectiveConfigurations } from "../sampling/effectiveConfigurations.js";
import type { ChainReport } from "../sampling/ensembleQuality.js";
import { monitorValues, type MonitoredChain } from "../sampling/monitoredChain.js";
import type { Start } from "../sampling/starts.js";
import { isIsingModel } from "./isingModel.js";
import type { SpinEnsembleSpec, SpinModel, SpinMoves } from "./spinModel.js";

/** What the report of spins follows along the chains: E/|Λ| and the model's order parameter. */
export type MonitoredSpins = "energy" | "orderParameter";

/**
 * How far an ensemble of spins can be trusted, from all steps after thermalisation; plain values.
 */
export interface SpinReport extends ChainReport {
  readonly monitored: Readonly<Record<MonitoredSpins, MonitoredChain>>;
}

/** What a chain leaves beside its configurations: one number after each step. */
export interface SpinSeries extends Readonly<Record<MonitoredSpins | "acceptance", Float64Array>> {
  readonly start: Start;
  readonly rows: number;
  readonly setting: number;
}

const words: Record<MonitoredSpins, string> = {
  energy: "the energy",
  orderParameter: "the order parameter",
};

/** @param fields  [configurations, …shape], chains one after the other */
export function spinReport(
  model: SpinModel,
  moves: SpinMoves,
  spec: SpinEnsembleSpec,
  fields: Tensor,
  series: readonly SpinSeries[],
): SpinReport {
  const { stride = 1, configurations } = spec;
  const ofAll = (name: MonitoredSpins | "acceptance"): Float64Array[] =>
    series.map((one) => one[name]);
  const monitored = {
    energy: monitorValues(ofAll("energy"), ofAll("energy")),
    orderParameter: monitorValues(ofAll("orderParameter"), ofAll("orderParameter")),
  };
  const acceptance = ofAll("acceptance").flatMap((one) => Array.from(one));
  const independent = Math.min(
    effectiveConfigurations(ofAll("energy"), stride),
    effectiveConfigurations(ofAll("orderParameter"), stride),
  );
  const domainWalls = isIsingModel(model) ? wallsOf(model, fields, series) : [];
  const other = otherMoves(model, moves);
  const flags = [
    ...frozenFlags(series, other),
    driftFlag(monitored, words),
    disagreementFlag(monitored, words, ["run longer", ...other]),
    ...domainWallFlags(model, domainWalls, other),
    fewFlag(independent, configurations),
  ].filter((flag) => flag !== undefined);
  return {
    rowsOfChain: series.map(({ rows }) => rows),
    starts: series.map(({ start }) => start),
    trajectories: acceptance.length,
    settings: series.map(({ setting }) => setting),
    acceptance: mean(acceptance),
    monitored,
    effectiveConfigurations: independent,
    domainWalls,
    flags,
  };
}

/** What moves where single sites are held. */
function otherMoves(model: SpinModel, { algorithm }: SpinMoves): string[] {
  if (algorithm === "wolff") return [];
  return model.clusters ? ['use algorithm "wolff"'] : ["start ordered"];
}

/** A chain that never changes has no error bar: it has seen one state, or is held in it. */
function frozenFlags(series: readonly SpinSeries[], other: readonly string[]): string[] {
  const constant = (values: Float64Array): boolean =>
    values.length > 1 && values.every((value) => value === values[0]);
  return series.flatMap(({ energy, orderParameter }, c) => {
    if (!constant(energy) || !constant(orderParameter)) return [];
    const cure = advice(["run longer", ...other, "take a higher temperature"]);
    const fact = `chain ${c} has one energy and one order parameter in all ${energy.length} steps`;
    return [`frozen: ${fact}. ${cure}`];
  });
}

function wallsOf({ lattice }: SpinModel, fields: Tensor, series: readonly SpinSeries[]): number[] {
  let first = 0;
  return series.map(({ rows }) => {
    const part = fields.data.subarray(first * lattice.sites, (first + rows) * lattice.sites);
    first += rows;
    return domainWallShare(tensor([rows, ...lattice.shape], part), lattice);
  });
}

// Two walls that halve the lattice have 4/π² = .41 of ⟨σ²⟩ in the longest wave. In equilibrium it
// is ⟨M²⟩/33 at T_c of the square lattice (ξ/L = .905), .02 and less, and smaller on both sides
const WALLS = 0.1;

/** In one dimension walls are part of the equilibrium. */
function domainWallFlags(
  { lattice }: SpinModel,
  shares: readonly number[],
  other: readonly string[],
): string[] {
  if (lattice.dimensions < 2) return [];
  return shares.flatMap((share, c) => {
    if (!(share > WALLS)) return [];
    const fact = `chain ${c} has ${(100 * share).toFixed(0)} % of ⟨σ²⟩ in the longest waves`;
    return [`domain walls: ${fact}. ${advice(other.length > 0 ? other : ["thermalise longer"])}`];
  });
}
