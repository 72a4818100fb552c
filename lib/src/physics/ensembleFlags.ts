import { domainWallThreshold } from "./domainWalls.js";
import type { EnsembleReport } from "./ensembleReport.js";
import type { EnsembleSpec } from "./ensembleSpec.js";
import type { Lattice } from "./lattice.js";
import type { MonitoredObservable } from "./monitoredChain.js";

// At acceptance .7 a healthy chain shows 20 rejections in a row once in 3e10 trajectories
const STUCK = 20;
const LOW_ACCEPTANCE = 0.5;
// Standard deviations; error bars of short chains are themselves uncertain, so 3 would cry wolf (rates: tests/physics/ensemble.test.ts)
const DRIFT = 5;
const EXP_DELTA_H = 5;
// Vehtari et al. 2021. Chains that agree exceed it too as long as they are shorter than 200 τ_int …
const R_HAT = 1.01;
// … so their means have to differ by more than chains so short show by chance
const DISAGREEMENT = 10;
// Worth complaining about only where a longer stride would help: fewer than this and than half of those stored
const FEW = 10;
const ORDERED = 0.2; // of ⟨φ²⟩ in M²

const words: Record<MonitoredObservable, string> = {
  magnetisation: "M",
  staggeredMagnetisation: "M_s",
  neighbours: "the nearest-neighbour correlator",
  action: "the action",
};

/** What is wrong with an ensemble, one sentence of fact and one of cure each. */
export function ensembleFlags(
  report: Omit<EnsembleReport, "flags">, spec: EnsembleSpec, lattice: Lattice, preferredSign: number,
): string[] {
  const flags: string[] = [];
  const hmc = spec.algorithm === "hmc";
  report.longestRejection.forEach((count, c) => {
    if (count >= STUCK) flags.push(`stuck: chain ${c} rejected ${count} trajectories in a row. Use more steps or longer thermalisation.`);
  });
  if (hmc && report.acceptance < LOW_ACCEPTANCE) {
    flags.push(`low acceptance: ${report.acceptance.toFixed(2)}. Use more steps, or let thermalisation tune them.`);
  }
  const e = report.expDeltaH;
  if (e && Math.abs(e.mean - 1) > EXP_DELTA_H * e.error && Math.abs(e.mean - 1) > 1e-9) {
    const value = `${e.mean.toFixed(3)} ± ${e.error.toFixed(3)}`;
    flags.push(`⟨e^{−ΔH}⟩ = ${value} instead of 1. The chain is not in equilibrium, or its steps are too long.`);
  }
  const observables = Object.keys(words) as MonitoredObservable[];
  const drifting = observables.filter((name) => Math.abs(report.monitored[name].drift) > DRIFT);
  if (drifting.length > 0) {
    const list = drifting.map((name) => `${words[name]} (${report.monitored[name].drift.toFixed(1)} σ)`).join(", ");
    flags.push(`unthermalised: the beginning differs from the second half in ${list}. Thermalise longer.`);
  }
  const apart = observables.filter((name) => {
    const { rHat, disagreement } = report.monitored[name];
    return rHat > R_HAT && disagreement > DISAGREEMENT;
  });
  if (apart.length > 0) {
    const ratio = (value: number): string => (value < 100 ? `= ${value.toFixed(2)}` : "> 100");
    const list = apart.map((name) => `${words[name]} (R̂ ${ratio(report.monitored[name].rHat)})`).join(", ");
    flags.push(`chains disagree: ${list}. Run longer, or start ordered.`);
  }
  const walls = domainWallThreshold(lattice);
  report.domainWalls.forEach((share, c) => {
    if (share > walls) {
      const part = `${(100 * share).toFixed(0)} % of ⟨φ²⟩`;
      flags.push(`domain walls: chain ${c} has ${part} in the longest waves. Start ordered, or use "cluster".`);
    }
  });
  report.magnetisation.forEach(({ mean, orderShare }, c) => {
    if (mean * preferredSign < 0 && orderShare > ORDERED) {
      flags.push(`metastable: chain ${c} has M = ${mean.toFixed(3)}, against the sign of g M_f. Start ordered.`);
    }
  });
  if (report.effectiveConfigurations < Math.min(FEW, spec.configurations / 2)) {
    const worth = report.effectiveConfigurations.toFixed(1);
    const fact = `${spec.configurations} are worth ${worth} for κ`;
    flags.push(`few independent configurations: ${fact}. Use a larger stride or more of them.`);
  }
  return flags;
}
