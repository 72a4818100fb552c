import { size, type Shape } from "../../core/tensor.js";
import type { LayerStep, ParameterStep } from "./layerStep.js";

/** Where the features are: entries of one lie in runs of `inner`. */
interface Places {
  readonly features: number;
  readonly inner: number;
  readonly width: number;
}

/** `prepare` of scalings: y = w_c x + b_c is bilinear in (w, x). */
export const prepareScaling =
  (features: number, axis: number, bias: boolean, given: Float64Array | undefined) =>
  ([input]: readonly Shape[]): LayerStep => {
    const places = { features, inner: size(input.slice(axis + 1)), width: size(input) };
    const scaled = (w: Float64Array, x: Float64Array, y: Float64Array, batch: number): void =>
      scale(places, w, false, x, y, batch);
    const step: LayerStep = {
      forward: ({ x: [x], y, theta }, batch) => scale(places, given ?? theta, bias, x, y, batch),
      push: ({ theta }, { x: [dx], y: dy }, batch) => scaled(given ?? theta, dx, dy, batch),
      pull: ({ theta }, g, _k, gx, batch) => scaled(given ?? theta, g, gx, batch),
    };
    if (given) return step;
    return {
      ...step,
      bend: (_at, { theta: dtheta }, g, _k, gx, batch) => scaled(dtheta, g, gx, batch),
      parameters: parameterStep(places, bias),
    };
  };

/** y = w_c x, with b_c behind the w added if `shifted`. */
function scale(
  { features, inner, width }: Places,
  w: Float64Array,
  shifted: boolean,
  x: Float64Array,
  y: Float64Array,
  batch: number,
): void {
  for (let p = 0; p < batch * width;) {
    for (let c = 0; c < features; c++) {
      const [factor, shift] = [w[c], shifted ? w[features + c] : 0];
      for (const end = p + inner; p < end; p++) y[p] = factor * x[p] + shift;
    }
  }
}

function parameterStep(places: Places, bias: boolean): ParameterStep {
  const { features, inner, width } = places;
  /** out_c += Σ g x over the entries of a feature. */
  const products = (
    x: Float64Array,
    g: Float64Array,
    out: Float64Array,
    place: number,
    from: number,
    to: number,
  ): void => {
    for (let p = from * width; p < to * width;)
      for (let c = 0; c < features; c++)
        for (const end = p + inner; p < end; p++) out[place + c] += g[p] * x[p];
  };
  return {
    linear: true,
    push: ({ x: [x] }, { theta: dtheta }, dy, batch) => scale(places, dtheta, bias, x, dy, batch),
    pull({ x: [x] }, g, out, place, first, count) {
      products(x, g, out, place, first, first + count);
      if (!bias) return;
      for (let p = first * width; p < (first + count) * width;)
        for (let c = 0; c < features; c++)
          for (const end = p + inner; p < end; p++) out[place + features + c] += g[p];
    },
    bend: (_at, { x: [dx] }, g, out, place, batch) => products(dx, g, out, place, 0, batch),
  };
}
