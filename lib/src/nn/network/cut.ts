import { ConfigError } from "../../core/errors.js";
import { quoted } from "../../core/printable.js";
import { parameterSize, type Network } from "./network.js";

/** Which nodes of a network come after a value. */
export interface Cut {
  /** The node whose value it is. */
  readonly after: number;
  /** Nodes of the head, ascending. */
  readonly nodes: readonly number[];
  /** Values that the head reads and does not make, ascending; 0 is the network's input. */
  readonly reads: readonly number[];
  /** Entries of θ that are the head's, ascending. */
  readonly places: Int32Array;
}

/** What a node is called in messages. */
export const nodeWords = ({ nodes }: Network, node: number): string =>
  `${nodes[node].layer.name}, node ${node}`;

/** @throws ConfigError for a cut that there is not */
export function cutAfter(network: Network, after: number | string, caller: string): Cut {
  const cut = triedCut(network, nodeOf(network, after, caller));
  if (typeof cut !== "string") return cut;
  throw new ConfigError(`${caller}: ${cut}`, { after });
}

/**
 * The cut before the last layer with parameters whose head has parameters of its own; undefined if
 * there is none.
 */
export function lastCut(network: Network): Cut | undefined {
  const reached = reachedFrom(network, 0);
  for (let node = network.nodes.length - 1; node > 0; node--) {
    const { offset, inputs } = network.nodes[node];
    if (offset === undefined) continue;
    const value = inputs.find((read) => read > 0 && reached[read]);
    if (value === undefined) continue;
    const cut = triedCut(network, value - 1);
    if (typeof cut !== "string") return cut;
  }
  return undefined;
}

function nodeOf({ nodes, name }: Network, after: number | string, caller: string): number {
  if (typeof after === "number") {
    if (after < nodes.length - 1) return after;
    const range = `0 to ${nodes.length - 2}; the last node of ${name} is ${nodes.length - 1}`;
    throw new ConfigError(`${caller}: after is ${after}; it must be a node from ${range}.`);
  }
  const found = [...nodes.keys()].filter((node) => nodes[node].layer.name === after);
  if (found.length === 1) return found[0];
  const fact =
    found.length === 0
      ? `no layer of ${name} is called ${quoted(after)}`
      : `layers of nodes ${found.join(", ")} are called ${quoted(after)}`;
  throw new ConfigError(
    `${caller}: ${fact}. Give the number of a node; they are ${listed(nodes.map(({ layer }, node) => `${layer.name}, node ${node}`))}.`,
  );
}

/** The last few, which a cut is mostly after. */
const listed = (words: readonly string[]): string =>
  `${words.length > 8 ? "… " : ""}${words.slice(-8).join("; ")}`;

/** Whether each value follows from one of them, the value itself included. */
function reachedFrom({ nodes }: Network, value: number): boolean[] {
  const reached = Array.from({ length: nodes.length + 1 }, (_, v) => v === value);
  nodes.forEach(({ inputs }, node) => {
    if (inputs.some((read) => reached[read])) reached[node + 1] = true;
  });
  return reached;
}

/** The cut, or why there is none. */
function triedCut(network: Network, after: number): Cut | string {
  const { nodes, name, parameterCount } = network;
  const reached = reachedFrom(network, after + 1);
  const what = nodeWords(network, after);
  if (!reached[nodes.length])
    return `the output of ${name} does not follow from ${what}. Name a node on the way to it.`;
  const inHead = withGiven(network, after, reached);
  const owned = new Uint8Array(parameterCount);
  const own: number[] = [];
  nodes.forEach(({ layer, offset }, node) => {
    if (!inHead[node]) return;
    own.push(node);
    if (offset !== undefined) owned.fill(1, offset, offset + parameterSize(layer));
  });
  if (!owned.includes(1))
    return `there are no parameters after ${what}. Name a node before the last layer with parameters.`;
  const sharing = nodes.findIndex(
    ({ layer, offset }, node) =>
      !inHead[node] &&
      offset !== undefined &&
      owned.subarray(offset, offset + parameterSize(layer)).includes(1),
  );
  if (sharing >= 0) {
    const cure = "Name a node before it, or take all of the network (EK-FAC knows shared ones)";
    return `layers after ${what} share parameters with ${nodeWords(network, sharing)}, which is before it. ${cure}.`;
  }
  const reads = new Set(own.flatMap((node) => nodes[node].inputs.filter((v) => !inHead[v - 1])));
  return {
    after,
    nodes: own,
    reads: [...reads].sort((a, b) => a - b),
    places: Int32Array.from([...owned.keys()].filter((p) => owned[p] === 1)),
  };
}

/**
 * Nodes that follow from the value, and those without an input, such as parameters, that nobody but
 * these reads.
 */
function withGiven(network: Network, after: number, reached: readonly boolean[]): boolean[] {
  const { nodes } = network;
  const fromInput = reachedFrom(network, 0);
  const inHead = nodes.map((_, node) => node !== after && reached[node + 1]);
  for (let node = nodes.length - 1; node >= 0; node--) {
    if (inHead[node] || node === after || fromInput[node + 1]) continue;
    const readers = nodes.flatMap(({ inputs }, by) => (inputs.includes(node + 1) ? [by] : []));
    inHead[node] = readers.length > 0 && readers.every((by) => inHead[by]);
  }
  return inHead;
}
