import type { Rng } from "../../core/random/rng.js";
import { higgsJet } from "./higgsJet.js";
import { HIGHEST_PT, jetMeasurement, LOWEST_PT } from "./jetMeasurement.js";
import { HIGGS, MASS } from "./particleData.js";
import { particleStore } from "./particles.js";
import { partonStore } from "./partons.js";
import { JET_RADIUS, qcdJet } from "./qcdJet.js";
import { underlyingEvent } from "./underlyingEvent.js";
import { power } from "../../core/power.js";

const LARGEST_ETA = 2; // of the CMS sample
const ATTEMPTS = 100; // of a signal jet to match a QCD jet, before another QCD jet is drawn
// m/p_T: a pair of quarks opens by about 2 m/p_T, and a jet of radius .8 holds no wider ones
const WIDEST = 0.55;

/**
 * Makes jets one at a time, in rows as `jetRow` describes. Its stores are its own and used again
 * for each jet.
 */
export interface JetEvent {
  /** Writes a QCD jet into a row of zeros. */
  qcd(rng: Rng, row: Float32Array): void;
  /**
   * Writes a signal jet of the p_T and mass of the last QCD jet.
   * @returns whether that succeeded; if not, the row is as it was
   */
  matchedSignal(rng: Rng, row: Float32Array): boolean;
  /** Writes a signal jet with the Higgs boson's mass. */
  higgs(rng: Rng, row: Float32Array): void;
}

/**
 * p_T from dN/dp_T ∝ p_T^{−3} between 300 and 2000 GeV: flatter than at the LHC, as samples merged
 * from bins of p_T are.
 */
function spectrum(rng: Rng): number {
  const [low, high] = [power(LOWEST_PT, -2), power(HIGHEST_PT, -2)];
  return 1 / Math.sqrt(low + rng.uniform() * (high - low));
}

/**
 * The whole chain for one jet: shower, hadrons and decays (`qcdJet`, `higgsJet`), underlying event,
 * and `jetMeasurement`: jet and subjets, selection, tracks, impact parameters, vertices, features.
 */
export function jetEvent(): JetEvent {
  const [partons, particles, measurement] = [partonStore(), particleStore(), jetMeasurement()];
  const { jet } = measurement;
  let [lastPt, lastMass] = [0, 0];

  /** Measures what is in `particles`; returns the groomed mass, or 0 if the jet is not selected. */
  function select(rng: Rng, eta: number): number {
    underlyingEvent(rng, particles, eta, 0, JET_RADIUS);
    return measurement.select(rng, particles);
  }

  function write(
    rng: Rng,
    row: Float32Array,
    signal: boolean,
    flavour: number,
    mass: number,
  ): void {
    const { gluonToBottom, gluonToCharm } = partons;
    measurement.write(rng, particles, mass, { signal, flavour, gluonToBottom, gluonToCharm }, row);
  }

  const anyEta = (rng: Rng): number => LARGEST_ETA * (2 * rng.uniform() - 1);
  function signal(rng: Rng, row: Float32Array, pt: number, wanted: number): boolean {
    const eta = anyEta(rng);
    if (!higgsJet(rng, partons, particles, pt, eta, 0, wanted)) return false;
    const mass = select(rng, eta);
    if (mass === 0) return false;
    write(rng, row, true, HIGGS, mass);
    return true;
  }

  return {
    qcd(rng, row) {
      for (;;) {
        const eta = anyEta(rng);
        const flavour = qcdJet(rng, partons, particles, spectrum(rng), eta, 0);
        const mass = flavour === 0 ? 0 : select(rng, eta);
        if (mass === 0) continue;
        write(rng, row, false, flavour, mass);
        [lastPt, lastMass] = [jet.pt, mass];
        return;
      }
    },
    matchedSignal(rng, row) {
      if (lastMass > WIDEST * lastPt) return false;
      for (let k = 0; k < ATTEMPTS; k++) if (signal(rng, row, lastPt, lastMass)) return true;
      return false;
    },
    higgs(rng, row) {
      while (!signal(rng, row, spectrum(rng), MASS.higgs)) continue;
    },
  };
}
