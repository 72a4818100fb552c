import type { Shape } from "../../core/tensor.js";
import type { ConvolutionWindow } from "../layers/layer.js";
import { stagedInput, threeAxes, type Axes, type StagedInput } from "../layers/stagedInput.js";
import { places, type Layout, type Value } from "./layout.js";
import { roundUp, type Memory } from "./memory.js";
import type { PoolingStage } from "./pooling.js";
import type { Stage } from "./stage.js";

/**
 * Without padding and stride the output keeps the input's rows, so that all sites are one long row;
 * see `singleConvolution`.
 */
interface Plan {
  /**
   * The input with its padding, stored along the last axis by residue modulo the stride; undefined
   * where the input will do.
   */
  readonly staged: { readonly pitch: number; readonly to: Int32Array } | undefined;
  readonly output: Layout;
  readonly offsets: Int32Array;
  readonly starts: Int32Array;
  readonly n: number;
}

export interface ConvolutionStage extends Stage {
  forwardSample(sample: number): void;
  /** From now on the gradient comes from the maxima that this pooling found. */
  followedBy(pooling: PoolingStage): void;
}

/**
 * @param pooled the output goes into maximum pooling alone: it is computed a sample at a time, by
 *   `forwardSample`, and stays in the cache
 */
export function convolutionStage(
  memory: Memory,
  input: Value,
  shape: Shape,
  convolution: ConvolutionWindow,
  capacity: number,
  pooled = false,
): ConvolutionStage {
  const { arena, theta } = memory;
  const plan = makePlan(input.layout, shape, convolution);
  const {
    output: {
      strides: [channel],
      pitch,
    },
    n,
  } = plan;
  const [to, depth, segments] = [shape[0], plan.offsets.length, plan.starts.length / 2];
  const [weight, bias] = [memory.parameters(to * depth), memory.parameters(to)];
  const output: Value = {
    shape,
    layout: plan.output,
    at: memory.floats((pooled ? 1 : capacity) * pitch),
    gradient: memory.floats((pooled ? 1 : capacity) * pitch),
    deadAtZero: false,
  };
  const [starts, offsets] = [memory.list(plan.starts), memory.list(plan.offsets)];
  const [gw, gb] = [memory.floats(to * depth), memory.floats(to)];
  const { staged } = plan;
  const from = staged ? places(input.layout) : new Int32Array(0);
  const x = staged ? memory.floats(capacity * staged.pitch) : input.at;
  const gx = staged && input.gradient !== undefined ? memory.floats(staged.pitch) : undefined;
  const xPitch = staged ? staged.pitch : input.layout.pitch;
  let pooling: PoolingStage | undefined;
  const { f32 } = arena;
  const forwardSample = (s: number): void => {
    const start = x + s * xPitch;
    if (staged)
      for (let f = 0; f < from.length; f++)
        f32[start + staged.to[f]] = f32[input.at + s * input.layout.pitch + from[f]];
    arena.singleConvolution(
      to,
      n,
      depth,
      segments,
      starts,
      theta + weight,
      theta + bias,
      offsets,
      start,
      output.at + (pooled ? 0 : s * pitch),
      channel,
    );
  };
  return {
    output,
    forwardSample,
    followedBy: (stage) => void (pooling = stage),
    forward(batch) {
      if (!pooled) for (let s = 0; s < batch; s++) forwardSample(s);
    },
    backward(batch) {
      if (input.gradient === undefined) return;
      for (let s = 0; s < batch; s++) {
        const own = input.gradient + s * input.layout.pitch;
        const target = gx ?? own;
        f32.fill(0, target, target + xPitch);
        arena.singleConvolutionTransposed(
          to,
          n,
          depth,
          segments,
          starts,
          theta + weight,
          offsets,
          output.gradient! + s * pitch,
          target,
          channel,
        );
        if (staged)
          for (let f = 0; f < from.length; f++) f32[own + from[f]] = f32[target + staged.to[f]];
      }
    },
    parameters: {
      places(into, at) {
        for (let p = 0; p < to * depth; p++) into[at++] = weight + p;
        for (let j = 0; j < to; j++) into[at++] = bias + j;
      },
      gradients(batch, use) {
        f32.fill(0, gw, gw + roundUp(to * depth, 4));
        f32.fill(0, gb, gb + roundUp(to, 4));
        for (let s = 0; s < batch; s++) {
          const start = x + s * xPitch;
          if (pooling) {
            const [sources, g] = [
              pooling.sources + s * pooling.sourcesPitch,
              pooling.output.gradient! + s * pooling.output.layout.pitch,
            ];
            arena.singleConvolutionGradientAtMaxima(
              to,
              pooling.windows / to,
              depth,
              offsets,
              start,
              sources,
              g,
              channel,
              gw,
              gb,
            );
          } else
            arena.singleConvolutionGradient(
              to,
              n,
              depth,
              segments,
              starts,
              offsets,
              start,
              output.gradient! + s * pitch,
              channel,
              gw,
              gb,
            );
        }
        use("weight", weight, roundUp(to * depth, 4), gw);
        use("bias", bias, roundUp(to, 4), gb);
      },
    },
  };
}

function makePlan(input: Layout, shape: Shape, window: ConvolutionWindow): Plan {
  const [channels, ...space] = input.extents;
  const unit = window.stride.every((step) => step === 1);
  const direct = unit && window.padding.flat().every((zeros) => zeros === 0);
  const stage = stagedInput(space, window, direct ? input.strides : undefined);
  const {
    strides: [channel, plane, row],
    tapAt,
    windowAt,
  } = stage;
  const [kA, kB, kC] = threeAxes(window.kernel);
  const offsets: number[] = [];
  for (let i = 0; i < channels; i++) {
    for (let a = 0; a < kA; a++) {
      for (let b = 0; b < kB; b++) {
        for (let c = 0; c < kC; c++) offsets.push(i * channel + tapAt(a, b, c));
      }
    }
  }
  const to = direct ? undefined : stagedPlaces(channels, space, stage);
  const common = {
    staged: to && { pitch: channels * channel, to },
    offsets: Int32Array.from(offsets),
  };
  const [outA, outB, outC] = threeAxes(shape.slice(1));
  const extents = [shape[0], outA, outB, outC] as const;
  if (unit) {
    const n = roundUp((outA - 1) * plane + (outB - 1) * row + outC, 8);
    const output: Layout = { extents, strides: [n, plane, row], pitch: shape[0] * n };
    return { ...common, output, starts: Int32Array.of(0, 0), n };
  }
  const n = roundUp(outC, 8);
  const strides = [outA * outB * n, outB * n, n] as const;
  const output: Layout = { extents, strides, pitch: shape[0] * strides[0] };
  const starts: number[] = [];
  for (let a = 0; a < outA; a++) {
    for (let b = 0; b < outB; b++) starts.push(windowAt(a, b), a * output.strides[1] + b * n);
  }
  return { ...common, output, starts: Int32Array.from(starts), n };
}

/** Where each feature of a sample goes, in the order of features. */
function stagedPlaces(
  channels: number,
  [inA, inB, inC]: Axes,
  { strides: [channel], rowAt, columns }: StagedInput,
): Int32Array {
  const to = new Int32Array(channels * inA * inB * inC);
  let f = 0;
  for (let i = 0; i < channels; i++) {
    for (let a = 0; a < inA; a++) {
      for (let b = 0; b < inB; b++) {
        for (let c = 0; c < inC; c++) to[f++] = i * channel + rowAt(a, b) + columns[c];
      }
    }
  }
  return to;
}
