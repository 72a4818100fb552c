import { size } from "../../core/tensor.js";
import { isCurved as isSmooth } from "../../nn/layers/builtLayer.js";
import type { Layer } from "../../nn/layers/layer.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import { areRuns, areWhole, ownersInRuns, ownersPooled, type Owners } from "./owners.js";
import { patchMeans } from "./patchMeans.js";
import { overlaps } from "./planObstacle.js";
import {
  blockEnd,
  type Block,
  type HessianPlan,
  type Segment,
  type TangentLayout,
} from "./segments.js";

type Step = Evaluator["steps"][number];

/** What the plan asks of a network; lists by value, or by node for steps. */
interface Facts {
  readonly steps: readonly Step[];
  readonly sizes: readonly number[];
  readonly readers: readonly (readonly Step[])[];
  readonly dependsOnTheta: readonly boolean[];
  readonly blocks: readonly Block[];
}

/** The beginning of a segment, and the tangents of its first features. */
interface Opening {
  readonly source: Segment["source"];
  readonly start: number;
  /** Nodes passed already. */
  readonly chain: readonly number[];
  /** Parameters with dense rows, the block of own rows, and who owns which feature. */
  readonly dense: number;
  readonly own?: number;
  readonly owners?: Owners;
}

type Kept = readonly (TangentLayout | undefined)[];

export function planHessian(evaluator: Evaluator): HessianPlan {
  const facts = factsOf(evaluator);
  const segments: Segment[] = [];
  const kept: (TangentLayout | undefined)[] = facts.sizes.map(() => undefined);
  facts.steps.forEach(({ affine }, node) => {
    const patched = affine && patchesAt(facts, kept, node);
    if (patched) {
      segments.push(patched.segment);
      kept[patched.segment.end] = patched.layout;
    }
    const opening = openingAt(facts, kept, node);
    const found = opening && follow(facts, opening);
    if (!found) return;
    segments.push(found.segment);
    kept[found.segment.end] = found.layout;
  });
  return { blocks: facts.blocks, segments, kept };
}

function factsOf(evaluator: Evaluator): Facts {
  const { steps, shapes } = evaluator;
  const dependsOnTheta = shapes.map(() => false);
  for (const { affine, inputs, output } of steps)
    dependsOnTheta[output] = affine !== undefined || inputs.some((v) => dependsOnTheta[v]);
  const readers = shapes.map((_, v) => steps.filter(({ inputs }) => inputs.includes(v)));
  return {
    steps,
    sizes: shapes.map(size),
    readers,
    dependsOnTheta,
    blocks: blocksOf(evaluator, readers),
  };
}

function blocksOf({ network, steps, values }: Evaluator, readers: Facts["readers"]): Block[] {
  const blocks: Block[] = [];
  let start = 0;
  let behind = values.length;
  steps.forEach(({ affine, inputs: [input], output }, node) => {
    if (!affine) return;
    const { inChannels, outChannels, taps } = affine.geometry;
    const width = inChannels * taps + 1;
    const own = { node, width, start, offset: network.nodes[node].offset! };
    const [reader, another] = readers[output];
    const pooled =
      reader?.pooling && !another && !overlaps(reader.layer)
        ? patchMeans(affine.geometry, reader.pooling, input)
        : undefined;
    if (pooled) blocks.push({ ...own, ...pooled, input: behind++, output: reader.output });
    else blocks.push({ ...own, geometry: affine.geometry, input, output });
    start += outChannels * width;
  });
  return blocks;
}

/** The segment that leads to patch means, where a layer reads them and their tangents are kept. */
function patchesAt(
  { blocks }: Facts,
  kept: Kept,
  node: number,
): { segment: Segment; layout: TangentLayout } | undefined {
  const block = blocks.findIndex((b) => b.node === node);
  const { patches, input } = blocks[block];
  const from = patches && kept[patches.from];
  if (!from) return undefined;
  const { inChannels, inputSites, entries } = patches;
  const source = { kind: "patches", block } as const;
  return {
    segment: { source, start: patches.from, chain: [], end: input },
    layout: {
      ...from,
      features: inChannels * entries,
      ownerSpan: from.own === undefined ? 1 : (from.ownerSpan / inputSites) * entries,
    },
  };
}

/** The segment that begins at a node; undefined where none does. */
function openingAt(facts: Facts, kept: Kept, node: number): Opening | undefined {
  const { steps, sizes, blocks, dependsOnTheta } = facts;
  const { layer, inputs, output } = steps[node];
  const [input] = inputs;
  if (layer.kind === "affine") {
    const block = blocks.findIndex((b) => b.node === node);
    const { geometry, input: read, output: made } = blocks[block];
    const owners = ownersInRuns(sizes[made], geometry.sites);
    const dense = extentOf(kept[read], blocks);
    const source = { kind: "affine", block } as const;
    return { source, start: made, chain: [], dense, own: block, owners };
  }
  if (layer.kind === "merge") {
    if (!dependsOnTheta[output]) return undefined;
    const dense = Math.max(...inputs.map((v) => extentOf(kept[v], blocks)));
    return { source: { kind: "merge", mode: layer.mode, inputs }, start: output, chain: [], dense };
  }
  const from = kept[input];
  return from && openingAbove(facts, from, node);
}

/**
 * At a node whose input is kept: a smooth function or overlapping windows, or a linear layer that
 * starts a route of its own because its input has several readers.
 */
function openingAbove(facts: Facts, from: TangentLayout, node: number): Opening {
  const { features, dense, own, ownerSpan } = from;
  const {
    layer,
    inputs: [input],
    output,
  } = facts.steps[node];
  const owners = own === undefined ? undefined : ownersInRuns(features, ownerSpan);
  const rows = { dense, own, owners };
  if (isSmooth(layer))
    return { source: { kind: "smooth", node, input }, start: output, chain: [], ...rows };
  if (overlaps(layer)) {
    const pooled = ownersThrough(facts, owners, node);
    const source = { kind: "windows", node, input } as const;
    return { source, start: output, chain: [], ...rows, owners: pooled };
  }
  return { source: { kind: "copy", input }, start: input, chain: [node], ...rows };
}

/** From a segment's beginning to the next kept value; undefined if nothing reads its tangents. */
function follow(
  facts: Facts,
  { source, start, chain: passed, dense, own, owners: first }: Opening,
): { segment: Segment; layout: TangentLayout } | undefined {
  const { steps, readers } = facts;
  const chain = [...passed];
  let owners = chain.reduce((found, node) => ownersThrough(facts, found, node), first);
  let end = chain.length ? steps[chain[chain.length - 1]].output : start;
  while (!isKept(facts, end)) {
    // the network's output, or a dead end
    if (readers[end].length === 0) return undefined;
    const next = readers[end][0].output - 1;
    chain.push(next);
    owners = ownersThrough(facts, owners, next);
    end = next + 1;
  }
  return {
    segment: { source, start, chain, end },
    layout: layoutAt(facts, end, dense, own, owners),
  };
}

const needsTangents = (layer: Layer): boolean =>
  layer.kind === "affine" || layer.kind === "merge" || isSmooth(layer) || overlaps(layer);

const isKept = ({ dependsOnTheta, readers }: Facts, v: number): boolean =>
  dependsOnTheta[v] &&
  (readers[v].length > 1 || readers[v].some(({ layer }) => needsTangents(layer)));

/** Parameters below and in a kept value, as dense rows. */
function extentOf(layout: TangentLayout | undefined, blocks: readonly Block[]): number {
  if (layout === undefined) return 0;
  const { dense, own } = layout;
  return own === undefined ? dense : Math.max(dense, blockEnd(blocks[own]));
}

function ownersThrough(
  { steps, sizes }: Facts,
  owners: Owners | undefined,
  node: number,
): Owners | undefined {
  const { layer, pooling, output } = steps[node];
  if (!owners) return undefined;
  if (pooling) return ownersPooled(pooling, owners, sizes[output]);
  return layer.kind === "slice"
    ? owners.subarray(layer.start, layer.start + sizes[output])
    : owners;
}

/**
 * Rows by owner if all that reads the value finds one owner for each of its channels, dense rows
 * otherwise.
 */
function layoutAt(
  { sizes, blocks, readers }: Facts,
  end: number,
  dense: number,
  own: number | undefined,
  owners: Owners | undefined,
): TangentLayout {
  const features = sizes[end];
  const plain = { features, own: undefined, ownerSpan: 1 };
  if (own === undefined) return { ...plain, dense };
  const ownerSpan = features / blocks[own].geometry.outChannels;
  const whole =
    owners &&
    areRuns(owners, ownerSpan) &&
    readers[end].every(({ affine }) => !affine || areWhole(owners, affine.geometry.inputSites));
  return whole
    ? { features, dense, own, ownerSpan }
    : { ...plain, dense: Math.max(dense, blockEnd(blocks[own])) };
}
