import type { Numbers } from "./numbers.js";
import type { Factor } from "./objectProduct.js";
import { placeOf } from "./singleStep.js";
import type { PlannedNode } from "./plannedNode.js";

/**
 * Weight and bias of an affine layer as products need them, the scaling behind it multiplied in.
 */
export interface ObjectWeights {
  /** Places of W [outputs, inputs] and b. */
  plain(theta: Float64Array): { readonly weight: number; readonly bias: number };
  /** W and b. */
  forward(theta: Float64Array): { readonly factor: Factor; readonly bias: number };
  /** Wᵀ. */
  transposed(theta: Float64Array): Factor;
  /** Where gradients by W and b are added up, for parameters at `place`. */
  gradientPlace(place: number): { readonly weight: number; readonly bias: number };
  /** Brings them to the parameters' own. */
  takeGradient(place: number): void;
}

export function objectWeights(
  numbers: Numbers,
  outputs: number,
  inputs: number,
  scaled: PlannedNode["scaled"],
): ObjectWeights {
  const { all } = numbers;
  const count = outputs * inputs;
  const packed = numbers.take(4 * Math.ceil(outputs / 4) * inputs);
  const packedBack = numbers.take(4 * Math.ceil(inputs / 4) * outputs);
  const [own, gradient] = [0, 1].map(() => (scaled ? numbers.take(count + outputs) : 0));
  const plain: ObjectWeights["plain"] = (theta) => {
    const at = placeOf(theta);
    if (!scaled) return { weight: at, bias: at + count };
    const { factor, shift } = scaled;
    for (let j = 0; j < outputs; j++) {
      for (let p = j * inputs; p < (j + 1) * inputs; p++) all[own + p] = factor[j] * all[at + p];
      all[own + count + j] = factor[j] * all[at + count + j] + shift[j];
    }
    return { weight: own, bias: own + count };
  };
  return {
    plain,
    forward(theta) {
      const { weight, bias } = plain(theta);
      numbers.panels((outputs + 3) >> 2, outputs, inputs, weight, inputs, 1, packed, 4 * inputs);
      return { factor: { at: weight, step: inputs, transposed: false, packed }, bias };
    },
    transposed(theta) {
      const { weight } = plain(theta);
      const panels = (inputs + 3) >> 2;
      numbers.panels(panels, inputs, outputs, weight, 1, inputs, packedBack, 4 * outputs);
      return { at: weight, step: inputs, transposed: true, packed: packedBack };
    },
    gradientPlace(place) {
      if (!scaled) return { weight: place, bias: place + count };
      all.fill(0, gradient, gradient + count + outputs);
      return { weight: gradient, bias: gradient + count };
    },
    takeGradient(place) {
      if (!scaled) return;
      for (let j = 0; j < outputs; j++) {
        const factor = scaled.factor[j];
        for (let p = j * inputs; p < (j + 1) * inputs; p++)
          all[place + p] += factor * all[gradient + p];
        all[place + count + j] += factor * all[gradient + count + j];
      }
    },
  };
}
