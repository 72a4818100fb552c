import type { Rng } from "../../core/random/rng.js";
import { exponential } from "./draws.js";
import { boostRows, type FourMomentum } from "./fourMomentum.js";
import type { HeavyHadron } from "./particleData.js";
import { addParticle, addVertex, type Particles } from "./particles.js";
import { phaseSpace } from "./phaseSpace.js";

export const MOST_DAUGHTERS = 12;

/**
 * Daughters of the decay at hand: masses to be filled in, momenta [n, 4] of E, p_x, p_y, p_z after
 * `decayInFlight`.
 */
export interface Daughters {
  readonly masses: Float64Array;
  readonly momenta: Float64Array;
}

export const daughters = (): Daughters => ({
  masses: new Float64Array(MOST_DAUGHTERS),
  momenta: new Float64Array(4 * MOST_DAUGHTERS),
});

/** The momenta of n daughters, in the laboratory. */
export function decayInFlight(
  rng: Rng,
  mother: FourMomentum,
  mass: number,
  n: number,
  out: Daughters,
): void {
  phaseSpace(rng, mass, out.masses, n, out.momenta);
  boostRows(out.momenta, n, mother, mass);
}

/**
 * Lets a hadron fly from a vertex and decay: its distance is exponential with mean cτ p/m, along
 * its momentum, without a field.
 * @param properLength  cτ, cm
 * @returns             index of the new vertex
 */
export function fly(
  rng: Rng,
  particles: Particles,
  mother: FourMomentum,
  mass: number,
  properLength: number,
  from: number,
  origin: number,
): number {
  const step = (exponential(rng) * properLength) / mass;
  const { vx, vy, vz } = particles;
  return addVertex(
    particles,
    vx[from] + step * mother.px,
    vy[from] + step * mother.py,
    vz[from] + step * mother.pz,
    origin,
    from,
  );
}

/** Adds daughter i as a particle. @returns its index */
export function addDaughter(
  particles: Particles,
  { momenta }: Daughters,
  i: number,
  charged: boolean,
  vertex: number,
  subjet: number,
): number {
  const k = addParticle(particles, charged, vertex, subjet);
  particles.energy[k] = momenta[4 * i];
  particles.px[k] = momenta[4 * i + 1];
  particles.py[k] = momenta[4 * i + 2];
  particles.pz[k] = momenta[4 * i + 3];
  return k;
}

/** One of the hadrons of a flavour, by its fraction. */
export function chooseHadron(rng: Rng, hadrons: readonly HeavyHadron[]): HeavyHadron {
  let left = rng.uniform();
  for (const hadron of hadrons) if ((left -= hadron.fraction) < 0) return hadron;
  return hadrons[0];
}
