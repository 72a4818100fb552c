import { takes } from "../../core/arguments/takes.js";
import { riskOptions } from "../../nn/arguments.js";
import { ConfigError } from "../../core/errors.js";
import { size, tensor, type Tensor } from "../../core/tensor.js";
import type { Network } from "../../nn/network/network.js";
import { conventionOf, type GradientOptions } from "../../nn/network/gradientConvention.js";
import { checkSamples, perSampleGradients, type Samples } from "../../nn/losses/risk.js";
import { weightsOf } from "../../nn/losses/weighed.js";

/**
 * Per-sample gradients [count, P] that are made block by block when asked for and not kept: memory
 * blockSize · P.
 */
export interface GradientStream {
  /** [count, P]. */
  readonly shape: readonly [number, number];
  /** Of the samples in the risk, absent where all are alike; see `nn.SampleGradients`. */
  readonly weights?: Float64Array;
  /** Their sum (default: that of `weights`). */
  readonly totalWeight?: number;
  /** Blocks in order, the last one shorter. */
  blocks(): Iterable<Tensor>;
}

/**
 * `perSampleGradients`, a block at a time: for networks whose n × P gradients do not fit into
 * memory (10⁵ parameters and 1000 samples make 0.8 GB). Each pass computes them anew.
 */
export function gradientStream(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: GradientOptions,
  blockSize: number = 32,
): GradientStream {
  takes("gradientStream", { options: [options, riskOptions] });
  checkSamples(network, theta, samples, "gradientStream", options.loss);
  conventionOf(options, "gradientStream");
  if (!Number.isInteger(blockSize) || blockSize < 1)
    throw new ConfigError(
      `gradientStream: blockSize must be a whole number ≥ 1, got ${blockSize}.`,
    );
  const n = samples.x.shape[0];
  return {
    shape: [n, network.parameterCount],
    ...weightsOf(samples),
    *blocks() {
      for (let from = 0; from < n; from += blockSize) {
        const count = Math.min(blockSize, n - from);
        yield perSampleGradients(
          network,
          theta,
          { x: view(samples.x, from, count), target: view(samples.target, from, count) },
          options,
        );
      }
    },
  };
}

/** Rows from … from + count, not copied. */
function view(t: Tensor, from: number, count: number): Tensor {
  const width = size(t.shape.slice(1));
  return tensor(
    [count, ...t.shape.slice(1)],
    t.data.subarray(from * width, (from + count) * width),
  );
}
