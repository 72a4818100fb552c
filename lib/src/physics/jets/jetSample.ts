import { makeDataset, oneHot, type Dataset, type Provenance } from "../../core/dataset.js";
import { ShapeError } from "../../core/errors.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { jetFeatures } from "./jetFeatures.js";
import {
  jetRow,
  jetTruthNames,
  JET_TRACKS,
  JET_VERTICES,
  type JetColumns,
  type JetTruthName,
} from "./jetRow.js";
import { checkJetSpec, type JetSpec } from "./jetSpec.js";

/** Classes: 0 is QCD, 1 is H → bb̄. */
export const jetClasses: readonly string[] = ["QCD", "Hbb"];

/**
 * What `trackOrigin` means: empty slot, primary vertex, decay of bottom, of charm from bottom, of
 * other charm, of K_S or Λ.
 */
export const trackOrigins: readonly string[] = ["none", "primary", "b", "c from b", "c", "V0"];
/** What `vertexOrigin` means, by the same numbers. */
export const vertexOrigins: readonly string[] = ["none", "fake", "b", "c from b", "c", "V0"];

/**
 * What the simulation knows and a detector does not, but for p_T, η, mass and the counts of tracks
 * and vertices, which are measured.
 */
export interface JetTruth extends Readonly<Record<JetTruthName, Float64Array>> {
  /** 0 QCD, 1 H → bb̄; all of these [n]. */
  readonly signal: Float64Array;
  /** What initiated the jet: 21 gluon, 1 light quark, 4 charm, 5 bottom, 25 Higgs boson. */
  readonly flavour: Float64Array;
  /** Of the jet, without neutrinos, GeV. */
  readonly pt: Float64Array;
  readonly eta: Float64Array;
  /** Groomed, GeV. */
  readonly mass: Float64Array;
  /** Bottom hadrons, and charm hadrons that do not come from bottom. */
  readonly bottomHadrons: Float64Array;
  readonly charmHadrons: Float64Array;
  /**
   * Gluons of the shower that split into bottom, into charm: the flag of g → bb̄ is whether this is
   * above 0.
   */
  readonly gluonToBottom: Float64Array;
  readonly gluonToCharm: Float64Array;
  /** Found, before the cut at 60 and 5. */
  readonly tracks: Float64Array;
  readonly vertices: Float64Array;
}

/**
 * Jets: tracks x [n, 30, 60], vertices [n, 14, 5], one-hot classes [n, 2], features named by
 * `jetFeatures`; empty slots are exactly 0.
 */
export interface JetSample extends Dataset {
  readonly vertices: Tensor;
  readonly truth: JetTruth;
  /** [n, 60], see `trackOrigins`: 2 and 3 are tracks from a bottom decay. */
  readonly trackOrigin: Int32Array;
  /** Distance in cm from the primary vertex to where the particle came from, [n, 60]. */
  readonly trackFlight: Float64Array;
  /** [n, 5], see `vertexOrigins`. */
  readonly vertexOrigin: Int32Array;
}

/**
 * Rows of `jetRows` as a sample.
 * @param rows        [jets, `jetRow.length`]
 * @param provenance  that of `simulateJets` by default
 * @throws ShapeError if they are not as many as the spec says, ConfigError as `checkJetSpec`
 */
export function jetSample(
  rows: ArrayLike<number> & Iterable<number>,
  spec: JetSpec,
  provenance: Provenance = simulated(spec),
): JetSample {
  checkJetSpec(spec, "jetSample");
  const n = spec.jets;
  if (rows.length !== n * jetRow.length) {
    const fact = `${n} jets are ${n * jetRow.length} numbers, got ${rows.length}`;
    throw new ShapeError(`jetSample: ${fact}. Give all rows of the spec.`, { jets: n });
  }
  const column = ({ at, length }: JetColumns): Float64Array => {
    const out = new Float64Array(n * length);
    for (let i = 0; i < n; i++)
      for (let k = 0; k < length; k++) out[i * length + k] = rows[i * jetRow.length + at + k];
    return out;
  };
  const truth = Object.fromEntries(
    jetTruthNames.map((name, k) => [name, column({ at: jetRow.truth.at + k, length: 1 })]),
  ) as unknown as JetTruth;
  const dataset = makeDataset({
    x: tensor([n, jetFeatures.tracks.length, JET_TRACKS], column(jetRow.tracks)),
    target: oneHot(truth.signal, jetClasses.length),
    provenance,
  });
  return {
    ...dataset,
    vertices: tensor([n, jetFeatures.vertices.length, JET_VERTICES], column(jetRow.vertices)),
    truth,
    trackOrigin: Int32Array.from(column(jetRow.trackOrigin)),
    trackFlight: column(jetRow.trackFlight),
    vertexOrigin: Int32Array.from(column(jetRow.vertexOrigin)),
  };
}

const simulated = ({ set, jets, first = 0, signal = "matched", seed }: JetSpec): Provenance => ({
  generator: "simulateJets",
  params: { set, jets, first, signal },
  seed,
  source:
    "simulated jets in place of the CMS open-data sample of Neubauer & Roy 2022, DOI 10.7483/OPENDATA.CMS.JGJX.MS7Q",
});
