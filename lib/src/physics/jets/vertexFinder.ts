import type { Rng } from "../../core/random/rng.js";
import { deltaR, poisson } from "./draws.js";
import { fitVertex } from "./fitVertex.js";
import { FROM_BOTTOM_CHARM, FROM_V0, type Particles } from "./particles.js";
import { sortFalling, type Tracks } from "./tracks.js";
import { FAKE, type Vertices } from "./vertices.js";

const DXY_SIGNIFICANCE = 1; // a track that is displaced by less, in both projections, is not used
const DZ_SIGNIFICANCE = 1.5;
// cm between the decays of bottom and charm, below which they are found as one vertex
const RESOLVED = 0.15;
const MERGED_SHARE = 0.35; // of those farther apart that are found as one all the same
const EFFICIENCY = 0.88;
const V0_SURVIVAL = 0.3; // of the K_S and Λ that a cut on their mass does not recognise
const FAKE_RADIUS = 0.15; // ΔR of the tracks of a fake
const FAKES = 0.15; // mean number tried in a jet, plus .008 a track
const FAKES_PER_TRACK = 0.008;
const THIRD_TRACK = 0.3;

const groups = new Int32Array(2048); // the vertex with which a track goes; 0 with none
const members = new Int32Array(2048);
let size = 0;

function collect(tracks: Tracks, vertex: number): void {
  size = 0;
  for (let n = 0; n < tracks.count; n++) if (groups[n] === vertex) members[size++] = n;
}

/**
 * Secondary vertices of a jet. A finder that knows the truth and forgets some of it, in place of an
 * inclusive vertex finder: displaced tracks of one decay make a vertex, a charm decay is often
 * merged into that of its bottom mother, most V0s are removed, and pairs or triples of neighbouring
 * tracks make fakes at a rate that grows with their number.
 */
export function findVertices(rng: Rng, particles: Particles, tracks: Tracks, out: Vertices): void {
  out.count = 0;
  for (let n = 0; n < tracks.count; n++) {
    const displaced =
      Math.abs(tracks.dxy[n]) > DXY_SIGNIFICANCE * tracks.dxyError[n] ||
      Math.abs(tracks.dz[n]) > DZ_SIGNIFICANCE * tracks.dzError[n];
    groups[n] = displaced ? tracks.vertex[n] : 0;
  }
  for (let v = 1; v < particles.vertices; v++)
    if (particles.origin[v] === FROM_BOTTOM_CHARM) mergeIntoMother(rng, particles, tracks, v);
  for (let v = 1; v < particles.vertices; v++) {
    collect(tracks, v);
    const origin = particles.origin[v];
    if (size >= 2 && rng.uniform() < (origin === FROM_V0 ? V0_SURVIVAL : EFFICIENCY)) {
      fitVertex(rng, particles, tracks, members, size, origin, out);
    }
  }
  addFakes(rng, particles, tracks, out);
  sortFalling(out.order, out.dxySignificance, out.count);
}

function mergeIntoMother(rng: Rng, particles: Particles, tracks: Tracks, v: number): void {
  const { vx, vy, vz } = particles;
  const mother = particles.parent[v];
  collect(tracks, mother);
  if (size === 0) return;
  collect(tracks, v);
  if (size === 0) return;
  const apart = Math.sqrt(
    (vx[v] - vx[mother]) ** 2 + (vy[v] - vy[mother]) ** 2 + (vz[v] - vz[mother]) ** 2,
  );
  if (apart < RESOLVED || rng.uniform() < MERGED_SHARE)
    for (let i = 0; i < size; i++) groups[members[i]] = mother;
}

function addFakes(rng: Rng, particles: Particles, tracks: Tracks, out: Vertices): void {
  const attempts = poisson(rng, FAKES + FAKES_PER_TRACK * tracks.count);
  if (tracks.count <= 3) return;
  const { eta, phi } = tracks;
  for (let k = 0; k < attempts; k++) {
    const seed = Math.floor(rng.uniform() * tracks.count);
    let near = 0;
    for (let n = 0; n < tracks.count; n++) {
      if (n !== seed && deltaR(eta[n], phi[n], eta[seed], phi[seed]) < FAKE_RADIUS)
        groups[near++] = n; // groups are done with
    }
    if (near === 0) continue;
    const second = groups[Math.floor(rng.uniform() * near)];
    members[0] = seed;
    members[1] = second;
    size = 2;
    if (near > 1 && rng.uniform() < THIRD_TRACK) {
      const third = groups[Math.floor(rng.uniform() * near)];
      if (third !== second) members[size++] = third;
    }
    fitVertex(rng, particles, tracks, members, size, FAKE, out);
  }
}
