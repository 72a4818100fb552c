import { sumAlong } from "../layers/alongAxes.js";
import { clip } from "../layers/functions.js";
import { mathFunction } from "../layers/mathFunctions.js";
import { multiply } from "../layers/products.js";
import type { Block, GraphValue, Then } from "../network/graphParts.js";

/** More objects than there are. */
const MOST = 1e300;

/**
 * The mean over objects that there are, Σ m x / Σ m: of features [c, n] and a mask [1, n] of ones
 * and zeros it makes [c], 0 where nothing is there. Rules of relevance give the mask nothing.
 */
export function maskedMean(): Block {
  return {
    kind: "block",
    name: "maskedMean",
    build: (then, _again, x, mask) => meanOfThere(then, x, mask, 1),
  };
}

/** The same along any axis, of values and a mask whose first axis has extent 1. */
export function meanOfThere(then: Then, x: GraphValue, mask: GraphValue, axis: number): GraphValue {
  const signal = multiply({ signal: 0 });
  const sum = then(sumAlong([axis]), then(signal, x, mask));
  const count = then(clip(1, MOST), then(sumAlong([axis]), mask));
  return then(signal, sum, then(mathFunction("reciprocal"), count));
}
