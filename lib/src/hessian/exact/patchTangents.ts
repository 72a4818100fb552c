import type { Arena } from "../../kernels/arena.js";
import type { KeptTangents } from "./keptTangents.js";
import type { PatchMeans } from "./patchMeans.js";
import type { HessianPlan } from "./segments.js";

/** Tangents of patch means, from those of the layer's input: the same means of rows. */
export type PatchTangents = (block: number, from: KeptTangents, to: KeptTangents) => void;

const patchesOf = ({ blocks }: HessianPlan): PatchMeans[] =>
  blocks.flatMap(({ patches }) => (patches ? [patches] : []));

/** What they take from an arena. */
export function patchTangentsSpace(plan: HessianPlan): { doubles: number; integers: number } {
  const all = patchesOf(plan);
  const sum = (lengths: readonly number[]): number => lengths.reduce((a, b) => a + b, 0);
  return {
    doubles: sum(all.map((p) => p.sites.length)),
    integers: sum(all.map((p) => p.sites.length + 2 * p.entries + 1 + 48)),
  };
}

export function makePatchTangents(arena: Arena, plan: HessianPlan): PatchTangents {
  const { f64, i32 } = arena;
  const lists = plan.blocks.map(({ patches }) => patches && placed(patches));

  function placed(patches: PatchMeans) {
    const { entries, starts, sites, coefficient } = patches;
    const weights = arena.doubles(sites.length);
    f64.fill(coefficient, weights, weights + sites.length);
    const places = {
      starts: arena.integers(entries + 1),
      sites: arena.integers(sites.length),
      targets: arena.integers(entries),
    };
    i32.set(starts, places.starts);
    i32.set(sites, places.sites);
    return { patches, weights, ...places };
  }

  return (block, from, to) => {
    const { patches, weights, starts, sites, targets } = lists[block]!;
    const { inChannels, inputSites, entries } = patches;
    const sum = (width: number, rows: number, into: number): void => {
      if (width === 0) return;
      for (let i = 0; i < inChannels; i++) {
        for (let e = 0; e < entries; e++) i32[targets + e] = into + (i * entries + e) * width;
        const first = rows + i * inputSites * width;
        arena.gatheredSums(entries, width, starts, sites, weights, first, targets);
      }
    };
    sum(from.dense, from.denseRows, to.denseRows);
    sum(from.ownWidth, from.ownRows, to.ownRows);
  };
}
