import { size } from "phaselens/core";
import { objectDense, relu, segmentSum } from "phaselens/nn";
import { isSame, pairsOf, perObject } from "./affineLayers.js";
import type { Builder } from "./builder.js";
import { factorised, type Draw } from "./draw.js";
import { rectified } from "./entrywiseLayers.js";
import { range } from "./naive.js";
import { randomLayers, type LayerType } from "./randomLayers.js";
import type { RandomLayer } from "./randomLayer.js";

/**
 * A step in the making of a network: a layer of some type, or a stretch that is computed in one
 * sweep.
 */
export type MoveKind = LayerType | "edgeBlock";

/**
 * The new value, or the one it started from where the layer does not fit.
 * @param lowest  values below are not read
 */
export function move(
  builder: Builder,
  kind: MoveKind,
  from: number,
  draw: Draw,
  lowest: number,
): number {
  if (kind === "edgeBlock") return (lowest === 0 ? edgeBlock(builder, draw) : undefined) ?? from;
  const entry: RandomLayer = randomLayers[kind];
  const value = fitted(builder, entry, from, draw);
  const inputs = entry.inputs
    ? entry.inputs(builder, value, draw, lowest)
    : entry.joins
      ? partners(builder, entry.joins, value, draw, lowest)
      : [value];
  const drawn =
    inputs &&
    entry.draw(
      draw,
      inputs.map((v) => builder.shapes[v]),
    );
  return (drawn && builder.add(drawn, inputs)) ?? value;
}

/** Reshaped to as many axes as the layer takes. */
function fitted(builder: Builder, { space }: RandomLayer, value: number, draw: Draw): number {
  const shape = builder.shapes[value];
  if (space.includes(shape.length - 1)) return value;
  const axes = draw.among(space);
  if (axes === 0) return builder.flat(value);
  return builder.shaped(value, factorised(draw, size(shape), axes));
}

/** One or two other values, perhaps the same again, brought to the shape that the join wants. */
function partners(
  builder: Builder,
  joins: "alike" | "channels",
  value: number,
  draw: Draw,
  lowest: number,
): number[] | undefined {
  const values = [value];
  const space = builder.shapes[value].slice(1);
  for (let k = 0; k <= draw.below(2); k++) {
    const other = lowest + draw.below(builder.shapes.length - lowest);
    const entries = size(builder.shapes[other]);
    const fits = joins === "channels" && entries % size(space) === 0;
    const sized = fits ? other : builder.sized(other, size(builder.shapes[value]));
    if (sized === undefined) return undefined;
    const channels = size(builder.shapes[sized]) / size(space);
    values.push(builder.shaped(sized, [channels, ...space]));
  }
  return draw.below(2) === 0 ? values : values.reverse();
}

/**
 * Convolution → ReLU → maximum pooling of the input; the value that comes of it, 0 where it does
 * not fit.
 */
export function head(builder: Builder, draw: Draw): number {
  const axes = builder.shapes[0].length - 1;
  if (axes === 0) return 0;
  const kinds = [(["conv1d", "conv2d", "conv3d"] as const)[axes - 1], "relu", "maxPool"] as const;
  for (const [node, kind] of kinds.entries())
    if (move(builder, kind, node, draw, node) !== node + 1) return 0;
  return kinds.length;
}

/** edges → ReLU → objectDense → ReLU → objectDense → ReLU → segmentSum, reading the input. */
function edgeBlock(builder: Builder, draw: Draw): number | undefined {
  const [width] = builder.shapes[0];
  if (builder.shapes[0].length > 1 || width < 4) return undefined;
  const objects = 2 + draw.below(Math.min(3, Math.floor(width / 2) - 1));
  const features = 1 + draw.below(Math.floor(width / objects / 2) || 1);
  const receivers = { start: draw.below(width - objects * features + 1), features, objects };
  const other = { start: 0, features: 1, objects: 1 + draw.below(3) };
  const senders = draw.below(2) === 0 ? receivers : other;
  const sites = senders.objects - (isSame(senders, receivers) ? 1 : 0);
  const widths = [0, 1, 2].map(() => 1 + draw.below(3));
  const rectifier = { layer: relu(), naive: { kind: "entrywise", f: rectified, kink: 0 } } as const;
  if (sites < 1) return undefined;
  let value = builder.add(pairsOf(receivers, senders, widths[0]), [0]);
  for (let l = 1; l <= 3; l++) {
    if (value === undefined) return undefined;
    value = builder.add(rectifier, [value]);
    if (value === undefined || l === 3) break;
    const next = { layer: objectDense(widths[l - 1], widths[l]) };
    const naive = perObject(widths[l - 1], widths[l], objects * sites);
    value = builder.add({ ...next, naive }, [value]);
  }
  if (value === undefined) return undefined;
  const terms = range(widths[2] * objects * sites).map((i) => ({ i, j: Math.floor(i / sites) }));
  const naive = { kind: "sums", outputs: widths[2] * objects, terms } as const;
  return builder.add({ layer: segmentSum(sites), naive }, [value]);
}
