import type { Composite } from "../../lrp/rules/composite.js";
import { wSquare, zPlus } from "../../lrp/rules/rules.js";
import { uniform } from "../../lrp/rules/composites.js";

/**
 * Blücher et al. 2020, Table II (MLP): w² in the first layer, z⁺ above, R_i = R_j through (leaky)
 * ReLU.
 */
export const tableII: Composite = uniform(zPlus, {
  first: wSquare,
  name: "bluecher2020TableII",
});

/**
 * Blücher et al. 2020, Table III (CNN): w² in the first layer, z⁺ above. The table says "z⁺-rule"
 * of the maximum pooling too and leaves open what that is: here the winner takes all (the z⁺ rule
 * of a layer with the single weight 1 on the entry passed on). For the other reading:
 * `uniform(zPlus, { first: wSquare, maximum: proportional })`.
 */
export const tableIII: Composite = uniform(zPlus, {
  first: wSquare,
  name: "bluecher2020TableIII",
});
