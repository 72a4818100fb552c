import { size, type Shape } from "../../../core/tensor.js";
import type { AffineLayer, Layer } from "../../layers/layer.js";
import { broadcastTable } from "../../layers/sourceTables.js";
import { specOf } from "../../layers/specOf.js";
import { parametersOf, type Network } from "../../network/network.js";
import { edgeFeatures } from "./edgeFeatures.js";
import { viewOf, type NodeView } from "./nodeView.js";
import type { PlannedNode } from "./plannedNode.js";

/**
 * The nodes of a network in the order in which they are computed, fewer than it has: reshapes are
 * their inputs, given scalings and ReLU belong to the affine layer before them, the first layer of
 * edge features is computed for objects in place of edges, and what is repeated to the shape of a
 * sum is not written out. Inputs count planned nodes: 0 is the sample, k + 1 the output of node k.
 */
export function planNodes(network: Network, inputShape: Shape): PlannedNode[] {
  const view = viewOf(network, inputShape);
  const made = new Map<number, PlannedNode>();
  network.nodes.forEach(({ layer }, node) => {
    if (layer.kind === "reshape" || made.has(node + 1)) return; // or an affine layer took it along
    const { planned, output } = plannedAt(view, node);
    made.set(output, planned);
  });
  return inOrder(made, view.same(network.nodes.length));
}

function plannedAt(view: NodeView, node: number): { planned: PlannedNode; output: number } {
  const { layer, inputs, offset: place = 0 } = view.network.nodes[node];
  const count = parametersOf(layer).reduce((sum, { shape }) => sum + size(shape), 0);
  const plain = {
    layer,
    inputs: inputs.map((v) => view.same(v)),
    shapes: inputs.map((v) => view.shape[v]),
    shape: view.shape[node + 1],
    place,
    count,
  };
  if (!specOf(layer)) return { planned: plain, output: node + 1 };
  if (layer.kind === "affine" && isPerObject(layer)) {
    const edges = edgeFeatures(view, inputs[0]);
    const { output, ...behind } = followers(view, node, layer);
    return { planned: { ...plain, ...edges, ...behind }, output };
  }
  return { planned: { ...plain, ...repeatedRows(view, node) }, output: node + 1 };
}

/** Whether a layer is one matrix for every object or sample. */
export const isPerObject = ({ convolution, pairs }: AffineLayer): boolean =>
  !pairs &&
  (!convolution ||
    (convolution.kernel.every((one) => one === 1) &&
      convolution.stride.every((one) => one === 1) &&
      convolution.padding.every(([a, b]) => a === 0 && b === 0)));

/** The given scaling and the ReLU that alone read what an affine layer makes. */
function followers(
  view: NodeView,
  node: number,
  { weightShape: [channels] }: AffineLayer,
): Pick<PlannedNode, "scaled" | "rectified"> & { output: number } {
  let output = node + 1;
  let scaled: PlannedNode["scaled"];
  const next = (): { node: number; layer: Layer } | undefined => {
    const reader = view.reader(output);
    if (reader === undefined) return undefined;
    const { layer, inputs } = view.network.nodes[reader];
    const channelsFirst = view.shape[inputs[0]][0] === channels;
    return channelsFirst && specOf(layer) ? { node: reader, layer } : undefined;
  };
  const first = next();
  const values = first?.layer.kind === "scaling" ? specOf(first.layer) : undefined;
  if (first && values?.type === "scaling" && values.values && !values.axis) {
    const given = Float64Array.from(values.values);
    const shift = values.bias === false ? new Float64Array(channels) : given.slice(channels);
    scaled = { factor: given.slice(0, channels), shift };
    output = first.node + 1;
  }
  const second = next();
  const rectified = second?.layer.kind === "elementwise" && second.layer.slope === 0;
  if (rectified) output = second.node + 1;
  return { ...(scaled && { scaled }), rectified, output };
}

/**
 * A sum or product with one input that is as long as the other's last axes: read again and again,
 * in place of its repetition.
 */
function repeatedRows(view: NodeView, node: number): Partial<PlannedNode> {
  const { layer, inputs } = view.network.nodes[node];
  if (inputs.length !== 2) return {};
  const shape = view.shape[node + 1];
  if (layer.kind === "product" && specOf(layer)?.type === "multiply") {
    const repeats = (k: number): boolean => isRow(view.shape[inputs[k]], shape);
    const row = repeats(1) ? 1 : repeats(0) ? 0 : undefined;
    return row === undefined ? {} : rows(view, [inputs[1 - row], inputs[row]]);
  }
  if (layer.kind !== "merge" || layer.mode !== "add") return {};
  for (const row of [1, 0]) {
    const maker = view.maker(inputs[row]);
    if (!maker) continue;
    const { type } = specOf(maker.layer)!;
    if (type !== "expandLike" && type !== "expand") continue;
    if (isRow(view.shape[maker.inputs[0]], shape))
      return rows(view, [inputs[1 - row], maker.inputs[0]]);
  }
  return {};
}

const rows = (view: NodeView, inputs: readonly number[]): Partial<PlannedNode> => ({
  inputs: inputs.map((v) => view.same(v)),
  shapes: inputs.map((v) => view.shape[v]),
  byRows: true,
});

/** Whether a shape is repeated to another one row after the other. */
function isRow(from: Shape, to: Shape): boolean {
  const width = size(from);
  const table = broadcastTable(from, to);
  return table?.every((entry, f) => entry === f % width) ?? false;
}

/** Those that the output depends on, with inputs by their new numbers. */
function inOrder(made: ReadonlyMap<number, PlannedNode>, output: number): PlannedNode[] {
  const wanted = new Set<number>();
  const open = [output];
  for (let v = open.pop(); v !== undefined; v = open.pop()) {
    if (wanted.has(v) || v === 0) continue;
    wanted.add(v);
    open.push(...made.get(v)!.inputs);
  }
  const number = new Map([[0, 0]]);
  const planned: PlannedNode[] = [];
  for (const [value, node] of made) {
    if (!wanted.has(value)) continue;
    planned.push({ ...node, inputs: node.inputs.map((v) => number.get(v)!) });
    number.set(value, planned.length);
  }
  return planned;
}
