import type { Rng } from "../../core/random/rng.js";
import { reducedChiSquared } from "./draws.js";
import { MASS } from "./particleData.js";
import type { Particles } from "./particles.js";
import type { Tracks } from "./tracks.js";
import { FAKE, type Vertices } from "./vertices.js";

const ACROSS = 0.0018; // cm; resolution across the flight of a vertex of two tracks
const ALONG_LEAST = 0.004; // cm; along it the resolution is ACROSS · p/m, within these
const ALONG_MOST = 0.6;
const FARTHEST = 6; // cm from the beam, the beam pipe and more
const LEAST_SIGNIFICANCE = 1;
const LEAST_FAKE_SIGNIFICANCE = 0.8;

/**
 * A vertex of the given tracks: at the p_T-weighted mean of where they come from, smeared along its
 * momentum by σ_L ∝ p/m and across by σ_T ∝ 1/√n; a fake is put where the resolution puts one. Its
 * mass is that of its charged tracks as pions. Not added if it lies behind the primary vertex, too
 * far out, or within its error.
 * @param members  the first `size` are read: indices of tracks
 */
export function fitVertex(
  rng: Rng,
  particles: Particles,
  tracks: Tracks,
  members: Int32Array,
  size: number,
  origin: number,
  out: Vertices,
): void {
  const fake = origin === FAKE;
  let [energy, px, py, pz] = [0, 0, 0, 0];
  let [x, y, z, weight] = [0, 0, 0, 0];
  for (let i = 0; i < size; i++) {
    const t = members[i];
    const pt = tracks.pt[t];
    const p = tracks.momentum[t];
    energy += Math.sqrt(p * p + MASS.pion * MASS.pion);
    px += pt * tracks.cosPhi[t];
    py += pt * tracks.sinPhi[t];
    pz += p * Math.tanh(tracks.eta[t]);
    const v = tracks.vertex[t];
    x += pt * particles.vx[v];
    y += pt * particles.vy[v];
    z += pt * particles.vz[v];
    weight += pt;
  }
  const pt = Math.sqrt(px * px + py * py);
  const p = Math.sqrt(pt * pt + pz * pz);
  const mass = Math.sqrt(Math.max(0, energy * energy - p * p));
  const [ux, uy, uz] = [px / p, py / p, pz / p];
  const across = ACROSS * Math.sqrt(2 / size);
  const along = Math.min(ALONG_MOST, Math.max(ALONG_LEAST, (across * p) / Math.max(mass, 0.3)));
  if (fake) {
    const distance = 2.2 * along * Math.abs(rng.normal());
    [x, y, z] = [distance * ux, distance * uy, distance * uz];
  } else {
    [x, y, z] = [x / weight, y / weight, z / weight];
  }
  const shift = along * rng.normal();
  const sideways = (fake ? 2.5 : 1) * across;
  x += shift * ux + sideways * rng.normal();
  y += shift * uy + sideways * rng.normal();
  z += shift * uz + sideways * rng.normal();

  const distance = Math.sqrt(x * x + y * y + z * z);
  const transverse = Math.sqrt(x * x + y * y);
  const error = along * Math.max(0.5, 1 + 0.1 * rng.normal());
  const transverseError =
    Math.max((along * pt) / p, across) * Math.max(0.5, 1 + 0.1 * rng.normal());
  const cosine = (x * ux + y * uy + z * uz) / Math.max(distance, 1e-9);
  if (transverse > FARTHEST || cosine < 0 || out.count >= out.pt.length) return;
  if (distance / error < (fake ? LEAST_FAKE_SIGNIFICANCE : LEAST_SIGNIFICANCE)) return;

  const k = out.count++;
  out.pt[k] = pt;
  out.energy[k] = energy;
  out.mass[k] = mass;
  out.eta[k] = Math.asinh(pz / pt);
  out.phi[k] = Math.atan2(py, px);
  out.tracks[k] = size;
  out.chi2[k] = reducedChiSquared(rng, Math.max(2, size)) * (fake ? 1.8 : 1);
  out.dxy[k] = transverse;
  out.dxySignificance[k] = transverse / transverseError;
  out.d3d[k] = distance;
  out.d3dSignificance[k] = distance / error;
  out.cosine[k] = cosine;
  out.origin[k] = origin;
}
