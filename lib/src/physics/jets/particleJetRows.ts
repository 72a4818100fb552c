import { DataError } from "../../core/errors.js";
import { makeRng } from "../../core/random/rng.js";
import { jetMeasurement } from "./jetMeasurement.js";
import { jetRow } from "./jetRow.js";
import { JET_BLOCK } from "./jetSpec.js";
import type { ParticleJets } from "./particleJets.js";
import { particlesOfJet } from "./particlesOfJet.js";
import { particleStore } from "./particles.js";

const ATTEMPTS = 200; // a mass at the edge of the selection passes every other time

/**
 * Jets of a file as the detector of the simulation measures them: rows [jets, `jetRow.length`]. No
 * underlying event is added, the file has one. Particles were selected already, so a mass that
 * resolution carries across an edge of the selection is measured again.
 * @param seed  of the detector
 * @throws DataError for a jet that is not selected whatever its measured mass
 */
export function particleJetRows(
  sample: ParticleJets,
  set: string,
  jets: number,
  seed: number,
): Float32Array {
  const rows = new Float32Array(jets * jetRow.length);
  const [particles, measurement] = [particleStore(), jetMeasurement()];
  const { first } = sample.sets[set];
  let rng = makeRng(seed, `jets of pythia/${set}/0`);
  for (let n = 0; n < jets; n++) {
    if (n % JET_BLOCK === 0) rng = makeRng(seed, `jets of pythia/${set}/${n / JET_BLOCK}`);
    const k = first + n;
    particlesOfJet(sample, k, particles);
    let mass = 0;
    for (let attempt = 0; mass === 0 && attempt < ATTEMPTS; attempt++)
      mass = measurement.select(rng, particles);
    if (mass === 0) {
      const fact = `jet ${n} of the set "${set}" has p_T ${measurement.jet.pt.toFixed(1)} GeV and is not selected`;
      throw new DataError(`${fact}. Make the sample again: npm run pythia.`, { set, jet: n });
    }
    const [gluonToBottom, gluonToCharm] = [sample.gluonToBottom[k], sample.gluonToCharm[k]];
    const origin = {
      signal: sample.signal[k] === 1,
      flavour: sample.flavour[k],
      gluonToBottom,
      gluonToCharm,
    };
    measurement.write(
      rng,
      particles,
      mass,
      origin,
      rows.subarray(n * jetRow.length, (n + 1) * jetRow.length),
    );
  }
  return rows;
}
