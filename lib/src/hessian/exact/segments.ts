import { size } from "../../core/tensor.js";
import { isCurved as isSmooth } from "../../nn/layers/builtLayer.js";
import { specOf } from "../../nn/layers/specOf.js";
import type { AffineMap, Layer } from "../../nn/layers/layer.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import { areApart, areRuns, areWhole, ownersInRuns, ownersPooled, type Owners } from "./owners.js";

/**
 * Plan of an exact Hessian: where tangents ∂value/∂θ are kept and how they get there.
 *
 * Between two affine layers, ReLU, pooling, reshapes, slices and dropout send each feature to at
 * most one feature with a factor. Tangents therefore need to exist only at *kept* values, those
 * that an affine layer, a merge, a smooth function or a pooling with overlapping windows reads or
 * that several nodes read; a *segment* leads from one computation to the next kept value.
 */
export interface Segment {
  /** The computation at its start. */
  readonly source:
    | { readonly kind: "affine"; readonly block: number }
    | {
        readonly kind: "merge";
        readonly mode: "add" | "concat";
        readonly inputs: readonly number[];
      }
    | { readonly kind: "smooth"; readonly node: number; readonly input: number }
    | { readonly kind: "windows"; readonly node: number; readonly input: number }
    | { readonly kind: "copy"; readonly input: number };
  /**
   * Value where the route begins, the nodes it passes (all linear at fixed activations), the kept
   * value at its end.
   */
  readonly start: number;
  readonly chain: readonly number[];
  readonly end: number;
}

/** The parameters of one affine layer, ordered by output channel: its weights, then its bias. */
export interface Block {
  readonly node: number;
  readonly map: AffineMap;
  /** Parameters of one output channel: weights and bias. */
  readonly width: number;
  /** Where the block begins in the blocked order, and in θ. */
  readonly start: number;
  readonly offset: number;
  /** The value it reads. */
  readonly input: number;
}

/**
 * Tangents of a kept value: each feature has a row over the parameters 0 … dense−1 in blocked order
 * and, if `own` is a block, a row over the parameters of its own channel only; all its other
 * derivatives vanish. Where reshapes or pooling mix the channels, there are dense rows alone.
 */
export interface TangentLayout {
  readonly features: number;
  readonly dense: number;
  readonly own: number | undefined;
  /** Features with one owner: the owner of feature f is ⌊f / ownerSpan⌋. */
  readonly ownerSpan: number;
}

export interface HessianPlan {
  readonly blocks: readonly Block[];
  readonly segments: readonly Segment[];
  /** By value; undefined where no tangents are kept. */
  readonly kept: readonly (TangentLayout | undefined)[];
}

const overlaps = (layer: Layer): boolean => layer.kind === "pooling" && layer.overlaps === true;
const needsTangents = (layer: Layer): boolean =>
  layer.kind === "affine" || layer.kind === "merge" || isSmooth(layer) || overlaps(layer);

/** Kinds of layer that segments lead through. */
const understood: Readonly<Record<Layer["kind"], boolean>> = {
  affine: true,
  elementwise: true,
  pooling: true,
  reshape: true,
  slice: true,
  dropout: true,
  merge: true,
  own: false,
};

/**
 * Why a network has no plan; undefined if it has one. Layers made by hand are left to themselves,
 * but for functions of one entry, which are asked for their derivatives like all others.
 */
export function obstacleToPlan({
  network: { nodes, parameterCount },
  steps,
}: Evaluator): string | undefined {
  const taken = new Uint8Array(parameterCount);
  for (const [
    node,
    {
      layer,
      pooling,
      weight: [start],
      bias: [, end],
    },
  ] of steps.entries()) {
    const what = `${layer.name}, node ${node},`;
    if (understood[layer.kind] !== true)
      return `${what} is of a kind that no segment leads through`;
    if (layer.kind !== "elementwise" && !specOf(layer))
      return `${what} was made or changed by hand`;
    if (pooling && !overlaps(layer) && !areApart(pooling))
      return `${what} has windows that overlap, and does not say so`;
    if (nodes[node].offset === undefined) continue;
    if (taken.subarray(start, end).includes(1)) return `${what} shares parameters with another`;
    taken.fill(1, start, end);
  }
  return undefined;
}

export function planHessian(evaluator: Evaluator): HessianPlan {
  const { network, steps, shapes } = evaluator;
  const sizes = shapes.map(size);
  const readers = shapes.map((_, v) => steps.filter((step) => step.inputs.includes(v)));
  const dependsOnTheta = shapes.map(() => false);
  steps.forEach(
    (step) =>
      (dependsOnTheta[step.output] =
        step.affine !== undefined || step.inputs.some((v) => dependsOnTheta[v])),
  );
  const isKept = (v: number): boolean =>
    dependsOnTheta[v] &&
    (readers[v].length > 1 || readers[v].some(({ layer }) => needsTangents(layer)));

  const blocks: Block[] = [];
  let start = 0;
  steps.forEach((step, node) => {
    if (!step.affine) return;
    const { inChannels, outChannels, taps } = step.affine.geometry;
    const width = inChannels * taps + 1;
    blocks.push({
      node,
      map: step.affine,
      width,
      start,
      offset: network.nodes[node].offset!,
      input: step.inputs[0],
    });
    start += outChannels * width;
  });

  const segments: Segment[] = [];
  const kept: (TangentLayout | undefined)[] = shapes.map(() => undefined);
  /** Everything below, as dense rows. */
  const extent = (layout: TangentLayout | undefined): number =>
    layout === undefined
      ? 0
      : layout.own === undefined
        ? layout.dense
        : Math.max(layout.dense, blockEnd(blocks[layout.own]));
  /**
   * Rows by owner if all that reads the value finds one owner for each of its channels, dense rows
   * otherwise.
   */
  const layoutAt = (
    end: number,
    dense: number,
    own: number | undefined,
    owners: Owners | undefined,
  ): TangentLayout => {
    const plain = { features: sizes[end], own: undefined, ownerSpan: 1 };
    if (own === undefined) return { ...plain, dense };
    const ownerSpan = sizes[end] / blocks[own].map.geometry.outChannels;
    const whole =
      owners &&
      areRuns(owners, ownerSpan) &&
      readers[end].every(({ affine }) => !affine || areWhole(owners, affine.geometry.inputSites));
    return whole
      ? { features: sizes[end], dense, own, ownerSpan }
      : { ...plain, dense: Math.max(dense, blockEnd(blocks[own])) };
  };
  const ownersThrough = (owners: Owners | undefined, node: number): Owners | undefined => {
    const { layer, pooling, output } = steps[node];
    if (!owners) return undefined;
    if (pooling) return ownersPooled(pooling, owners, sizes[output]);
    return layer.kind === "slice"
      ? owners.subarray(layer.start, layer.start + sizes[output])
      : owners;
  };
  const follow = (
    source: Segment["source"],
    from: number,
    through: number[],
    dense: number,
    own?: number,
    firstOwners?: Owners,
  ): void => {
    const chain = [...through];
    let owners = chain.reduce(ownersThrough, firstOwners);
    let value = chain.length ? steps[chain[chain.length - 1]].output : from;
    while (!isKept(value)) {
      // the network's output, or a dead end: nothing reads its tangents
      if (readers[value].length === 0) return;
      const next = readers[value][0].output - 1;
      chain.push(next);
      owners = ownersThrough(owners, next);
      value = next + 1;
    }
    segments.push({ source, start: from, chain, end: value });
    kept[value] = layoutAt(value, dense, own, owners);
  };

  steps.forEach((step, node) => {
    const { layer, inputs, output } = step;
    if (layer.kind === "affine") {
      const block = blocks.findIndex((b) => b.node === node);
      const { sites } = blocks[block].map.geometry;
      follow(
        { kind: "affine", block },
        output,
        [],
        extent(kept[inputs[0]]),
        block,
        ownersInRuns(sizes[output], sites),
      );
    } else if (layer.kind === "merge") {
      if (!dependsOnTheta[output]) return;
      follow(
        { kind: "merge", mode: layer.mode, inputs },
        output,
        [],
        Math.max(...inputs.map((v) => extent(kept[v]))),
      );
    } else if (kept[inputs[0]] !== undefined) {
      // a smooth function or overlapping windows, or a linear layer that starts a route of its own
      // because its input has several readers
      const { features, dense, own, ownerSpan } = kept[inputs[0]]!;
      const owners = own === undefined ? undefined : ownersInRuns(features, ownerSpan);
      if (isSmooth(layer))
        follow({ kind: "smooth", node, input: inputs[0] }, output, [], dense, own, owners);
      else if (overlaps(layer))
        follow(
          { kind: "windows", node, input: inputs[0] },
          output,
          [],
          dense,
          own,
          ownersThrough(owners, node),
        );
      else follow({ kind: "copy", input: inputs[0] }, inputs[0], [node], dense, own, owners);
    }
  });
  return { blocks, segments, kept };
}

/** End of a block in the blocked order. */
export const blockEnd = (block: Block): number =>
  block.start + block.map.geometry.outChannels * block.width;

/**
 * Index in θ of parameter `r` of channel `o`: weights [out, in, …kernel] come before all biases
 * there.
 */
export function thetaIndex(block: Block, o: number, r: number): number {
  const weights = block.width - 1;
  return r < weights
    ? block.offset + o * weights + r
    : block.offset + block.map.geometry.outChannels * weights + o;
}

/** θ index of each parameter in blocked order. */
export function blockedOrder(blocks: readonly Block[], P: number): Int32Array {
  const order = new Int32Array(P);
  for (const block of blocks) {
    for (let o = 0; o < block.map.geometry.outChannels; o++) {
      for (let r = 0; r < block.width; r++)
        order[block.start + o * block.width + r] = thetaIndex(block, o, r);
    }
  }
  return order;
}
