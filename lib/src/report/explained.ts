import { ConfigError } from "../core/errors.js";
import type { Tensor } from "../core/tensor.js";
import type { Attribution } from "../lrp/methods/attribute.js";
import { linearOutput } from "../nn/losses/linearOutput.js";
import type { Loss } from "../nn/losses/loss.js";

/**
 * The scalar of each point that training points have an influence on.
 *
 * - "loss": the loss at the label given.
 * - "minimal loss": for classifiers without labels, the loss at the label predicted (Dawid et al.
 *   2021, App. A).
 * - "output": for regression without labels, the output f = Σ_k c_k y_k that relevance explains
 *   too.
 */
export interface Explained {
  readonly kind: "loss" | "minimal loss" | "output";
  readonly loss: Loss;
  /** [n, out], for `loss`. */
  readonly target: Tensor;
}

/** What there is to explain, by what is known of the points. */
export function explainedScalar(
  { output, coefficients }: Pick<Attribution, "output" | "coefficients">,
  target: Tensor | undefined,
  loss: Loss,
): Explained {
  if (target) return { kind: "loss", loss, target };
  if (loss.output === "linear") return { kind: "output", loss: linearForm, target: coefficients };
  return { kind: "minimal loss", loss, target: loss.predictedTarget(output) };
}

/** Stands in for a loss: f = Σ_k c_k z_k with the coefficients in place of targets. */
const linearForm: Loss = {
  ...linearOutput,
  name: "the explained output",
  value(z, c, n, out, into) {
    for (let s = 0; s < n; s++) {
      into[s] = 0;
      for (let j = 0; j < out; j++) into[s] += c[s * out + j] * z[s * out + j];
    }
  },
  gradient: (_z, c, n, out, into) => into.set(c.subarray(0, n * out)),
  hessianProduct: (_z, _c, _v, n, out, into) => void into.fill(0, 0, n * out),
  factors: () => 0,
  factor: unused,
  constantRisk: unused,
};

function unused(): never {
  throw new ConfigError("explainedScalar: an output is no loss and has no risk. Give targets.");
}
