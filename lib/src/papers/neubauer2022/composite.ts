import type { Composite } from "../../lrp/rules/composite.js";
import { epsilon, gamma, withoutBias } from "../../lrp/rules/rules.js";

/**
 * For the interaction network of Neubauer & Roy 2022, from the logit: γ = 2 without bias in dense
 * layers, and at sums over edges and objects a share in proportion, with 1e-5 added to the sum.
 * Conserves nothing exactly: what meets no contribution of its sign is lost and reported.
 */
export const composite: Composite = {
  name: "neubauer2022",
  rules: { dense: withoutBias(gamma(2)), sum: epsilon(1e-5) },
};
