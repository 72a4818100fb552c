import { ConfigError } from "../../core/errors.js";
import { makeArena, type Arena } from "../../kernels/arena.js";
import { room } from "../../kernels/room.js";
import type { BinnedColumns } from "./bins.js";

/** Sums over the samples of a node. */
export interface Sums {
  readonly gradient: number;
  readonly curvature: number;
  readonly count: number;
}

/** How a node is best split. */
export interface BoostSplit {
  readonly feature: number;
  /** Samples of this bin and those below go left. */
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly gain: number;
  readonly left: Sums;
}

export interface SplitBounds {
  readonly minimumLeaf: number;
  readonly l2: number;
}

/** Samples begin … end − 1 of the order. */
export interface Stretch {
  readonly begin: number;
  readonly end: number;
}

/** What the trees of a boosting run share: one block of memory, in which the kernels work. */
export interface Histograms {
  /** (gradient, curvature) of each sample, for the caller to fill. [samples, 2] */
  readonly steps: Float64Array;
  /** The samples in the order of the nodes. [samples] */
  readonly rows: Int32Array;
  /** All samples in the order of the table, and no histogram in use. */
  restart(): void;
  /** The histogram of some samples; it is in use until it is given back. */
  of(samples: Stretch): number;
  /** The histogram of a parent becomes that of one child, less the other's. */
  lessChild(parent: number, child: number): number;
  giveBack(histogram: number): void;
  bestSplit(histogram: number, whole: Sums, bounds: SplitBounds): BoostSplit | undefined;
  /** Moves the samples that go left to the front. @returns where the others begin */
  divide(samples: Stretch, split: BoostSplit): number;
}

/** Doubles of an arena, at most: 4 GiB less what is beside the histograms. */
const MOST = 2 ** 29;

/**
 * @param most  histograms in use at the same time
 * @param unit  whether all curvatures are 1: then they are the numbers of samples too
 * @throws ConfigError for more memory than 4 GiB
 */
export function makeHistograms(columns: BinnedColumns, most: number, unit: boolean): Histograms {
  const { samples, features, bins, starts, stride } = columns;
  const counted = unit ? 0 : 1;
  const size = (unit ? 2 : 3) * starts[features];
  const gatheredRoom = room("boostHistogram", "gathered", { count: samples });
  const doubles = most * (size + 8) + 2 * samples + gatheredRoom + 8;
  if (doubles > MOST - bins.length / 8 - samples)
    throw new ConfigError(
      `gradientBoosting: ${most} histograms of ${starts[features]} bins take ${((doubles * 8) / 2 ** 30).toFixed(1)} GiB, at most 4 are possible. Grow fewer leaves, larger ones, or on fewer bins.`,
      { histograms: most, bins: starts[features] },
    );
  const integers = bins.length / 4 + 2 * samples + 2 * features + 1;
  const arena = makeArena({ doubles, integers });
  const { f64, i32 } = arena;
  const list = (values: ArrayLike<number>): number => {
    const at = arena.integers(values.length);
    i32.set(values, at);
    return at;
  };
  const firsts = list(starts);
  const missing = list(columns.missing.map(Number));
  const table = list(new Int32Array(bins.buffer));
  const [rows, scratch] = [arena.integers(samples), arena.integers(samples)];
  const [steps, gathered] = [arena.doubles(2 * samples), arena.doubles(gatheredRoom)];
  const found = arena.doubles(7);
  const inOrder = Int32Array.from({ length: samples }, (_, n) => n);
  const slots = Array.from({ length: most }, () => arena.doubles(size));
  let free: number[] = [];
  return {
    steps: f64.subarray(steps, steps + 2 * samples),
    rows: i32.subarray(rows, rows + samples),
    restart() {
      i32.set(inOrder, rows);
      free = slots.slice();
    },
    of({ begin, end }) {
      const own = free.pop()!;
      arena.boostHistogram(
        features,
        end - begin,
        stride,
        rows + begin,
        table,
        steps,
        gathered,
        firsts,
        own,
        counted,
      );
      return own;
    },
    lessChild(parent, child) {
      arena.boostSibling(size, parent, child);
      return parent;
    },
    giveBack: (histogram) => void free.push(histogram),
    bestSplit(histogram, { gradient, curvature, count }, { minimumLeaf, l2 }) {
      const own = [gradient, curvature, count, minimumLeaf, l2] as const;
      const any = arena.boostSplit(features, firsts, missing, histogram, counted, ...own, found);
      return any ? splitAt(arena, found) : undefined;
    },
    divide({ begin, end }, { feature, bin, missingLeft }) {
      const last = starts[feature + 1] - starts[feature] - 1;
      const column = table + (feature * stride) / 4;
      const count = end - begin;
      const left = Number(missingLeft);
      return begin + arena.boostDivide(count, rows + begin, scratch, column, bin, last, left);
    },
  };
}

function splitAt({ f64 }: Arena, at: number): BoostSplit {
  const [gain, feature, bin, missingLeft, gradient, curvature, count] = f64.subarray(at, at + 7);
  const left = { gradient, curvature, count };
  return { gain, feature, bin, missingLeft: missingLeft === 1, left };
}
