import { ConfigError } from "../../core/errors.js";
import { size, type Shape } from "../../core/tensor.js";
import { prepareElementwise } from "../layers/elementwiseStep.js";
import { hasSlope } from "../layers/hasSlope.js";
import { builtSpec } from "../layers/builtLayer.js";
import type { AffineMap, Layer, PoolingMap } from "../layers/layer.js";
import type { LayerStep, StepValues } from "../layers/layerStep.js";
import { parametersOf, type Network } from "./network.js";

/** A node at a fixed input shape, with its buffers. */
export interface EvaluatorNode {
  readonly layer: Layer;
  /** Values read, and the value written. */
  readonly inputs: readonly number[];
  readonly output: number;
  readonly step: LayerStep;
  /** The products of affine layers and poolings by themselves. */
  readonly affine: AffineMap | undefined;
  readonly pooling: PoolingMap | undefined;
  /** Where its parameters begin in θ, and how many there are. */
  readonly place: number;
  readonly count: number;
  /** From where to where weight and bias of an affine layer are in θ. */
  readonly weight: readonly [number, number];
  readonly bias: readonly [number, number];
}

/** The nodes of a network, prepared. */
export function makeEvaluatorNodes(
  network: Network,
  shapes: readonly Shape[],
  capacity: number,
): EvaluatorNode[] {
  const steps = stepMaker(capacity);
  return network.nodes.map(({ layer, inputs, offset: place = 0 }, node) => {
    const step = steps(
      layer,
      inputs.map((v) => shapes[v]),
    );
    const sizes = parametersOf(layer).map(({ shape }) => size(shape));
    const count = sizes.reduce((sum, one) => sum + one, 0);
    const middle = place + (sizes[0] ?? 0);
    return {
      layer,
      inputs,
      output: node + 1,
      step,
      affine: step.affine,
      pooling: step.pooling,
      place,
      count,
      weight: [place, middle],
      bias: [middle, place + count],
    };
  });
}

/**
 * Steps of layers. A layer whose step keeps nothing between calls but its room is prepared once for
 * all nodes that put the same inputs through it, as a recurrence does at each time.
 */
function stepMaker(capacity: number): (layer: Layer, inputs: readonly Shape[]) => LayerStep {
  const made = new Map<Layer, Map<string, LayerStep>>();
  return (layer, inputs) => {
    if (!(layer.kind === "affine" || layer.kind === "product") || !builtSpec(layer))
      return prepared(layer, inputs, capacity);
    const own = made.get(layer) ?? new Map<string, LayerStep>();
    made.set(layer, own);
    const key = inputs.join(";");
    const step = own.get(key) ?? prepared(layer, inputs, capacity);
    own.set(key, step);
    return step;
  };
}

function prepared(layer: Layer, inputs: readonly Shape[], capacity: number): LayerStep {
  if (typeof layer.prepare === "function") return layer.prepare(inputs, capacity);
  if (layer.kind === "elementwise") return prepareElementwise.call(layer, inputs);
  const cure = "Give it prepare(inputs, capacity), which returns a LayerStep";
  throw new ConfigError(`makeEvaluator: the layer ${layer.name} has no step of its own. ${cure}.`, {
    layer: layer.name,
  });
}

/** Whether each value depends on θ with a slope, the input first. */
export function dependOnParameters(nodes: readonly EvaluatorNode[]): boolean[] {
  const depends = [false];
  for (const { layer, inputs, count } of nodes)
    depends.push(count > 0 || inputs.some((v, k) => depends[v] && hasSlope(layer, k)));
  return depends;
}

/** What the nodes read and write: values or their tangents, and parts of θ or of a direction. */
export interface Bound {
  readonly of: readonly StepValues[];
  /** Takes another θ; its parts are views, made once for each array. */
  bind(theta: Float64Array): void;
}

export function bound(nodes: readonly EvaluatorNode[], values: readonly Float64Array[]): Bound {
  const none = new Float64Array(0);
  let latest = none;
  const of = nodes.map(({ inputs, output }) => ({
    x: inputs.map((v) => values[v]),
    y: values[output],
    theta: none as Float64Array,
  }));
  return {
    of,
    bind(theta) {
      if (theta === latest) return;
      latest = theta as typeof none;
      const parts = new Map<number, Float64Array>(); // nodes that share parameters get one view
      nodes.forEach(({ place, count }, n) => {
        if (count === 0) return;
        const known = parts.get(place);
        const own = known?.length === count ? known : theta.subarray(place, place + count);
        parts.set(place, own);
        of[n].theta = own;
      });
    },
  };
}
