import { mean } from "../core/statistics/statistics.js";
import type { Rng } from "../core/random/rng.js";
import { jetKinds, type JetInputs } from "./jetInputs.js";
import type { Masking, MaskingSpace } from "./masking.js";
import { eachObject, rawValue, scaledValue } from "./standardise.js";

/**
 * What stands in the place of each entry if its feature is masked, [n · width], as the network
 * reads it; undefined for zeros. Empty slots stay empty. A permutation hands the features of an
 * object on together, so that a group masked together keeps its inner relations.
 */
export function replacements(
  inputs: JetInputs,
  masking: Masking,
  space: MaskingSpace,
  rng: Rng,
): Float64Array | undefined {
  const { x, layout } = inputs;
  const scale = space === "raw" ? layout.scale : undefined;
  if (masking === "zero" && !scale) return undefined;
  const out = new Float64Array(x.data.length);
  const count = layout.tracks.features + layout.vertices.features;
  const places = Array.from({ length: count }, (): number[] => []);
  eachObject(inputs, (feature, at) => places[feature].push(at));
  const constant = (own: readonly number[], feature: number): number => {
    const values = Float64Array.from(own, (at) =>
      scale ? rawValue(x.data[at], scale, feature) : x.data[at],
    );
    const value =
      masking === "zero" || values.length === 0
        ? 0
        : masking === "mean"
          ? mean(values)
          : median(values);
    return scale ? scaledValue(value, scale, feature) : value;
  };
  let first = 0;
  for (const kind of jetKinds) {
    const { features } = layout[kind];
    const order = rng
      .fork(`permutation of ${kind}`)
      .permutation(features > 0 ? places[first].length : 0);
    for (let feature = first; feature < first + features; feature++) {
      const own = places[feature];
      if (masking === "permutation") own.forEach((at, k) => (out[at] = x.data[own[order[k]]]));
      else {
        const value = constant(own, feature);
        for (const at of own) out[at] = value;
      }
    }
    first += features;
  }
  return out;
}

function median(values: Float64Array): number {
  values.sort();
  const half = Math.floor(values.length / 2);
  return values.length % 2 === 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}
