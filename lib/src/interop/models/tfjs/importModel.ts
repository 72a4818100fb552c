import { ConfigError, DataError } from "../../../core/errors.js";
import { oneOf } from "../../../core/oneOf.js";
import { size, type Shape } from "../../../core/tensor.js";
import { graph } from "../../../nn/network/graph.js";
import type { GraphValue } from "../../../nn/network/graphParts.js";
import { parametersOf, type Network } from "../../../nn/network/network.js";
import type { Layer } from "../../../nn/layers/layer.js";
import { dropout } from "../../../nn/layers/structure.js";
import { through } from "./activations.js";
import type { KerasCall, KerasGraph } from "./graph.js";
import { importOperation, isOperation } from "./operations.js";
import {
  MOST_ENTRIES,
  settled,
  shapeHere,
  type Importer,
  type Part,
  type Value,
} from "./importer.js";
import { importing, insteadOf } from "./layers.js";
import { peeled, withEnd } from "./modelEnd.js";
import { settingsOf, titleOf, type Settings } from "./settings.js";
import type { WeightOf } from "./importing.js";

/** A model of TensorFlow.js as a network of this library. */
export interface ImportedModel {
  readonly network: Network;
  readonly theta: Float64Array;
  /** Of a sample here: channels first, see `channelsFirst`. */
  readonly inputShape: Shape;
  /**
   * The function that makes the model's outputs of the network's. Explanations start from the
   * logits, so a softmax or sigmoid at the end is taken off; "linear" means that there was none.
   */
  readonly output: "softmax" | "sigmoid" | "linear";
  /** What was done with layers that are not here as they were. */
  readonly notes: readonly string[];
}

/** Options of `fromTfjs`. */
export interface ImportOptions {
  /**
   * Of a sample in TensorFlow.js, channels last, e.g. [16, 16, 1]; needed where the model leaves an
   * extent open (default: what the model says).
   */
  readonly inputShape?: Shape;
  /** "keep": a sigmoid at the end stays a layer of the network (default "peel"). */
  readonly end?: "peel" | "keep";
  /**
   * What layers and operations become that this library does not read, by the name of their class
   * ("Sine", "tf.math.sin"); those of the library are overruled (default none).
   */
  readonly layers?: OwnLayers;
}

/**
 * A layer here for the settings of one there. It has one input and no weights of its own, and
 * treats all entries alike, since channels are last there and first here.
 */
export type OwnLayers = Readonly<Record<string, (settings: KerasCall["config"]) => Layer>>;

/**
 * A weight by the names of its layer and of its role there; the shape tells those apart that have
 * the same.
 */
export type WeightLookup = (
  layer: Pick<KerasCall, "name" | "scope">,
  role: string,
  shape: Shape,
) => { readonly shape: Shape; readonly data: ArrayLike<number> } | undefined;

/**
 * @param source  what messages name
 * @throws ConfigError listing every layer that has no counterpart here, with what would do instead
 * @throws DataError for weights that are missing or do not fit their layers
 */
export function importModel(
  model: KerasGraph,
  weights: WeightLookup,
  source: string,
  options: ImportOptions = {},
): ImportedModel {
  oneOf(options.end ?? "peel", ["peel", "keep"], `${source}: end`);
  const { calls, end } = options.end === "keep" ? { calls: model.calls } : peeled(model.calls);
  const [first, ...rest] = calls;
  const inputShape = sampleShape(first, options.inputShape, source);
  const importer: Importer = {
    parts: [],
    shapes: [shapeHere(inputShape)],
    faults: [],
    notes: [],
    source,
  };
  const readers = new Map<string, number>();
  for (const { inputs } of calls)
    for (const input of inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  const values = new Map<string, Value>([[first.key, { index: 0, shape: inputShape }]]);
  for (const call of rest) {
    const inputs = call.inputs.map((key) => values.get(key)!);
    const made = one(importer, call, inputs, weights, options.layers ?? {});
    if (size(made.shape) > MOST_ENTRIES) {
      throw new DataError(
        `${source}: ${titleOf(call)} puts out [${made.shape}], more than ${MOST_ENTRIES} entries a sample. Use a smaller model.`,
      );
    }
    values.set(call.key, { ...made, alone: made.alone === true && readers.get(call.key) === 1 });
  }
  const last = settled(importer, values.get(calls[calls.length - 1].key)!, "the output");
  const { value: final, output } = withEnd(importer, last, end);
  if (last.order)
    importer.faults.push(
      "the output: is a Flatten of several channels, whose order differs here. End in a Dense layer",
    );
  refuse(importer);
  return {
    ...networkOf(importer, final.index, model.name),
    inputShape: shapeHere(inputShape),
    output,
    notes: importer.notes,
  };
}

function one(
  importer: Importer,
  call: KerasCall,
  inputs: readonly Value[],
  weights: WeightLookup,
  own: OwnLayers,
): Value {
  const settings = settingsOf(importer, call);
  if (call.named.training === true)
    settings.fault("is called as in training. Call it without training=True");
  if (isQuantised(call)) settings.fault("is quantised. Save the model that it was made of");
  if (Object.hasOwn(own, call.className))
    return ownLayer(importer, settings, own[call.className](call.config), inputs);
  if (isOperation(call.className))
    return importOperation(importer, settings, call, inputs, titleOf(call)) ?? inputs[0];
  const handler = importing.get(call.className);
  if (!handler) {
    settings.fault(`has no counterpart${insteadOf(call.className)}`);
    return inputs[0];
  }
  if (call.inputs.length !== 1 && call.className !== "Add" && call.className !== "Concatenate") {
    settings.fault(`takes ${call.inputs.length} inputs, one is known`);
  }
  const weightOf: WeightOf = (role, shape) => {
    if (call.calls > 1)
      settings.fault(
        "is called more than once, and weights cannot be shared. Make a layer for each call",
      );
    const count = size(shape);
    if (!(count <= MOST_ENTRIES)) {
      settings.fault(
        `its weight "${role}" would have shape [${shape}], more than ${MOST_ENTRIES} entries`,
      );
      refuse(importer);
    }
    // layers that cannot be expressed go first, and after one of them the shapes that follow are
    // guesses
    const found =
      importer.faults.length > 0 ? undefined : checkedWeight(importer, call, role, shape, weights);
    return found ?? new Float64Array(count);
  };
  return handler(importer, settings, inputs, weightOf, titleOf(call));
}

/** A layer of the caller, which must keep the shape. */
function ownLayer(
  importer: Importer,
  settings: Settings,
  layer: Layer,
  inputs: readonly Value[],
): Value {
  const [input] = inputs;
  const shape = shapeHere(input.shape);
  if (inputs.length !== 1) settings.fault(`takes ${inputs.length} inputs, one is known`);
  else if (parametersOf(layer).length > 0)
    settings.fault(`became ${layer.name}, which has parameters. Give a layer without`);
  else if (layer.outputShape([shape]).join() !== shape.join())
    settings.fault(`became ${layer.name}, which changes the shape. Give a layer that keeps it`);
  else return through(importer, layer, input);
  return input;
}

/** Keras 3 says so in the place of the type. */
const isQuantised = ({ config: { dtype } }: KerasCall): boolean =>
  typeof dtype === "object" &&
  dtype !== null &&
  String((dtype as { class_name?: unknown }).class_name).includes("Quantized");

/** The weight, or undefined after a note of what is wrong with it. */
function checkedWeight(
  importer: Importer,
  call: KerasCall,
  role: string,
  shape: Shape,
  weights: WeightLookup,
): Float64Array | undefined {
  const found = weights(call, role, shape);
  const refused = (fact: string): undefined => {
    importer.damage ??= new DataError(`${importer.source}: ${fact}`, { layer: call.name, role });
  };
  const wanted = `of shape [${shape}] is expected`;
  if (!found)
    return refused(
      `${titleOf(call)} has no weight "${role}"; one ${wanted}. The file is incomplete.`,
    );
  if (found.shape.join() !== shape.join()) {
    return refused(
      `the weight "${role}" of ${titleOf(call)} has shape [${found.shape}]; one ${wanted}. Topology and weights do not belong together.`,
    );
  }
  const values = Float64Array.from(found.data);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  return bad < 0
    ? values
    : refused(
        `entry ${bad} of "${role}" of ${titleOf(call)} is ${values[bad]}. Train the model again.`,
      );
}

function sampleShape(
  { className, config, name }: KerasCall,
  given: Shape | undefined,
  source: string,
): Shape {
  if (className !== "InputLayer")
    throw new DataError(`${source}: begins with ${name}, not with its input. The file is damaged.`);
  const whole = config.batch_shape ?? config.batch_input_shape;
  const [, ...declared] = Array.isArray(whole) ? (whole as unknown[]) : [null];
  const shape = given ?? declared;
  const right =
    shape.length >= 1 &&
    shape.length <= 4 &&
    shape.every((extent) => Number.isSafeInteger(extent) && (extent as number) >= 1);
  const fits =
    declared.length === 0 ||
    (declared.length === shape.length &&
      declared.every((extent, k) => extent === null || extent === shape[k]));
  if (!right || !fits) {
    const cure = "Give inputShape, the shape of a sample in TensorFlow.js, with every extent";
    throw new ConfigError(
      `${source}: samples of the model have shape ${JSON.stringify(declared)}, inputShape is ${JSON.stringify(given)}. ${cure}.`,
      { declared },
    );
  }
  if (size(shape as Shape) > MOST_ENTRIES) {
    throw new DataError(
      `${source}: samples of shape [${shape.join()}] have more than ${MOST_ENTRIES} entries. Use a smaller model.`,
    );
  }
  return shape as Shape;
}

/** @throws what cannot be expressed, else what is wrong with the weights */
function refuse({ faults, damage, source }: Importer): void {
  if (faults.length === 0 && damage) throw damage;
  if (faults.length === 0) return;
  const known = [...importing.keys()].join(", ");
  throw new ConfigError(
    `${source}: ${faults.length} layer(s) or setting(s) cannot be expressed here. ${faults.join(". ")}. Known are ${known}, and softmax at the end; the option layers says what others become.`,
    { faults },
  );
}

/** The parts that the output depends on, as a network with its θ. */
function networkOf(
  { parts }: Importer,
  output: number,
  name: string,
): { network: Network; theta: Float64Array } {
  // a model without layers here is one that hands its input on
  const all: readonly Part[] =
    output === 0 ? [{ layer: dropout(0), inputs: [0] }] : parts.slice(0, output);
  const needed = new Set([all.length]);
  for (let index = all.length; index > 0; index--)
    if (needed.has(index)) for (const input of all[index - 1].inputs) needed.add(input);
  const blocks: Float64Array[] = [];
  const network = graph((input, then) => {
    const values: GraphValue[] = [input];
    all.forEach(({ layer, inputs, parameters }, k) => {
      if (!needed.has(k + 1)) return;
      if (parameters) blocks.push(parameters.weight, parameters.bias);
      values[k + 1] = then(layer, ...inputs.map((v) => values[v]));
    });
    return values[all.length];
  }, name);
  const joined = new Float64Array(network.parameterCount);
  let start = 0;
  for (const block of blocks) {
    joined.set(block, start);
    start += block.length;
  }
  return { network, theta: joined };
}
