import { checkTargets, type Loss } from "./loss.js";
import { aLoss, someSamples } from "../arguments.js";
import { takes, type ArgumentKind } from "../../core/arguments/takes.js";
import { kind, listOf, nonNegative } from "../../core/arguments/kinds.js";
import { ConfigError } from "../../core/errors.js";
import { checkWeights } from "../../core/weights.js";
import type { Samples } from "./riskOptions.js";

/**
 * Samples whose weights make classes count as they should: w_n times the weight of the sample's
 * class, Σ_k t_k c_k where labels are shares. Everything that takes samples then takes class
 * weights too: the risk is Σ_n w_n c_n L_n / Σ_n w_n c_n.
 *
 * @param classWeights  c_k ≥ 0 of each class, or "balanced": every class the same sum of weights,
 *   c_k = W/(K W_k). Of one output under a sigmoid the classes are no and yes
 * @param loss          what is minimised, which says what targets are
 * @returns             the samples with `weights`; everything else is shared, not copied
 * @throws ConfigError if there are no classes, another number of them, or one without samples that
 *   is to be balanced; else as `weights` of samples
 * @example
 * ```ts
 * import { core, nn } from "phaselens";
 * const target = core.oneHot([0, 0, 0, 1], 2);
 * const samples = { x: core.tensor([4, 1], [1, 2, 3, 4]), target };
 * const { weights } = nn.classWeighted(samples, [1, 3], nn.softmaxCrossEntropy);
 * console.log(Array.from(weights)); // → [ 1, 1, 1, 3 ]
 * ```
 */
export function classWeighted<S extends Samples>(
  samples: S,
  classWeights: readonly number[] | "balanced",
  loss: Loss,
): S & { readonly weights: Float64Array } {
  takes("classWeighted", {
    samples: [samples, someSamples],
    classWeights: [classWeights, numbersOrBalanced],
    loss: [loss, aLoss],
  });
  const { target, weights } = samples;
  const n = target.shape[0];
  checkTargets(loss, target, "classWeighted");
  if (weights !== undefined) checkWeights(weights, n, "classWeighted");
  const shares = sharesOf(samples, loss);
  const classes = shares[0].length;
  const own = (r: number): number => (weights ? weights[r] : 1);
  const chosen = classWeights === "balanced" ? balanced(shares, own) : classWeights;
  if (chosen.length !== classes) {
    const fact = `${chosen.length} weights for ${classes} classes`;
    throw new ConfigError(`classWeighted: ${fact}. Give one for each.`, { classes });
  }
  const all = Float64Array.from(
    shares,
    (row, r) => own(r) * row.reduce((sum, share, k) => sum + share * chosen[k], 0),
  );
  checkWeights(all, n, "classWeighted");
  return { ...samples, weights: all };
}

const listing = listOf(nonNegative, 2);
const either = kind(
  '"balanced", or a number ≥ 0 for each class',
  (value) => value === "balanced" || Array.isArray(value),
);
const numbersOrBalanced: ArgumentKind = (value, name) =>
  either(value, name) ?? (value === "balanced" ? undefined : listing(value, name));

/** The part of each class in each label: rows that sum to 1. */
function sharesOf({ target: { shape, data } }: Samples, { output, name }: Loss): number[][] {
  const [n, out] = shape;
  const rows = Array.from({ length: n }, (_, r) =>
    Array.from(data.subarray(r * out, (r + 1) * out)),
  );
  if (output === "sigmoid" && out === 1) return rows.map(([yes]) => [1 - yes, yes]);
  if (output !== "softmax") {
    const fact = `the loss "${name}" of ${out} outputs tells no classes apart`;
    throw new ConfigError(`classWeighted: ${fact}. Give the samples weights of their own.`);
  }
  return rows.map((row) => {
    const total = row.reduce((sum, share) => sum + share, 0);
    return total > 0 ? row.map((share) => share / total) : row;
  });
}

function balanced(shares: readonly number[][], own: (r: number) => number): number[] {
  const classes = shares[0].length;
  const sums = shares[0].map((_, k) => shares.reduce((sum, row, r) => sum + own(r) * row[k], 0));
  const total = sums.reduce((sum, one) => sum + one, 0);
  const empty = sums.findIndex((sum) => !(sum > 0));
  if (empty >= 0) {
    const fact = `the weights of class ${empty} sum to ${sums[empty]}`;
    const cure = "Balancing needs samples of every class; or give the weights as numbers";
    throw new ConfigError(`classWeighted: ${fact}. ${cure}.`, { class: empty });
  }
  return sums.map((sum) => total / (classes * sum));
}
