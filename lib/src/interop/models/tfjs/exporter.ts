import { ConfigError } from "../../../core/errors.js";
import { oneOf } from "../../../core/oneOf.js";
import type { Shape } from "../../../core/tensor.js";
import { specOf } from "../../../nn/layers/specOf.js";
import type { Layer, MergeLayer } from "../../../nn/layers/layer.js";
import type { LayerSpec } from "../../../nn/layers/layerTypes.js";
import { sharingNode, shapes, type Network } from "../../../nn/network/network.js";
import { joinOrders, lastIndices, lastShape, orderOrNone, sameOrder } from "./channelOrder.js";
import { exportAffine, exportPooling, type Exported, type Exporting } from "./exportedWindows.js";
import type { KerasLayer } from "./kerasLayer.js";

export type { KerasLayer } from "./kerasLayer.js";

/** A network as layers of Keras, the input first, the output last. */
export interface KerasModel {
  readonly layers: readonly KerasLayer[];
  /** Of a sample, channels last. */
  readonly inputShape: Shape;
}

/** Options of `toTfjs` and `saveTfjsModel`. */
export interface ExportOptions {
  /** Of a sample here, channels first; needed unless the network begins with a dense layer. */
  readonly inputShape?: Shape;
  /** A function put behind the network's outputs (default "linear": none). */
  readonly output?: "softmax" | "sigmoid" | "linear";
}

/** @throws ConfigError listing every layer that TensorFlow.js does not have */
export function kerasModel(network: Network, options: ExportOptions, what: string): KerasModel {
  oneOf(options.output ?? "linear", ["softmax", "sigmoid", "linear"], `${what}: output`);
  const inputShape = options.inputShape ?? flatInput(network, what);
  const shape = shapes(network, inputShape);
  const layers: KerasLayer[] = [{ className: "InputLayer", name: "input", config: {}, inputs: [] }];
  const faults: string[] = [];
  const values: Exported[] = [{ name: "input" }];
  network.nodes.forEach(({ layer, inputs, offset }, node) => {
    const put = (
      className: string,
      config: Record<string, unknown>,
      from: readonly string[],
      weights?: KerasLayer["weights"],
    ): string => {
      const usual = `${className.toLowerCase()}_${node}`;
      const own = layers.some(({ name }) => name === usual) ? `${usual}_${layers.length}` : usual;
      layers.push({ className, name: own, config, inputs: from, ...(weights && { weights }) });
      return own;
    };
    const fault = (reason: string): void =>
      void faults.push(`node ${node}, ${layer.name}: ${reason}`);
    const read = inputs.map((v) => values[v]);
    values.push(
      exportNode({
        layer,
        offset: offset ?? 0,
        read,
        from: inputs.map((v) => shape[v]),
        to: shape[node + 1],
        put,
        fault,
      }),
    );
  });
  const shared = sharingNode(network);
  if (shared !== undefined)
    faults.push(
      `node ${shared}, ${network.nodes[shared].layer.name}: shares parameters with another. Give it its own`,
    );
  const last = values[values.length - 1];
  if (last.order)
    faults.push(
      "the output: is flattened from several channels, whose order differs there. End in a dense layer",
    );
  if (faults.length > 0) {
    throw new ConfigError(
      `${what}: TensorFlow.js cannot express ${faults.length} thing(s) of ${network.name}. ${faults.join(". ")}.`,
      { faults },
    );
  }
  const { output = "linear" } = options;
  if (output !== "linear")
    layers.push({
      className: "Activation",
      name: "output",
      config: { activation: output },
      inputs: [last.name],
    });
  return { layers, inputShape: lastOf(inputShape) };
}

const lastOf = (shape: Shape): number[] => (shape.length === 1 ? [...shape] : lastShape(shape));

function flatInput({ nodes, name }: Network, what: string): Shape {
  const first = nodes.find(({ inputs }) => inputs.includes(0))?.layer;
  if (first?.kind === "affine" && !first.convolution && !first.pairs) return [first.weightShape[1]];
  throw new ConfigError(
    `${what}: ${name} takes samples of many shapes, a model of TensorFlow.js those of one. Give inputShape, e.g. [1, 16, 16].`,
  );
}

function exportNode(own: Exporting): Exported {
  const {
    layer,
    read: [value],
    fault,
  } = own;
  const spec = specOf(layer);
  if (spec) return (exporters[layer.kind] as Exporter<Layer>)(own, spec);
  fault(
    "was made or changed by hand, so that nobody knows what it computes. Use a layer of this library as it is",
  );
  return { name: value.name };
}

type Exporter<L extends Layer> = (own: Exporting<L>, spec: LayerSpec) => Exported;

const exporters: { readonly [K in Layer["kind"]]: Exporter<Extract<Layer, { kind: K }>> } = {
  affine: exportAffine,
  pooling: exportPooling,
  elementwise: exportActivation,
  dropout: ({ layer, read: [{ name, order }], put }) => ({
    name: put("Dropout", { rate: layer.rate }, [name]),
    order,
  }),
  reshape: exportReshape,
  merge: exportMerge,
  slice: ({ read: [{ name }], fault }) => {
    fault("is not there. Cut the data beforehand");
    return { name };
  },
  gather: notWritten,
  choice: notWritten,
  product: notWritten,
  softmax: notWritten,
  normalisation: notWritten,
  scaling: notWritten,
  source: notWritten,
  own: ({ read: [{ name }], fault }) => {
    fault("is not there. Use a layer of this library");
    return { name };
  },
};

function notWritten({ read, fault }: Exporting): Exported {
  fault("is not written yet. Save the network with saveNetwork");
  return { name: read[0]?.name ?? "input" };
}

function exportActivation(
  { read: [{ name, order }], put, fault }: Exporting,
  spec: LayerSpec,
): Exported {
  switch (spec.type) {
    case "leakyRelu":
      return { name: put("LeakyReLU", { alpha: spec.slope }, [name]), order };
    case "elu":
      if (spec.scale !== 1) fault("is there with the scale 1 alone. Use elu(1)");
      return { name: put("ELU", { alpha: spec.scale }, [name]), order };
    case "relu":
    case "tanh":
    case "sigmoid":
    case "softplus":
      return { name: put("Activation", { activation: spec.type }, [name]), order };
    default:
      fault("is no activation there. Use relu, leakyRelu, elu, tanh, sigmoid or softplus");
      return { name };
  }
}

function exportReshape({
  read: [{ name, order }],
  from: [input],
  to,
  put,
  fault,
}: Exporting): Exported {
  const now = order ?? (input.length === 1 ? undefined : orderOrNone(lastIndices(input)));
  if (to.length === 1)
    return { name: input.length === 1 ? name : put("Flatten", {}, [name]), order: now };
  if (!sameOrder(now, orderOrNone(lastIndices(to)))) {
    fault("mixes space and channels, which lie the other way round there. Use flatten and dense");
  }
  return { name: put("Reshape", { target_shape: lastOf(to) }, [name]) };
}

function exportMerge({ layer, read, from, put, fault }: Exporting<MergeLayer>): Exported {
  const names = read.map((value) => value.name);
  if (layer.axis) fault("joins along space, which is not written yet. Join along the channels");
  if (layer.mode === "concat") {
    const joined =
      from[0].length === 1
        ? joinOrders(read.map((value, k) => ({ length: from[k][0], order: value.order })))
        : undefined;
    return { name: put("Concatenate", { axis: -1 }, names), order: joined };
  }
  const [{ order }] = read;
  if (!read.every((value) => sameOrder(value.order, order))) {
    fault(
      "adds values that were flattened from different shapes. Put a dense layer behind each flatten",
    );
  }
  return { name: put("Add", {}, names), order };
}
