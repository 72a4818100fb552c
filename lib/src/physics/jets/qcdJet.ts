import type { Rng } from "../../core/random/rng.js";
import { fragmentAll } from "./fragmentation.js";
import { BOTTOM, CHARM, GLUON, LIGHT } from "./particleData.js";
import { clearParticles, type Particles } from "./particles.js";
import { clearPartons, type Partons } from "./partons.js";
import { partonShower } from "./partonShower.js";
import { softDrop } from "./softDrop.js";

/** Anti-k_T radius of the jets. */
export const JET_RADIUS = 0.8;

// GeV at parton level; the cut on the measured mass, 40 to 200, comes after hadronisation
const LOWEST_MASS = 20;
const HIGHEST_MASS = 230;

/**
 * What initiates a jet of QCD: gluons 65 % at 300 GeV, falling to 25 %; bottom 2.5 %, charm 3.5 %;
 * about the mixture at the LHC.
 */
function initiator(rng: Rng, pt: number): number {
  const gluons = Math.max(0.25, 0.65 - 0.25 * Math.log(pt / 300));
  const u = rng.uniform();
  return u < gluons ? GLUON : u < gluons + 0.025 ? BOTTOM : u < gluons + 0.06 ? CHARM : LIGHT;
}

/**
 * A jet of QCD at parton level, groomed by soft drop and turned into hadrons; its two subjets are
 * the parts of the splitting found there.
 * @returns the initiating parton, or 0 if there is no such splitting or its mass is far outside of
 *   what is selected later
 */
export function qcdJet(
  rng: Rng,
  partons: Partons,
  particles: Particles,
  pt: number,
  eta: number,
  phi: number,
): number {
  clearPartons(partons);
  const flavour = initiator(rng, pt);
  const jet = partonShower(rng, partons, pt, eta, phi, flavour, JET_RADIUS);
  const hard = softDrop(partons, jet);
  if (hard < 0) return 0;
  const x = partons.fraction[hard];
  const mass = Math.sqrt(x * (1 - x)) * partons.pt[hard] * partons.angle[hard];
  if (mass < LOWEST_MASS || mass > HIGHEST_MASS) return 0;

  clearParticles(particles);
  fragmentAll(rng, partons, partons.first[hard], particles, 1);
  fragmentAll(rng, partons, partons.second[hard], particles, 2);
  for (let k = jet; k < hard; k++) groomedAway(rng, partons, k, particles);
  for (let k = partons.end[hard]; k < partons.count; k++) groomedAway(rng, partons, k, particles);
  return flavour;
}

function groomedAway(rng: Rng, partons: Partons, k: number, particles: Particles): void {
  if (partons.first[k] < 0) fragmentAll(rng, partons, k, particles, 0);
}
