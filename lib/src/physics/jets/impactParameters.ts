import type { Axis } from "./jetKinematics.js";
import { sortFalling, type Tracks } from "./tracks.js";

const SMALLEST_ERROR = 2e-4; // cm
// sine of the angle between track and axis below which their distance is that of the point from the
// axis
const PARALLEL = 1e-6;

/**
 * Lifetime variables of each track, from its measured impact parameters, in the manner of CMS's b
 * tagging (JINST 8 (2013) P04013):
 *
 *   signed impact parameter, 2D and 3D: the distance of closest approach to the primary vertex,
 *   positive where the track passes it on
 *     the jet's side, as decays along the jet do; its significance is value by error
 *   axis distance: between the lines of track and jet axis, negative by CMS's convention
 *
 * and the order by falling 2D significance, in which tracks are stored.
 */
export function impactParameters(tracks: Tracks, jet: Axis): void {
  const { px, py, pz } = jet.momentum;
  const p = Math.sqrt(px * px + py * py + pz * pz);
  const [jx, jy, jz] = [px / p, py / p, pz / p];
  for (let n = 0; n < tracks.count; n++) {
    const dxy = tracks.dxy[n];
    const [cosPhi, sinPhi, coshEta] = [tracks.cosPhi[n], tracks.sinPhi[n], tracks.coshEta[n]];
    // the point (−d_xy sin φ, d_xy cos φ) seen along the jet
    const sign = dxy * (jy * cosPhi - jx * sinPhi) >= 0 ? 1 : -1;
    tracks.sip2d[n] = sign * Math.abs(dxy);
    tracks.sip2dSignificance[n] = tracks.sip2d[n] / tracks.dxyError[n];

    const across = tracks.dz[n] / coshEta; // d_z seen across the track
    const acrossError = tracks.dzError[n] / coshEta;
    const distance = Math.sqrt(dxy * dxy + across * across);
    const error =
      distance > 0
        ? Math.sqrt((dxy * tracks.dxyError[n]) ** 2 + (across * acrossError) ** 2) / distance
        : tracks.dxyError[n];
    tracks.sip3d[n] = sign * distance;
    tracks.sip3dSignificance[n] = (sign * distance) / Math.max(error, SMALLEST_ERROR);

    const [ux, uy, uz] = [cosPhi / coshEta, sinPhi / coshEta, Math.tanh(tracks.eta[n])];
    const [nx, ny, nz] = [uy * jz - uz * jy, uz * jx - ux * jz, ux * jy - uy * jx];
    const sine = Math.sqrt(nx * nx + ny * ny + nz * nz);
    const between = Math.abs(-dxy * sinPhi * nx + dxy * cosPhi * ny + tracks.dz[n] * nz);
    tracks.axisDistance[n] = -(sine > PARALLEL ? between / sine : distance);
  }
  sortFalling(tracks.order, tracks.sip2dSignificance, tracks.count);
}
