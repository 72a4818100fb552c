import { makeArena, type Arena } from "../../kernels/arena.js";
import { room } from "../../kernels/room.js";
import { isSameGroup } from "./edges.js";
import type { ObjectGroup } from "./layer.js";

/**
 * Layers that can be computed in one sweep: edges → ReLU → objectDense → ReLU → objectDense → ReLU
 * → segmentSum, read nowhere in between, with parameters that follow each other in θ.
 */
export interface EdgeBlock {
  readonly receivers: ObjectGroup;
  readonly senders: ObjectGroup;
  /** Widths of its three layers. */
  readonly widths: readonly [number, number, number];
  /** Where its parameters begin in θ. */
  readonly offset: number;
}

/** Where weights [out, padded in] and biases of a layer lie. */
export interface LayerPlace {
  readonly w: number;
  readonly b: number;
}

/** An edge block in an arena, laid out as its kernels want it. */
export interface EdgeBlockRoom {
  readonly arena: Arena;
  /** What the kernels are given. */
  readonly list: number;
  /** From row to row of what is kept by object. */
  readonly step: number;
  /** Inputs of a unit of each layer, as they are and filled up. */
  readonly inputs: readonly number[];
  readonly padded: readonly number[];
  readonly layers: readonly LayerPlace[];
  readonly gradients: readonly LayerPlace[];
  /** Receivers, and senders, which may be the same. [features, step] */
  readonly receivers: number;
  readonly senders: number;
  /** Output and its gradient, [width, step]. */
  readonly output: number;
  readonly outputGradient: number;
}

/** Sites of a tile: what a tile keeps should stay in the nearest cache. */
const TILE = 128;
const upToFour = (n: number): number => (n + 3) & ~3;

export function edgeBlockRoom(
  { receivers, senders, widths }: EdgeBlock,
  backend: "auto" | "typescript",
): EdgeBlockRoom {
  const self = isSameGroup(receivers, senders);
  const [R, S] = [receivers.features, senders.features];
  const rows = widths.map(upToFour);
  const padded = [R + S, rows[0], rows[1]];
  const step = upToFour(Math.max(receivers.objects, senders.objects));
  const tile = Math.max(TILE, upToFour(senders.objects));
  const parameters = rows.reduce((sum, count, l) => sum + count * (padded[l] + 1), 0);
  const byObject = R + S + 4 * rows[0] + 2 * rows[2];
  const bySite = 2 * (rows[0] + rows[1]) + rows[2] + 1;
  const fields = room("edgeForward", "list", {});
  const arena = makeArena(
    { doubles: byObject * step + 2 * parameters + bySite * tile, integers: fields },
    backend,
  );
  const take = (count: number): number => arena.doubles(count);
  const places = (): LayerPlace[] =>
    rows.map((count, l) => ({ w: take(count * padded[l]), b: take(count) }));
  const [layers, gradients] = [places(), places()];
  const xr = take(R * step);
  const xs = self ? xr : take(S * step);
  const firstLayer = [take(rows[0] * step), take(rows[0] * step)];
  const tiles = rows.map((count) => take(count * tile));
  const siteWeights = take(tile);
  const [output, outputGradient] = [take(rows[2] * step), take(rows[2] * step)];
  const atSites = [take(rows[0] * tile), take(rows[1] * tile)];
  const atFirstLayer = [take(rows[0] * step), take(rows[0] * step)];
  const flat = (of: readonly LayerPlace[]): number[] => of.flatMap(({ w, b }) => [w, b]);
  const list = arena.integers(fields);
  // numbers of objects, and how often the last sender stands for itself, change from sample to
  // sample
  const sizes = [R, S, 0, 0, 0, 0, self ? 1 : 0, ...rows, step, tile];
  const kept = [...firstLayer, ...tiles, siteWeights, output, outputGradient];
  arena.i32.set(
    [...sizes, xr, xs, ...flat(layers), ...kept, ...atSites, ...atFirstLayer, ...flat(gradients)],
    list,
  );
  return {
    arena,
    list,
    step,
    inputs: [R + S, widths[0], widths[1]],
    padded,
    layers,
    gradients,
    receivers: xr,
    senders: xs,
    output,
    outputGradient,
  };
}
