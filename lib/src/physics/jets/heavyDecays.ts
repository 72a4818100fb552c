import type { Rng } from "../../core/random/rng.js";
import { addDaughter, chooseHadron, daughters, decayInFlight, fly } from "./decay.js";
import { poisson } from "./draws.js";
import { fourMomentum, fromPtEtaPhi, type FourMomentum } from "./fourMomentum.js";
import { bottomHadrons, charmHadrons, MASS } from "./particleData.js";
import { FROM_BOTTOM, FROM_BOTTOM_CHARM, FROM_CHARM, type Particles } from "./particles.js";

// the charm hadron of a bottom decay is written out before it decays with `ofCharm`
const ofBottom = daughters();
const ofCharm = daughters();
const mother = fourMomentum();
const charm = fourMomentum();

const SEMILEPTONIC = 0.21; // b → cℓν with ℓ = e, μ; both have the muon's mass here
const CHARGED_PION_SHARE = 0.7;
const CHARGED_CHARM_SHARE = 0.75;

/**
 * A bottom hadron of the given momentum: it flies, and decays into a charm hadron, which flies on,
 * and pions (1 + Poisson(2.8), at most 6), or a lepton, a neutrino and at times a pion.
 * Multiplicities are such that the chain gives about 5 charged particles (LEP: 4.96 ± .06). Not
 * there: b → c c̄ s, b → u, τ leptons, excited states; charges are drawn one by one and do not
 * balance.
 */
export function bottomHadron(
  rng: Rng,
  particles: Particles,
  pt: number,
  eta: number,
  phi: number,
  subjet: number,
): void {
  const { mass, properLength } = chooseHadron(rng, bottomHadrons);
  const product = chooseHadron(rng, charmHadrons);
  particles.bottomHadrons++;
  fromPtEtaPhi(mother, pt, eta, phi, mass);
  const vertex = fly(rng, particles, mother, mass, properLength, 0, FROM_BOTTOM);

  const semileptonic = rng.uniform() < SEMILEPTONIC;
  const pions = semileptonic ? (rng.uniform() < 0.25 ? 1 : 0) : Math.min(6, 1 + poisson(rng, 2.8));
  const { masses, momenta } = ofBottom;
  let n = 0;
  masses[n++] = product.mass;
  if (semileptonic) {
    masses[n++] = MASS.muon;
    masses[n++] = 0;
  }
  for (let k = 0; k < pions; k++) masses[n++] = MASS.pion;
  decayInFlight(rng, mother, mass, n, ofBottom);
  for (let i = 1; i < n; i++) {
    const lepton = semileptonic && i === 1;
    const neutrino = semileptonic && i === 2;
    const charged = lepton || (!neutrino && rng.uniform() < CHARGED_PION_SHARE);
    const k = addDaughter(particles, ofBottom, i, charged, vertex, subjet);
    if (neutrino) particles.visible[k] = 0;
  }
  charm.energy = momenta[0];
  charm.px = momenta[1];
  charm.py = momenta[2];
  charm.pz = momenta[3];
  charmDecay(rng, particles, charm, product, vertex, FROM_BOTTOM_CHARM, subjet);
}

/**
 * A charm hadron of the given momentum from the primary vertex: flies, and decays into a kaon and
 * one to four pions.
 */
export function charmHadron(
  rng: Rng,
  particles: Particles,
  pt: number,
  eta: number,
  phi: number,
  subjet: number,
): void {
  const hadron = chooseHadron(rng, charmHadrons);
  particles.charmHadrons++;
  fromPtEtaPhi(charm, pt, eta, phi, hadron.mass);
  charmDecay(rng, particles, charm, hadron, 0, FROM_CHARM, subjet);
}

function charmDecay(
  rng: Rng,
  particles: Particles,
  momentum: FourMomentum,
  hadron: { mass: number; properLength: number },
  from: number,
  origin: number,
  subjet: number,
): void {
  const vertex = fly(rng, particles, momentum, hadron.mass, hadron.properLength, from, origin);
  const n = Math.min(5, 2 + poisson(rng, 1.3));
  ofCharm.masses[0] = MASS.kaon;
  for (let i = 1; i < n; i++) ofCharm.masses[i] = MASS.pion;
  decayInFlight(rng, momentum, hadron.mass, n, ofCharm);
  for (let i = 0; i < n; i++)
    addDaughter(particles, ofCharm, i, rng.uniform() < CHARGED_CHARM_SHARE, vertex, subjet);
}
