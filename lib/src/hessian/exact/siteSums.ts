import type { Arena } from "../../kernels/arena.js";
import { room } from "../../kernels/room.js";
import type { Block, HessianPlan } from "./segments.js";
import type { KeptTangents } from "./keptTangents.js";

/** w(o, t) of output channel o at site t. */
export type SiteWeight = (o: number, t: number) => number;

/**
 * Weighted sums of input tangents over the output sites of an affine layer,
 *
 *   S[o, i, k] += Σ_t w(o, t) ∂x[i, site(t, k)]/∂θ
 *
 * for all output channels o, input channels i and taps k. Zero weights (what ReLU and pooling drop)
 * cost nothing. Where all others are 1, sums run over runs of neighbouring sites: a channel is
 * mostly alive or dead over whole stretches of the input, and a run costs as much as two sites. The
 * loop over i is outermost, so that the sums of all o and k share one reading of a channel's
 * tangents.
 */
export interface SiteSums {
  /**
   * @param weight    w(o, t)
   * @param unit      whether w is 0 or 1 everywhere
   * @param target    where the dense row of (o, r) lies, r = (i, k) row-major
   * @param ownTarget the same for the row over the own parameters of channel `owner` of the input
   */
  run(
    block: Block,
    from: KeptTangents,
    weight: SiteWeight,
    unit: boolean,
    target: (o: number, r: number) => number,
    ownTarget: (o: number, r: number, owner: number) => number,
  ): void;
}

/** Entries of the lists that `makeSiteSums` keeps. */
function listSpace(plan: HessianPlan): number {
  return Math.max(
    ...plan.blocks.map(
      ({ map: { geometry } }) => geometry.outChannels * geometry.taps * geometry.sites,
    ),
  );
}

const listCount = (plan: HessianPlan): number =>
  Math.max(...plan.blocks.map(({ map: { geometry } }) => geometry.outChannels * geometry.taps));
/** Of both kernels the one that sums over runs needs more. */
const panelSpace = (plan: HessianPlan): number =>
  Math.max(
    ...plan.blocks.map(({ map: { geometry } }) =>
      room("runSums", "panel", { rows: geometry.inputSites }),
    ),
  );

/** What it takes from an arena. */
export function siteSumsSpace(plan: HessianPlan): { doubles: number; integers: number } {
  return {
    doubles: listSpace(plan) + panelSpace(plan),
    integers: 2 * listSpace(plan) + 2 * listCount(plan) + 64,
  };
}

export function makeSiteSums(arena: Arena, plan: HessianPlan): SiteSums {
  const { f64, i32 } = arena;
  const [weights, panel] = [arena.doubles(listSpace(plan)), arena.doubles(panelSpace(plan))];
  // room for an entry at every site, or for the bounds of a run at every other
  const [entries, starts, targets] = [
    arena.integers(2 * listSpace(plan)),
    arena.integers(listCount(plan) + 1),
    arena.integers(listCount(plan)),
  ];

  /**
   * Fills the lists of all (o, k) by the sites that `add` takes; `add` returns how much of the list
   * is used.
   */
  const fill = (
    {
      map: {
        geometry: { outChannels, taps, sites, siteOf },
      },
    }: Block,
    add: (o: number, t: number, site: number, used: number, first: number) => number,
  ): void => {
    let used = 0;
    for (let o = 0, l = 0; o < outChannels; o++) {
      for (let k = 0; k < taps; k++, l++) {
        i32[starts + l] = used;
        const first = used;
        for (let t = 0; t < sites; t++) {
          const site = siteOf[t * taps + k];
          if (site >= 0) used = add(o, t, site, used, first);
        }
      }
    }
    i32[starts + outChannels * taps] = used;
  };
  const addWeighted =
    (weight: SiteWeight) =>
    (o: number, t: number, site: number, used: number): number => {
      const w = weight(o, t);
      if (w === 0) return used;
      f64[weights + used] = w;
      i32[entries + used] = site;
      return used + 1;
    };
  const addToRun =
    (weight: SiteWeight) =>
    (o: number, t: number, site: number, used: number, first: number): number => {
      if (weight(o, t) === 0) return used;
      if (used > first && i32[entries + 2 * used - 1] === site) {
        i32[entries + 2 * used - 1] = site + 1;
        return used;
      }
      i32[entries + 2 * used] = site;
      i32[entries + 2 * used + 1] = site + 1;
      return used + 1;
    };

  return {
    run(block, from, weight, unit, target, ownTarget) {
      const { outChannels, inChannels, taps, inputSites } = block.map.geometry;
      const lists = outChannels * taps;
      fill(block, unit ? addToRun(weight) : addWeighted(weight));
      const sum = (n: number, rows: number): void => {
        if (unit) arena.runSums(lists, n, inputSites, starts, entries, rows, targets, panel);
        else
          arena.gatheredSums(lists, n, inputSites, starts, entries, weights, rows, targets, panel);
      };
      for (let i = 0; i < inChannels; i++) {
        if (from.dense > 0) {
          for (let o = 0, l = 0; o < outChannels; o++)
            for (let k = 0; k < taps; k++) i32[targets + l++] = target(o, i * taps + k);
          sum(from.dense, from.denseRows + i * inputSites * from.dense);
        }
        if (from.own === undefined) continue;
        const owner = Math.floor((i * inputSites) / from.ownerSpan);
        for (let o = 0, l = 0; o < outChannels; o++)
          for (let k = 0; k < taps; k++) i32[targets + l++] = ownTarget(o, i * taps + k, owner);
        sum(from.ownWidth, from.ownRows + i * inputSites * from.ownWidth);
      }
    },
  };
}
