import { join } from "node:path";
import { atomicWrite } from "../../../core/files/atomicWrite.js";
import { checkFinite } from "../../../core/tensor.js";
import { checkParameters, type Network } from "../../../nn/network/network.js";
import { kerasModel, type ExportOptions, type KerasModel } from "./exporter.js";

const WEIGHTS = "group1-shard1of1.bin";

/**
 * Writes a network as `model.json` and weights in single precision, for `tf.loadLayersModel` and
 * `readTfjsModel`.
 *
 * @returns  the path of model.json
 * @throws ConfigError  listing every layer that TensorFlow.js does not have
 */
export function saveTfjsModel(
  folder: string,
  network: Network,
  theta: Float64Array,
  options: ExportOptions = {},
): string {
  checkParameters(network, theta);
  checkFinite(theta, "saveTfjsModel: theta");
  const model = kerasModel(network, options, "saveTfjsModel");
  const weights = model.layers.flatMap(({ name, weights: own = [] }) =>
    own.map((weight) => ({ ...weight, name: `${name}/${weight.role}` })),
  );
  const bytes = new DataView(
    new ArrayBuffer(weights.reduce((sum, { places }) => sum + 4 * places.length, 0)),
  );
  let at = 0;
  for (const { places } of weights)
    for (const p of places) bytes.setFloat32((at += 4) - 4, theta[p], true);
  const json = {
    format: "layers-model",
    generatedBy: "phaselens",
    convertedBy: null,
    modelTopology: topology(model, network.name),
    weightsManifest: [
      {
        paths: [WEIGHTS],
        weights: weights.map(({ name, shape }) => ({ name, shape, dtype: "float32" })),
      },
    ],
  };
  atomicWrite(join(folder, WEIGHTS), new Uint8Array(bytes.buffer));
  const path = join(folder, "model.json");
  atomicWrite(path, `${JSON.stringify(json)}\n`);
  return path;
}

/** A functional model as Keras 2 writes it. */
function topology({ layers, inputShape }: KerasModel, name: string): object {
  const nodes = layers.map(({ className, name: own, config, inputs }) => ({
    name: own,
    class_name: className,
    config: {
      name: own,
      ...(className === "InputLayer" && {
        batch_input_shape: [null, ...inputShape],
        dtype: "float32",
        sparse: false,
      }),
      ...config,
    },
    inbound_nodes: inputs.length === 0 ? [] : [inputs.map((from) => [from, 0, 0, {}])],
  }));
  const [input, output] = [layers[0], layers[layers.length - 1]].map((layer) => [
    [layer.name, 0, 0],
  ]);
  return {
    class_name: "Model",
    config: { name, layers: nodes, input_layers: input, output_layers: output },
    keras_version: "2.15.0",
    backend: "tensorflow",
  };
}
