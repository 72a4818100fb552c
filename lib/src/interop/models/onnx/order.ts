import { DataError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import type { GraphMessage } from "./messages.js";
import { onnxNode, type OnnxNode } from "./node.js";

/** A graph of a file with its nodes in an order in which they can be evaluated. */
export interface OrderedGraph {
  /** Those that the wanted values need. */
  readonly nodes: readonly OnnxNode[];
  /** Nodes that read a value; undefined for an output of the graph. */
  readonly readers: ReadonlyMap<string, readonly (OnnxNode | undefined)[]>;
}

/**
 * The nodes that wanted values need, those first that no input of the graph leads to: they are
 * arithmetic of shapes and weights.
 * @param from  names of values that there are already, of inputs: what depends on them comes late
 * @throws DataError for a value that two nodes make, or a node that needs what it makes
 */
export function ordered(
  graph: GraphMessage,
  wanted: readonly string[],
  from: ReadonlySet<string>,
  path: string,
): OrderedGraph {
  const all = graph.nodes.map(onnxNode);
  const makers = new Map<string, OnnxNode>();
  for (const node of all) {
    for (const name of node.outputs) {
      if (name !== "" && makers.has(name))
        throw new DataError(
          `${path}: ${node.title} and ${makers.get(name)!.title} both make ${quoted(name)}. The file is damaged; export it again.`,
          { name },
        );
      makers.set(name, node);
    }
  }
  const nodes = sorted(wanted, makers, path);
  const late = new Set<string>(from);
  const isLate = (node: OnnxNode): boolean => needsOf(node).some((name) => late.has(name));
  const [early, rest]: [OnnxNode[], OnnxNode[]] = [[], []];
  for (const node of nodes) {
    if (!isLate(node)) early.push(node);
    else {
      rest.push(node);
      for (const name of node.outputs) late.add(name);
    }
  }
  return { nodes: [...early, ...rest], readers: readersOf(nodes, wanted) };
}

/** Depth first, without recursion: files may chain any number of nodes. */
function sorted(
  wanted: readonly string[],
  makers: ReadonlyMap<string, OnnxNode>,
  path: string,
): OnnxNode[] {
  const state = new Map<OnnxNode, "open" | "done">();
  const nodes: OnnxNode[] = [];
  for (const end of wanted) {
    const stack = makers.has(end) ? [makers.get(end)!] : [];
    while (stack.length > 0) {
      const node = stack[stack.length - 1];
      if (state.get(node) === "done") {
        stack.pop();
        continue;
      }
      const needed = needsOf(node).flatMap((name) => makers.get(name) ?? []);
      if (state.get(node) === "open") {
        if (needed.some((other) => state.get(other) !== "done")) throw cycle(node, path);
        state.set(node, "done");
        nodes.push(node);
        stack.pop();
        continue;
      }
      state.set(node, "open");
      for (const other of needed) {
        if (state.get(other) === "open") throw cycle(other, path);
        if (!state.has(other)) stack.push(other);
      }
    }
  }
  return nodes;
}

function cycle(node: OnnxNode, path: string): DataError {
  return new DataError(
    `${path}: ${node.title} needs what it makes itself: its graph has a cycle. The file is damaged; export it again.`,
    { node: node.title },
  );
}

/** Names of values that a node reads, those of graphs inside it too. */
function needsOf({ inputs, attributes }: OnnxNode): readonly string[] {
  const inside = ["then_branch", "else_branch", "body"].flatMap((name) => {
    const graph = attributes.graph(name);
    return graph ? namesIn(graph) : [];
  });
  return inside.length === 0 ? inputs : [...inputs, ...inside];
}

function namesIn(graph: GraphMessage): string[] {
  const own = graph.nodes.flatMap((message) => [
    ...message.inputs,
    ...message.attributes.flatMap((attribute) => (attribute.graph ? namesIn(attribute.graph) : [])),
  ]);
  return [...own, ...graph.outputs.flatMap(({ name }) => name ?? [])];
}

function readersOf(
  nodes: readonly OnnxNode[],
  wanted: readonly string[],
): Map<string, (OnnxNode | undefined)[]> {
  const readers = new Map<string, (OnnxNode | undefined)[]>();
  const read = (name: string, node: OnnxNode | undefined): void =>
    void readers.set(name, [...(readers.get(name) ?? []), node]);
  for (const node of nodes) for (const name of needsOf(node)) read(name, node);
  for (const name of wanted) read(name, undefined);
  return readers;
}
