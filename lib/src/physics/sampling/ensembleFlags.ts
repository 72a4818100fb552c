import { domainWallThreshold } from "./domainWalls.js";
import type { EnsembleReport } from "./ensembleQuality.js";
import type { EnsembleSpec } from "./ensembleSpec.js";
import { hoppingFlag, signFlag, solverFlag } from "../fermions/fermionFlags.js";
import type { Lattice } from "../lattice/lattice.js";
import { rightTreatment } from "../fermions/lightFermions.js";
import type { MonitoredObservable } from "./monitoredChain.js";
import { otherSampler } from "./otherSampler.js";
import type { Start } from "./starts.js";

// At acceptance .7 a healthy chain shows 20 rejections in a row once in 3e10 trajectories
const STUCK = 20;
const LOW_ACCEPTANCE = 0.5;
// Standard deviations; error bars of short chains are themselves uncertain, so 3 would cry wolf
// (rates: tests/physics/ensemble.test.ts)
const DRIFT = 5;
const EXP_DELTA_H = 5;
// Vehtari et al. 2021. Chains that agree exceed it too as long as they are shorter than 200 τ_int …
const R_HAT = 1.01;
// … so their means have to differ by more than chains so short show by chance
const DISAGREEMENT = 10;
// Worth complaining about only where a longer stride would help: fewer than this and than half of
// those stored
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
  report: Omit<EnsembleReport, "flags">,
  spec: EnsembleSpec,
  lattice: Lattice,
  preferredSign: number,
): string[] {
  const hopping = hoppingFlag(report, spec);
  const signs = signFlag(report, spec);
  const ofFermions = [hopping, signs, solverFlag(report, spec)];
  const flags = ofFermions.filter((flag) => flag !== undefined);
  const hmc = spec.algorithm === "hmc";
  const right = rightTreatment(spec.shape, spec.parameters);
  const other = hopping === undefined ? otherSampler(spec) : right;
  // the second accept step fails where the expansion is far from what corrects it
  const uncorrected = `use ${right}, which needs no correction`;
  const rejections = spec.correction === undefined ? [] : [uncorrected];
  report.longestRejection.forEach((count, c) => {
    if (count < STUCK) return;
    const cure = advice(["use more steps or longer thermalisation", ...rejections]);
    flags.push(`stuck: chain ${c} rejected ${count} trajectories in a row. ${cure}`);
  });
  if (hmc && report.acceptance < LOW_ACCEPTANCE) {
    const cure = advice(["use more steps", "let thermalisation tune them", ...rejections]);
    flags.push(`low acceptance: ${report.acceptance.toFixed(2)}. ${cure}`);
  }
  /** What helps a chain held in a state: a start that it did not have, another sampler. */
  const ways = (start: Start): string[] => {
    const found = start === "random" && spec.start === "random" ? ["start ordered"] : [];
    return other === undefined ? found : [...found, `use ${other}`];
  };
  const cureOfChain = (c: number): string => {
    const found = ways(report.starts[c]);
    return advice(found.length > 0 ? found : ["thermalise longer"]);
  };
  const e = report.expDeltaH;
  if (e && Math.abs(e.mean - 1) > EXP_DELTA_H * e.error && Math.abs(e.mean - 1) > 1e-9) {
    const value = `${e.mean.toFixed(3)} ± ${e.error.toFixed(3)}`;
    flags.push(
      `⟨e^{−ΔH}⟩ = ${value} instead of 1. The chain is not in equilibrium, or its steps are too long.`,
    );
  }
  const observables = Object.keys(words) as MonitoredObservable[];
  const drifting = observables.filter((name) => Math.abs(report.monitored[name].drift) > DRIFT);
  if (drifting.length > 0) {
    const list = drifting
      .map((name) => `${words[name]} (${report.monitored[name].drift.toFixed(1)} σ)`)
      .join(", ");
    flags.push(
      `unthermalised: the beginning differs from the second half in ${list}. Thermalise longer.`,
    );
  }
  const apart = observables.filter((name) => {
    const { rHat, disagreement } = report.monitored[name];
    return rHat > R_HAT && disagreement > DISAGREEMENT;
  });
  if (apart.length > 0) {
    // time does not lead across det D = 0
    const longer = signs === undefined || other === undefined ? ["run longer"] : [];
    const cures = [...longer, ...ways(spec.start)];
    const ratio = (value: number): string => (value < 100 ? `= ${value.toFixed(2)}` : "> 100");
    const list = apart
      .map((name) => `${words[name]} (R̂ ${ratio(report.monitored[name].rHat)})`)
      .join(", ");
    flags.push(`chains disagree: ${list}. ${advice(cures)}`);
  }
  const walls = domainWallThreshold(lattice);
  report.domainWalls.forEach((share, c) => {
    if (share > walls) {
      const part = `${(100 * share).toFixed(0)} % of ⟨φ²⟩`;
      flags.push(`domain walls: chain ${c} has ${part} in the longest waves. ${cureOfChain(c)}`);
    }
  });
  report.magnetisation.forEach(({ mean, orderShare }, c) => {
    if (mean * preferredSign < 0 && orderShare > ORDERED) {
      const fact = `chain ${c} has M = ${mean.toFixed(3)}, against the sign of g M_f`;
      flags.push(`metastable: ${fact}. ${cureOfChain(c)}`);
    }
  });
  if (report.effectiveConfigurations < Math.min(FEW, spec.configurations / 2)) {
    const worth = report.effectiveConfigurations.toFixed(1);
    const fact = `${spec.configurations} are worth ${worth} for κ`;
    flags.push(`few independent configurations: ${fact}. Use a larger stride or more of them.`);
  }
  return flags;
}

/** A sentence of one or several cures. */
function advice(ways: readonly string[]): string {
  const text = ways.join(", or ");
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}
