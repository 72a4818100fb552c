import type { Rng } from "../../core/random/rng.js";
import { deltaPhi, deltaR } from "./draws.js";
import { jetRow, JET_TRACKS } from "./jetRow.js";
import type { JetKinematics } from "./jetKinematics.js";
import type { Particles } from "./particles.js";
import type { Tracks } from "./tracks.js";
import type { Vertices } from "./vertices.js";

// ΔR to the nearest vertex where there is none; the feature is stored less .8, as in the CMS sample
const NO_VERTEX = 0.8;
const HIGH_PURITY = 5; // CMS's code of the best and most frequent quality

/**
 * Writes features, origin and flight of the first 60 tracks, features first: [30, 60]. What the
 * simulation has no model for follows the sample in size only: quality (94 % are 5, the others 1 or
 * 7) and the terms of the covariance matrix.
 */
export function writeTracks(
  rng: Rng,
  particles: Particles,
  tracks: Tracks,
  vertices: Vertices,
  kinematics: JetKinematics,
  row: Float32Array,
): void {
  const { jet, harder, softer } = kinematics;
  const { px, py, pz } = jet.momentum;
  const p = Math.sqrt(px * px + py * py + pz * pz);
  const outwards = jet.eta >= 0 ? 1 : -1;
  const stored = Math.min(JET_TRACKS, tracks.count);
  for (let slot = 0; slot < stored; slot++) {
    const t = tracks.order[slot];
    const [eta, phi, coshEta, energy, momentum] = [
      tracks.eta[t],
      tracks.phi[t],
      tracks.coshEta[t],
      tracks.energy[t],
      tracks.momentum[t],
    ];
    const [dxy, dz, dxyError, dzError] = [
      tracks.dxy[t],
      tracks.dz[t],
      tracks.dxyError[t],
      tracks.dzError[t],
    ];
    let nearest = NO_VERTEX;
    for (let v = 0; v < vertices.count; v++)
      nearest = Math.min(nearest, deltaR(eta, phi, vertices.eta[v], vertices.phi[v]));
    const cosine = Math.min(
      1,
      (tracks.cosPhi[t] * px + tracks.sinPhi[t] * py + Math.tanh(eta) * coshEta * pz) /
        (coshEta * p),
    );
    const along = momentum * cosine;
    const across = momentum * Math.sqrt(1 - cosine * cosine);

    let at = jetRow.tracks.at + slot;
    row[at] = tracks.pt[t] / jet.pt;
    row[(at += JET_TRACKS)] = energy / jet.momentum.energy;
    row[(at += JET_TRACKS)] = deltaPhi(phi, jet.phi);
    row[(at += JET_TRACKS)] = outwards * (eta - jet.eta);
    row[(at += JET_TRACKS)] = deltaR(eta, phi, jet.eta, jet.phi);
    row[(at += JET_TRACKS)] = nearest - NO_VERTEX;
    row[(at += JET_TRACKS)] = deltaR(eta, phi, harder.eta, harder.phi);
    row[(at += JET_TRACKS)] = deltaR(eta, phi, softer.eta, softer.phi);
    row[(at += JET_TRACKS)] = dz;
    row[(at += JET_TRACKS)] = dz / dzError;
    row[(at += JET_TRACKS)] = dxy;
    row[(at += JET_TRACKS)] = dxy / dxyError;
    row[(at += JET_TRACKS)] = tracks.chi2[t];
    row[(at += JET_TRACKS)] = rng.uniform() < 0.94 ? HIGH_PURITY : rng.uniform() < 0.5 ? 1 : 7;
    row[(at += JET_TRACKS)] = 0.01 * tracks.ptError[t] ** 2;
    row[(at += JET_TRACKS)] = 1e-7 * (1 + 9 / tracks.pt[t]);
    row[(at += JET_TRACKS)] = 1.2e-7 * (1 + 9 / tracks.pt[t]);
    row[(at += JET_TRACKS)] = dxyError * dxyError;
    row[(at += JET_TRACKS)] = dzError * dzError;
    row[(at += JET_TRACKS)] = 0.1 * dxyError * dzError * rng.normal();
    row[(at += JET_TRACKS)] = -3e-4 * dxyError;
    row[(at += JET_TRACKS)] = 3e-4 * dzError * rng.normal();
    row[(at += JET_TRACKS)] = 0.5 * Math.log((energy + along) / Math.max(energy - along, 1e-6));
    row[(at += JET_TRACKS)] = across / momentum;
    row[(at += JET_TRACKS)] = along / momentum;
    row[(at += JET_TRACKS)] = tracks.sip2d[t];
    row[(at += JET_TRACKS)] = tracks.sip2dSignificance[t];
    row[(at += JET_TRACKS)] = tracks.sip3d[t];
    row[(at += JET_TRACKS)] = tracks.sip3dSignificance[t];
    row[(at += JET_TRACKS)] = tracks.axisDistance[t];

    const v = tracks.vertex[t];
    row[jetRow.trackOrigin.at + slot] = particles.origin[v];
    row[jetRow.trackFlight.at + slot] = Math.sqrt(
      particles.vx[v] ** 2 + particles.vy[v] ** 2 + particles.vz[v] ** 2,
    );
  }
}
