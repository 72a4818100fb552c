import { bothPrecisions } from "../../../kernels/bothPrecisions.js";
import type { Kernels } from "../../../kernels/kernels.js";
import type { NativeMatrix } from "../../../kernels/nativeProducts.js";
import { erfSeries } from "../../layers/errorFunction.js";
import type { Precision } from "../../layers/largestOf.js";
import type { Memory } from "../memory.js";

/** The kernels that there are in both precisions, by their name without it: `matrix`, `rowSums`. */
type CommonKernels = {
  readonly [
    Name in keyof Kernels as Name extends `double${infer Rest}` ? Uncapitalize<Rest> : never
  ]: Kernels[Name];
};

/** What the steps of a plan compute with, in its precision. Offsets count numbers of this. */
export interface Numbers extends CommonKernels {
  readonly precision: Precision;
  /** All of the arena. Steps index it as doubles and do nothing else with it. */
  readonly all: Float64Array;
  /** Offset of so many, 0 at first, with room for a vector behind them. */
  take(count: number): number;
  /** All of it as integers, and the offset of a list of them. */
  readonly integers: Int32Array;
  list(values: ArrayLike<number>): number;
  /** y = x Φ(x) and its slope: takes a count, then the places of x, y and slopes. */
  makeGelu(): Kernels["singleGelu"];
  /** A product by a native library, where there is one. */
  readonly native: NativeMatrix;
}

/** @param memory  of the plan; arrays of both kinds come from its arena */
export function numbersOf(memory: Memory, precision: Precision): Numbers {
  const { arena } = memory;
  const single = precision === "float32";
  const kernels: Record<string, unknown> = {};
  for (const name of bothPrecisions) {
    const own = single ? arena[`single${name}`] : arena[`double${name}`];
    kernels[name.slice(0, 1).toLowerCase() + name.slice(1)] = own;
  }
  return {
    ...(kernels as unknown as CommonKernels),
    precision,
    all: (single ? arena.f32 : arena.f64) as unknown as Float64Array,
    makeGelu: () => (single ? arena.singleGelu : doubleGelu(memory)),
    integers: arena.i32,
    list: memory.list,
    take: single ? memory.floats : memory.doubles,
    native: single ? arena.nativeSingle : arena.nativeDouble,
  };
}

function doubleGelu(memory: Memory): Kernels["singleGelu"] {
  const { f64, doubleGelu } = memory.arena;
  const series = memory.doubles(erfSeries.length);
  f64.set(erfSeries, series);
  return (count, x, y, slope) => doubleGelu(count, x, y, slope, series);
}
