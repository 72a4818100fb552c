import { size, type Shape } from "../../core/tensor.js";
import { threeAxes } from "../layers/stagedInput.js";
import { compact, type Layout, type Value } from "./layout.js";
import { roundUp, type Memory } from "./memory.js";
import type { Stage } from "./stage.js";

export interface PoolingStage extends Stage {
  /** Windows of one sample; [capacity, sourcesPitch] places of the maxima in the input. */
  readonly windows: number;
  readonly sources: number;
  readonly sourcesPitch: number;
}

/**
 * @param extent  of a window along each axis; undefined: one window is all of space
 * @param makeInput computes one sample of the input just before it is pooled; then all samples
 *   share one place, and the gradient is
 *                   not passed on, because whoever made the input takes that of the output and the
 *                   sources
 */
export function poolingStage(
  memory: Memory,
  input: Value,
  shape: Shape,
  mode: "maximum" | "average",
  extent: number | undefined,
  capacity: number,
  makeInput?: (sample: number) => void,
): PoolingStage {
  const { arena } = memory;
  const windows = size(shape);
  const layout = compact(shape, 4);
  const { pitch } = layout;
  const gradient = input.gradient === undefined ? undefined : memory.floats(capacity * pitch);
  const output: Value = {
    shape,
    layout,
    at: memory.floats(capacity * pitch),
    gradient,
    deadAtZero: input.deadAtZero,
  };
  const { first, offsets } = windowLists(input.layout, layout, extent);
  const [firstList, offsetList] = [memory.list(first), memory.list(offsets)];
  const sources = memory.list(new Int32Array(mode === "maximum" ? capacity * pitch : 0));
  const entries = offsets.length;
  return {
    output,
    windows,
    sources,
    sourcesPitch: pitch,
    forward(batch) {
      for (let n = 0; n < batch; n++) {
        makeInput?.(n);
        const [x, y] = [input.at + (makeInput ? 0 : n * input.layout.pitch), output.at + n * pitch];
        if (mode === "maximum")
          arena.singleMaximum(windows, entries, firstList, offsetList, x, y, sources + n * pitch);
        else arena.singleAverage(windows, entries, firstList, offsetList, x, y);
      }
    },
    backward(batch) {
      if (gradient === undefined || input.gradient === undefined || makeInput) return;
      arena.f32.fill(0, input.gradient, input.gradient + batch * input.layout.pitch);
      for (let n = 0; n < batch; n++) {
        const [g, gx] = [gradient + n * pitch, input.gradient + n * input.layout.pitch];
        if (mode === "maximum") arena.singleMaximumTransposed(windows, sources + n * pitch, g, gx);
        else arena.singleAverageTransposed(windows, entries, firstList, offsetList, g, gx);
      }
    },
  };
}

function windowLists(
  { extents: [, ...space], strides }: Layout,
  output: Layout,
  extent: number | undefined,
): { first: Int32Array; offsets: Int32Array } {
  const step = space.map((length) => (extent === undefined ? length : Math.min(extent, length)));
  const {
    extents: [channels, a, b, c],
    pitch,
  } = { extents: output.extents, pitch: output.pitch };
  // the remainder of the last vector pools the first window again
  const first = new Int32Array(roundUp(pitch, 4));
  let f = 0;
  for (let i = 0; i < channels; i++) {
    for (let u = 0; u < a; u++) {
      for (let v = 0; v < b; v++)
        for (let w = 0; w < c; w++)
          first[f++] =
            i * strides[0] + u * step[0] * strides[1] + v * step[1] * strides[2] + w * step[2];
    }
  }
  const offsets: number[] = [];
  const [stepA, stepB, stepC] = threeAxes(step);
  for (let u = 0; u < stepA; u++)
    for (let v = 0; v < stepB; v++)
      for (let w = 0; w < stepC; w++) offsets.push(u * strides[1] + v * strides[2] + w);
  return { first, offsets: Int32Array.from(offsets) };
}
