import { z } from "zod";
import { DataError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import type { KerasCall } from "./kerasCall.js";
import { inboundCall, type InboundCall } from "./inboundCall.js";
import { parse } from "./parse.js";

/** Calls of a model, of those in it too. */
export interface ModelParts {
  readonly calls: Map<string, KerasCall>;
  /**
   * Other names of a call: the input of a model inside is what feeds it, its own call its output.
   */
  readonly same: Map<string, string>;
  readonly source: string;
}

/** Where a model is in another. */
interface Place {
  readonly scope: readonly string[];
  /** Of the keys of its calls. */
  readonly prefix: string;
  /** How often it is called. */
  readonly times: number;
  /** The calls that it takes from; undefined for the whole. */
  readonly feed: readonly string[] | undefined;
}

/** Keys of the calls that a model begins and ends with. */
interface Ends {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

const MOST_LAYERS = 10_000;
/** Models inside models. */
const DEEPEST = 16;
const CURE = "Make a model of the part that matters";

const reference = z.tuple([z.string(), z.int().min(0), z.int().min(0)]).rest(z.unknown());
const kind = { class_name: z.string(), module: z.string().nullish() };
const layer = z.looseObject({ ...kind, config: z.looseObject({ name: z.string().optional() }) });
const sequential = z.looseObject({
  name: z.string().optional(),
  layers: z.array(layer),
  build_input_shape: z.unknown().optional(),
});
const node = z.looseObject({
  ...kind,
  name: z.string(),
  config: z.looseObject({}),
  inbound_nodes: z.array(z.unknown()),
});
/** One, a list of them, or several by names. */
const ends = z.union([
  reference.transform((one) => [one]),
  z.array(reference).min(1),
  z.record(z.string(), reference).transform((all) => Object.values(all)),
]);
const functional = z.looseObject({
  name: z.string().optional(),
  layers: z.array(node),
  input_layers: ends,
  output_layers: ends,
});

type SomeLayer = z.infer<typeof layer>;

const isModel = (className: string): boolean =>
  ["Sequential", "Model", "Functional"].includes(className);

/** Adds the layers of a model. @throws DataError for what is none */
export function addModel(
  parts: ModelParts,
  className: string,
  config: unknown,
  place: Place,
): Ends {
  const { source } = parts;
  const where = ["config", ...place.scope].join(" of ");
  if (place.scope.length > DEEPEST) {
    throw new DataError(
      `${source}: has models inside models beyond ${DEEPEST} levels. Take them apart.`,
    );
  }
  if (className === "Sequential") {
    const own = Array.isArray(config) ? { layers: config as unknown[] } : config;
    return addChain(parts, parse(sequential, own, source, where), place);
  }
  if (isModel(className))
    return addFunctional(parts, parse(functional, config, source, where), place);
  const fact = `the model is a ${className}; Sequential, Model and Functional are read`;
  throw new DataError(`${source}: ${fact}. Build it from layers of Keras.`, { className });
}

function addChain(parts: ModelParts, model: z.infer<typeof sequential>, place: Place): Ends {
  const { name = "sequential", layers, build_input_shape: built } = model;
  const { source } = parts;
  checkCount(layers.length, source);
  const names = new Set<string>();
  const { prefix } = place;
  let last = place.feed?.[0];
  if (place.feed && place.feed.length !== 1) throw otherCount(parts, place, 1);
  const first = layers[0].class_name === "InputLayer";
  if (last === undefined && !first) {
    const config = {
      ...(built !== undefined && { batch_shape: built }),
      ...innermost(layers[0]).config,
    };
    last = put(parts, place, {
      key: `${prefix}input`,
      name: "input",
      className: "InputLayer",
      config,
    });
  }
  let input = last;
  layers.forEach((own, k) => {
    const layerName = own.config.name ?? `${own.class_name} ${k}`;
    checkName(names, layerName, source);
    if (k === 0 && first && last !== undefined) return;
    const key = `${prefix}layer ${layerName}`;
    const more = last === undefined ? {} : { inputs: [last], args: [{ tensor: 0 }] };
    last = isModel(own.class_name)
      ? onlyOutput(
          parts,
          layerName,
          addModel(
            parts,
            own.class_name,
            own.config,
            inside(place, layerName, key, 1, last === undefined ? undefined : [last]),
          ),
        )
      : put(parts, place, {
          key,
          name: layerName,
          className: classOf(own),
          config: own.config,
          ...more,
        });
    input ??= last;
  });
  return { name, inputs: [input!], outputs: [last!] };
}

/** The layer whose settings say what a model reads, if that is a model itself. */
function innermost(own: SomeLayer): SomeLayer {
  let found = own;
  for (let depth = 0; depth <= DEEPEST && isModel(found.class_name); depth++) {
    const inner: unknown = Array.isArray(found.config.layers) ? found.config.layers[0] : undefined;
    const parsed = layer.safeParse(inner);
    if (!parsed.success) break;
    found = parsed.data;
  }
  return found;
}

type FunctionalModel = z.infer<typeof functional>;

function addFunctional(parts: ModelParts, model: FunctionalModel, place: Place): Ends {
  const { name = "model", layers, input_layers: starts, output_layers: outputs } = model;
  checkCount(layers.length, parts.source);
  if (place.feed && place.feed.length !== starts.length)
    throw otherCount(parts, place, starts.length);
  const calls = callsOf(model, parts.source);
  const firstCall = firstCalls(model, calls);
  const keyOf: KeyOf = ([own, at, output]) => {
    if (output !== 0) {
      const fact = `takes output ${output} of ${quoted(own)}, and layers of one output are read`;
      throw new DataError(`${parts.source}: ${fact}. ${CURE}.`);
    }
    const call = at - (firstCall.get(own) ?? 0);
    return `${place.prefix}${call === 0 ? own : `${own} ${call}`}`;
  };
  const inputs = starts.map(keyOf);
  place.feed?.forEach((key, k) => parts.same.set(inputs[k], key));
  layers.forEach((own, k) => {
    calls[k].forEach((call, at) => {
      const key = keyOf([own.name, at + (firstCall.get(own.name) ?? 0), 0]);
      if (!parts.same.has(key))
        addCall(parts, own, { call, key, calls: calls[k].length }, place, keyOf);
    });
  });
  return { name, inputs, outputs: outputs.map(keyOf) };
}

type Reference = readonly [layer: string, call: number, output: number, ...more: unknown[]];
type KeyOf = (reference: Reference) => string;

/** All calls of each layer. */
function callsOf({ layers }: FunctionalModel, source: string): InboundCall[][] {
  const names = new Set<string>();
  for (const { name } of layers) checkName(names, name, source);
  return layers.map(({ name, inbound_nodes: nodes }) => {
    if (nodes.length === 0) return [{ tensors: [], args: [], named: {} }];
    return nodes.map((value) => {
      const found = inboundCall(value, names);
      if (found) return found;
      throw new DataError(
        `${source}: what ${quoted(name)} takes is not written as Keras does. ` +
          "Save the model with model.save or tensorflowjs_converter.",
        { name },
      );
    });
  });
}

/**
 * The number that the first call of each model inside has. Keras 2 counts from 1 where the model
 * was made of its own input, which is call 0 and is not written down.
 */
function firstCalls(model: FunctionalModel, calls: readonly InboundCall[][]): Map<string, number> {
  const last = new Map<string, number>();
  const note = ([own, at]: Reference): void => void last.set(own, Math.max(at, last.get(own) ?? 0));
  for (const own of calls) for (const { tensors } of own) tensors.forEach(note);
  model.output_layers.forEach(note);
  const first = new Map<string, number>();
  model.layers.forEach(({ name, class_name: className }, k) => {
    if (isModel(className) && (last.get(name) ?? 0) >= calls[k].length) first.set(name, 1);
  });
  return first;
}

interface OneCall {
  readonly call: InboundCall;
  readonly key: string;
  /** How often the layer is called. */
  readonly calls: number;
}

function addCall(
  parts: ModelParts,
  own: FunctionalModel["layers"][number],
  { call, key, calls }: OneCall,
  place: Place,
  keyOf: KeyOf,
): void {
  const inputs = call.tensors.map(keyOf);
  const { name, class_name: className, config } = own;
  if (!isModel(className)) {
    const { args, named } = call;
    const at = { ...place, times: place.times * calls };
    put(parts, at, { key, name, className: classOf(own), config, inputs, args, named });
    return;
  }
  const inner = addModel(parts, className, config, inside(place, name, key, calls, inputs));
  checkCount(parts.same.size + 1, parts.source);
  parts.same.set(key, onlyOutput(parts, name, inner));
}

function onlyOutput({ source }: ModelParts, name: string, { outputs }: Ends): string {
  if (outputs.length === 1) return outputs[0];
  const fact = `the model ${quoted(name)} in it has ${outputs.length} outputs, one is read`;
  throw new DataError(`${source}: ${fact}. ${CURE}.`, { name });
}

function otherCount(
  { source }: ModelParts,
  { scope, feed = [] }: Place,
  inputs: number,
): DataError {
  const which = `the model ${scope.map((own) => quoted(own)).join(", ")} in it`;
  const fact = `${which} has ${inputs} input(s) and is called with ${feed.length}`;
  return new DataError(`${source}: ${fact}. The file is damaged.`, { scope });
}

const inside = (
  { scope, times }: Place,
  name: string,
  key: string,
  calls: number,
  feed: readonly string[] | undefined,
): Place => ({ scope: [...scope, name], prefix: `${key}/`, times: times * calls, feed });

type NewCall = Pick<KerasCall, "key" | "name" | "className" | "config"> & Partial<KerasCall>;

function put({ calls, source }: ModelParts, { scope, times }: Place, call: NewCall): string {
  checkCount(calls.size + 1, source);
  calls.set(call.key, { inputs: [], args: [], named: {}, ...call, scope, calls: times });
  return call.key;
}

/** Operations on tensors are layers without weights, named after their function. */
function classOf({ class_name: className, module, config }: SomeLayer): string {
  if (/^keras\.(?:src\.)?ops\b/.test(module ?? "")) return `keras.ops.${className}`;
  const operation = ["TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"].includes(className);
  return operation && typeof config.function === "string" ? `tf.${config.function}` : className;
}

/** All calls, each taking from calls. */
export function resolved({ calls, same, source }: ModelParts): Map<string, KerasCall> {
  const origin = (key: string): string => {
    let own = key;
    for (let k = 0; same.has(own); k++) {
      if (k > same.size)
        throw new DataError(
          `${source}: ${quoted(key)} takes from itself in a circle. The file is damaged.`,
        );
      own = same.get(own)!;
    }
    return own;
  };
  for (const key of [...same.keys()]) same.set(key, origin(key));
  return new Map(
    [...calls].map(([key, call]) => [key, { ...call, inputs: call.inputs.map(origin) }]),
  );
}

function checkName(names: Set<string>, name: string, source: string): void {
  if (names.has(name)) {
    throw new DataError(`${source}: two layers have the name ${quoted(name)}. Names must differ.`, {
      name,
    });
  }
  names.add(name);
}

function checkCount(count: number, source: string): void {
  if (count < 1 || count > MOST_LAYERS) {
    throw new DataError(`${source}: has ${count} layers; from 1 to ${MOST_LAYERS} are read.`, {
      count,
    });
  }
}
