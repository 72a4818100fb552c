import type { Rng } from "../../core/random/rng.js";
import { row, size, tensor, type Shape, type Tensor } from "../../core/tensor.js";
import type { Weighed } from "../losses/weighed.js";

/**
 * Training data that need not be in memory: `train` asks for one sample after the other, in its own
 * order.
 */
export interface SampleSource {
  readonly count: number;
  /** Of one input. */
  readonly inputShape: Shape;
  readonly outputs: number;
  /** Of each sample in the risk, [count] (default: all alike); see `Samples`. */
  readonly weights?: ArrayLike<number>;
  /** Writes the input of a sample to `into` from `at` on. */
  readInput(sample: number, into: Float64Array | Float32Array, at: number): void;
  readTarget(sample: number, into: Float64Array, at: number): void;
}

/**
 * Samples in memory as a source; for single precision it keeps a copy that need not be converted
 * again at every use.
 */
export function sourceOf({ x, target, factors }: Weighed): SampleSource {
  const width = size(x.shape.slice(1));
  let singles: Float32Array | undefined;
  return {
    count: x.shape[0],
    inputShape: x.shape.slice(1),
    outputs: target.shape[1],
    ...(factors && { weights: factors }),
    readInput(sample, into, at) {
      const data = into instanceof Float32Array ? (singles ??= new Float32Array(x.data)) : x.data;
      into.set(data.subarray(sample * width, (sample + 1) * width), at);
    },
    readTarget: (sample, into, at) => into.set(row(target, sample), at),
  };
}

/** All targets: [count, outputs]. */
export function targetsOf(source: SampleSource): Tensor {
  const targets = tensor([source.count, source.outputs]);
  for (let s = 0; s < source.count; s++) source.readTarget(s, targets.data, s * source.outputs);
  return targets;
}

/** Changes a batch of inputs in place, anew each time a sample is used. */
export interface Augmentation {
  readonly name: string;
  apply(x: Float64Array | Float32Array, count: number, width: number, rng: Rng): void;
}

/**
 * Each sample's sign is drawn anew whenever it is used: Z₂ symmetry without a second copy of the
 * data, which Blücher et al. 2020, App. B, keep instead.
 */
export const signFlips: Augmentation = {
  name: "sign flips",
  apply(x, count, width, rng) {
    for (let s = 0; s < count; s++) {
      if (rng.uniform() >= 0.5) continue;
      for (let p = s * width; p < (s + 1) * width; p++) x[p] = -x[p];
    }
  },
};

/** Numbers in one input. */
export const inputWidth = ({ inputShape }: SampleSource): number => size(inputShape);
