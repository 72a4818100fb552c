import { aNetwork, checkInputs } from "../arguments.js";
import { takes, type ArgumentKind } from "../../core/arguments/takes.js";
import { kind, record } from "../../core/arguments/kinds.js";
import { size, tensor, type Shape, type Tensor } from "../../core/tensor.js";
import { eachChunk, outputsOf } from "../losses/risk.js";
import { slice } from "../layers/objects.js";
import { reshape } from "../layers/structure.js";
import { cutAfter, type Cut } from "./cut.js";
import { networkOf, shapes, type Network, type NetworkInput, type OpenNode } from "./network.js";

/** The part of a network after a value, as a network of its own. */
export interface NetworkHead {
  readonly network: Network;
  /** Its parameters at θ. */
  readonly theta: Float64Array;
  /** Entry p of its θ is entry `places[p]` of the whole network's. */
  readonly places: Int32Array;
  /** What it reads: the value, and others that lead past it, in flat rows if there are several. */
  readonly x: Tensor;
}

/** Which part of a network its head is. */
export interface HeadOptions {
  /** The node whose value the head begins after: its number, or its layer's name if it has one. */
  readonly after: number | string;
}

/**
 * The head of a network: what its layers after a value make of what the layers before it make of
 * the samples,
 *
 *   z(x; θ) = head(φ(x; θ_trunk); θ_head)
 *
 * Outputs, losses, and all derivatives by θ_head are those of the network, so that a Hessian of the
 * head is the block of the whole Hessian that belongs to its parameters, and is small. Values that
 * lead past the cut (a residual, a second branch, a mask) are read beside it.
 *
 * @throws ConfigError for a node that is not there, from which the output does not follow, after
 *   which there are no parameters, or whose head shares parameters with the layers before it
 * @example
 * ```ts
 * import { core, nn } from "phaselens";
 * const network = nn.sequential([nn.dense(2, 3), nn.tanh(), nn.dense(3, 2)]);
 * const theta = nn.kaimingNormal(network, core.makeRng(1));
 * const head = nn.head(network, theta, core.tensor([1, 2], [1, 2]), { after: "tanh" });
 * console.log(head.network.parameterCount, head.places[0], head.x.shape); // → 8 9 [ 1, 3 ]
 * ```
 */
export function head(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  options: HeadOptions,
): NetworkHead {
  takes("head", {
    network: [network, aNetwork],
    options: [options, record({ after: nodeOrName }, "{ after }")],
  });
  checkInputs(network, theta, x, "head");
  return headAt(network, theta, x, cutAfter(network, options.after, "head"));
}

export const nodeOrName: ArgumentKind = kind(
  "the number of a node or the name of its layer",
  (value) => typeof value === "string" || (Number.isSafeInteger(value) && (value as number) >= 0),
);

/** The head of a cut that is known. */
export function headAt(network: Network, theta: Float64Array, x: Tensor, cut: Cut): NetworkHead {
  const all = shapes(network, x.shape.slice(1));
  return {
    network: headNetwork(network, cut, all),
    theta: Float64Array.from(cut.places, (place) => theta[place]),
    places: cut.places,
    x: valuesAt(network, theta, x, cut.reads, all),
  };
}

/** The nodes of the head, which find what they read in its input. */
function headNetwork(network: Network, { nodes, reads, places }: Cut, all: Shape[]): Network {
  const open: OpenNode[] = [];
  const moved = new Map<number, number>();
  const inputs: NetworkInput[] = [];
  if (reads.length === 1) moved.set(reads[0], 0);
  else {
    let start = 0;
    for (const value of reads) {
      const shape = all[value];
      const [features, objects] = shape.length === 2 ? shape : [size(shape), 1];
      open.push({ layer: slice({ start, features, objects }), inputs: [0] });
      if (shape.length !== 2) open.push({ layer: reshape(shape), inputs: [open.length] });
      moved.set(value, open.length);
      inputs.push({ name: nameOf(network, value), shape, start });
      start += size(shape);
    }
  }
  for (const node of nodes) {
    const { layer, inputs: read, offset } = network.nodes[node];
    open.push({
      layer,
      inputs: read.map((value) => moved.get(value)!),
      ...(offset !== undefined && { offset: places.indexOf(offset) }),
    });
    moved.set(node + 1, open.length);
  }
  const whole = networkOf(`head of ${network.name}`, open, places.length);
  return inputs.length > 0 ? { ...whole, inputs } : whole;
}

const nameOf = ({ nodes, inputs }: Network, value: number): string =>
  value === 0
    ? (inputs?.map(({ name }) => name).join(", ") ?? "input")
    : `${nodes[value - 1].layer.name}, node ${value - 1}`;

/** Networks that end in a value of another, kept with it as their evaluators are with them. */
const trunks = new WeakMap<Network, Map<number, Network>>();

/** The layers up to a value, as a network; θ is that of the whole. */
function trunkOf(network: Network, value: number): Network {
  let own = trunks.get(network);
  if (!own) trunks.set(network, (own = new Map<number, Network>()));
  let trunk = own.get(value);
  if (!trunk) own.set(value, (trunk = { ...network, nodes: network.nodes.slice(0, value) }));
  return trunk;
}

/**
 * Some values of all samples: of one in its shape, of several one after the other. One alone is the
 * output of the layers before it, among which edge blocks are then computed in one sweep.
 */
function valuesAt(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  reads: readonly number[],
  all: readonly Shape[],
): Tensor {
  if (reads.length === 1 && reads[0] > 0 && x.shape[0] > 0)
    return outputsOf(trunkOf(network, reads[0]), theta, x);
  const widths = reads.map((value) => size(all[value]));
  const width = widths.reduce((sum, own) => sum + own, 0);
  const n = x.shape[0];
  const found = tensor([n, ...(reads.length === 1 ? all[reads[0]] : [width])]);
  eachChunk(network, theta, x, (evaluator, from, count) => {
    for (let s = 0; s < count; s++) {
      let to = (from + s) * width;
      reads.forEach((value, k) => {
        const own = evaluator.values[value];
        found.data.set(own.subarray(s * widths[k], (s + 1) * widths[k]), to);
        to += widths[k];
      });
    }
  });
  return found;
}
