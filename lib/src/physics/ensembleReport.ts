import { jackknife, type Estimate } from "../core/jackknife.js";
import { mean } from "../core/statistics.js";
import { row, tensor, type Tensor } from "../core/tensor.js";
import { seriesColumn, type SeriesColumn } from "./chainSeries.js";
import { domainWallShare } from "./domainWalls.js";
import { effectiveConfigurations } from "./effectiveConfigurations.js";
import { ensembleFlags } from "./ensembleFlags.js";
import type { EnsembleSpec } from "./ensembleSpec.js";
import type { Lattice } from "./lattice.js";
import { monitor, type MonitoredChain, type MonitoredObservable } from "./monitoredChain.js";
import { longestRejection } from "./thermalisation.js";

export type { MonitoredChain, MonitoredObservable } from "./monitoredChain.js";

/** How far an ensemble can be trusted, from all trajectories after thermalisation; plain values. */
export interface EnsembleReport {
  /** Rows of each chain in `fields`, which lie one chain after the other. */
  readonly rowsOfChain: readonly number[];
  /** Trajectories after thermalisation, of all chains. */
  readonly trajectories: number;
  /** Frozen number of steps (hmc) or width of proposals (cluster) of each chain. */
  readonly settings: readonly number[];
  /** Fraction of trajectories, or of single-site proposals, accepted. */
  readonly acceptance: number;
  /** ⟨e^{−ΔH}⟩, which must be 1; null for "cluster" and for a single trajectory. */
  readonly expDeltaH: Estimate | null;
  readonly monitored: Readonly<Record<MonitoredObservable, MonitoredChain>>;
  /** Independent configurations that the stored ones are worth for κ. */
  readonly effectiveConfigurations: number;
  /** `domainWallShare` of each chain. */
  readonly domainWalls: readonly number[];
  /** Most consecutive rejections in each chain. */
  readonly longestRejection: readonly number[];
  /** ⟨M⟩ and ⟨M²⟩/⟨φ²⟩ of the stored configurations of each chain, against metastable signs. */
  readonly magnetisation: readonly { readonly mean: number; readonly orderShare: number }[];
  /** What is wrong, in words; empty if nothing was found. */
  readonly flags: readonly string[];
}

/**
 * The report of an ensemble.
 * @param fields  [configurations, …shape], chains one after the other
 * @param series  of each chain, [trajectories, 7] in the columns of `seriesColumns`
 */
export function ensembleReport(
  spec: EnsembleSpec, lattice: Lattice, fields: Tensor, series: readonly Float64Array[], settings: readonly number[],
): EnsembleReport {
  const column = (name: SeriesColumn): Float64Array => Float64Array.from(series.flatMap((one) => Array.from(seriesColumn(one, name))));
  const acceptance = column(spec.algorithm === "hmc" ? "accepted" : "acceptance");
  const rowsOfChain = series.map((one) => Math.floor(seriesColumn(one, "accepted").length / spec.stride));
  const { fermionMass, yukawaCoupling } = spec.parameters;
  const preferredSign = spec.fermions === "quenched" ? 0 : Math.sign(fermionMass * yukawaCoupling);
  let first = 0;
  const ofChain = rowsOfChain.map((rows) => {
    const part = tensor([rows, ...lattice.shape], fields.data.subarray(first * lattice.sites, (first + rows) * lattice.sites));
    first += rows;
    return part;
  });
  const numbers: Omit<EnsembleReport, "flags"> = {
    rowsOfChain,
    trajectories: acceptance.length,
    settings: [...settings],
    acceptance: mean(acceptance),
    expDeltaH: spec.algorithm === "hmc" && acceptance.length >= 2 ? jackknife(column("deltaH").map((deltaH) => Math.exp(-deltaH))) : null,
    monitored: {
      magnetisation: monitor(series, "magnetisation", preferredSign !== 0 && spec.algorithm === "hmc"),
      staggeredMagnetisation: monitor(series, "staggeredMagnetisation", false),
      neighbours: monitor(series, "neighbours", true),
      action: monitor(series, "action", true),
    },
    effectiveConfigurations: effectiveConfigurations(series.map((one) => seriesColumn(one, "neighbours")), spec.stride),
    domainWalls: ofChain.map((part) => domainWallShare(part, lattice)),
    longestRejection: series.map((one) => longestRejection(seriesColumn(one, "accepted"))),
    magnetisation: ofChain.map((part) => magnetisationOf(part, lattice.sites)),
  };
  return { ...numbers, flags: ensembleFlags(numbers, spec, lattice, preferredSign) };
}

function magnetisationOf(fields: Tensor, sites: number): { mean: number; orderShare: number } {
  let [sum, squares, phi2] = [0, 0, 0];
  for (let n = 0; n < fields.shape[0]; n++) {
    let m = 0;
    for (const phi of row(fields, n)) {
      m += phi;
      phi2 += phi * phi;
    }
    sum += m / sites;
    squares += (m / sites) ** 2;
  }
  return { mean: sum / fields.shape[0], orderShare: phi2 === 0 ? 0 : (squares * sites) / phi2 };
}
