import type { Rng } from "../../core/random/rng.js";
import { exponential, poisson } from "./draws.js";
import { MASS } from "./particleData.js";
import { addParticle, setMomentum, type Particles } from "./particles.js";

const MEAN = 5; // charged particles in the jet's cone above the tracker's threshold
const THRESHOLD = 0.95; // GeV
const SLOPE = 0.6; // GeV

/** Soft charged pions of the rest of the event, spread evenly over a cone; no pile-up vertices. */
export function underlyingEvent(
  rng: Rng,
  particles: Particles,
  eta: number,
  phi: number,
  radius: number,
): void {
  const count = poisson(rng, MEAN);
  for (let i = 0; i < count; i++) {
    const distance = radius * Math.sqrt(rng.uniform());
    const angle = 2 * Math.PI * rng.uniform();
    const pt = THRESHOLD + SLOPE * exponential(rng);
    const k = addParticle(particles, true, 0, 0);
    setMomentum(
      particles,
      k,
      pt,
      eta + distance * Math.cos(angle),
      phi + distance * Math.sin(angle),
      MASS.pion,
    );
  }
}
