import { size } from "../../core/tensor.js";
import type { Arena } from "../../kernels/arena.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import { affineTangentsSpace, makeAffineTangents } from "./affineTangents.js";
import { channelSumsSpace, type ChannelSum } from "./channelSums.js";
import type { KeptTangents } from "./keptTangents.js";
import { slopesOf, throughWindows, transfer } from "./linearTangents.js";
import { productListsSpace } from "./productLists.js";
import { makeRoute, type Route } from "./route.js";
import { ownParametersSpace } from "./ownParameters.js";
import { makePatchTangents, patchTangentsSpace } from "./patchTangents.js";
import type { HessianPlan, Segment } from "./segments.js";
import { selectedTangentsSpace } from "./selectedTangents.js";
import type { SiteSums } from "./siteSums.js";
import { makeTangentStore, tangentStoreSpace } from "./tangentStore.js";

/** Tangents ∂value/∂θ of one sample at all values that a plan keeps. */
export interface Tangents {
  /** By value. */
  readonly kept: readonly (KeptTangents | undefined)[];
  /**
   * Makes them for one evaluated sample. Where a global mean follows an affine layer, its tangents
   * are made of channel sums, which are shown to `visit` in passing: the Hessian needs the same
   * sums once more.
   */
  propagate(theta: Float64Array, sample: number, visit: (sum: ChannelSum) => void): void;
}

/** What the tangents of a plan take from an arena. */
export const tangentSpace = (plan: HessianPlan): { doubles: number; integers: number } => ({
  doubles:
    tangentStoreSpace(plan) +
    affineTangentsSpace(plan) +
    channelSumsSpace(plan) +
    patchTangentsSpace(plan).doubles +
    selectedTangentsSpace(plan).doubles +
    ownParametersSpace(plan).doubles,
  integers:
    productListsSpace(plan) +
    patchTangentsSpace(plan).integers +
    selectedTangentsSpace(plan).integers +
    ownParametersSpace(plan).integers,
});

/** A segment at one sample, with the tangents at its end. */
interface Passing {
  readonly route: Route;
  readonly to: KeptTangents;
  readonly end: number;
  readonly sample: number;
  readonly visit: (sum: ChannelSum) => void;
}

type Source = Segment["source"];
type BySource = {
  readonly [K in Source["kind"]]: (source: Extract<Source, { kind: K }>, passing: Passing) => void;
};

export function makeTangents(
  evaluator: Evaluator,
  plan: HessianPlan,
  arena: Arena,
  siteSums: SiteSums,
): Tangents {
  const store = makeTangentStore(arena, plan);
  const { kept } = store;
  const affine = makeAffineTangents(evaluator, plan, arena, store, siteSums);
  const patches = makePatchTangents(arena, plan);
  const sizes = evaluator.shapes.map(size);
  const through: BySource = {
    affine: ({ block }, { route, to, end, sample, visit }) =>
      affine.run(block, route, to, end, sample, visit),
    patches: ({ block }, { to }) => patches(block, kept[plan.blocks[block].patches!.from]!, to),
    copy: ({ input }, { route, to }) => transfer(store, kept[input]!, to, route),
    windows: ({ node, input }, { route, to, sample }) =>
      throughWindows(store, evaluator, node, kept[input]!, to, route, sample),
    smooth: ({ node, input }, { route, to, sample }) =>
      transfer(store, kept[input]!, to, route, 0, slopesOf(evaluator, node, sizes[input], sample)),
    merge({ mode, inputs }, { route, to }) {
      let shift = 0;
      for (const v of inputs) {
        const from = kept[v];
        if (from) transfer(store, from, to, route, shift);
        if (mode === "concat") shift += sizes[v];
      }
    },
  };
  const segments = plan.segments.map((segment) => ({
    segment,
    route: makeRoute(evaluator, segment),
    run: through[segment.source.kind] as (source: Source, passing: Passing) => void,
  }));
  return {
    kept,
    propagate(theta, sample, visit) {
      affine.load(theta);
      for (const { segment, route, run } of segments) {
        const { source, end } = segment;
        const to = kept[end]!;
        route.update(sample);
        store.clear(to);
        run(source, { route, to, end, sample, visit });
      }
    },
  };
}
