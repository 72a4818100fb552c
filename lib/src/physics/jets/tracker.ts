import type { Rng } from "../../core/random/rng.js";
import { deltaR, reducedChiSquared } from "./draws.js";
import type { Axis } from "./jetKinematics.js";
import type { Particles } from "./particles.js";
import { JET_RADIUS } from "./qcdJet.js";
import type { Tracks } from "./tracks.js";

// The tracker, in the manner of CMS (JINST 9 (2014) P10009): lengths in cm, momenta in GeV
const LOWEST_TRUE_PT = 0.8;
const LOWEST_PT = 0.95;
const LARGEST_ETA = 2.5;
const PIXELS = 4; // radius up to which all pixel layers see a track
const OUTERMOST_START = 16; // tracks that begin farther out are not found
const EFFICIENCY = 0.93;
const LATE_EFFICIENCY = 0.5; // of tracks that begin beyond the pixels
const LATE_RESOLUTION = 1.6;
const TAIL_SHARE = 0.04; // hits shared with others, scattering by a large angle
const TAIL = 3;
const ERROR_SPREAD = 0.08; // of estimated errors around the true resolution
const FIT_SHAPE = 9; // half the degrees of freedom of a track's fit

const quadrature = (a: number, b: number): number => Math.sqrt(a * a + b * b);

/**
 * σ of the transverse impact parameter: 12 μm ⊕ 65 μm √cosh η / p_T (the second: multiple
 * scattering).
 */
export function dxyResolution(pt: number, coshEta: number): number {
  return quadrature(0.0012, (0.0065 * Math.sqrt(coshEta)) / pt);
}

/** σ of the longitudinal one: 30 μm ⊕ 90 μm cosh η / p_T. */
export function dzResolution(pt: number, coshEta: number): number {
  return quadrature(0.003, (0.009 * coshEta) / pt);
}

/** Relative σ of p_T: 1 % ⊕ .012 % p_T. */
export function ptResolution(pt: number): number {
  return quadrature(0.01, 0.00012 * pt);
}

/**
 * Tracks of the charged particles in a jet's cone: found with an efficiency, measured with Gaussian
 * resolutions, of which 4 % are three times wider, and given errors that are off by 8 %. Straight
 * lines: impact parameters to first order in curvature. Directions are exact, their errors being
 * far below the angles between tracks. No duplicate tracks, no fakes, no pile-up.
 */
export function findTracks(rng: Rng, particles: Particles, jet: Axis, tracks: Tracks): void {
  const { vx, vy, vz } = particles;
  let n = 0;
  for (let k = 0; k < particles.count && n < tracks.pt.length; k++) {
    if (particles.charged[k] === 0) continue;
    const [px, py, pz] = [particles.px[k], particles.py[k], particles.pz[k]];
    const truePt = Math.sqrt(px * px + py * py);
    if (truePt < LOWEST_TRUE_PT) continue;
    const eta = Math.asinh(pz / truePt);
    if (Math.abs(eta) > LARGEST_ETA) continue;
    const phi = Math.atan2(py, px);
    if (deltaR(eta, phi, jet.eta, jet.phi) > JET_RADIUS) continue;
    const v = particles.vertex[k];
    const radius = Math.sqrt(vx[v] * vx[v] + vy[v] * vy[v]);
    const late = radius > PIXELS;
    if (radius > OUTERMOST_START || rng.uniform() > (late ? LATE_EFFICIENCY : EFFICIENCY)) continue;
    const ptError = ptResolution(truePt);
    const pt = truePt * (1 + ptError * rng.normal());
    if (pt < LOWEST_PT) continue;

    const coshEta = Math.sqrt(1 + (pz * pz) / (truePt * truePt));
    const [cosPhi, sinPhi] = [px / truePt, py / truePt];
    const worse = late ? LATE_RESOLUTION : 1;
    const inTail = rng.uniform() < TAIL_SHARE;
    const dxyWidth = worse * dxyResolution(truePt, coshEta);
    const dzWidth = worse * dzResolution(truePt, coshEta);
    const wide = inTail ? TAIL : 1;
    tracks.pt[n] = pt;
    tracks.energy[n] = (particles.energy[k] * pt) / truePt;
    tracks.momentum[n] = pt * coshEta;
    tracks.ptError[n] = ptError;
    tracks.eta[n] = eta;
    tracks.phi[n] = phi;
    tracks.coshEta[n] = coshEta;
    tracks.cosPhi[n] = cosPhi;
    tracks.sinPhi[n] = sinPhi;
    // the point of closest approach to the z axis of a line through (vx, vy, vz)
    tracks.dxy[n] = -vx[v] * sinPhi + vy[v] * cosPhi + wide * dxyWidth * rng.normal();
    tracks.dz[n] =
      vz[v] - ((vx[v] * cosPhi + vy[v] * sinPhi) * pz) / truePt + wide * dzWidth * rng.normal();
    tracks.dxyError[n] = dxyWidth * Math.max(0.5, 1 + ERROR_SPREAD * rng.normal());
    tracks.dzError[n] = dzWidth * Math.max(0.5, 1 + ERROR_SPREAD * rng.normal());
    tracks.chi2[n] = reducedChiSquared(rng, FIT_SHAPE) * (inTail ? 1.6 : 1);
    tracks.vertex[n] = v;
    n++;
  }
  tracks.count = n;
}
