import { size, type Shape } from "../../core/tensor.js";
import type { AffineLayer, AffineMap } from "./layer.js";
import type { LayerStep } from "./layerStep.js";

/** `prepare` of affine layers. */
export function prepareAffine(this: AffineLayer, [input]: readonly Shape[]): LayerStep {
  const { weightShape, biasShape } = this;
  return affineStep(this.map(input), {
    weights: size(weightShape),
    biases: size(biasShape),
    width: size(input),
    height: size(this.outputShape([input])),
  });
}

/** Entries of the weight and of the bias, and of one sample of the input and of the output. */
interface AffineSizes {
  readonly weights: number;
  readonly biases: number;
  readonly width: number;
  readonly height: number;
}

/**
 * y = A(W) x + b: bilinear in (W, x), so that its derivatives are its products with other
 * arguments,
 *
 *   J dx = A(W) dx,  J_θ dθ = A(dW) x + db,  Jᵀ g = A(W)ᵀ g,  d(Jᵀ g) = A(dW)ᵀ g
 */
function affineStep(map: AffineMap, { weights, biases, width, height }: AffineSizes): LayerStep {
  const [value, direction] = [makeViews(weights), makeViews(weights)];
  const unused = new Float64Array(biases);
  return {
    affine: map,
    forward({ x: [x], y, theta }, batch) {
      const { weight, bias } = value(theta);
      map.apply(weight, bias, x, y, batch);
    },
    push({ theta }, along, batch) {
      map.apply(value(theta).weight, undefined, along.x[0], along.y, batch);
    },
    pull({ theta }, g, _k, gx, batch) {
      map.applyTransposed(value(theta).weight, g, gx, batch);
    },
    bend(_at, { theta }, g, _k, gx, batch) {
      map.applyTransposed(direction(theta).weight, g, gx, batch);
    },
    parameters: {
      linear: true,
      push({ x: [x] }, { theta }, dy, batch) {
        const { weight, bias } = direction(theta);
        map.apply(weight, bias, x, dy, batch);
      },
      pull({ x: [x] }, g, out, place, first, count) {
        const middle = place + weights;
        const [gWeight, gBias] = [
          out.subarray(place, middle),
          out.subarray(middle, middle + biases),
        ];
        if (first === 0) map.weightGradient(x, g, gWeight, gBias, count);
        else
          map.weightGradient(
            x.subarray(first * width),
            g.subarray(first * height),
            gWeight,
            gBias,
            count,
          );
      },
      bend(_at, { x: [dx] }, g, out, place, batch) {
        // the bias does not meet x
        map.weightGradient(dx, g, out.subarray(place, place + weights), unused, batch);
      },
    },
  };
}

interface Views {
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** Weight and bias of a part of θ, as views that are made once for each array. */
function makeViews(weights: number): (theta: Float64Array) => Views {
  let seen: Float64Array | undefined;
  let views: Views = { weight: new Float64Array(0), bias: new Float64Array(0) };
  return (theta) => {
    if (theta !== seen) {
      seen = theta;
      views = { weight: theta.subarray(0, weights), bias: theta.subarray(weights) };
    }
    return views;
  };
}
