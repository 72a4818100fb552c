import type { Rng } from "../../core/random/rng.js";
import { impactParameters } from "./impactParameters.js";
import { jetKinematics, measureJet, type Axis } from "./jetKinematics.js";
import { jetRow } from "./jetRow.js";
import type { Particles } from "./particles.js";
import { findTracks } from "./tracker.js";
import { trackStore } from "./tracks.js";
import { findVertices } from "./vertexFinder.js";
import { vertexStore } from "./vertices.js";
import { writeTracks } from "./writeTracks.js";
import { writeVertices } from "./writeVertices.js";

// Selection of the CMS sample
export const LOWEST_PT = 300; // GeV
export const HIGHEST_PT = 2000;
const LOWEST_MASS = 40;
const HIGHEST_MASS = 200;
const MASS_RESOLUTION = 0.06;

/** What particles do not tell of their jet; see `JetTruth`. */
export interface JetOrigin {
  readonly signal: boolean;
  readonly flavour: number;
  readonly gluonToBottom: number;
  readonly gluonToCharm: number;
}

/**
 * The detector: from particles to a row as `jetRow` describes. Its stores are its own and used
 * again for each jet.
 */
export interface JetMeasurement {
  /** Of the jet that was selected last. */
  readonly jet: Axis;
  /**
   * Jet, subjets and the groomed mass with its resolution.
   * @returns that mass, GeV, or 0 if the jet is not selected
   */
  select(rng: Rng, particles: Particles): number;
  /**
   * Finds tracks and vertices of the selected jet and writes features and truth into a row of
   * zeros.
   */
  write(rng: Rng, particles: Particles, mass: number, origin: JetOrigin, row: Float32Array): void;
}

/** One detector for all jets, whoever made their particles. */
export function jetMeasurement(): JetMeasurement {
  const [tracks, vertices, kinematics] = [trackStore(), vertexStore(), jetKinematics()];
  const { jet } = kinematics;
  return {
    jet,
    select(rng, particles) {
      if (!measureJet(particles, kinematics)) return 0;
      const mass = kinematics.mass * (1 + MASS_RESOLUTION * rng.normal());
      return mass >= LOWEST_MASS &&
        mass <= HIGHEST_MASS &&
        jet.pt >= LOWEST_PT &&
        jet.pt <= HIGHEST_PT
        ? mass
        : 0;
    },
    write(rng, particles, mass, { signal, flavour, gluonToBottom, gluonToCharm }, row) {
      findTracks(rng, particles, jet, tracks);
      impactParameters(tracks, jet);
      findVertices(rng, particles, tracks, vertices);
      writeTracks(rng, particles, tracks, vertices, kinematics, row);
      writeVertices(vertices, jet, row);
      let at = jetRow.truth.at; // in the order of jetTruthNames
      row[at++] = signal ? 1 : 0;
      row[at++] = flavour;
      row[at++] = jet.pt;
      row[at++] = jet.eta;
      row[at++] = mass;
      row[at++] = particles.bottomHadrons;
      row[at++] = particles.charmHadrons;
      row[at++] = gluonToBottom;
      row[at++] = gluonToCharm;
      row[at++] = tracks.count;
      row[at++] = vertices.count;
    },
  };
}
