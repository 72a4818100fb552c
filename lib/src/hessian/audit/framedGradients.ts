import type { Network } from "../../nn/network/network.js";
import type { GradientOptions } from "../../nn/network/gradientConvention.js";
import { perSampleGradients, type SampleGradients, type Samples } from "../../nn/losses/risk.js";
import { gradientStream, type GradientStream } from "../influence/gradientStream.js";
import { rowsDividedByRoots, type DampingFrame } from "../solvers/dampingFrame.js";

/** Gradients of points in the frame of a damping, kept or made when they are asked for. */
export type FramedGradients = SampleGradients | GradientStream;

/** Numbers that are kept: 400 MB. */
const KEPT = 5e7;

/** With the weights that they carry. */
export function framedGradients(
  frame: DampingFrame,
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: GradientOptions,
): FramedGradients {
  if (samples.x.shape[0] * network.parameterCount <= KEPT) {
    const kept = perSampleGradients(network, theta, samples, options);
    return { ...kept, ...rowsDividedByRoots(frame, kept) };
  }
  const stream = gradientStream(network, theta, samples, options);
  return {
    ...stream,
    *blocks() {
      for (const block of stream.blocks()) yield rowsDividedByRoots(frame, block);
    },
  };
}

export const blocksOf = (gradients: FramedGradients): Iterable<SampleGradients> =>
  "data" in gradients ? [gradients] : gradients.blocks();
