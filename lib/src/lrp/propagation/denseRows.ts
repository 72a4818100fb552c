import { makeArena } from "../../kernels/arena.js";
import { room } from "../../kernels/room.js";
import type { AffineGeometry } from "../../nn/layers/layer.js";
import { identity, mapEntries, type EntryMap } from "../rules/entryMap.js";

/**
 * Whether an affine layer is the product with its weights: one site on either side, and not in the
 * padding, where a window meets nothing.
 */
export const isMatrix = ({ inputSites, sites, taps, siteOf }: AffineGeometry): boolean =>
  inputSites === 1 && sites === 1 && taps === 1 && siteOf[0] === 0;

/** Samples staged in the arena at a time. */
const CHUNK = 64;
/** Rows of W at a time: they stay in the cache while the samples pass by. */
const ROWS = 4;

/**
 * Products with one matrix W = map(weight) [outputs, inputs], which stays in the arena. All vectors
 * are rows, one for each sample.
 */
export interface DenseRows {
  /** y = W x + b. */
  apply(bias: Float64Array | undefined, x: Float64Array, y: Float64Array, batch: number): void;
  /** z_j = Σ_i W_ji x_i where chosen_j ≠ 0, 0 elsewhere. */
  dots(x: Float64Array, chosen: Float64Array, z: Float64Array, batch: number): void;
  /** out_i = Σ_j s_j W_ji over s_j ≠ 0, times factor_i if given. */
  combine(
    s: Float64Array,
    factor: Float64Array | undefined,
    out: Float64Array,
    batch: number,
  ): void;
}

/**
 * Relevance seldom reaches all units of a dense layer: from one output, only units that excite it.
 * A matrix product with all rows would spend most of its time on denominators of units without
 * relevance.
 */
export function denseRows(
  weight: Float64Array,
  inputs: number,
  outputs: number,
  map: EntryMap = identity,
): DenseRows {
  // odd multiples of a cache line use all of the cache
  const width = 8 * (Math.ceil(inputs / 8) | 1);
  const sizes = { batch: CHUNK, outputs };
  const listed = Math.max(
    room("chosenDots", "list", sizes),
    room("chosenCombinations", "lists", sizes),
  );
  const arena = makeArena({
    doubles: outputs * width + CHUNK * (width + 2 * outputs),
    integers: CHUNK + outputs + listed,
  });
  const { f64, i32 } = arena;
  const [w, xs, ys, ss] = [
    arena.doubles(outputs * width),
    arena.doubles(CHUNK * width),
    arena.doubles(CHUNK * outputs),
    arena.doubles(CHUNK * outputs),
  ];
  const [wRows, xRows] = [arena.integers(outputs), arena.integers(CHUNK)];
  const list = arena.integers(listed);
  for (let n = 0; n < CHUNK; n++) i32[xRows + n] = xs + n * width;
  for (let j = 0; j < outputs; j++) {
    i32[wRows + j] = w + j * width;
    const [from, to] = [weight.subarray(j * inputs, (j + 1) * inputs), w + j * width];
    if (map === identity) f64.set(from, to);
    else mapEntries(map, from, f64.subarray(to, to + inputs), 1, inputs);
  }
  const stage = (x: Float64Array, from: number, count: number): void => {
    for (let n = 0; n < count; n++) {
      f64.set(x.subarray((from + n) * inputs, (from + n + 1) * inputs), xs + n * width);
      if (width > inputs) f64.fill(0, xs + n * width + inputs, xs + (n + 1) * width);
    }
  };
  const inChunks = (batch: number, step: (from: number, count: number) => void): void => {
    for (let from = 0; from < batch; from += CHUNK) step(from, Math.min(CHUNK, batch - from));
  };
  return {
    apply(bias, x, y, batch) {
      inChunks(batch, (from, count) => {
        stage(x, from, count);
        for (let n = 0; n < count; n++) {
          if (bias) f64.set(bias, ys + n * outputs);
          else f64.fill(0, ys + n * outputs, ys + (n + 1) * outputs);
        }
        for (let j = 0; j < outputs; j += ROWS)
          arena.rowDots(
            count,
            Math.min(ROWS, outputs - j),
            inputs,
            xRows,
            wRows + j,
            ys + j,
            outputs,
          );
        y.set(f64.subarray(ys, ys + count * outputs), from * outputs);
      });
    },
    dots(x, chosen, z, batch) {
      inChunks(batch, (from, count) => {
        stage(x, from, count);
        f64.set(chosen.subarray(from * outputs, (from + count) * outputs), ss);
        f64.fill(0, ys, ys + count * outputs);
        arena.chosenDots(count, width, outputs, xs, w, ss, ys, list);
        z.set(f64.subarray(ys, ys + count * outputs), from * outputs);
      });
    },
    combine(s, factor, out, batch) {
      inChunks(batch, (from, count) => {
        f64.set(s.subarray(from * outputs, (from + count) * outputs), ss);
        arena.chosenCombinations(count, width, outputs, ss, w, xs, list);
        for (let n = 0; n < count; n++) {
          const row = (from + n) * inputs;
          if (factor)
            for (let i = 0, p = row, q = xs + n * width; i < inputs; i++, p++, q++)
              out[p] = factor[p] * f64[q];
          else out.set(f64.subarray(xs + n * width, xs + n * width + inputs), row);
        }
      });
    },
  };
}
