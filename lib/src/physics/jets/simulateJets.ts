import { jetRows } from "./jetRows.js";
import { jetSample, type JetSample } from "./jetSample.js";
import type { JetSpec } from "./jetSpec.js";

/**
 * Simulated large-radius jets, H → bb̄ and QCD in turn, with the inputs of Moreno et al.'s
 * interaction network and the truth behind them.
 *
 * A jet is made in these steps, each in the file of its name beside this one with its source and
 * what it leaves out:
 *   1. partonShower, nextSplitting angular-ordered shower, running α_s, Sudakov veto, g → cc̄ and
 *      bb̄, dead cone
 *   2. qcdJet, softDrop, higgsJet the hard process and its two subjets; signal matched in p_T and
 *      mass to QCD
 *   3. fragmentation Peterson for heavy quarks, independent fragmentation for the rest
 *   4. heavyDecays, lightHadrons     b → c → light chains with flight, K_S and Λ
 *   5. underlyingEvent, jetKinematics   soft particles; axis, subjets and mass of what is visible
 *   6. tracker, impactParameters     efficiency, resolution with tails, signed impact parameters
 *   7. fitVertex, vertexFinder       secondary vertices, merged, lost and faked
 *   8. writeTracks, writeVertices    30 and 14 features, zeros where there is nothing
 *
 * It is a model to explain networks on, not a prediction: no hard scattering, pile-up, magnetic
 * field, spin or colour correlations, and a vertex finder that begins from the truth. What it is
 * good for is measured by its tests: kernels, Sudakov factor, lifetimes, resolutions against their
 * formulas, and networks that others trained on CMS's full simulation, which separate these jets
 * without being trained again.
 * @throws ConfigError for fewer than one jet, a seed that is no integer, a set with a slash, a
 *   first that is no multiple of 100
 * @example
 * ```ts
 * import { physics } from "phaselens";
 * const { x, vertices } = physics.simulateJets({ seed: 1, set: "test", jets: 100 });
 * console.log(x.shape, vertices.shape); // → [ 100, 30, 60 ] [ 100, 14, 5 ]
 * ```
 */
export function simulateJets(options: JetSpec): JetSample {
  return jetSample(jetRows(options), options);
}
