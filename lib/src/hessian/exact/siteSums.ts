import type { Arena } from "../../kernels/arena.js";
import { room } from "../../kernels/room.js";
import type { Block, HessianPlan } from "./segments.js";
import type { KeptTangents } from "./keptTangents.js";

/** w(o, t) of output channel o at site t, values[at + o · sites + t]. */
export interface SiteWeights {
  readonly values: Float64Array;
  readonly at: number;
}

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
   * @param weights   w(o, t)
   * @param unit      takes 1 for all that are not 0
   * @param target    where the dense row of (o, r) lies, r = (i, k) row-major
   * @param ownTarget the same for the row over the own parameters of channel `owner` of the input
   */
  run(
    block: Block,
    from: KeptTangents,
    weights: SiteWeights,
    unit: boolean,
    target: (o: number, r: number) => number,
    ownTarget: (o: number, r: number, owner: number) => number,
  ): void;
}

/** Entries of the lists that `makeSiteSums` keeps. */
function listSpace(plan: HessianPlan): number {
  return Math.max(
    ...plan.blocks.map(({ geometry }) => geometry.outChannels * geometry.taps * geometry.sites),
  );
}

const listCount = (plan: HessianPlan): number =>
  Math.max(...plan.blocks.map(({ geometry }) => geometry.outChannels * geometry.taps));
const panelSpace = (plan: HessianPlan): number =>
  Math.max(
    ...plan.blocks.map(({ geometry }) => room("runSums", "panel", { rows: geometry.inputSites })),
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

  const mostSites = Math.max(...plan.blocks.map(({ geometry }) => geometry.sites));
  const [alive, alone] = [new Int32Array(mostSites), new Float64Array(mostSites)];

  /** The sites of channel o whose weight is not 0, with these. */
  const findAlive = ({ values, at }: SiteWeights, o: number, sites: number): number => {
    let count = 0;
    for (let t = 0, p = at + o * sites; t < sites; t++, p++) {
      if (values[p] === 0) continue;
      alive[count] = t;
      alone[count++] = values[p];
    }
    return count;
  };
  const listWeighted = (
    siteOf: Int32Array,
    taps: number,
    k: number,
    count: number,
    used: number,
  ) => {
    let e = used;
    for (let a = 0; a < count; a++) {
      const site = siteOf[alive[a] * taps + k];
      if (site < 0) continue;
      f64[weights + e] = alone[a];
      i32[entries + e++] = site;
    }
    return e;
  };
  const listRuns = (siteOf: Int32Array, taps: number, k: number, count: number, used: number) => {
    let e = used;
    for (let a = 0; a < count; a++) {
      const site = siteOf[alive[a] * taps + k];
      if (site < 0) continue;
      if (e > used && i32[entries + 2 * e - 1] === site) i32[entries + 2 * e - 1] = site + 1;
      else {
        i32[entries + 2 * e] = site;
        i32[entries + 2 * e++ + 1] = site + 1;
      }
    }
    return e;
  };
  /** The lists of all (o, k). */
  const fill = ({ geometry }: Block, given: SiteWeights, unit: boolean): void => {
    const { outChannels, taps, sites, siteOf } = geometry;
    const list = unit ? listRuns : listWeighted;
    for (let o = 0, l = 0, used = 0; o < outChannels; o++) {
      const count = findAlive(given, o, sites);
      for (let k = 0; k < taps; k++) {
        i32[starts + l++] = used;
        used = list(siteOf, taps, k, count, used);
      }
      i32[starts + l] = used;
    }
  };

  return {
    run(block, from, given, unit, target, ownTarget) {
      const { outChannels, inChannels, taps, inputSites } = block.geometry;
      const lists = outChannels * taps;
      fill(block, given, unit);
      const sum = (n: number, rows: number): void => {
        if (unit) arena.runSums(lists, n, inputSites, starts, entries, rows, targets, panel);
        else arena.gatheredSums(lists, n, starts, entries, weights, rows, targets);
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
