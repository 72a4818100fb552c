import { size, type Shape } from "../../core/tensor.js";
import { makeArena } from "../../kernels/arena.js";
import type { ConvolutionWindow } from "./layer.js";
import type { AffineMap } from "./layerMaps.js";
import { stagedInput, threeAxes } from "./stagedInput.js";

/** Products of a convolution over a batch, as an affine map has them. */
export type ConvolutionProducts = Pick<AffineMap, "apply" | "applyTransposed" | "weightGradient">;

/** Weights from which a convolution is worth large products, and filters that fill their tiles. */
const MANY_WEIGHTS = 256;
const FILTERS = 8;
/** Sites that are computed for nothing at most, for each that is wanted. */
const WASTE = 0.25;

/**
 * The products of a convolution of stride 1 as three large products of matrices. Input and output
 * lie in rows of one length, that of the padded input: what tap k meets of all sites is then one
 * row of numbers, shifted by the tap's place. Sites beyond the ends of the output's rows come with
 * it: they are dropped forward, and 0 backward.
 *
 *   Y[j, s] = Σ_{k,i} W[j, (k, i)] X[i, s + o_k]
 *   X̄[i, s] = Σ_{k,j} W[(k, j), i] Ȳ[j, s − o_k]
 *   W̄[j, (k, i)] = Σ_s Ȳ[j, s] X[i, s + o_k]
 *
 * Undefined where windows step over sites, where there is little to multiply, and where too many
 * sites would be computed for nothing.
 */
export function wideConvolution(
  from: number,
  to: number,
  input: Shape,
  window: ConvolutionWindow,
  output: Shape,
): ConvolutionProducts | undefined {
  const space = threeAxes(input);
  const [outA, outB, outC] = threeAxes(output);
  const taps = size(window.kernel);
  const depth = from * taps;
  const { strides, rowAt, columns, tapAt, windowAt } = stagedInput(space, window);
  const [volume] = strides;
  const wide = windowAt(outA - 1, outB - 1) + outC;
  const sites = size(output);
  if (window.stride.some((step) => step !== 1) || to < FILTERS || to * depth < MANY_WEIGHTS)
    return undefined;
  if (wide > (1 + WASTE) * sites) return undefined;

  const [kA, kB, kC] = threeAxes(window.kernel);
  const offsets: number[] = [];
  for (let a = 0; a < kA; a++)
    for (let b = 0; b < kB; b++) for (let c = 0; c < kC; c++) offsets.push(tapAt(a, b, c));
  const margin = Math.max(...offsets);
  const line = margin + Math.max(wide, volume); // of the output: zeros before and after
  const arena = makeArena({
    doubles: from * volume + to * line + 3 * to * depth,
    integers: 2 * depth + to * taps + 2 * to + 2 * from,
  });
  const { f64, i32 } = arena;
  const [xs, ys] = [arena.doubles(from * volume), arena.doubles(to * line) + margin];
  const [w, wt, gw] = [0, 1, 2].map(() => arena.doubles(to * depth));
  const list = (count: number, at: (k: number) => number): number => {
    const start = arena.integers(count);
    for (let k = 0; k < count; k++) i32[start + k] = at(k);
    return start;
  };
  const [wRows, yRows] = [list(to, (j) => w + j * depth), list(to, (j) => ys + j * line)];
  const [wtRows, xRows] = [list(from, (i) => wt + i), list(from, (i) => xs + i * volume)];
  const meets = list(depth, (r) => xs + (r % from) * volume + offsets[Math.floor(r / from)]);
  const isMet = list(to * taps, (r) => ys + (r % to) * line - offsets[Math.floor(r / to)]);

  /** Visits the weights: place in [to, from, taps], in [to, taps, from], in [taps, to, from]. */
  const eachWeight = (visit: (plain: number, byRow: number, byTap: number) => void): void => {
    for (let j = 0, p = 0; j < to; j++)
      for (let i = 0; i < from; i++)
        for (let k = 0; k < taps; k++, p++)
          visit(p, j * depth + k * from + i, (k * to + j) * from + i);
  };
  const [inputRows, outputRows]: [Rows, Rows] = [
    {
      start: xs + columns[0],
      step: volume,
      length: space[2],
      at: rowsOf(space[0], space[1], rowAt),
    },
    { start: ys, step: line, length: outC, at: rowsOf(outA, outB, windowAt) },
  ];
  const [inputs, outputs] = [from * size(input), to * sites];
  return {
    apply(weight, bias, x, y, batch) {
      eachWeight((p, q) => (f64[w + q] = weight[p]));
      f64.fill(0, xs, xs + from * volume);
      for (let n = 0; n < batch; n++) {
        stage(x, n * inputs, f64, inputRows, from);
        for (let j = 0; j < to; j++)
          f64.fill(bias ? bias[j] : 0, ys + j * line, ys + j * line + wide);
        arena.rowProduct(to, wide, depth, wRows, 1, meets, yRows, 0);
        read(f64, outputRows, to, y, n * outputs);
      }
    },
    applyTransposed(weight, g, gx, batch) {
      eachWeight((p, _, q) => (f64[wt + q] = weight[p]));
      f64.fill(0, ys - margin, ys - margin + to * line);
      for (let n = 0; n < batch; n++) {
        stage(g, n * outputs, f64, outputRows, to);
        f64.fill(0, xs, xs + from * volume);
        arena.rowProduct(from, volume, to * taps, wtRows, from, isMet, xRows, 0);
        read(f64, inputRows, from, gx, n * inputs);
      }
    },
    weightGradient(x, g, gWeight, gBias, batch) {
      f64.fill(0, gw, gw + to * depth);
      f64.fill(0, xs, xs + from * volume);
      f64.fill(0, ys - margin, ys - margin + to * line);
      for (let n = 0; n < batch; n++) {
        stage(x, n * inputs, f64, inputRows, from);
        stage(g, n * outputs, f64, outputRows, to);
        arena.rowDots(to, depth, wide, yRows, meets, gw, depth);
      }
      eachWeight((p, q) => (gWeight[p] += f64[gw + q]));
      for (let n = 0, p = 0; n < batch; n++)
        for (let j = 0; j < to; j++) for (const end = p + sites; p < end; p++) gBias[j] += g[p];
    },
  };
}

/** Where the rows of one sample lie: those of each channel, the channels `step` apart. */
interface Rows {
  readonly start: number;
  readonly step: number;
  readonly length: number;
  readonly at: Int32Array;
}

const rowsOf = (a: number, b: number, at: (a: number, b: number) => number): Int32Array =>
  Int32Array.from({ length: a * b }, (_, p) => at(Math.floor(p / b), p % b));

/** Brings a sample [channels, …space], from entry `p` of x on, to its rows. */
function stage(
  x: Float64Array,
  p: number,
  f64: Float64Array,
  { start, step, length, at }: Rows,
  channels: number,
): void {
  for (let i = 0; i < channels; i++)
    for (let r = 0; r < at.length; r++)
      for (let q = start + i * step + at[r], end = q + length; q < end;) f64[q++] = x[p++];
}

/** The reverse. */
function read(
  f64: Float64Array,
  { start, step, length, at }: Rows,
  channels: number,
  x: Float64Array,
  p: number,
): void {
  for (let i = 0; i < channels; i++)
    for (let r = 0; r < at.length; r++)
      for (let q = start + i * step + at[r], end = q + length; q < end;) x[p++] = f64[q++];
}
