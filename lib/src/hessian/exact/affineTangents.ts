import { size } from "../../core/tensor.js";
import type { Arena } from "../../kernels/arena.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import { makeChannelSums, SITES_WORTH_SUMMING, type ChannelSum } from "./channelSums.js";
import type { KeptTangents } from "./keptTangents.js";
import { makeProductLists, type ProductLists } from "./productLists.js";
import { commonFactor, type Route } from "./route.js";
import type { Block, HessianPlan } from "./segments.js";
import { makeSiteProduct } from "./siteProduct.js";
import type { SiteSums } from "./siteSums.js";
import type { TangentStore } from "./tangentStore.js";

/** Tangents of the outputs of affine layers, written straight to the features their routes keep. */
export interface AffineTangents {
  /** Takes the weights of θ; before the first `run` and whenever θ changes. */
  load(theta: Float64Array): void;
  run(
    block: number,
    route: Route,
    to: KeptTangents,
    end: number,
    sample: number,
    visit: (sum: ChannelSum) => void,
  ): void;
}

const weightsOf = (block: Block): number => block.map.geometry.outChannels * (block.width - 1);

/** Doubles for the weights of all layers, and for one channel's weights times a factor. */
export const affineTangentsSpace = (plan: HessianPlan): number =>
  plan.blocks.reduce((sum, block) => sum + weightsOf(block), 0) + widest(plan);

const widest = ({ blocks }: HessianPlan): number => Math.max(...blocks.map(({ width }) => width));
const mostChannels = ({ blocks }: HessianPlan): number =>
  Math.max(...blocks.map(({ map: { geometry } }) => geometry.outChannels));

/** A layer at one sample, on its way to the value where its route ends. */
interface Passing {
  readonly index: number;
  readonly block: Block;
  readonly route: Route;
  readonly to: KeptTangents;
  /** Its inputs begin at x[at]. */
  readonly x: Float64Array;
  readonly at: number;
  /** The factor of all sites, which is applied at the end; undefined if there are several. */
  readonly common: number | undefined;
}

export function makeAffineTangents(
  evaluator: Evaluator,
  plan: HessianPlan,
  arena: Arena,
  store: TangentStore,
  siteSums: SiteSums,
): AffineTangents {
  const { blocks } = plan;
  const sizes = evaluator.shapes.map(size);
  const weights = blocks.map((block) => arena.doubles(weightsOf(block)));
  const lists = makeProductLists(arena, plan);
  const channelSums = makeChannelSums(arena, plan, lists, siteSums);
  const addInputs = makeInputProducts(arena, plan, weights, lists);
  const alive = new Int32Array(mostChannels(plan));
  return {
    load(theta) {
      blocks.forEach((block, l) =>
        arena.f64.set(theta.subarray(block.offset, block.offset + weightsOf(block)), weights[l]),
      );
    },
    run(index, route, to, end, sample, visit) {
      const block = blocks[index];
      const from = store.kept[block.input];
      const { outChannels, sites } = block.map.geometry;
      const common = commonFactor(route);
      const x = evaluator.values[block.input];
      const passing = { index, block, route, to, x, at: sample * sizes[block.input], common };
      const summing =
        from !== undefined &&
        common !== undefined &&
        to.own === index &&
        to.ownerSpan === 1 &&
        sites >= SITES_WORTH_SUMMING;
      if (summing) {
        const layer = { index, block, weights: weights[index], route, from, to, end };
        channelSums.run({ ...layer, factor: common }, visit);
      }
      for (let t = 0; t < sites; t++) {
        let count = 0;
        for (let o = 0; o < outChannels; o++)
          if (route.factor[o * sites + t] !== 0) alive[count++] = o;
        if (count === 0) continue;
        addOwnParameters(arena.f64, passing, alive, count, t);
        if (from && !summing) addInputs(passing, from, alive, count, t);
      }
      if (common !== undefined && common !== 1) store.scale(to, common);
    },
  };
}

/** The channels alive at site t by their own parameters: ∂y/∂W = x, ∂y/∂b = 1. */
function addOwnParameters(
  f64: Float64Array,
  { block, route, to, x, at, common }: Passing,
  alive: Int32Array,
  count: number,
  t: number,
): void {
  const { inChannels, taps, sites, inputSites, siteOf } = block.map.geometry;
  const expanded = to.own === undefined;
  const [rows, step] = expanded
    ? [to.denseRows + block.start, to.dense]
    : [to.ownRows, to.ownWidth];
  for (let m = 0; m < count; m++) {
    const feature = alive[m] * sites + t;
    const row = rows + route.destination[feature] * step + (expanded ? alive[m] * block.width : 0);
    const factor = common === undefined ? route.factor[feature] : 1;
    for (let i = 0, r = row; i < inChannels; i++) {
      for (let k = 0; k < taps; k++, r++) {
        const site = siteOf[t * taps + k];
        if (site >= 0) f64[r] += factor * x[at + i * inputSites + site];
      }
    }
    f64[row + block.width - 1] += factor;
  }
}

type InputProducts = (
  passing: Passing,
  from: KeptTangents,
  alive: Int32Array,
  count: number,
  t: number,
) => void;

/** The channels alive at site t by all earlier parameters, through the tangents of the input. */
function makeInputProducts(
  arena: Arena,
  plan: HessianPlan,
  weights: readonly number[],
  lists: ProductLists,
): InputProducts {
  const { f64 } = arena;
  const most = mostChannels(plan);
  const products = plan.blocks.map((block) => makeSiteProduct(arena, block, plan.blocks, lists));
  const channels = { count: 0, weights: new Int32Array(most), targets: new Int32Array(most) };
  const scaled = arena.doubles(widest(plan));
  return ({ index, block, route, to, common }, from, alive, count, t) => {
    const { sites } = block.map.geometry;
    const depth = block.width - 1;
    const rowOf = (o: number): number => weights[index] + o * depth;
    const target = (o: number): number =>
      to.denseRows + route.destination[o * sites + t] * to.dense;
    if (common !== undefined) {
      channels.count = count;
      for (let m = 0; m < count; m++) {
        channels.weights[m] = rowOf(alive[m]);
        channels.targets[m] = target(alive[m]);
      }
      return products[index](from, t, channels);
    }
    // factors of their own (leaky slopes into a mean): one channel at a time, its weights scaled
    channels.count = 1;
    channels.weights[0] = scaled;
    for (let m = 0; m < count; m++) {
      const own = rowOf(alive[m]);
      const factor = route.factor[alive[m] * sites + t];
      for (let r = 0; r < depth; r++) f64[scaled + r] = f64[own + r] * factor;
      channels.targets[0] = target(alive[m]);
      products[index](from, t, channels);
    }
  };
}
