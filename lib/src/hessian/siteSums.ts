import type { Arena } from "../kernels/arena.js";
import type { Block, HessianPlan } from "./segments.js";
import type { KeptTangents } from "./tangents.js";

/**
 * Weighted sums of input tangents over the output sites of an affine layer,
 *
 *   S[o, i, k] += Σ_t w(o, t) ∂x[i, site(t, k)]/∂θ
 *
 * for all output channels o, input channels i and taps k. Zero weights (what ReLU and pooling drop) cost nothing. The loop
 * over i is outermost: the tangents of one channel stay in the second-level cache while all o and k read them.
 */
export interface SiteSums {
  /**
   * @param weight   w(o, t)
   * @param target   where the dense row of (o, r) lies, r = (i, k) row-major
   * @param ownTarget the same for the row over the own parameters of channel `owner` of the input
   */
  run(block: Block, from: KeptTangents, weight: (o: number, t: number) => number, target: (o: number, r: number) => number, ownTarget: (o: number, r: number, owner: number) => number): void;
}

/** Entries of the lists that `makeSiteSums` keeps. */
function listSpace(plan: HessianPlan): number {
  return Math.max(...plan.blocks.map(({ map: { geometry } }) => geometry.outChannels * geometry.taps * geometry.sites));
}

/** What it takes from an arena. */
export function siteSumsSpace(plan: HessianPlan): { doubles: number; integers: number } {
  return { doubles: listSpace(plan), integers: 2 * listSpace(plan) + 16 };
}

export function makeSiteSums(arena: Arena, plan: HessianPlan): SiteSums {
  const { f64, i32 } = arena;
  const space = listSpace(plan);
  const [weights, denseRows, ownRows] = [arena.doubles(space), arena.integers(space), arena.integers(space)];
  const [a, c] = [arena.integers(1), arena.integers(1)];
  let [starts, counts] = [new Int32Array(0), new Int32Array(0)];
  return {
    run(block, from, weight, target, ownTarget) {
      const { outChannels, inChannels, taps, sites, inputSites, siteOf } = block.map.geometry;
      const lists = outChannels * taps;
      if (starts.length < lists) [starts, counts] = [new Int32Array(lists), new Int32Array(lists)];
      let used = 0;
      for (let o = 0, l = 0; o < outChannels; o++) {
        for (let k = 0; k < taps; k++, l++) {
          starts[l] = used;
          for (let t = 0; t < sites; t++) {
            const site = siteOf[t * taps + k];
            const w = site < 0 ? 0 : weight(o, t);
            if (w === 0) continue;
            f64[weights + used] = w;
            i32[denseRows + used] = from.denseRows + site * from.dense;
            i32[ownRows + used++] = from.ownRows + site * from.ownWidth;
          }
          counts[l] = used - starts[l];
        }
      }
      for (let i = 0; i < inChannels; i++) {
        const owner = Math.floor((i * inputSites) / from.ownerSpan);
        for (let o = 0, l = 0; o < outChannels; o++) {
          for (let k = 0; k < taps; k++, l++) {
            if (counts[l] === 0) continue;
            const r = i * taps + k;
            i32[a] = weights + starts[l];
            if (from.dense > 0) {
              i32[c] = target(o, r);
              arena.rowProduct(1, from.dense, counts[l], a, 1, denseRows + starts[l], c, i * inputSites * from.dense);
            }
            if (from.own !== undefined) {
              i32[c] = ownTarget(o, r, owner);
              arena.rowProduct(1, from.ownWidth, counts[l], a, 1, ownRows + starts[l], c, i * inputSites * from.ownWidth);
            }
          }
        }
      }
    },
  };
}
