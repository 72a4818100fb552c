import { kind } from "../../../core/arguments/kinds.js";
import { takes } from "../../../core/arguments/takes.js";
import { ConfigError, DataError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import { firstNotFinite, size, type Shape } from "../../../core/tensor.js";
import { reshape } from "../../../nn/layers/structure.js";
import { graph as networkGraph } from "../../../nn/network/graph.js";
import { withMaskNames } from "../../../nn/network/namedInputs.js";
import type { Again, GraphValue, Then } from "../../../nn/network/graphParts.js";
import { parametersOf, type Network } from "../../../nn/network/network.js";
import { onnxOptions } from "../arguments.js";
import { closestNames } from "../closestNames.js";
import { modelInputs, withoutMasks, type ModelInputs } from "../modelInputs.js";
import type { SavedNetwork } from "../savedNetwork.js";
import { declaredInputs, inputsOfGraph, type Extents, type GraphInput } from "./graphInputs.js";
import { inlined } from "./inlining.js";
import { stepOf, type Importing } from "./importing.js";
import { readModelMessage, type GraphMessage } from "./messages.js";
import { endOf } from "./modelEnd.js";
import { runGraph, scopeOf } from "./runGraph.js";
import { neededSteps, put, roomFor, type Tape } from "./tape.js";
import type { ExternalBytes } from "./tensorData.js";
import { isKnown, type Computed } from "./value.js";

/** How an ONNX model is read. */
export interface OnnxOptions {
  /**
   * Extents of a sample of each input, without the batch: `{ pf_features: [20, 30] }`. Those that
   * the file leaves open must be given; others are checked.
   */
  readonly extents?: Extents;
  /** Name of the output that is explained (default: the first). */
  readonly head?: string;
  /**
   * Names of inputs that say which objects there are: they get no relevance (default: those with
   * "mask" in their name).
   */
  readonly masks?: readonly string[];
}

/** An initialiser of the file that is part of θ. */
export interface OnnxParameter {
  /** Its name in the file; that of weights that several nodes share stands once. */
  readonly name: string;
  /** As it lies in θ, which is as layers here have it: a matrix may be transposed. */
  readonly shape: Shape;
  /** Its first entry in θ. */
  readonly offset: number;
}

/** A model of an ONNX file. */
export interface OnnxModel extends SavedNetwork, ModelInputs {
  /** Names of all outputs of the file. */
  readonly outputs: readonly string[];
  /** The one that the network puts out. */
  readonly head: string;
  /** Inputs without relevance. */
  readonly masks: readonly string[];
  readonly parameters: readonly OnnxParameter[];
  readonly notes: readonly string[];
}

/** Where the bytes come from; files beside the model are read for `readModel` alone. */
interface Source {
  readonly path: string;
  readonly external: ExternalBytes;
}

const bytesAlone: Source = {
  path: "ONNX model",
  external: (file, _start, _length, name) => {
    throw new ConfigError(
      `ONNX model: tensor ${quoted(name)}: its numbers are in the file ${quoted(file)}, and bytes alone are read. Save the model in one file: onnx.save(onnx.load("model.onnx"), "one.onnx").`,
      { file },
    );
  },
};

const someBytes = kind(
  "a Uint8Array with the bytes of an .onnx file",
  (value) => value instanceof Uint8Array,
);

/**
 * The network of an ONNX model, opset 7 to 23, of the bytes of its file; also in a page. A softmax
 * or sigmoid at the end is taken off and named by `output`. Arithmetic of shapes is evaluated and
 * gone. Samples are independent of each other: the batch axis has the extent 1 while the graph is
 * read.
 * @throws DataError for a file that is damaged, ConfigError for operators that there are not here
 *   (all of them at once, with the nodes that use them), extents that are missing, and options that
 *   do not fit
 * @example
 * ```ts
 * import { interop } from "phaselens";
 * const file = [
 *   "CAg6PQoMCgF4EgF5IgRSZWx1EgFnWhQKAXgSDwoNCAESCQoDEgFOCgIIA2IU",
 *   "CgF5Eg8KDQgBEgkKAxIBTgoCCANCBAoAEBE=",
 * ]; // in base64
 * const model = interop.fromOnnx(Uint8Array.from(atob(file.join("")), (c) => c.charCodeAt(0)));
 * console.log(model.network.nodes.map(({ layer }) => layer.name)); // → [ 'relu' ]
 * ```
 */
export function fromOnnx(bytes: Uint8Array, options: OnnxOptions = {}): OnnxModel {
  takes("fromOnnx", { bytes: [bytes, someBytes], options: [options, onnxOptions] });
  return onnxModel(bytes, options, bytesAlone);
}

/** The same of a file. */
export function onnxModel(bytes: Uint8Array, options: OnnxOptions, source: Source): OnnxModel {
  const { path } = source;
  const message = readModelMessage(bytes, path);
  if (!message.graph) throw noGraph(path);
  if (message.graph.sparse)
    throw new ConfigError(
      `${path}: keeps weights as sparse tensors, which are not read. Export the model with dense ones.`,
    );
  const opset = opsetOf(message.opsets, path);
  const graph = inlined(message.graph, message.functions, opset, path);
  const outputs = graph.outputs.map(({ name = "" }) => name);
  const head = chosenHead(options.head, outputs, path);
  const inputs = inputsOfGraph(graph, options.extents ?? {}, path);
  const masks = masksOf(options.masks, inputs, path);
  const { tape, end, output, notes } = readGraph(
    graph,
    inputs,
    masks,
    head,
    opset,
    source,
    bytes.length,
  );
  const built = networkOf(tape, end, inputs, graph.name || "onnx", path);
  const { theta, parameters } = built;
  const network = withMaskNames(built.network, masks);
  const ways = modelInputs(network.inputs ?? inputs, "first");
  return {
    network,
    theta,
    parameters,
    output,
    outputs,
    head,
    masks,
    notes,
    ...ways,
    unpack: (relevance) => withoutMasks(ways.unpack(relevance), masks),
    inputShape:
      inputs.length === 1
        ? inputs[0].shape
        : [inputs.reduce((sum, { shape }) => sum + size(shape), 0)],
  };
}

/** An input of a file, before extents are given. */
export interface OpenInput {
  readonly name: string;
  /** Whether the caller must give extents. */
  readonly open: boolean;
}

/** The inputs of a file. */
export function inputsOfFile(bytes: Uint8Array, path: string): readonly OpenInput[] {
  const { graph } = readModelMessage(bytes, path);
  if (!graph) throw noGraph(path);
  return declaredInputs(graph, path).map(({ name, axes }) => ({
    name,
    open: axes?.every((axis) => typeof axis === "number") !== true,
  }));
}

const noGraph = (path: string): DataError =>
  new DataError(`${path}: holds no graph, so it is no ONNX model. Name an .onnx file.`);

const [OLDEST, NEWEST] = [7, 23];

function opsetOf(
  opsets: readonly { readonly domain: string | undefined; readonly version: number | undefined }[],
  path: string,
): number {
  const own = opsets.find(({ domain = "" }) => domain === "" || domain === "ai.onnx");
  const version = own?.version ?? NaN;
  if (version >= OLDEST && version <= NEWEST) return version;
  throw new ConfigError(
    `${path}: is of opset ${own?.version ?? "unknown"}; ${OLDEST} to ${NEWEST} are read. In Python: onnx.save(onnx.version_converter.convert_version(onnx.load("model.onnx"), 17), "model.onnx").`,
    { opset: own?.version },
  );
}

function chosenHead(head: string | undefined, outputs: readonly string[], path: string): string {
  const own = head ?? outputs[0];
  if (own === undefined)
    throw new DataError(`${path}: its graph has no outputs. Export the model again.`);
  if (outputs.includes(own)) return own;
  throw new ConfigError(
    `${path}: has no output ${quoted(own)}. Name one of ${closestNames(own, outputs)}.`,
    { outputs },
  );
}

function masksOf(
  masks: readonly string[] | undefined,
  inputs: readonly GraphInput[],
  path: string,
): readonly string[] {
  const names = inputs.map(({ name }) => name);
  const wrong = masks?.find((name) => !names.includes(name));
  if (wrong !== undefined)
    throw new ConfigError(
      `${path}: the mask ${quoted(wrong)} is no input. Name some of ${closestNames(wrong, names)}.`,
      { masks },
    );
  return masks ?? names.filter((name) => /mask/i.test(name));
}

interface ReadGraph {
  readonly tape: Tape;
  readonly end: number;
  readonly output: OnnxModel["output"];
  readonly notes: readonly string[];
}

function readGraph(
  graph: GraphMessage,
  inputs: readonly GraphInput[],
  masks: readonly string[],
  head: string,
  opset: number,
  { path, external }: Source,
  bytes: number,
): ReadGraph {
  const tape: Tape = { steps: [], left: roomFor(bytes) };
  const counted: ExternalBytes = (file, start, length, name) => {
    const found = external(file, start, length, name);
    tape.left += roomFor(length) - roomFor(0);
    return found;
  };
  const scope = scopeOf(graph, path, counted);
  for (const { name, shape, batched, whole } of inputs) {
    const ofMasks = masks.includes(name);
    tape.steps.push({ layer: undefined, inputs: [], shape, ofMasks });
    scope.set(name, { kind: "computed", shape: batched, whole, step: tape.steps.length - 1 });
  }
  const notes = new Set(inputs.flatMap(fixedBatch));
  const importing = {
    tape,
    opset,
    notes,
    sources: new Map(),
    views: new Map(),
    weighted: new Map(),
  };
  const names = new Set(inputs.map(({ name }) => name));
  const [value] = runGraph(importing, graph, scope, [head], names);
  if (isKnown(value))
    throw new ConfigError(
      `${path}: the output ${quoted(head)} does not depend on the inputs. Name another one with head.`,
      { head },
    );
  const { value: own, output, note } = endOf(tape, value);
  if (note !== undefined) notes.add(note);
  return { tape, end: flatEnd(importing, own), output, notes: [...notes] };
}

/** What is said of a first axis that the file fixes, which may be one of time or of objects. */
const fixedBatch = ({ name, batch = 1 }: GraphInput): string[] =>
  batch === 1
    ? []
    : [
        `The file fixes the first axis of ${quoted(name)} at ${batch}: it is taken for the batch, of samples that know nothing of each other.`,
      ];

/** The outputs as one row; an input that is handed on is no layer, so it becomes one. */
function flatEnd(
  importing: Pick<Importing, "tape" | "views" | "sources">,
  value: Computed,
): number {
  const flat = [size(value.shape)];
  const end = stepOf(importing as Importing, value, flat);
  return importing.tape.steps[end].layer ? end : put(importing.tape, reshape(flat), [end]);
}

interface Built {
  readonly network: Network;
  readonly theta: Float64Array;
  readonly parameters: readonly OnnxParameter[];
}

function networkOf(
  tape: Tape,
  end: number,
  inputs: readonly GraphInput[],
  name: string,
  path: string,
): Built {
  const places = new Map<number, GraphValue>();
  const build = (values: readonly GraphValue[], then: Then, again: Again): GraphValue => {
    values.forEach((value, k) => places.set(k, value));
    for (const step of neededSteps(tape, end)) {
      const { layer, inputs: read, sharedWith } = tape.steps[step];
      const own = read.map((k) => places.get(k)!);
      const value =
        sharedWith === undefined ? then(layer!, ...own) : again(places.get(sharedWith)!, ...own);
      places.set(step, value);
    }
    return places.get(end)!;
  };
  const network =
    inputs.length === 1
      ? networkGraph((value, then, again) => build([value], then, again), name)
      : networkGraph(
          Object.fromEntries(inputs.map((own) => [own.name, own.shape])),
          (values, then, again) =>
            build(
              inputs.map((own) => values[own.name]),
              then,
              again,
            ),
          name,
        );
  return { network, ...parametersInPlace(network, tape, places, path) };
}

/** The numbers of the file where the layers have them. */
function parametersInPlace(
  { nodes, parameterCount }: Network,
  { steps }: Tape,
  places: ReadonlyMap<number, GraphValue>,
  path: string,
): Omit<Built, "network"> {
  const theta = new Float64Array(parameterCount);
  const parameters: OnnxParameter[] = [];
  for (const [step, { index }] of places) {
    const { layer, given, sharedWith } = steps[step];
    if (!layer || !given || sharedWith !== undefined) continue;
    let { offset } = nodes[index - 1] as { offset: number };
    parametersOf(layer).forEach(({ shape }, k) => {
      const { name, values } = given[k];
      const bad = firstNotFinite(values);
      if (bad >= 0)
        throw new DataError(
          `${path}: entry ${bad} of ${quoted(name)} is ${values[bad]}. The file is damaged, or training had failed.`,
          { name },
        );
      theta.set(values, offset);
      if (name !== "") parameters.push({ name, shape, offset });
      offset += size(shape);
    });
  }
  return { theta, parameters };
}
