import { aComposite } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import type { AttributionMethod } from "../methods/method.js";
import { rulesFor, type Composite } from "../rules/composite.js";
import { layerByLayer } from "./layerByLayer.js";
import { withHead } from "./withHead.js";

/**
 * Layer-wise relevance propagation (Bach et al. 2015; Blücher et al. 2020, App. C): relevance of
 * the outputs is handed back from layer to layer by the rules of `composite`. Where a value is read
 * by several layers, their shares add up.
 */
export function layerwise(composite: Composite): AttributionMethod {
  takes("layerwise", { composite: [composite, aComposite] });
  return {
    name: `LRP, ${composite.name}`,
    inputOnly: false,
    prepare(problem) {
      const rules = rulesFor(problem.network, composite);
      return withHead(problem, rules) ?? layerByLayer(problem, rules);
    },
  };
}
