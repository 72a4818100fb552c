import {
  azimuth,
  fourMomentum,
  invariantMass,
  pseudorapidity,
  transverseMomentum,
  type FourMomentum,
} from "./fourMomentum.js";
import type { Particles } from "./particles.js";

/** Momentum of a jet or a part of one, and what is read off it. */
export interface Axis {
  readonly momentum: FourMomentum;
  /** GeV. */
  pt: number;
  eta: number;
  phi: number;
}

/**
 * The jet as measured without tracker: all visible particles, the subjets with the harder one
 * first, and the groomed mass.
 */
export interface JetKinematics {
  readonly jet: Axis;
  readonly harder: Axis;
  readonly softer: Axis;
  /** Of both subjets, GeV, before resolution. */
  mass: number;
}

const axis = (): Axis => ({ momentum: fourMomentum(), pt: 0, eta: 0, phi: 0 });
export const jetKinematics = (): JetKinematics => ({
  jet: axis(),
  harder: axis(),
  softer: axis(),
  mass: 0,
});

const groomed = fourMomentum();
const parts = [axis(), axis(), axis()]; // outside, subjet 1, subjet 2

function readOff(one: Axis): void {
  one.pt = transverseMomentum(one.momentum);
  one.eta = pseudorapidity(one.momentum);
  one.phi = azimuth(one.momentum);
}

function setSum(to: FourMomentum, one: FourMomentum, other: FourMomentum): void {
  to.energy = one.energy + other.energy;
  to.px = one.px + other.px;
  to.py = one.py + other.py;
  to.pz = one.pz + other.pz;
}

/** Fills `out` from the visible particles. @returns whether both subjets have some */
export function measureJet(particles: Particles, out: JetKinematics): boolean {
  for (const { momentum } of parts) momentum.energy = momentum.px = momentum.py = momentum.pz = 0;
  for (let k = 0; k < particles.count; k++) {
    if (particles.visible[k] === 0) continue;
    const { momentum } = parts[particles.subjet[k]];
    momentum.energy += particles.energy[k];
    momentum.px += particles.px[k];
    momentum.py += particles.py[k];
    momentum.pz += particles.pz[k];
  }
  const [outside, one, other] = parts;
  if (one.momentum.energy === 0 || other.momentum.energy === 0) return false;
  setSum(groomed, one.momentum, other.momentum);
  setSum(out.jet.momentum, groomed, outside.momentum);
  const firstIsHarder = transverseMomentum(one.momentum) >= transverseMomentum(other.momentum);
  Object.assign(out.harder.momentum, firstIsHarder ? one.momentum : other.momentum);
  Object.assign(out.softer.momentum, firstIsHarder ? other.momentum : one.momentum);
  out.mass = invariantMass(groomed);
  readOff(out.jet);
  readOff(out.harder);
  readOff(out.softer);
  return true;
}
