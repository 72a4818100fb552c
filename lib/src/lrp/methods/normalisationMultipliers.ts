import { size } from "../../core/tensor.js";
import type { NormalisationLayer } from "../../nn/layers/layer.js";
import { groupsAlong } from "../../nn/layers/sourceTables.js";
import type { Compared, HandBack } from "./compared.js";

/**
 * A normalisation y = d r, d = x − ⟨x⟩, r = 1/s, s = √(⟨d²⟩ + ε), its parts one after the other:
 *
 *   m_k = n_k − ⟨n⟩, n_k = g_k (r + r′)/2 + (Δr/Δv) (d_k + d′_k) Σ_i g_i (d_i + d′_i)/(2N)
 *   Δr/Δv = −1/(s s′ (s + s′))
 *
 * with d = x and m = n where no mean is taken off. Σ m Δx = Σ g Δy.
 */
export function throughNormalisation(
  { axes, centred, epsilon }: NormalisationLayer,
  { evaluator, reference, visit, m, width }: Compared,
): HandBack {
  const { inputs, targets } = visit;
  const [x, x0] = [evaluator, reference].map(({ values }) => values[inputs[0]]);
  const shape = evaluator.shapes[inputs[0]];
  const members = groupsAlong(shape, axes);
  const count = size(axes.map((axis) => shape[axis]));
  const [target] = targets;
  const means = new Float64Array(count);
  /** One group: entries `members[from …]` of the sample that begins at `start`. */
  const group = (start: number, from: number): void => {
    const [mu, s] = moments(x, start, members, from, count, centred, epsilon);
    const before = start % x0.length;
    const [mu0, s0] = moments(x0, before, members, from, count, centred, epsilon);
    let all = 0;
    for (let e = 0; e < count; e++) {
      const own = members[from + e];
      means[e] = (x[start + own] - mu + x0[before + own] - mu0) / 2;
      all += m[start + own] * means[e];
    }
    const inverse = (1 / s + 1 / s0) / 2;
    const spread = (-2 * all) / (count * s * s0 * (s + s0));
    let mean = 0;
    for (let e = 0; e < count; e++) {
      const p = start + members[from + e];
      target[p] = m[p] * inverse + spread * means[e];
      mean += target[p] / count;
    }
    if (centred) for (let e = 0; e < count; e++) target[start + members[from + e]] -= mean;
  };
  return (batch) => {
    for (let n = 0; n < batch; n++)
      for (let from = 0; from < width; from += count) group(n * width, from);
  };
}

/** ⟨x⟩, or 0, and √(⟨(x − ⟨x⟩)²⟩ + ε) of one group. */
function moments(
  x: Float64Array,
  start: number,
  members: Int32Array,
  from: number,
  count: number,
  centred: boolean,
  epsilon: number,
): readonly [number, number] {
  let [mean, variance] = [0, 0];
  if (centred) for (let e = from; e < from + count; e++) mean += x[start + members[e]] / count;
  for (let e = from; e < from + count; e++) variance += (x[start + members[e]] - mean) ** 2 / count;
  return [mean, Math.sqrt(variance + epsilon)];
}
