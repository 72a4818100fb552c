import { ConfigError, DataError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import type { AttributeMessage, FunctionMessage, GraphMessage, NodeMessage } from "./messages.js";

/** Functions within functions, nodes in all, and characters of their names, at most. */
const [DEEPEST, MOST, LONGEST] = [24, 200_000, 2 ** 24];

/** The functions of a file by what nodes call them. */
type Functions = ReadonlyMap<string, FunctionMessage>;

const key = (domain = "", name = "", overload = ""): string =>
  JSON.stringify([domain === "ai.onnx" ? "" : domain, name, overload]);

interface Inlining {
  readonly functions: Functions;
  readonly path: string;
  /** How many nodes there are by now, and characters of their names. */
  count: number;
  characters: number;
}

/**
 * A graph in which the operators that the file defines itself are the nodes that they are made of.
 * @param opset  of the graph; a function of another one is refused
 * @throws DataError for functions that call themselves, ConfigError for too many nodes
 */
export function inlined(
  graph: GraphMessage,
  functions: readonly FunctionMessage[],
  opset: number,
  path: string,
): GraphMessage {
  if (functions.length === 0) return graph;
  for (const { name = "", opsets } of functions) {
    const own = opsets.find(({ domain = "" }) => domain === "" || domain === "ai.onnx");
    if (own && own.version !== opset)
      throw new ConfigError(
        `${path}: its function ${quoted(name)} is of opset ${own.version}, the graph of ${opset}. In Python: onnx.save(onnx.inliner.inline_local_functions(onnx.load("model.onnx"), convert_version=True), "model.onnx").`,
        { name },
      );
  }
  const byName = new Map(functions.map((own) => [key(own.domain, own.name, own.overload), own]));
  return ofGraph(graph, { functions: byName, path, count: 0, characters: 0 }, 0);
}

const ofGraph = (graph: GraphMessage, own: Inlining, depth: number): GraphMessage => ({
  ...graph,
  nodes: graph.nodes.flatMap((node) => ofNode(node, own, depth)),
});

function ofNode(node: NodeMessage, own: Inlining, depth: number): NodeMessage[] {
  for (const { length } of [...node.inputs, ...node.outputs]) own.characters += length;
  if (++own.count > MOST || own.characters > LONGEST)
    throw new ConfigError(
      `${own.path}: its functions make more than ${MOST} nodes, or names that are longer than any. Export the model without functions.`,
    );
  const called = own.functions.get(key(node.domain, node.operator, node.overload));
  if (!called) return [withGraphs(node, (graph) => ofGraph(graph, own, depth))];
  if (depth >= DEEPEST)
    throw new DataError(
      `${own.path}: the function ${quoted(called.name ?? "")} calls itself, or ${DEEPEST} functions call each other. The file is damaged; export it again.`,
      { name: called.name },
    );
  return body(called, node, `${(called.name ?? "").slice(0, 80)}#${own.count}/`).flatMap((inner) =>
    ofNode(inner, own, depth + 1),
  );
}

/** The nodes of a function with the names and settings of the node that calls it. */
function body(called: FunctionMessage, node: NodeMessage, prefix: string): NodeMessage[] {
  const names = new Map<string, string>();
  called.inputs.forEach((name, k) => names.set(name, node.inputs[k] ?? ""));
  called.outputs.forEach((name, k) => node.outputs[k] && names.set(name, node.outputs[k]));
  const renamed = (name: string): string => (name === "" ? "" : (names.get(name) ?? prefix + name));
  const given = new Map<string, AttributeMessage>();
  for (const own of [...called.defaults, ...node.attributes]) given.set(own.name ?? "", own);
  return called.nodes.map((inner) => rewritten(inner, renamed, given, prefix));
}

function rewritten(
  node: NodeMessage,
  renamed: (name: string) => string,
  given: ReadonlyMap<string, AttributeMessage>,
  prefix: string,
): NodeMessage {
  const attributes = node.attributes.flatMap((own): AttributeMessage[] => {
    if (own.reference === undefined) return [own];
    const value = given.get(own.reference);
    return value ? [{ ...value, name: own.name }] : [];
  });
  const own = {
    ...node,
    name: node.name === undefined ? undefined : prefix + node.name,
    inputs: node.inputs.map(renamed),
    outputs: node.outputs.map(renamed),
    attributes,
  };
  const named = <T extends { readonly name: string | undefined }>(value: T): T => ({
    ...value,
    name: renamed(value.name ?? ""),
  });
  return withGraphs(own, (graph) => ({
    ...graph,
    nodes: graph.nodes.map((inner) => rewritten(inner, renamed, given, prefix)),
    initializers: graph.initializers.map(named),
    inputs: graph.inputs.map(named),
    outputs: graph.outputs.map(named),
  }));
}

const withGraphs = (node: NodeMessage, of: (graph: GraphMessage) => GraphMessage): NodeMessage => ({
  ...node,
  attributes: node.attributes.map((own) => (own.graph ? { ...own, graph: of(own.graph) } : own)),
});
