import type { Rng } from "../../core/random/rng.js";
import { addDaughter, daughters, decayInFlight, fly } from "./decay.js";
import { fourMomentum, fromPtEtaPhi } from "./fourMomentum.js";
import { kShort, lambda, MASS } from "./particleData.js";
import { addParticle, FROM_V0, setMomentum, type Particles } from "./particles.js";

const KICK = 0.21; // GeV, across the parton's direction, in each of two directions
const SOFTEST = 0.2; // GeV; below, the kick would send hadrons out of the jet

const pair = daughters();
const mother = fourMomentum();

/**
 * A hadron without charm or bottom: 57 % charged pions, 28 % neutral ones, 7 % charged kaons, 3 %
 * K_S, 1.5 % Λ, 3.5 % other neutral ones, near what jets at LEP consist of, strangeness drawn
 * without regard to its conservation. K_S and Λ that decay into pairs fly first.
 */
export function lightHadron(
  rng: Rng,
  particles: Particles,
  pt: number,
  eta: number,
  phi: number,
  subjet: number,
): void {
  const width = KICK / Math.max(pt, SOFTEST);
  const toEta = eta + width * rng.normal();
  const toPhi = phi + width * rng.normal();
  const kind = rng.uniform();
  if (kind < 0.85)
    setMomentum(
      particles,
      addParticle(particles, kind < 0.57, 0, subjet),
      pt,
      toEta,
      toPhi,
      MASS.pion,
    );
  else if (kind < 0.92)
    setMomentum(particles, addParticle(particles, true, 0, subjet), pt, toEta, toPhi, MASS.kaon);
  else if (kind < 0.95) neutral(rng, particles, pt, toEta, toPhi, subjet, kShort, MASS.pion);
  else if (kind < 0.965) neutral(rng, particles, pt, toEta, toPhi, subjet, lambda, MASS.proton);
  else
    setMomentum(particles, addParticle(particles, false, 0, subjet), pt, toEta, toPhi, kShort.mass);
}

/** K_S or Λ: into a charged pair at its decay vertex, or undecayed and unseen by the tracker. */
function neutral(
  rng: Rng,
  particles: Particles,
  pt: number,
  eta: number,
  phi: number,
  subjet: number,
  { mass, properLength, chargedShare }: typeof kShort,
  heavierDaughter: number,
): void {
  if (rng.uniform() >= chargedShare) {
    setMomentum(particles, addParticle(particles, false, 0, subjet), pt, eta, phi, mass);
    return;
  }
  fromPtEtaPhi(mother, pt, eta, phi, mass);
  const vertex = fly(rng, particles, mother, mass, properLength, 0, FROM_V0);
  pair.masses[0] = heavierDaughter;
  pair.masses[1] = MASS.pion;
  decayInFlight(rng, mother, mass, 2, pair);
  addDaughter(particles, pair, 0, true, vertex, subjet);
  addDaughter(particles, pair, 1, true, vertex, subjet);
}
