import { advice, disagreementFlag, driftFlag, fewFlag } from "./chainFlags.js";
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
const EXP_DELTA_H = 5;
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
  // time does not lead across det D = 0
  const longer = signs === undefined || other === undefined ? ["run longer"] : [];
  const ofChains = [
    driftFlag(report.monitored, words),
    disagreementFlag(report.monitored, words, [...longer, ...ways(spec.start)]),
  ];
  flags.push(...ofChains.filter((flag) => flag !== undefined));
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
  const few = fewFlag(report.effectiveConfigurations, spec.configurations, " for κ");
  return few === undefined ? flags : [...flags, few];
}
