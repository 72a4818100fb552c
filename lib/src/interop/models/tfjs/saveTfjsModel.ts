import { filePath, record } from "../../../core/arguments/kinds.js";
import { takes } from "../../../core/arguments/takes.js";
import { basename } from "node:path";
import { checkFinite } from "../../../core/tensor.js";
import { aNetwork } from "../../../nn/arguments.js";
import { checkParameters } from "../../../nn/network/network.js";
import { tfjsEnd } from "../arguments.js";
import { checkEnding, checkLossOfOutput, type NetworkToSave } from "../savedNetwork.js";
import { writeModelFiles } from "../modelFiles.js";
import { kerasModel, type KerasModel } from "./exporter.js";

/**
 * Writes a network for `tf.loadLayersModel` and `readModel` as two files: `<name>.json`, and
 * the weights in single precision as `<name>.weights.bin` beside it. The function that `output`
 * names stands behind the network's outputs. A loss has no place in the format.
 *
 * @param path              of the JSON
 * @param saved.inputShape  of one sample here, channels first; needed unless the network begins with
 *   a dense layer
 * @returns  the path
 * @throws ConfigError  listing every layer that TensorFlow.js does not have, or for a loss that
 *   does not belong to the output
 */
export function saveTfjsModel(path: string, saved: NetworkToSave): string {
  takes("saveTfjsModel", {
    path: [path, filePath],
    saved: [
      saved,
      record({ network: aNetwork, ...tfjsEnd }, "what is saved, { network, theta, output }"),
    ],
  });
  const { network, theta, inputShape, output, loss } = saved;
  checkParameters(network, theta, "theta", "saveTfjsModel");
  checkFinite(theta, "saveTfjsModel: theta");
  checkEnding(path, "saveTfjsModel");
  const model = kerasModel(network, { inputShape, output }, "saveTfjsModel");
  if (loss) checkLossOfOutput(loss, output, "saveTfjsModel");
  const weights = model.layers.flatMap(({ name, weights: own = [] }) =>
    own.map((weight) => ({ ...weight, name: `${name}/${weight.role}` })),
  );
  const bytes = new DataView(
    new ArrayBuffer(weights.reduce((sum, { places }) => sum + 4 * places.length, 0)),
  );
  let at = 0;
  for (const { places } of weights)
    for (const p of places) bytes.setFloat32((at += 4) - 4, theta[p], true);
  const json = (weightFile: string): object => ({
    format: "layers-model",
    generatedBy: "phaselens",
    convertedBy: null,
    modelTopology: topology(model, network.name),
    weightsManifest: [
      {
        paths: [weightFile],
        weights: weights.map(({ name, shape }) => ({ name, shape, dtype: "float32" })),
      },
    ],
  });
  writeModelFiles({
    path,
    numbers: [`${basename(path, ".json")}.weights`, ".bin"],
    bytes: new Uint8Array(bytes.buffer),
    json: (weightFile) => `${JSON.stringify(json(weightFile))}\n`,
  });
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
