import type { Arena } from "../../kernels/arena.js";
import type { KeptTangents } from "./keptTangents.js";
import type { ProductLists } from "./productLists.js";
import type { Route } from "./route.js";
import type { Block, HessianPlan } from "./segments.js";
import type { SiteSums } from "./siteSums.js";
import { ownStart, ownWidthOf } from "./tangentStore.js";

/**
 * Sums over the sites of one output channel, S[i, k] = Σ_t ∂x[i, site(t, k)]/∂θ over the sites that
 * its route keeps, in the arena: dense rows [depth, dense], own rows [depth, own width].
 */
export interface ChannelSum {
  readonly block: number;
  readonly channel: number;
  /** The one feature that all kept sites of the channel lead to, and the factor they share. */
  readonly destination: number;
  readonly end: number;
  readonly factor: number;
  readonly denseRows: number;
  readonly ownRows: number;
}

/** Fewer sites than this are not worth summing before they are multiplied. */
export const SITES_WORTH_SUMMING = 8;

/** Doubles that the largest set of sums takes from an arena. */
export const channelSumsSpace = (plan: HessianPlan): number =>
  Math.max(
    ...plan.blocks.map((block) => {
      const from = plan.kept[block.input];
      const { sites, outChannels } = block.geometry;
      if (!from || sites < SITES_WORTH_SUMMING) return 0;
      return outChannels * (block.width - 1) * (from.dense + ownWidthOf(from, plan.blocks));
    }),
  );

/** An affine layer all of whose sites of a channel lead to one feature, with one factor. */
export interface SummedLayer {
  readonly index: number;
  readonly block: Block;
  /** Its weights in the arena. */
  readonly weights: number;
  readonly route: Route;
  readonly from: KeptTangents;
  readonly to: KeptTangents;
  readonly end: number;
  readonly factor: number;
}

/** Tangents through such layers: sum over sites first, multiply by weights after. */
export interface ChannelSums {
  run(layer: SummedLayer, visit: (sum: ChannelSum) => void): void;
}

export function makeChannelSums(
  arena: Arena,
  plan: HessianPlan,
  lists: ProductLists,
  siteSums: SiteSums,
): ChannelSums {
  const { f64, i32 } = arena;
  const sums = arena.doubles(channelSumsSpace(plan));

  /** Dense parameters: one product for the whole channel. */
  const multiplyDense = (
    from: KeptTangents,
    depth: number,
    weights: number,
    sum: number,
    to: number,
  ) => {
    for (let r = 0; r < depth; r++) i32[lists.b + r] = sum + r * from.dense;
    i32[lists.a] = weights;
    i32[lists.c] = to;
    arena.rowProduct(1, from.dense, depth, lists.a, 1, lists.b, lists.c);
  };
  /** Own parameters: one product for each channel of the input. */
  const multiplyOwn = (
    from: KeptTangents,
    block: Block,
    weights: number,
    sum: number,
    to: number,
  ) => {
    if (from.own === undefined) return;
    const { inChannels, taps, inputSites } = block.geometry;
    for (let i = 0; i < inChannels; i++) {
      for (let k = 0; k < taps; k++) i32[lists.b + k] = sum + (i * taps + k) * from.ownWidth;
      i32[lists.a] = weights + i * taps;
      i32[lists.c] = to + ownStart(from, i * inputSites, plan.blocks[from.own]);
      arena.rowProduct(1, from.ownWidth, taps, lists.a, 1, lists.b, lists.c);
    }
  };

  return {
    run({ index, block, weights, route, from, to, end, factor }, visit) {
      const { outChannels, sites } = block.geometry;
      const depth = block.width - 1;
      const dense = (o: number): number => sums + o * depth * (from.dense + from.ownWidth);
      const owned = (o: number): number => dense(o) + depth * from.dense;
      f64.fill(0, sums, dense(outChannels));
      siteSums.run(
        block,
        from,
        { values: route.factor, at: 0 },
        true,
        (o, r) => dense(o) + r * from.dense,
        (o, r) => owned(o) + r * from.ownWidth,
      );
      for (let o = 0; o < outChannels; o++) {
        const destination = destinationOf(route, o * sites, sites);
        if (destination < 0) continue;
        const row = to.denseRows + destination * to.dense;
        const own = weights + o * depth;
        multiplyDense(from, depth, own, dense(o), row);
        multiplyOwn(from, block, own, owned(o), row);
        const places = { denseRows: dense(o), ownRows: owned(o) };
        visit({ block: index, channel: o, destination, end, factor, ...places });
      }
    },
  };
}

/** Where the sites of a channel lead, −1 if none is kept. */
function destinationOf({ factor, destination }: Route, first: number, sites: number): number {
  for (let f = first; f < first + sites; f++) if (factor[f] !== 0) return destination[f];
  return -1;
}
