import type { Rng } from "../../core/random/rng.js";
import { boostRows, fourMomentum } from "./fourMomentum.js";
import { exponential } from "./draws.js";

const NEWTON_STEPS = 12; // quadratic convergence from a start that is right for massless particles
const total = fourMomentum();

/**
 * A decay in its rest frame: momenta that fill phase space.
 *
 * RAMBO (Kleiss, Stirling & Ellis, Comput. Phys. Commun. 40 (1986) 359): isotropic massless
 * momenta, boosted and scaled to balance, then all multiplied by one ξ that makes Σ √(m_i² +
 * ξ²E_i²) = M. The weight of that last step is left out, so the density is exactly flat only for
 * massless daughters and for two bodies. Energy and momentum are conserved to rounding.
 * @param mass    M in GeV, at least the sum of `masses`
 * @param masses  of the daughters; the first n are read
 * @param out     [n, 4] rows of E, p_x, p_y, p_z
 */
export function phaseSpace(
  rng: Rng,
  mass: number,
  masses: Float64Array,
  n: number,
  out: Float64Array,
): void {
  total.energy = total.px = total.py = total.pz = 0;
  for (let i = 0; i < n; i++) {
    const cosine = 2 * rng.uniform() - 1;
    const sine = Math.sqrt(1 - cosine * cosine);
    const azimuth = 2 * Math.PI * rng.uniform();
    const energy = exponential(rng) + exponential(rng);
    out[4 * i] = energy;
    out[4 * i + 1] = energy * sine * Math.cos(azimuth);
    out[4 * i + 2] = energy * sine * Math.sin(azimuth);
    out[4 * i + 3] = energy * cosine;
    total.energy += energy;
    total.px -= out[4 * i + 1];
    total.py -= out[4 * i + 2];
    total.pz -= out[4 * i + 3];
  }
  const squared = total.energy ** 2 - total.px ** 2 - total.py ** 2 - total.pz ** 2;
  const invariant = Math.sqrt(squared);
  // momenta are reversed in `total`: into the frame where they balance
  boostRows(out, n, total, invariant);
  const scale = mass / invariant;
  for (let k = 0; k < 4 * n; k++) out[k] *= scale;

  let xi = 1;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    let excess = -mass;
    let slope = 0;
    for (let i = 0; i < n; i++) {
      const e2 = out[4 * i] * out[4 * i];
      const energy = Math.sqrt(masses[i] * masses[i] + xi * xi * e2);
      excess += energy;
      slope += (xi * e2) / energy;
    }
    const next = xi - excess / slope;
    const moved = Math.abs(next - xi);
    xi = next > 0 ? next : 0.1 * xi;
    if (moved < 1e-14) break;
  }
  for (let i = 0; i < n; i++) {
    const at = 4 * i;
    out[at] = Math.sqrt(masses[i] * masses[i] + xi * xi * out[at] * out[at]);
    for (let k = 1; k < 4; k++) out[at + k] *= xi;
  }
}
