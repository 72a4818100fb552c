import { makeDataset, oneHot, type Dataset, type Provenance } from "../../core/dataset.js";
import { tensor, type Tensor } from "../../core/tensor.js";
import { jetClasses, type JetSample } from "../../physics/jets/jetSample.js";
import type { JetFeatures } from "../../taggers/jetInputs.js";
import type { CollectedJets } from "./collectJets.js";

/**
 * Jets from files or from the simulation: tracks x [n, features, 60], vertices [n, features, 5],
 * one-hot classes [n, 2] (QCD, H → bb̄). What only a simulation knows (`truth`, `trackOrigin`,
 * `trackFlight`, `vertexOrigin`) is there for simulated jets and absent, not NaN, for those from
 * files, so ask `if (jets.truth)`. A `JetSample` is one of these.
 */
export interface Jets extends Dataset, Partial<Omit<JetSample, keyof Dataset | "vertices">> {
  readonly vertices: Tensor;
  /** Jets from files: features of x and of vertices, in order. */
  readonly features?: JetFeatures;
  /**
   * Jets from files: what else was asked for of each jet, by the names in the file, e.g. `fj_pt` in
   * GeV; each [n].
   */
  readonly measured?: Readonly<Record<string, Float64Array>>;
}

/** Jets that are not made up. */
export type JetsFromFiles = Jets & Required<Pick<Jets, "features" | "measured">>;

/** Objects of each kind in a jet: more are cut off, fewer followed by zeros. */
export interface JetSlots {
  readonly tracks: number;
  readonly vertices: number;
}

/** The numbers that were collected as a sample, in this order of them. */
export function jetsFromFiles(
  { tracks, vertices, labels, measured }: CollectedJets,
  {
    features,
    slots,
    provenance,
    order,
    weights,
    measured: wanted = Object.keys(measured),
  }: {
    features: JetFeatures;
    slots: JetSlots;
    provenance: Provenance;
    order?: Int32Array;
    /** Which of the measured numbers weights a jet. */
    weights?: string;
    /** Those that are handed on; all by default. */
    measured?: readonly string[];
  },
): JetsFromFiles {
  const n = labels.length;
  const rows = order ?? Int32Array.from({ length: n }, (_, k) => k);
  const taken = (values: Float32Array): Float64Array => {
    const width = values.length / n;
    const out = new Float64Array(values.length);
    rows.forEach((from, k) =>
      out.set(values.subarray(from * width, (from + 1) * width), k * width),
    );
    return out;
  };
  const dataset = makeDataset({
    x: tensor([n, features.tracks.length, slots.tracks], taken(tracks)),
    target: oneHot(
      rows.map((row) => labels[row]),
      jetClasses.length,
    ),
    ...(weights !== undefined && { weights: taken(measured[weights]) }),
    provenance,
  });
  return {
    ...dataset,
    vertices: tensor([n, features.vertices.length, slots.vertices], taken(vertices)),
    features,
    measured: Object.fromEntries(
      wanted.map((name) => [name, taken(measured[name] ?? new Float32Array(0))]),
    ),
  };
}
