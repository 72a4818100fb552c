import { ConfigError } from "../../core/errors.js";
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

const CURE = 'Train with precision: "float64".';

/**
 * The stages of a chain of layers. A rectifier before maximum pooling is moved behind it, where it
 * has less to do: for slopes ≥ 0 the largest entry of a window stays the largest.
 * @throws ConfigError for branches and for layers that have no stage
 */
export function singlePlan(
  memory: Memory,
  network: Network,
  inputShape: Shape,
  capacity: number,
): SinglePlan {
  const shared = sharingNode(network);
  if (shared !== undefined) {
    throw new ConfigError(
      `train: ${network.nodes[shared].layer.name}, node ${shared}, shares parameters, and single precision has each layer's apart. ${CURE}`,
      { node: shared },
    );
  }
  const order = chain(network);
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
    if (!specOf(layer)) {
      const fact = `was made or changed by hand, and compiled stages compute what a layer of this library does`;
      throw new ConfigError(`train: ${layer.name} ${fact}. ${CURE}`, { node });
    }
    const next = k + 1 < order.length ? network.nodes[order[k + 1]].layer : undefined;
    const shapeOut = layer.kind === "elementwise" ? value.shape : shape[node + 1];
    let stage: Stage;
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
): Stage {
  const unknown = (): undefined => undefined;
  const stage = byKind<Stage | undefined>(
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
  if (stage) return stage;
  const known =
    "dense and convolutional layers, pooling by cubes side by side, ReLU, leaky ReLU with a slope ≥ 0, flatten";
  throw new ConfigError(
    `train: single precision has no ${layer.name}; it knows ${known}. ${CURE}`,
    { layer: layer.name },
  );
}

/** Nodes in the order in which they are computed. */
function chain({ name, nodes }: Network): number[] {
  nodes.forEach(({ inputs }, node) => {
    if (inputs.length !== 1 || inputs[0] !== node) {
      throw new ConfigError(
        `train: ${name} branches at ${nodes[node].layer.name}, and single precision is for chains of layers. ${CURE}`,
        { node },
      );
    }
  });
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
