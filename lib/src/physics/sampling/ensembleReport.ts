import { jackknife } from "../../core/statistics/jackknife.js";
import { mean } from "../../core/statistics/statistics.js";
import { row, tensor, type Tensor } from "../../core/tensor.js";
import { seriesColumn, type SeriesColumn } from "./chainSeries.js";
import type { ChainTally } from "./chainTally.js";
import { domainWallShare } from "./domainWalls.js";
import { effectiveConfigurations } from "./effectiveConfigurations.js";
import { ensembleFlags } from "./ensembleFlags.js";
import type { DiracMassReport, EnsembleReport } from "./ensembleQuality.js";
import { startOfChain, type EnsembleSpec } from "./ensembleSpec.js";
import { hoppingTruncation } from "../fermions/hoppingTruncation.js";
import type { Lattice } from "../lattice/lattice.js";
import { monitor } from "./monitoredChain.js";
import { longestRejection } from "./thermalisation.js";

export type { DiracMassReport, EnsembleReport } from "./ensembleQuality.js";
export type { MonitoredChain, MonitoredObservable } from "./monitoredChain.js";

/** What the chains of an ensemble leave beside their configurations. */
export interface ChainRecords {
  /** Of each chain, [trajectories, 7] in the columns of `seriesColumns`. */
  readonly series: readonly Float64Array[];
  readonly settings: readonly number[];
  readonly tallies: readonly ChainTally[];
}

/**
 * The report of an ensemble.
 * @param fields  [configurations, …shape], chains one after the other
 */
export function ensembleReport(
  spec: EnsembleSpec,
  lattice: Lattice,
  fields: Tensor,
  records: ChainRecords,
): EnsembleReport {
  const { series, settings, tallies } = records;
  const column = (name: SeriesColumn): Float64Array =>
    Float64Array.from(series.flatMap((one) => Array.from(seriesColumn(one, name))));
  const acceptance = column(spec.algorithm === "hmc" ? "accepted" : "acceptance");
  const rowsOfChain = series.map((one) =>
    Math.floor(seriesColumn(one, "accepted").length / spec.stride),
  );
  const { fermionMass, yukawaCoupling } = spec.parameters;
  const preferredSign = spec.fermions === "quenched" ? 0 : Math.sign(fermionMass * yukawaCoupling);
  let first = 0;
  const ofChain = rowsOfChain.map((rows) => {
    const part = tensor(
      [rows, ...lattice.shape],
      fields.data.subarray(first * lattice.sites, (first + rows) * lattice.sites),
    );
    first += rows;
    return part;
  });
  const hasDeltaH = spec.algorithm === "hmc" && acceptance.length >= 2;
  const sites = acceptance.length * lattice.sites;
  const mass = spec.fermions === "quenched" ? null : diracMass(tallies, sites);
  const neighbours = series.map((one) => seriesColumn(one, "neighbours"));
  const independent = effectiveConfigurations(neighbours, spec.stride);
  const numbers: Omit<EnsembleReport, "flags"> = {
    rowsOfChain,
    starts: rowsOfChain.map((_, c) => startOfChain(spec, c)),
    trajectories: acceptance.length,
    settings: [...settings],
    acceptance: mean(acceptance),
    expDeltaH: hasDeltaH ? jackknife(column("deltaH").map(weightOf)) : null,
    monitored: {
      magnetisation: monitor(
        series,
        "magnetisation",
        preferredSign !== 0 && spec.algorithm === "hmc",
      ),
      staggeredMagnetisation: monitor(series, "staggeredMagnetisation", false),
      neighbours: monitor(series, "neighbours", true),
      action: monitor(series, "action", true),
    },
    effectiveConfigurations: independent,
    domainWalls: ofChain.map((part) => domainWallShare(part, lattice)),
    longestRejection: series.map((one) => longestRejection(seriesColumn(one, "accepted"))),
    diracMass: mass,
    hoppingTruncation: hoppingTruncation(spec, lattice, fields, mass?.least ?? NaN, independent),
    failedSolves: tallies.map(({ failedSolves }) => failedSolves),
    magnetisation: ofChain.map((part) => magnetisationOf(part, lattice.sites)),
  };
  return { ...numbers, flags: ensembleFlags(numbers, spec, lattice, preferredSign) };
}

// A chain whose start hardly has any weight gains it at once; e^230 is still a number when squared
const LARGEST_EXPONENT = 230;

const weightOf = (deltaH: number): number => Math.exp(Math.min(-deltaH, LARGEST_EXPONENT));

/** @param sites  of all configurations together */
function diracMass(tallies: readonly ChainTally[], sites: number): DiracMassReport {
  return {
    least: Math.min(...tallies.map(({ leastMass }) => leastMass)),
    negative: tallies.reduce((sum, { negativeSites }) => sum + negativeSites, 0) / sites,
  };
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
