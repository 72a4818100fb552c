import { z } from "zod";
import { DataError } from "../../core/errors.js";

/** One call of a Keras layer: its class and settings, and the calls whose outputs it takes. */
export interface KerasCall {
  /** Unique, and what `inputs` name. */
  readonly key: string;
  /** Of the layer, as its weights are named. */
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: readonly string[];
  /** How often the layer is called in the model. */
  readonly calls: number;
}

/** A model as a list of calls, each after those that it takes from; the last one is the output. */
export interface KerasGraph {
  readonly name: string;
  readonly calls: readonly KerasCall[];
}

const MOST_LAYERS = 10_000;

const reference = z.tuple([z.string(), z.int().min(0), z.int().min(0)]).rest(z.unknown());
const layer = z.looseObject({ class_name: z.string(), config: z.looseObject({ name: z.string().optional() }) });
const sequential = z.looseObject({ name: z.string().optional(), layers: z.array(layer) });
const node = z.looseObject({ name: z.string(), class_name: z.string(), config: z.looseObject({}), inbound_nodes: z.array(z.array(reference)) });
const ends = z.union([reference.transform((one) => [one]), z.array(reference)]);
const functional = z.looseObject({ name: z.string().optional(), layers: z.array(node), input_layers: ends, output_layers: ends });
const root = z.looseObject({ class_name: z.string(), config: z.unknown() });

/**
 * The calls of a model's topology, as `model.toJSON` and files of TensorFlow.js and of Keras 2 have it.
 * @param source  what messages name, e.g. the path of the file
 * @throws DataError for anything else
 */
export function kerasGraph(topology: unknown, source: string): KerasGraph {
  const outer = parse(z.looseObject({ model_config: z.unknown().optional(), keras_version: z.string().optional() }), topology, source, "");
  if (/^[3-9]\./.test(outer.keras_version ?? "")) {
    throw new DataError(
      `${source}: was written by Keras ${outer.keras_version}, and topologies of Keras 2 are read. Save it with tf_keras, or load it in TensorFlow.js.`,
      { source },
    );
  }
  const { class_name: kind, config } = parse(root, outer.model_config ?? outer, source, "model_config");
  if (kind === "Sequential") return chain(parse(sequential, Array.isArray(config) ? { layers: config as unknown[] } : config, source, "config"), source);
  if (kind === "Model" || kind === "Functional") return functionalGraph(parse(functional, config, source, "config"), source);
  throw new DataError(
    `${source}: the model is a ${kind}; Sequential, Model and Functional are read. Build it from layers of Keras.`, { kind }
  );
}

function chain({ name: whole = "sequential", layers }: z.infer<typeof sequential>, source: string): KerasGraph {
  checkCount(layers.length, source);
  const calls: KerasCall[] = [];
  const names = new Set<string>();
  const input = layers[0].class_name === "InputLayer";
  if (!input) calls.push({ key: "input", name: "input", className: "InputLayer", config: layers[0].config, inputs: [], calls: 1 });
  layers.forEach(({ class_name: className, config: own }, k) => {
    const name = own.name ?? `${className} ${k}`;
    if (names.has(name)) throw new DataError(`${source}: two layers have the name ${JSON.stringify(name)}. Names must differ.`, { name });
    names.add(name);
    calls.push({ key: `layer ${name}`, name, className, config: own, inputs: calls.length === 0 ? [] : [calls[calls.length - 1].key], calls: 1 });
  });
  return { name: whole, calls };
}

function functionalGraph({ name = "model", layers, input_layers: starts, output_layers: outputs }: z.infer<typeof functional>, source: string): KerasGraph {
  checkCount(layers.length, source);
  if (starts.length !== 1 || outputs.length !== 1) {
    throw new DataError(
      `${source}: the model has ${starts.length} input(s) and ${outputs.length} output(s); one of each is read. Make a model of the part that matters.`);
  }
  const key = ([own, at]: readonly [string, number, ...unknown[]]): string => (at === 0 ? own : `${own} ${at}`);
  const known = new Map<string, KerasCall>();
  for (const { name: own, class_name: className, config, inbound_nodes: nodes } of layers) {
    const calls = Math.max(1, nodes.length);
    if (known.has(own)) {
      throw new DataError(`${source}: two layers have the name ${JSON.stringify(own)}. Names must differ.`, { name: own });
    }
    for (let at = 0; at < calls; at++) {
      known.set(key([own, at]), { key: key([own, at]), name: own, className, config, inputs: (nodes[at] ?? []).map(key), calls });
    }
  }
  return { name, calls: orderedCalls(known, key(starts[0]), key(outputs[0]), source) };
}

/** The calls that the output depends on, in the order of the file as far as each comes after those that it takes from. */
function orderedCalls(known: ReadonlyMap<string, KerasCall>, first: string, last: string, source: string): KerasCall[] {
  const needed = new Set<string>();
  for (const stack = [last]; stack.length > 0; ) {
    const own = stack.pop()!;
    if (needed.has(own)) continue;
    const call = known.get(own);
    if (!call) {
      throw new DataError(
        `${source}: a layer takes from ${JSON.stringify(own)}, which is not in the model. The file is damaged.`, { name: own }
      );
    }
    if (call.inputs.length === 0 && own !== first) {
      throw new DataError(
        `${source}: ${JSON.stringify(own)} takes from nothing and is not the model's input ${JSON.stringify(first)}. The file is damaged.`
      );
    }
    needed.add(own);
    stack.push(...call.inputs);
  }
  const ordered: KerasCall[] = [];
  const state = new Map<string, "open" | "done">();
  for (const start of [first, ...known.keys()]) {
    for (const stack = needed.has(start) ? [start] : []; stack.length > 0; ) {
      const own = stack[stack.length - 1];
      const call = known.get(own)!;
      const open = state.get(own) === "done" ? [] : call.inputs.filter((input) => state.get(input) !== "done");
      if (open.some((input) => state.get(input) === "open")) {
        throw new DataError(`${source}: ${JSON.stringify(own)} takes from itself in a circle. The file is damaged.`);
      }
      if (open.length > 0) {
        state.set(own, "open");
        stack.push(open[0]);
        continue;
      }
      stack.pop();
      if (state.get(own) !== "done") ordered.push(call);
      state.set(own, "done");
    }
  }
  return ordered;
}

function checkCount(count: number, source: string): void {
  if (count < 1 || count > MOST_LAYERS) {
    throw new DataError(`${source}: has ${count} layers; from 1 to ${MOST_LAYERS} are read.`, { count });
  }
}

/** @throws DataError naming the first thing that is not as it must be */
export function parse<T>(schema: z.ZodType<T>, value: unknown, source: string, at: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  const where = [at, ...path.map(String)].filter((step) => step !== "").join(".");
  throw new DataError(
    `${source}: ${where === "" ? "the whole" : where}: ${message}. Save the model with model.save or tensorflowjs_converter.`, { path }
  );
}
