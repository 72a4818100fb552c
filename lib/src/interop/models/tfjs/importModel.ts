import { ConfigError, DataError } from "../../../core/errors.js";
import { oneOf } from "../../../core/oneOf.js";
import { quoted } from "../../../core/printable.js";
import { size, type Shape } from "../../../core/tensor.js";
import { graph } from "../../../nn/network/graph.js";
import { withMaskNames } from "../../../nn/network/namedInputs.js";
import type { Again, GraphValue, Then } from "../../../nn/network/graphParts.js";
import { parametersOf, type Network } from "../../../nn/network/network.js";
import type { Layer } from "../../../nn/layers/layer.js";
import { dropout } from "../../../nn/layers/structure.js";
import { through } from "./activations.js";
import type { KerasCall, KerasGraph } from "./graph.js";
import { importOperation, isOperation } from "./operations.js";
import { plainly } from "./building.js";
import {
  addPart,
  MOST_ENTRIES,
  partOf,
  replacePart,
  shapeHere,
  type Importer,
  type Value,
} from "./importer.js";
import { importing, insteadOf, takingSeveral } from "./layers.js";
import { peeled, withEnd } from "./modelEnd.js";
import { settingsOf, titleOf, type Settings } from "./settings.js";
import type { WeightOf } from "./importing.js";

/** A model of TensorFlow.js as a network of this library. */
export interface ImportedModel {
  readonly network: Network;
  readonly theta: Float64Array;
  /**
   * Of a sample here: channels first, see `channelsFirst`; of several inputs, which stand in one
   * row, [entries].
   */
  readonly inputShape: Shape;
  /** Of each input by its name, as Keras has it: channels last. */
  readonly inputs: readonly { readonly name: string; readonly shape: Shape }[];
  /** Names of inputs that say which objects there are. */
  readonly masks: readonly string[];
  /** Names of the layers whose outputs the model has, and of the one that was taken. */
  readonly outputs: readonly string[];
  readonly head: string;
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
  /** The same of several inputs by their names, as far as extents are open (default: none). */
  readonly extents?: Readonly<Record<string, Shape>>;
  /**
   * Names of inputs that weigh objects and take no relevance (default: those with "mask" in their
   * name).
   */
  readonly masks?: readonly string[];
  /** Of several outputs the layer that makes the one to take (default: the first). */
  readonly head?: string;
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
  const inputs = inputsOf(model, options, source);
  const masks = masksOf(inputs, options.masks, source);
  const importer: Importer = {
    inputs: inputs.length,
    version: model.version,
    parts: [],
    shapes: inputs.map(({ shape }) => shapeHere(shape)),
    faults: [],
    notes: [],
    source,
  };
  const readers = new Map<string, number>();
  for (const { inputs: read } of calls)
    for (const input of read) readers.set(input, (readers.get(input) ?? 0) + 1);
  const values = new Map<string, Value>(
    inputs.map(({ key, name, shape }, index) => [
      key,
      { index, shape, ...(masks.includes(name) && { mask: true }) },
    ]),
  );
  const sharing = new Map<string, readonly number[]>();
  for (const call of calls) {
    if (values.has(call.key)) continue;
    const read = call.inputs.map((key) => values.get(key)!);
    const start = importer.shapes.length;
    const made = one(importer, call, read, weights, options.layers ?? {});
    if (call.calls > 1) shareWeights(importer, call, start, sharing);
    if (size(made.shape) > MOST_ENTRIES) {
      throw new DataError(
        `${source}: ${titleOf(call)} puts out [${made.shape}], more than ${MOST_ENTRIES} entries a sample. Use a smaller model.`,
      );
    }
    const alone = made.alone === true && readers.get(call.key) === 1 && call.calls === 1;
    values.set(call.key, { ...made, alone });
  }
  const last = values.get(calls[calls.length - 1].key)!;
  const { value: final, output } = withEnd(importer, plainly(importer, last, "the output"), end);
  refuse(importer);
  const shapes = inputs.map(({ shape }) => shapeHere(shape));
  const { network, theta } = networkOf(importer, final.index, model.name, inputs);
  return {
    network: withMaskNames(network, masks),
    theta,
    inputShape: shapes.length === 1 ? shapes[0] : [shapes.reduce((sum, own) => sum + size(own), 0)],
    inputs: inputs.map(({ name, shape }) => ({ name, shape })),
    masks,
    outputs: model.outputs,
    head: model.head,
    output,
    notes: importer.notes,
  };
}

interface Input {
  readonly key: string;
  readonly name: string;
  /** Of a sample, channels last. */
  readonly shape: Shape;
}

function inputsOf(model: KerasGraph, options: ImportOptions, source: string): Input[] {
  const { extents = {} } = options;
  const names = model.inputs.map(({ name }) => name);
  const strange = Object.keys(extents).find((name) => !names.includes(name));
  const wrong = strange === undefined ? undefined : `extents names ${quoted(strange)}`;
  if (wrong ?? (options.inputShape && names.length > 1 ? "inputShape is for one" : undefined)) {
    const list = names.map((name) => quoted(name)).join(", ");
    const fact = `${wrong ?? "inputShape is of one input"}; those of the model are ${list}`;
    throw new ConfigError(`${source}: ${fact}. Give extents by their names.`, { names });
  }
  return model.inputs.map(({ key, name }) => {
    const call = model.calls.find((own) => own.key === key)!;
    const given = Object.hasOwn(extents, name) ? extents[name] : options.inputShape;
    return { key, name, shape: sampleShape(call, given, source) };
  });
}

function masksOf(
  inputs: readonly Input[],
  masks: readonly string[] | undefined,
  source: string,
): readonly string[] {
  const names = inputs.map(({ name }) => name);
  const strange = masks?.find((name) => !names.includes(name));
  if (strange === undefined) return masks ?? names.filter((name) => /mask/i.test(name));
  const list = names.map((name) => quoted(name)).join(", ");
  const fact = `the mask ${quoted(strange)} is no input`;
  throw new ConfigError(`${source}: ${fact}. Name some of ${list}.`, { masks });
}

/** Gives the parts of a layer that is called again the parameters of its first call. */
function shareWeights(
  importer: Importer,
  { scope, name, key }: KerasCall,
  start: number,
  sharing: Map<string, readonly number[]>,
): void {
  const own: number[] = [];
  for (let index = start; index < importer.shapes.length; index++)
    if (partOf(importer, index)?.parameters) own.push(index);
  const layer = JSON.stringify([...scope, name]);
  const first = sharing.get(layer);
  if (!first) {
    sharing.set(layer, own);
    return;
  }
  const same = own.every((index, k) => {
    const [a, b] = [partOf(importer, first[k])?.parameters, partOf(importer, index)?.parameters];
    return a && b && isEqual(a.weight, b.weight) && isEqual(a.bias, b.bias);
  });
  if (!same || own.length !== first.length) {
    importer.faults.push(
      `${key}: is called with values that are scaled or ordered otherwise than in its first call, ` +
        "so that its weights cannot be shared. Make a layer for each call",
    );
    return;
  }
  own.forEach((index, k) => {
    const { layer: made, inputs } = partOf(importer, index)!;
    replacePart(importer, index, { layer: made, inputs, shared: first[k] });
  });
}

const isEqual = (a: Float64Array, b: Float64Array): boolean =>
  a.length === b.length && a.every((value, k) => value === b[k]);

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
  if (call.inputs.length !== 1 && !takingSeveral.has(call.className)) {
    settings.fault(`takes ${call.inputs.length} inputs, one is known`);
  }
  const weightOf: WeightOf = (role, shape) => {
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
  return handler(importer, settings, inputs, weightOf, titleOf(call), call);
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
    `${source}: ${faults.length} layer(s) or setting(s) cannot be expressed here. ${faults.join(". ")}. Known are ${known}, the option layers says what others become.`,
    { faults },
  );
}

/** The parts that the output depends on, as a network with its θ. */
function networkOf(
  importer: Importer,
  output: number,
  name: string,
  inputs: readonly Input[],
): { network: Network; theta: Float64Array } {
  const first = inputs.length;
  // a model without layers here is one that hands its input on
  const last = output < first ? addPart(importer, { layer: dropout(0), inputs: [output] }) : output;
  const needed = new Set([last]);
  for (let index = last; index >= first; index--) {
    const { inputs: read, shared } = partOf(importer, index)!;
    if (!needed.has(index)) continue;
    for (const value of read) needed.add(value);
    if (shared !== undefined) needed.add(shared);
  }
  const blocks: Float64Array[] = [];
  const build = (start: readonly GraphValue[], then: Then, again: Again): GraphValue => {
    const values = [...start];
    for (let index = first; index <= last; index++) {
      if (!needed.has(index)) continue;
      const { layer, inputs: read, parameters, shared } = partOf(importer, index)!;
      const from = read.map((v) => values[v]);
      if (parameters) blocks.push(parameters.weight, parameters.bias);
      values[index] = shared === undefined ? then(layer, ...from) : again(values[shared], ...from);
    }
    return values[last];
  };
  const network =
    first === 1
      ? graph((input, then, again) => build([input], then, again), name)
      : graph(
          Object.fromEntries(inputs.map((own) => [own.name, shapeHere(own.shape)])),
          (values, then, again) =>
            build(
              inputs.map((own) => values[own.name]),
              then,
              again,
            ),
          name,
        );
  const joined = new Float64Array(network.parameterCount);
  let start = 0;
  for (const block of blocks) {
    joined.set(block, start);
    start += block.length;
  }
  return { network, theta: joined };
}
