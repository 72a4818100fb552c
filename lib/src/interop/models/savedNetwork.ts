import { aNetwork } from "../../nn/arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { filePath, list, optional, record } from "../../core/arguments/kinds.js";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { ConfigError, DataError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { encodeNpy } from "../../core/files/npy.js";
import { readNpy } from "../../core/files/npyFile.js";
import { checkFinite, tensor, type Shape } from "../../core/tensor.js";
import {
  describedNetwork,
  networkFrom,
  type NetworkDescription,
} from "../../nn/network/description.js";
import type { Loss, LossOutput, LossSpec } from "../../nn/losses/loss.js";
import { describeLoss, lossFrom } from "../../nn/losses/lossTypes.js";
import { checkParameters, shapes, type Network } from "../../nn/network/network.js";
import { writeModelFiles } from "./modelFiles.js";
import { readModelJson } from "./modelJson.js";

/**
 * What makes probabilities or values of outputs, and with it the losses that belong to a network.
 */
export type OutputFunction = LossOutput;

/** A network with its θ and what one has to know to use it. */
export interface SavedNetwork {
  readonly network: Network;
  readonly theta: Float64Array;
  /** Of one sample; undefined if it was not written down. */
  readonly inputShape: Shape | undefined;
  readonly output: OutputFunction;
  /** What was minimised; absent if it was not written down. */
  readonly loss?: Loss;
}

/** What is saved, by `saveNetwork` and `saveTfjsModel` alike. */
export interface NetworkToSave extends Omit<SavedNetwork, "inputShape"> {
  /** Of one sample (default: not known). */
  readonly inputShape?: Shape;
}

const CURE = "Keep θ as a file (core.writeNpy) and make the network where it is used.";
const LOSS_CURE = "Leave the loss out and name it where the file is read.";

/** What the JSON says of itself. */
export const networkFormat = "phaselens-network";

const extent = z.number().int().positive();
const schema = z.object({
  format: z.literal(networkFormat),
  version: z.literal(1),
  name: z.string().max(200),
  nodes: z
    .array(
      z.object({
        // a text in files from before layers had specifications; `layerFrom` checks the settings
        layer: z.union([z.string().max(200), z.looseObject({ type: z.string().max(200) })]),
        inputs: z.array(z.number().int().nonnegative()),
        offset: z.number().int().nonnegative().optional(),
      }),
    )
    .min(1),
  parameterCount: z.number().int().nonnegative().optional(),
  // `networkFrom` checks that they follow each other
  inputs: z
    .array(
      z.object({
        name: z.string().max(200),
        shape: z.array(extent).min(1),
        start: z.number().int().nonnegative(),
        mask: z.boolean().optional(),
      }),
    )
    .optional(),
  inputShape: z.array(extent).min(1).optional(),
  output: z.enum(["softmax", "sigmoid", "linear"]),
  // `lossFrom` checks the parameters
  loss: z.looseObject({ type: z.string().max(200) }).optional(),
  parameters: z.string(),
});

/**
 * Writes a network as two files: `<name>.json`, the specifications of its layers and of the loss,
 * and θ as `<name>.theta.npy` beside it, in doubles. An earlier model of that name is replaced as a
 * whole, see `writeModelFiles`.
 * @param path              of the JSON
 * @param saved.inputShape  of one sample (default: not written down)
 * @throws ConfigError if a layer or the loss was made or changed by hand, ShapeError or
 *         NumericalError if θ or the input does not fit
 */
export function saveNetwork(path: string, saved: NetworkToSave): void {
  takes("saveNetwork", {
    path: [path, filePath],
    saved: [saved, record({ network: aNetwork, inputShape: optional(list) })],
  });
  const { network, theta, inputShape, output, loss } = saved;
  checkParameters(network, theta);
  checkFinite(theta, "saveNetwork, theta");
  oneOf(output, ["softmax", "sigmoid", "linear"], "saveNetwork: output");
  checkEnding(path, "saveNetwork");
  if (inputShape) shapes(network, inputShape);
  const description = describedNetwork(network, CURE);
  if (loss) checkLossOfOutput(loss, output, "saveNetwork");
  const json = {
    format: networkFormat,
    version: 1,
    ...description,
    inputShape,
    output,
    loss: loss && describeLoss(loss, LOSS_CURE),
  };
  writeModelFiles({
    path,
    numbers: [`${basename(path, ".json")}.theta`, ".npy"],
    bytes: encodeNpy(tensor([theta.length], theta)),
    json: (parameters) => `${JSON.stringify({ ...json, parameters }, null, 2)}\n`,
  });
}

/**
 * Reads what `saveNetwork` wrote.
 * @throws DataError naming the file and the field that is missing, damaged, or points out of the
 *   folder
 */
export function readNetwork(path: string): SavedNetwork {
  const found = schema.safeParse(readModelJson(path, wanted));
  if (!found.success) {
    const { path: field, message } = found.error.issues[0];
    throw new DataError(
      `${path}: ${field.join(".") || "the whole"}: ${message}. Write the file with saveNetwork.`,
      { path },
    );
  }
  const { name, nodes, parameterCount, inputs, inputShape, output, loss, parameters } = found.data;
  if (basename(parameters) !== parameters || parameters === "" || parameters.startsWith(".")) {
    throw new DataError(
      `${path}: parameters is "${parameters}", not a file of the same folder. Write the file with saveNetwork.`,
      { path },
    );
  }
  const wrong = nodes.findIndex(({ inputs }, node) => inputs.some((v) => v > node));
  if (wrong >= 0) {
    throw new DataError(
      `${path}: node ${wrong} reads a value that comes after it. Write the file with saveNetwork.`,
      { path },
    );
  }
  const network = networkFrom({ name, nodes, parameterCount, inputs } as NetworkDescription);
  const { data: theta, shape } = readNpy(join(dirname(path), parameters));
  if (shape.length !== 1 || theta.length !== network.parameterCount) {
    throw new DataError(
      `${path}: ${parameters} has shape [${shape}], the network has ${network.parameterCount} parameters. The files do not belong together.`,
      { path },
    );
  }
  checkFinite(theta, `${path}, ${parameters}`);
  if (!loss) return { network, theta, inputShape, output };
  return { network, theta, inputShape, output, loss: savedLoss(loss as LossSpec, output, path) };
}

function savedLoss(spec: LossSpec, output: OutputFunction, path: string): Loss {
  try {
    const loss = lossFrom(spec);
    checkLossOfOutput(loss, output, "the loss");
    return loss;
  } catch (error) {
    throw new DataError(`${path}: ${(error as Error).message}`, { path });
  }
}

/** @throws ConfigError for a path that is no JSON's */
export function checkEnding(path: string, caller: string): void {
  if (path.endsWith(".json")) return;
  const fact = `${caller}: the path "${path}" must end in .json`;
  throw new ConfigError(`${fact}. Name it model.json, for example.`, { path });
}

/** Outputs that are read as they are may have been trained as logits. */
export function checkLossOfOutput(loss: Loss, output: OutputFunction, what: string): void {
  if (output === "linear" || loss.output === output) return;
  const own = `${loss.name} belongs to outputs that are ${loss.output}`;
  const fact = `the loss ${own}, the network's are ${output}`;
  throw new ConfigError(`${what}: ${fact}. Make them agree.`, { loss: loss.output, output });
}

const wanted = { what: "a network of saveNetwork", cure: "Name the JSON that saveNetwork wrote" };
