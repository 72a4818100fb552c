import type { Rng } from "../core/random/rng.js";
import { recommended, uniform } from "../lrp/rules/composites.js";
import { tableII } from "../papers/bluecher2020/composites.js";
import { deepLift } from "../lrp/methods/deepLift.js";
import { gradient, gradientTimesInput } from "../lrp/methods/gradients.js";
import { integratedGradients } from "../lrp/methods/integratedGradients.js";
import { layerwise } from "../lrp/propagation/layerwise.js";
import type { AttributionMethod } from "../lrp/methods/method.js";
import { occlusion } from "../lrp/methods/occlusion.js";
import { alphaBeta, epsilon, gamma } from "../lrp/rules/rules.js";
import { smoothGrad } from "../lrp/methods/smoothGrad.js";
import type { Network } from "../nn/network/network.js";

/** A way to explain outputs, as a report names it. */
export interface NamedMethod {
  /** What it does, in a sentence. */
  readonly words: string;
  readonly equation: string;
  /** What counts as absence, a sentence; all of it in the units that the model reads. */
  readonly reference: string;
  make(network: Network, rng: Rng): AttributionMethod;
}

const absence = "An entry of 0 counts as absent and gets no relevance.";
const zeros = "Compared with 0 in place of the entries.";
const none = "Compared with nothing";
const slope = `${none}: a slope for each unit of an entry.`;

const shares = "R_i = Σ_j (x_i W_ji / (z_j + ε sign z_j)) R_j";

const favoured = "R_i = Σ_j (x_i (W_ji + γ W_ji⁺) / Σ_k x_k (W_jk + γ W_jk⁺)) R_j";

/** All methods by the names that a command line takes. */
export const methods: Readonly<Record<string, NamedMethod>> = {
  lrp: {
    words:
      "Layer-wise relevance propagation by kind of layer: γ = 0.25 where products are summed, weights of attention and gates as constants, normalisation as identity",
    equation: favoured,
    reference: absence,
    make: () => layerwise(recommended),
  },
  "lrp-epsilon": {
    words: "Layer-wise relevance propagation, ε everywhere",
    equation: shares,
    reference: absence,
    make: () => layerwise(uniform(epsilon())),
  },
  "lrp-gamma": {
    words: "Layer-wise relevance propagation, γ = 0.25 everywhere",
    equation: favoured,
    reference: absence,
    make: () => layerwise(uniform(gamma())),
  },
  "lrp-alpha-beta": {
    words: "Layer-wise relevance propagation, α = 2, β = 1 everywhere",
    equation: "R_i = Σ_j (α (x_i W_ji)⁺ / Σ_k (x_k W_jk)⁺ − β (x_i W_ji)⁻ / Σ_k (x_k W_jk)⁻) R_j",
    reference: absence,
    make: () => layerwise(uniform(alphaBeta())),
  },
  "lrp-w2-zplus": {
    words:
      "Layer-wise relevance propagation, w² in the first layer and z⁺ above (Blücher et al. 2020, Table II)",
    equation:
      "R_i = Σ_j (W_ji² / Σ_k W_jk²) R_j first, R_i = Σ_j ((x_i W_ji)⁺ / Σ_k (x_k W_jk)⁺) R_j above",
    reference: `${none}: w² looks at the weights of the first layer, not at the entries.`,
    make: () => layerwise(tableII),
  },
  gradient: {
    words: "The gradient itself",
    equation: "R_i = ∂f/∂x_i",
    reference: slope,
    make: () => gradient(),
  },
  "gradient-input": {
    words: "Gradient times input",
    equation: "R_i = x_i ∂f/∂x_i",
    reference: absence,
    make: () => gradientTimesInput(),
  },
  "integrated-gradients": {
    words: "Integrated gradients from a baseline of zeros",
    equation: "R_i = x_i ∫₀¹ ∂f/∂x_i (αx) dα",
    reference: zeros,
    make: () => integratedGradients(),
  },
  "smooth-grad": {
    words: "SmoothGrad, the mean gradient of 25 noisy copies",
    equation: "R_i = ⟨∂f/∂x_i (x + δ)⟩",
    reference: slope,
    make: (_, rng) => smoothGrad({ rng }),
  },
  "deep-lift": {
    words: "DeepLift with the rescale rule, from a baseline of zeros",
    equation: "R_i = m_i x_i,  Σ_i R_i = f(x) − f(0)",
    reference: zeros,
    make: () => deepLift(),
  },
  occlusion: {
    words: "Occlusion of each entry by zero",
    equation: "R_i = f(x) − f(x with x_i = 0)",
    reference: zeros,
    make: () => occlusion(),
  },
};
