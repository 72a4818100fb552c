import { size, type Shape } from "../../core/tensor.js";
import { isCurved } from "./builtLayer.js";
import type { ElementwiseLayer } from "./layer.js";
import type { LayerStep } from "./layerStep.js";

/** `prepare` of elementwise layers. */
export function prepareElementwise(this: ElementwiseLayer, [input]: readonly Shape[]): LayerStep {
  return elementwiseStep(this, size(input));
}

/** y = f(x) entry by entry:  J dx = f′(x) dx = Jᵀ,  d(Jᵀ g) = f″(x) dx g. */
function elementwiseStep(layer: ElementwiseLayer, width: number): LayerStep {
  const step: LayerStep = {
    forward({ x: [x], y }, batch) {
      layer.value(x, y, batch * width);
    },
    push({ x: [x], y }, { x: [dx], y: dy }, batch) {
      const count = batch * width;
      layer.derivative(x, y, dy, count);
      for (let p = 0; p < count; p++) dy[p] *= dx[p];
    },
    pull({ x: [x], y }, g, _k, gx, batch) {
      const count = batch * width;
      layer.derivative(x, y, gx, count);
      for (let p = 0; p < count; p++) gx[p] *= g[p];
    },
  };
  if (!isCurved(layer)) return step;
  return {
    ...step,
    bend({ x: [x], y }, { x: [dx] }, g, _k, gx, batch) {
      const count = batch * width;
      layer.secondDerivative(x, y, gx, count);
      for (let p = 0; p < count; p++) gx[p] *= dx[p] * g[p];
    },
  };
}
