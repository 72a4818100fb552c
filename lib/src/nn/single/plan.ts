import type { Shape } from "../../core/tensor.js";
import { specOf } from "../layers/specOf.js";
import { byKind } from "../layers/byKind.js";
import type { Layer } from "../layers/layer.js";
import { sharingNode, shapes, type Network } from "../network/network.js";
import { convolutionStage, type ConvolutionStage } from "./convolution.js";
import { denseStage } from "./dense.js";
import { flattenStage } from "./flatten.js";
import { compact, type Value } from "./layout.js";
import type { Memory } from "./memory.js";
import { poolingStage } from "./pooling.js";
import { rectifierStage } from "./rectifier.js";
import type { Stage } from "./stage.js";

export interface SinglePlan {
  readonly input: Value;
  readonly output: Value;
  readonly stages: readonly (Stage & { readonly node: number })[];
}

/**
 * The stages of a chain of layers; undefined for branches, shared parameters and layers that have
 * no stage. A rectifier before maximum pooling is moved behind it, where it has less to do: for
 * slopes ≥ 0 the largest entry of a window stays the largest.
 */
export function singlePlan(
  memory: Memory,
  network: Network,
  inputShape: Shape,
  capacity: number,
): SinglePlan | undefined {
  const order = sharingNode(network) === undefined ? chain(network) : undefined;
  if (order === undefined) return undefined;
  const shape = shapes(network, inputShape);
  const layout = compact(inputShape);
  const input: Value = {
    shape: inputShape,
    layout,
    at: memory.floats(capacity * layout.pitch),
    gradient: undefined,
    deadAtZero: false,
  };
  const stages: (Stage & { readonly node: number })[] = [];
  let value = input;
  // the first stage, where the second takes it over sample by sample
  let pooled: ConvolutionStage | undefined;
  for (const [k, node] of order.entries()) {
    const { layer } = network.nodes[node];
    if (!specOf(layer)) return undefined; // made or changed by hand
    const next = k + 1 < order.length ? network.nodes[order[k + 1]].layer : undefined;
    const shapeOut = layer.kind === "elementwise" ? value.shape : shape[node + 1];
    let stage: Stage | undefined;
    const window = k === 0 && layer.kind === "affine" ? layer.convolution : undefined;
    if (
      window?.stride.every((step) => step === 1) &&
      next?.kind === "pooling" &&
      next.mode === "maximum" &&
      !next.window &&
      !next.axes
    ) {
      stage = pooled = convolutionStage(memory, value, shapeOut, window, capacity, true);
    } else if (layer.kind === "pooling" && layer.mode !== "sum" && !layer.window && !layer.axes) {
      const pooling = poolingStage(
        memory,
        value,
        shapeOut,
        layer.mode,
        layer.extent,
        capacity,
        k === 1 ? pooled?.forwardSample : undefined,
      );
      if (k === 1) pooled?.followedBy(pooling);
      stage = pooling;
    } else stage = stageOf(memory, layer, value, shapeOut, capacity);
    if (!stage) return undefined;
    stages.push(Object.assign(stage, { node }));
    value = stage.output;
  }
  return { input, output: value, stages };
}

function stageOf(
  memory: Memory,
  layer: Layer,
  value: Value,
  shape: Shape,
  capacity: number,
): Stage | undefined {
  const unknown = (): undefined => undefined;
  return byKind<Stage | undefined>(
    {
      affine: ({ convolution, pairs }) => {
        if (convolution) return convolutionStage(memory, value, shape, convolution, capacity);
        const plain = !pairs && value.shape.length === 1 && shape.length === 1;
        return plain ? denseStage(memory, value, shape[0], capacity) : undefined;
      },
      elementwise: ({ slope }) =>
        slope !== undefined && slope >= 0 ? rectifierStage(memory, value, slope) : undefined,
      reshape: () => (shape.length === 1 ? flattenStage(memory, value, capacity) : undefined),
      pooling: unknown, // by cubes side by side it has a stage of its own, above
      slice: unknown,
      dropout: unknown,
      merge: unknown,
      gather: unknown,
      choice: unknown,
      product: unknown,
      softmax: unknown,
      normalisation: unknown,
      scaling: unknown,
      source: unknown,
      own: unknown,
    },
    layer,
  );
}

/** Nodes in the order in which they are computed; undefined for a network that branches. */
function chain({ nodes }: Network): number[] | undefined {
  const follows = nodes.every(({ inputs }, node) => inputs.length === 1 && inputs[0] === node);
  if (!follows) return undefined;
  const order = nodes.map((_, node) => node);
  for (let k = order.length - 2; k >= 0; k--) {
    const [layer, next] = [nodes[order[k]].layer, nodes[order[k + 1]].layer];
    const swaps =
      layer.kind === "elementwise" &&
      (layer.slope ?? -1) >= 0 &&
      next.kind === "pooling" &&
      next.mode === "maximum";
    if (swaps) [order[k], order[k + 1]] = [order[k + 1], order[k]];
  }
  return order;
}
