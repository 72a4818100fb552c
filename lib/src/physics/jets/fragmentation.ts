import type { Rng } from "../../core/random/rng.js";
import { bottomHadron, charmHadron } from "./heavyDecays.js";
import { lightHadron } from "./lightHadrons.js";
import { BOTTOM, CHARM } from "./particleData.js";
import type { Particles } from "./particles.js";
import type { Partons } from "./partons.js";
import { BOTTOM_EPSILON, CHARM_EPSILON, petersonSampler } from "./petersonFunction.js";
import { power } from "../../core/power.js";

// f(z) ∝ (1 − z)^.55, for about the number of tracks that jets of this p_T have
const HARDNESS = 1.55;
const REMAINDER = 0.4; // GeV, less than which makes no further hadron
// below these p_T (GeV) a heavy quark becomes its hadron as a whole: a share of it would be less
// than the hadron's mass
const SOFT_BOTTOM = 6;
const SOFT_CHARM = 2.5;

const bottomShare = petersonSampler(BOTTOM_EPSILON);
const charmShare = petersonSampler(CHARM_EPSILON);

/**
 * Hadrons of one parton at the end of the shower, each parton by itself (independent fragmentation,
 * Field & Feynman 1978, no colour strings): a heavy quark first gives its hadron by Peterson's
 * function, then hadrons split off with f(z) ∝ (1 − z)^.55 until less than .4 GeV is left, which
 * the last one takes. Their scalar p_T sums up to the parton's, decays and kicks aside.
 */
export function fragment(
  rng: Rng,
  partons: Partons,
  parton: number,
  particles: Particles,
  subjet: number,
): void {
  let pt = partons.pt[parton];
  const eta = partons.eta[parton];
  const phi = partons.phi[parton];
  const flavour = partons.flavour[parton];
  if (flavour === BOTTOM) {
    const z = pt > SOFT_BOTTOM ? bottomShare(rng) : 1;
    bottomHadron(rng, particles, pt * z, eta, phi, subjet);
    pt *= 1 - z;
  } else if (flavour === CHARM) {
    const z = pt > SOFT_CHARM ? charmShare(rng) : 1;
    charmHadron(rng, particles, pt * z, eta, phi, subjet);
    pt *= 1 - z;
  }
  while (pt > 0) {
    const share = pt * (1 - power(1 - rng.uniform(), 1 / HARDNESS));
    const hadron = pt - share < REMAINDER ? pt : share;
    if (hadron > 0) lightHadron(rng, particles, hadron, eta, phi, subjet);
    pt -= hadron;
  }
}

/** Hadrons of all partons at the end of a subtree. */
export function fragmentAll(
  rng: Rng,
  partons: Partons,
  parton: number,
  particles: Particles,
  subjet: number,
): void {
  for (let k = parton; k < partons.end[parton]; k++)
    if (partons.first[k] < 0) fragment(rng, partons, k, particles, subjet);
}
