/** A four-momentum that is written to, GeV. */
export interface FourMomentum {
  energy: number;
  px: number;
  py: number;
  pz: number;
}

/** At rest without energy. */
export const fourMomentum = (): FourMomentum => ({ energy: 0, px: 0, py: 0, pz: 0 });

/** p ← the momentum of (p_T, η, φ) and a mass. */
export function fromPtEtaPhi(
  p: FourMomentum,
  pt: number,
  eta: number,
  phi: number,
  mass: number,
): void {
  p.px = pt * Math.cos(phi);
  p.py = pt * Math.sin(phi);
  p.pz = pt * Math.sinh(eta);
  p.energy = Math.sqrt(pt * pt + p.pz * p.pz + mass * mass);
}

/** √(E² − p²), 0 where rounding makes that negative. */
export function invariantMass({ energy, px, py, pz }: FourMomentum): number {
  return Math.sqrt(Math.max(0, energy * energy - px * px - py * py - pz * pz));
}

export const transverseMomentum = ({ px, py }: FourMomentum): number =>
  Math.sqrt(px * px + py * py);
export const azimuth = ({ px, py }: FourMomentum): number => Math.atan2(py, px);
export const pseudorapidity = (p: FourMomentum): number => Math.asinh(p.pz / transverseMomentum(p));

/**
 * Rows of momenta, in the frame where a particle rests, as seen where it has the momentum `frame`.
 * @param momenta  [n, 4] of E, p_x, p_y, p_z, changed in place
 * @param mass     of the particle
 */
export function boostRows(
  momenta: Float64Array,
  n: number,
  frame: FourMomentum,
  mass: number,
): void {
  const { energy, px, py, pz } = frame;
  const gamma = energy / mass;
  const [ux, uy, uz] = [px / mass, py / mass, pz / mass]; // γβ
  const scale = 1 / (1 + gamma);
  for (let i = 0; i < n; i++) {
    const at = 4 * i;
    const e = momenta[at];
    const along = ux * momenta[at + 1] + uy * momenta[at + 2] + uz * momenta[at + 3];
    const step = e + along * scale;
    momenta[at] = gamma * e + along;
    momenta[at + 1] += ux * step;
    momenta[at + 2] += uy * step;
    momenta[at + 3] += uz * step;
  }
}
