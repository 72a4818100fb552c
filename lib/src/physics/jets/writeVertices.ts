import { deltaPhi, deltaR } from "./draws.js";
import { jetRow, JET_VERTICES } from "./jetRow.js";
import type { Axis } from "./jetKinematics.js";
import type { Vertices } from "./vertices.js";

/** Writes features and origin of the first 5 secondary vertices, features first: [14, 5]. */
export function writeVertices(vertices: Vertices, jet: Axis, row: Float32Array): void {
  const outwards = jet.eta >= 0 ? 1 : -1;
  const stored = Math.min(JET_VERTICES, vertices.count);
  for (let slot = 0; slot < stored; slot++) {
    const v = vertices.order[slot];
    const [eta, phi] = [vertices.eta[v], vertices.phi[v]];
    let at = jetRow.vertices.at + slot;
    row[at] = vertices.pt[v] / jet.pt;
    row[(at += JET_VERTICES)] = vertices.energy[v] / jet.momentum.energy;
    row[(at += JET_VERTICES)] = deltaPhi(phi, jet.phi);
    row[(at += JET_VERTICES)] = outwards * (eta - jet.eta);
    row[(at += JET_VERTICES)] = deltaR(eta, phi, jet.eta, jet.phi);
    row[(at += JET_VERTICES)] = vertices.pt[v];
    row[(at += JET_VERTICES)] = vertices.mass[v];
    row[(at += JET_VERTICES)] = vertices.tracks[v];
    row[(at += JET_VERTICES)] = vertices.chi2[v];
    row[(at += JET_VERTICES)] = vertices.dxy[v];
    row[(at += JET_VERTICES)] = vertices.dxySignificance[v];
    row[(at += JET_VERTICES)] = vertices.d3d[v];
    row[(at += JET_VERTICES)] = vertices.d3dSignificance[v];
    row[(at += JET_VERTICES)] = vertices.cosine[v];
    row[jetRow.vertexOrigin.at + slot] = vertices.origin[v];
  }
}
