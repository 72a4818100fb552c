// A state dictionary holds numbers alone: the network that they belong to is named in the form, and
// then stands beside the file as one that the library saved.
import { encodeNpy } from "phaselens/internal/core/files/npy";
import { tensor, type Tensor } from "phaselens/internal/core/tensor";
import { loadParameters } from "phaselens/internal/interop/models/tensors/loadParameters";
import { readTensors } from "phaselens/internal/interop/models/tensors/readTensors";
import { networkFormat } from "phaselens/internal/interop/models/savedNetwork";
import * as architectures from "phaselens/internal/nn/architectures/index";
import { layerFrom } from "phaselens/internal/nn/layers/layerFrom";
import type { LayerSpec } from "phaselens/internal/nn/layers/layerTypes";
import { lossOfOutput, lossTypes } from "phaselens/internal/nn/losses/lossTypes";
import { describeNetwork, networkFrom } from "phaselens/internal/nn/network/description";
import { sequential } from "phaselens/internal/nn/network/graph";
import type { Network } from "phaselens/internal/nn/network/network";
import { putFile } from "../node/files.js";
import { basename } from "../node/path.js";

export const isStateDictionary = (path: string): boolean => /\.(pt|pth|safetensors)$/i.test(path);

const HELP =
  'Write layers one after the other, [{"type":"dense","inputs":2,"outputs":8},{"type":"relu"},…], ' +
  `or one of ${Object.keys(architectures).join(", ")} with its options, ` +
  '{"deepSets":{"sets":{"tracks":[3,6]},"each":[8],"after":[8]}}';

/**
 * The network that a text names: layers one after the other, a network by its name with options, or
 * what `describeNetwork` made.
 * @throws Error saying what could be written
 */
export function namedNetwork(text: string): Network {
  const asked = parsed(text);
  if (Array.isArray(asked) && asked.length > 0)
    return sequential(asked.map((spec) => layerFrom(spec as LayerSpec)));
  const found = Object.entries(asked ?? {});
  const [[name, options] = ["", undefined]] = found;
  if (found.length === 1 && Object.hasOwn(architectures, name))
    return (architectures as Readonly<Record<string, (own: unknown) => Network>>)[name](options);
  if (found.some(([key]) => key === "nodes")) return networkFrom(asked as never);
  throw new Error(`The network of the parameters is not named. ${HELP}.`);
}

function parsed(text: string): unknown {
  try {
    return text.trim() === "" ? undefined : JSON.parse(text);
  } catch (error) {
    throw new Error(`The network is no JSON: ${(error as Error).message}. ${HELP}.`, {
      cause: error,
    });
  }
}

/** What a state dictionary says by itself. */
export interface LookedDictionary {
  /** "fc.weight 8 × 2" */
  readonly tensors: readonly string[];
  /** Dense layers with relu between them, where the shapes are those of such a chain. */
  readonly network: string | undefined;
  /** The loss of so many outputs, as the form calls it. */
  readonly loss: string | undefined;
}

export function lookAtDictionary(path: string): LookedDictionary {
  const tensors = Object.entries(readTensors(path));
  const last = tensors.at(-1)?.[1];
  const outputs = last?.shape.length === 1 ? last.shape[0] : undefined;
  return {
    tensors: tensors.map(([name, { shape }]) => `${name} ${shape.join(" × ")}`),
    network: denseChain(tensors.map(([, own]) => own)),
    loss:
      outputs === undefined
        ? undefined
        : optionOf(lossOfOutput(outputs > 1 ? "softmax" : "linear")),
  };
}

const optionOf = (loss: unknown): string | undefined =>
  Object.values(lossTypes).find((type) => type.build({}) === loss)?.option;

function denseChain(tensors: readonly Tensor[]): string | undefined {
  const layers: object[] = [];
  let width: number | undefined;
  for (let k = 0; k < tensors.length; k += 2) {
    const [weight, bias] = [tensors[k].shape, tensors[k + 1]?.shape];
    const fits = weight.length === 2 && bias?.length === 1 && bias[0] === weight[0];
    if (!fits || (width ?? weight[1]) !== weight[1]) return undefined;
    if (k > 0) layers.push({ type: "relu" });
    layers.push({ type: "dense", inputs: weight[1], outputs: weight[0] });
    width = weight[0];
  }
  return layers.length > 0 ? JSON.stringify(layers) : undefined;
}

/**
 * Puts the network with these parameters beside the file.
 * @returns where the library finds it
 * @throws PhaselensError for parameters that are not those of the network
 */
export function withNetwork(path: string, text: string): string {
  const network = namedNetwork(text);
  const { theta, unused } = loadParameters(network, readTensors(path));
  if (unused.length > 0)
    throw new Error(`${path}: ${unused[0]} has no place in the network. ${HELP}.`);
  const [json, numbers] = [`${path}.network.json`, `${path}.theta.npy`];
  const model = {
    format: networkFormat,
    version: 1,
    ...describeNetwork(network),
    output: "linear",
    parameters: basename(numbers),
  };
  putFile(json, new TextEncoder().encode(JSON.stringify(model)));
  putFile(numbers, encodeNpy(tensor([theta.length], theta)));
  return json;
}
