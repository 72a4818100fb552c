import { size } from "../../core/tensor.js";
import type { Arena } from "../../kernels/arena.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import { meansOf } from "./patchMeans.js";
import type { Block, HessianPlan } from "./segments.js";
import type { Selected } from "./selectedTangents.js";

/** The selected outputs of a layer by its own parameters: ∂y/∂W = x, ∂y/∂b = 1. */
export type OwnParameters = (block: number, selected: Selected, sample: number) => void;

const inputsOf = ({ geometry: { inChannels, inputSites } }: Block): number =>
  inChannels * inputSites;
const outputsOf = ({ geometry: { outChannels, sites } }: Block): number => outChannels * sites;
const longest = (plan: HessianPlan, of: (block: Block) => number): number =>
  Math.max(...plan.blocks.map(of));

/** What they take from an arena. */
export function ownParametersSpace(plan: HessianPlan): { doubles: number; integers: number } {
  const tables = plan.blocks.map(({ geometry }) => geometry.siteOf.length + 16);
  return {
    doubles: longest(plan, inputsOf) + longest(plan, outputsOf),
    integers: tables.reduce((a, b) => a + b, 0) + 2 * (longest(plan, outputsOf) + 16),
  };
}

export function makeOwnParameters(
  evaluator: Evaluator,
  plan: HessianPlan,
  arena: Arena,
): OwnParameters {
  const { f64, i32 } = arena;
  const [x, factors] = [inputsOf, outputsOf].map((of) => arena.doubles(longest(plan, of)));
  const [places, rows] = [outputsOf, outputsOf].map((of) => arena.integers(longest(plan, of)));
  const inputs = plan.blocks.map((block) => inputOf(evaluator, block, f64.subarray(x)));
  const tables = plan.blocks.map(({ geometry: { siteOf } }) => {
    const table = arena.integers(siteOf.length);
    i32.set(siteOf, table);
    return table;
  });
  return (index, { route: { alive, count, destination }, to, factors: given }, sample) => {
    const { geometry, width, start } = plan.blocks[index];
    const { inChannels, taps, sites, inputSites } = geometry;
    const expanded = to.own === undefined;
    const first = expanded ? to.denseRows + start : to.ownRows;
    const step = expanded ? to.dense : to.ownWidth;
    for (let a = 0; a < count; a++) {
      const feature = alive[a];
      const channel = Math.floor(feature / sites);
      const row = first + destination[feature] * step + (expanded ? channel * width : 0);
      const factor = given[feature];
      i32[places + a] = feature - channel * sites;
      i32[rows + a] = row;
      f64[factors + a] = factor;
      f64[row + width - 1] += factor;
    }
    inputs[index](sample);
    arena.selectedPatches(
      ...([count, inChannels, taps, inputSites, x, tables[index], places, rows, factors] as const),
    );
  };
}

/** Puts what a block's weights meet of one sample in its place: its input, or means of patches. */
function inputOf(
  { values, shapes }: Evaluator,
  { patches, input }: Block,
  into: Float64Array,
): (sample: number) => void {
  const from = patches ? patches.from : input;
  const width = size(shapes[from]);
  if (patches) return (sample) => meansOf(patches, values[from], sample * width, into);
  return (sample) => into.set(values[from].subarray(sample * width, (sample + 1) * width));
}
