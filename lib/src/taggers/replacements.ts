import type { Rng } from "../core/rng.js";
import { jetKinds, type JetInputs } from "./jetInputs.js";
import { eachObject } from "./standardise.js";

/** What a masked feature becomes: 0 (the letter's), its median, or another object's value. */
export const maskings = ["zero", "median", "permutation"] as const;
export type Masking = (typeof maskings)[number];

/**
 * What stands in the place of each entry if its feature is masked, [n · width]; undefined for zeros. Empty slots stay empty. A permutation
 * hands the features of an object on together, so that a group masked together keeps its inner relations.
 */
export function replacements(inputs: JetInputs, masking: Masking, rng: Rng): Float64Array | undefined {
  if (masking === "zero") return undefined;
  const { x, layout } = inputs;
  const out = new Float64Array(x.data.length);
  const count = layout.tracks.features + layout.vertices.features;
  const places = Array.from({ length: count }, (): number[] => []);
  eachObject(inputs, (feature, at) => places[feature].push(at));
  let first = 0;
  for (const kind of jetKinds) {
    const { features } = layout[kind];
    const order = rng.fork(`permutation of ${kind}`).permutation(features > 0 ? places[first].length : 0);
    for (const own of places.slice(first, first + features)) {
      const middle = masking === "median" ? median(Float64Array.from(own, (at) => x.data[at])) : 0;
      own.forEach((at, k) => (out[at] = masking === "median" ? middle : x.data[own[order[k]]]));
    }
    first += features;
  }
  return out;
}

function median(values: Float64Array): number {
  if (values.length === 0) return 0;
  values.sort();
  const half = Math.floor(values.length / 2);
  return values.length % 2 === 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}
