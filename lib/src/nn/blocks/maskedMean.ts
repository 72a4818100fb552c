import { sumAlong } from "../layers/alongAxes.js";
import { clip } from "../layers/functions.js";
import { mathFunction } from "../layers/mathFunctions.js";
import { multiply } from "../layers/products.js";
import type { Block } from "../network/graphParts.js";

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
    build(then, _again, x, mask) {
      const signal = multiply({ signal: 0 });
      const sum = then(sumAlong([1]), then(signal, x, mask));
      const count = then(clip(1, MOST), then(sumAlong([1]), mask));
      return then(signal, sum, then(mathFunction("reciprocal"), count));
    },
  };
}
