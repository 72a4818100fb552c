import { NumericalError } from "../../core/errors.js";
import type { ParticleJets } from "./particleJets.js";
import {
  addParticle,
  addVertex,
  clearParticles,
  setMomentum,
  type Particles,
} from "./particles.js";

/**
 * Fills the store with a jet of a file: charged particles one by one, all else that is visible as
 * one neutral particle for each subjet, which is as good as its parts, since only sums of them are
 * ever taken.
 * @param jet  index in the file
 */
export function particlesOfJet(jets: ParticleJets, jet: number, particles: Particles): void {
  if (!(Number.isInteger(jet) && jet >= 0 && jet < jets.signal.length)) {
    throw new NumericalError(`particlesOfJet: there is no jet ${jet} of ${jets.signal.length}.`, {
      jet,
    });
  }
  clearParticles(particles);
  particles.bottomHadrons = jets.bottomHadrons[jet];
  particles.charmHadrons = jets.charmHadrons[jet];
  for (let k = jets.firstDecay[jet]; k < jets.firstDecay[jet + 1]; k++) {
    const [x, y, z] = jets.decayPoint.subarray(3 * k, 3 * k + 3);
    addVertex(particles, x, y, z, jets.decayOrigin[k], jets.decayParent[k]);
  }
  const { steps } = jets;
  for (let k = jets.firstParticle[jet]; k < jets.firstParticle[jet + 1]; k++) {
    const pt = Math.exp(steps.ptOffset + steps.pt * jets.pt[k]);
    const eta = jets.eta[jet] + steps.angle * jets.etaFromJet[k];
    const added = addParticle(particles, true, jets.decay[k], jets.kind[k] >> 3);
    setMomentum(
      particles,
      added,
      pt,
      eta,
      steps.angle * jets.phi[k],
      steps.masses[jets.kind[k] & 7],
    );
  }
  for (let subjet = 0; subjet < 3; subjet++) {
    const [energy, px, py, pz] = jets.rest.subarray(
      12 * jet + 4 * subjet,
      12 * jet + 4 * subjet + 4,
    );
    const added = addParticle(particles, false, 0, subjet);
    particles.energy[added] = energy;
    particles.px[added] = px;
    particles.py[added] = py;
    particles.pz[added] = pz;
  }
}
