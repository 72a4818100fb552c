import type { Link } from "../ensemble/link.js";
import { classesOf, classParts } from "../labels.js";

/** What boosting minimises. */
export type BoostingLoss = "squared error" | "logistic" | "softmax";

export interface Objective {
  readonly outputs: number;
  readonly link: Link;
  /** Margins that no tree has changed yet. [outputs] */
  readonly base: Float64Array;
  /** Whether the second derivative is 1 for every sample. */
  readonly unit: boolean;
  /**
   * First and second derivative of the loss by the margin of one output, given the responses.
   * @param into  [samples, 2]
   */
  derivatives(response: Float64Array, output: number, into: Float64Array): void;
}

/**
 * Loss, link and first margins: ½ (m − y)² from the mean; log-likelihood of labels 0 and 1 from the
 * log-odds; of classes 0 … K − 1 from the logarithms of their parts (Friedman 2001).
 * @param weights  of samples; all 1 without them
 * @throws ConfigError for targets that are no labels, or of one class alone
 */
export function objectiveOf(
  loss: BoostingLoss,
  target: Float64Array,
  weights: Float64Array | undefined,
): Objective {
  if (loss === "squared error") return squared(target, weights);
  const most = loss === "logistic" ? 2 : undefined;
  const classes = classesOf(target, "gradientBoosting", `"${loss}"`, most);
  const outputs = loss === "logistic" ? 1 : classes;
  const part = classParts(target, weights, classes, "gradientBoosting");
  const base =
    outputs === 1 ? Float64Array.of(Math.log(part[1] / part[0])) : part.map((own) => Math.log(own));
  const link = outputs === 1 ? "logistic" : "softmax";
  return {
    outputs,
    link,
    base,
    unit: false,
    derivatives(p, output, into) {
      const label = outputs === 1 ? 1 : output;
      for (let n = 0; n < target.length; n++) {
        const [own, w] = [p[n * outputs + output], weights?.[n] ?? 1];
        into[2 * n] = w * (own - (target[n] === label ? 1 : 0));
        into[2 * n + 1] = w * own * (1 - own);
      }
    },
  };
}

function squared(target: Float64Array, weights: Float64Array | undefined): Objective {
  let [sum, whole] = [0, 0];
  target.forEach((y, n) => {
    const w = weights?.[n] ?? 1;
    sum += w * y;
    whole += w;
  });
  return {
    outputs: 1,
    link: "identity",
    base: Float64Array.of(sum / whole),
    unit: weights === undefined,
    derivatives(p, _, into) {
      for (let n = 0; n < target.length; n++) {
        const w = weights?.[n] ?? 1;
        into[2 * n] = w * (p[n] - target[n]);
        into[2 * n + 1] = w;
      }
    },
  };
}
