import type { Rng } from "../../core/random/rng.js";
import {
  boostRows,
  fromPtEtaPhi,
  fourMomentum,
  invariantMass,
  pseudorapidity,
  azimuth,
  transverseMomentum,
} from "./fourMomentum.js";
import { deltaPhi, deltaR } from "./draws.js";
import { fragmentAll } from "./fragmentation.js";
import { BOTTOM, MASS, partonMass } from "./particleData.js";
import { clearParticles, type Particles } from "./particles.js";
import { clearPartons, type Partons } from "./partons.js";
import { partonShower } from "./partonShower.js";
import { JET_RADIUS } from "./qcdJet.js";

const WIDEST = 1.2; // ΔR of the quarks beyond which no jet of radius .8 holds both
const LEAST_SHARE = 0.1; // of p_T, as soft drop asks of the softer quark
/**
 * Parton-level mass by mass measured after hadronisation, which kicks, masses of hadrons and
 * grooming change: found by simulation.
 */
const MASS_RATIO = 0.785;

const higgs = fourMomentum();
const quarks = new Float64Array(8); // E, p_x, p_y, p_z of b and b̄
const sides = [0, 1].map(() => ({ sum: fourMomentum(), pt: 0, eta: 0, phi: 0, mass: 0, root: 0 }));
const leaf = fourMomentum();

/**
 * H → bb̄ at parton level, showered from ΔR(b, b̄) on (a colour singlet radiates no wider) and
 * turned into hadrons; the subjets are the two quarks' showers. These are moved along the line
 * between them until the parton-level mass is right: the shower keeps p_T, not masses.
 * @param mass  that the jet should have after grooming, GeV; 125 for the Higgs boson
 * @returns whether both quarks lie in one jet and pass soft drop; if not, nothing is in `particles`
 */
export function higgsJet(
  rng: Rng,
  partons: Partons,
  particles: Particles,
  pt: number,
  eta: number,
  phi: number,
  mass: number,
): boolean {
  clearPartons(partons);
  const cosine = 2 * rng.uniform() - 1;
  const turn = 2 * Math.PI * rng.uniform();
  const sine = Math.sqrt(1 - cosine * cosine);
  const energy = mass / 2;
  const momentum = Math.sqrt(energy * energy - MASS.bottomQuark ** 2);
  for (let i = 0; i < 2; i++) {
    const sign = i === 0 ? momentum : -momentum;
    quarks[4 * i] = energy;
    quarks[4 * i + 1] = sign * sine * Math.cos(turn);
    quarks[4 * i + 2] = sign * sine * Math.sin(turn);
    quarks[4 * i + 3] = sign * cosine;
  }
  fromPtEtaPhi(higgs, pt, eta, phi, mass);
  boostRows(quarks, 2, higgs, mass);
  for (let i = 0; i < 2; i++) {
    const side = sides[i];
    const { sum } = side;
    sum.energy = quarks[4 * i];
    sum.px = quarks[4 * i + 1];
    sum.py = quarks[4 * i + 2];
    sum.pz = quarks[4 * i + 3];
    side.pt = transverseMomentum(sum);
    side.eta = pseudorapidity(sum);
    side.phi = azimuth(sum);
    if (deltaR(side.eta, side.phi, eta, phi) > JET_RADIUS) return false;
  }
  const [one, other] = sides;
  const opening = deltaR(one.eta, one.phi, other.eta, other.phi);
  if (opening > WIDEST || Math.min(one.pt, other.pt) < LEAST_SHARE * (one.pt + other.pt))
    return false;

  for (const side of sides) {
    side.root = partonShower(rng, partons, side.pt, side.eta, side.phi, BOTTOM, opening);
    sumUp(partons, side);
  }
  if (!separate(partons, MASS_RATIO * mass)) return false;
  clearParticles(particles);
  fragmentAll(rng, partons, one.root, particles, 1);
  fragmentAll(rng, partons, other.root, particles, 2);
  return true;
}

/** Momentum of the partons at the end of one side's shower. */
function sumUp(partons: Partons, side: (typeof sides)[number]): void {
  const { sum } = side;
  sum.energy = sum.px = sum.py = sum.pz = 0;
  for (let k = side.root; k < partons.end[side.root]; k++) {
    if (partons.first[k] >= 0) continue;
    fromPtEtaPhi(
      leaf,
      partons.pt[k],
      partons.eta[k],
      partons.phi[k],
      partonMass(partons.flavour[k]),
    );
    sum.energy += leaf.energy;
    sum.px += leaf.px;
    sum.py += leaf.py;
    sum.pz += leaf.pz;
  }
  side.pt = transverseMomentum(sum);
  side.eta = pseudorapidity(sum);
  side.phi = azimuth(sum);
  side.mass = invariantMass(sum);
}

/**
 * Moves the two showers apart or together until M² = m₁² + m₂² + p_T1 p_T2 ΔR².
 * @returns false if their own masses exceed M
 */
function separate(partons: Partons, mass: number): boolean {
  const [one, other] = sides;
  const needed =
    (mass * mass - one.mass * one.mass - other.mass * other.mass) / (one.pt * other.pt);
  if (!(needed > 0)) return false;
  const eta = one.eta - other.eta;
  const phi = deltaPhi(one.phi, other.phi);
  const stretch = Math.sqrt(needed / (eta * eta + phi * phi)) - 1;
  for (let i = 0; i < 2; i++) {
    // the lighter side moves more: their common axis stays
    const share = (i === 0 ? other.pt : -one.pt) / (one.pt + other.pt);
    const { root } = sides[i];
    for (let k = root; k < partons.end[root]; k++) {
      partons.eta[k] += stretch * share * eta;
      partons.phi[k] += stretch * share * phi;
    }
  }
  return true;
}
