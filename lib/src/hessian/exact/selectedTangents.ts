import type { Arena } from "../../kernels/arena.js";
import type { KeptTangents } from "./keptTangents.js";
import type { Route } from "./route.js";
import { type Block, type HessianPlan, type TangentLayout } from "./segments.js";
import { ownStart, ownWidthOf } from "./tangentStore.js";

/** Those outputs of an affine layer that its route keeps, and the factor of each. */
export interface Selected {
  readonly route: Route;
  readonly to: KeptTangents;
  /** By feature of the layer's output. */
  readonly factors: Float64Array;
}

/**
 * The selected outputs by all earlier parameters, through the tangents of the input: target_f +=
 * factor_f Σ_{i,k} W[o, i, k] · tangent of x[i, site(t, k)], as dense rows.
 */
export type SelectedTangents = (block: number, selected: Selected) => void;

/** Neighbouring weights (i, k) whose inputs have their own parameters at one place of a row. */
interface Span {
  readonly first: number;
  readonly depth: number;
  readonly shift: number;
}

const depthOf = (block: Block): number => block.width - 1;

/** Whether its input has tangents at all. */
const reads = (plan: HessianPlan): readonly Block[] =>
  plan.blocks.filter(({ input }) => plan.kept[input] !== undefined);

const mostOutputs = (plan: HessianPlan): number =>
  Math.max(0, ...reads(plan).map(({ geometry }) => geometry.outChannels * geometry.sites));

/** A row that stands for the padding. */
const widest = (plan: HessianPlan): number =>
  Math.max(
    0,
    ...reads(plan).map(({ input }) => {
      const from = plan.kept[input]!;
      return Math.max(from.dense, ownWidthOf(from, plan.blocks));
    }),
  );

/** What they take from an arena. */
export function selectedTangentsSpace(plan: HessianPlan): { doubles: number; integers: number } {
  const tables = reads(plan).map((block) => 2 * (block.geometry.sites * depthOf(block) + 16));
  return {
    doubles: mostOutputs(plan) + widest(plan),
    integers: tables.reduce((a, b) => a + b, 0) + 3 * (mostOutputs(plan) + 16),
  };
}

export function makeSelectedTangents(
  arena: Arena,
  plan: HessianPlan,
  kept: readonly (KeptTangents | undefined)[],
  weights: readonly number[],
): SelectedTangents {
  const { f64, i32 } = arena;
  const most = mostOutputs(plan);
  const [weightRows, lists, targets] = [most, most, most].map((n) => arena.integers(n));
  const factors = arena.doubles(most);
  const zeros = arena.doubles(widest(plan));
  const inputs = plan.blocks.map((block) => {
    const from = kept[block.input];
    return (
      from && {
        from,
        dense: from.dense > 0 ? rowTable(block, from.denseRows, from.dense) : 0,
        own: from.ownWidth > 0 ? rowTable(block, from.ownRows, from.ownWidth) : 0,
        spans: ownSpans(block, from, plan.blocks),
      }
    );
  });

  /** Where the rows of all (t, i, k) lie, in the order of the weights. */
  function rowTable({ geometry }: Block, rows: number, width: number): number {
    const { inChannels, taps, sites, inputSites, siteOf } = geometry;
    const table = arena.integers(sites * inChannels * taps);
    for (let t = 0, p = table; t < sites; t++)
      for (let i = 0; i < inChannels; i++)
        for (let k = t * taps; k < (t + 1) * taps; k++)
          i32[p++] = siteOf[k] < 0 ? zeros : rows + (i * inputSites + siteOf[k]) * width;
    return table;
  }

  return (index, { route, to, factors: given }) => {
    const block = plan.blocks[index];
    const { from, dense, own, spans } = inputs[index]!;
    const { sites } = block.geometry;
    const depth = depthOf(block);
    const { alive, count, destination } = route;
    for (let a = 0; a < count; a++) {
      const channel = Math.floor(alive[a] / sites);
      i32[weightRows + a] = weights[index] + channel * depth;
      i32[lists + a] = (alive[a] - channel * sites) * depth;
      i32[targets + a] = to.denseRows + destination[alive[a]] * to.dense;
      f64[factors + a] = given[alive[a]];
    }
    const add = (width: number, table: number, { first, depth: length, shift }: Span): void =>
      arena.selectedProducts(
        ...([count, width, first, length, weightRows, lists, table, targets, shift] as const),
        factors,
      );
    if (from.dense > 0) add(from.dense, dense, { first: 0, depth, shift: 0 });
    for (const span of spans) add(from.ownWidth, own, span);
  };
}

/** Input channels of one owner share their columns. */
function ownSpans(
  { geometry: { inChannels, taps, inputSites } }: Block,
  from: TangentLayout,
  blocks: readonly Block[],
): readonly Span[] {
  if (from.own === undefined) return [];
  const own = blocks[from.own];
  const spans: Span[] = [];
  for (let first = 0, end: number; first < inChannels; first = end) {
    const shift = ownStart(from, first * inputSites, own);
    end = first + 1;
    while (end < inChannels && ownStart(from, end * inputSites, own) === shift) end++;
    spans.push({ first: first * taps, depth: (end - first) * taps, shift });
  }
  return spans;
}
