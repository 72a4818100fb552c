import { heldOf } from "../../nn/layers/held.js";
import { specOf } from "../../nn/layers/specOf.js";
import { byKind, type ByKind } from "../../nn/layers/byKind.js";
import type { ElementwiseLayer } from "../../nn/layers/layer.js";
import type { Network } from "../../nn/network/network.js";

/**
 * Whether the outputs have kinks as functions of θ: an activation whose slope jumps, or a maximum
 * over more than one entry. Only then may a minimum of the risk lie where no gradient vanishes.
 */
export function hasKinks(network: Network): boolean {
  return network.nodes.some(({ layer }) => byKind(kinked, heldOf(layer)?.layer ?? layer));
}

const smooth = (): boolean => false;

/** A layer of one's own says nothing of kinks: it may have some. */
const kinked: ByKind<boolean> = {
  pooling: ({ mode }) => mode === "maximum",
  elementwise: (layer) => slopeJumps(layer),
  own: () => true,
  affine: smooth,
  reshape: smooth,
  slice: smooth,
  dropout: smooth,
  merge: smooth,
  gather: smooth,
  choice: () => true,
  product: smooth,
  softmax: smooth,
  normalisation: smooth,
  scaling: smooth,
  source: smooth,
};

/** Beside 0, and far from the smallest numbers, whose halves are 0. */
const BESIDE = 1e-300;

/** Of a slope, generously. */
const ROUNDING = 1e-9;

/**
 * Activations of this library say where their kinks are, or have at most one at 0; of one made by
 * hand that is asked at 0, and taken on trust elsewhere.
 */
function slopeJumps(layer: ElementwiseLayer): boolean {
  if (layer.piecewiseLinear && !specOf(layer)) return true;
  if (layer.kinks && specOf(layer)) return layer.kinks.length > 0;
  const beside = Float64Array.of(-BESIDE, BESIDE);
  const [values, slopes] = [new Float64Array(2), new Float64Array(2)];
  layer.value(beside, values, 2);
  layer.derivative(beside, values, slopes, 2);
  return (
    Math.abs(slopes[1] - slopes[0]) > ROUNDING * Math.max(Math.abs(slopes[0]), Math.abs(slopes[1]))
  );
}
