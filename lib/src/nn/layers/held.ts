import type { Layer, OwnLayer } from "./layer.js";
import type { LayerStep, StepValues } from "./layerStep.js";

/** A layer whose parameters are given numbers, and these. */
export interface Held {
  readonly layer: Layer;
  readonly values: Float64Array;
}

const made = new WeakMap<Layer, Held>();

/** What a layer holds; undefined for all but those of `held`. */
export const heldOf = (layer: Layer): Held | undefined => made.get(layer);

/**
 * A layer with its parameters at fixed values: the same function of its inputs, and nothing in θ.
 * What asks for derivatives alone takes it; rules of relevance and other libraries do not know it.
 * @param values  all its parameters in the order of θ
 */
export function held(layer: Layer, values: Float64Array): OwnLayer {
  const own = values.slice();
  const layerAt: OwnLayer = {
    kind: "own",
    name: `${layer.name}, held`,
    outputShape: (inputs) => layer.outputShape(inputs),
    ...(layer.arity && { arity: layer.arity }),
    prepare: (inputs, capacity) => heldStep(layer.prepare!(inputs, capacity), own),
  };
  Object.freeze(layerAt);
  made.set(layerAt, { layer, values: own });
  return layerAt;
}

/** The step at these parameters, which do not move. */
function heldStep(step: LayerStep, theta: Float64Array): LayerStep {
  const still = new Float64Array(theta.length);
  const at = withParameters(theta);
  const along = withParameters(still);
  const { pullInto, bend, sources } = step;
  return {
    forward: (values, batch, training) => step.forward(at(values), batch, training),
    push: (values, moved, batch) => step.push(at(values), along(moved), batch),
    pull: (values, g, k, gx, batch) => step.pull(at(values), g, k, gx, batch),
    ...(pullInto && {
      pullInto: (values, g, k, gx, batch) => pullInto.call(step, at(values), g, k, gx, batch),
    }),
    ...(bend && {
      bend: (values, moved, g, k, gx, batch) =>
        bend.call(step, at(values), along(moved), g, k, gx, batch),
    }),
    ...(sources && { sources }),
  };
}

/** Values of a node with other parameters; made once for each, since a node keeps its values. */
function withParameters(theta: Float64Array): (values: StepValues) => StepValues {
  const known = new WeakMap<StepValues, StepValues>();
  return (values) => {
    const own = known.get(values);
    if (own) return own;
    const next = { x: values.x, y: values.y, theta };
    known.set(values, next);
    return next;
  };
}
