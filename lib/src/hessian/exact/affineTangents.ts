import type { Arena } from "../../kernels/arena.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import { makeChannelSums, SITES_WORTH_SUMMING, type ChannelSum } from "./channelSums.js";
import type { KeptTangents } from "./keptTangents.js";
import { makeOwnParameters } from "./ownParameters.js";
import { makeProductLists } from "./productLists.js";
import { commonFactor, type Route } from "./route.js";
import type { Block, HessianPlan } from "./segments.js";
import { makeSelectedTangents } from "./selectedTangents.js";
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

const weightsOf = (block: Block): number => block.geometry.outChannels * (block.width - 1);

/** Doubles for the weights of all layers. */
export const affineTangentsSpace = (plan: HessianPlan): number =>
  plan.blocks.reduce((sum, block) => sum + weightsOf(block), 0);

export function makeAffineTangents(
  evaluator: Evaluator,
  plan: HessianPlan,
  arena: Arena,
  store: TangentStore,
  siteSums: SiteSums,
): AffineTangents {
  const { blocks } = plan;
  const weights = blocks.map((block) => arena.doubles(weightsOf(block)));
  const channelSums = makeChannelSums(arena, plan, makeProductLists(arena, plan), siteSums);
  const addInputs = makeSelectedTangents(arena, plan, store.kept, weights);
  const addOwn = makeOwnParameters(evaluator, plan, arena);
  return {
    load(theta) {
      blocks.forEach((block, l) =>
        arena.f64.set(theta.subarray(block.offset, block.offset + weightsOf(block)), weights[l]),
      );
    },
    run(index, route, to, end, sample, visit) {
      const block = blocks[index];
      const from = store.kept[block.input];
      const { outChannels, sites } = block.geometry;
      const selected = { route, to, factors: route.factor };
      const common = sites >= SITES_WORTH_SUMMING ? commonFactor(route) : undefined;
      const summing =
        from !== undefined && common !== undefined && to.own === index && to.ownerSpan === 1;
      if (!summing) {
        addOwn(index, selected, sample);
        if (from) addInputs(index, selected);
        return;
      }
      // sums know no factor: their one factor is applied to all at the end
      const layer = { index, block, weights: weights[index], route, from, to, end };
      channelSums.run({ ...layer, factor: common }, visit);
      addOwn(index, { ...selected, factors: ones(outChannels * sites) }, sample);
      if (common !== 1) store.scale(to, common);
    },
  };
}

let made = new Float64Array(0);
function ones(count: number): Float64Array {
  if (made.length < count) made = new Float64Array(count).fill(1);
  return made;
}
