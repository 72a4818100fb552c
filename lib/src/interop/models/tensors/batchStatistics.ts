import type { Tensor } from "../../../core/tensor.js";
import type { ParameterBlock } from "../../../nn/network/network.js";

type Tensors = Readonly<Record<string, Tensor>>;

/** Buffers of PyTorch's BatchNorm: no parameters, and not asked for by themselves. */
export const isStatistic = (name: string): boolean =>
  /(?:^|\.)(?:running_mean|running_var|num_batches_tracked)$/.test(name);

/** Names of mean and variance that stand beside a weight or bias, if they fit it. */
export function statisticsOf(
  name: string,
  { shape }: ParameterBlock,
  tensors: Tensors,
): readonly [mean: string, variance: string] | undefined {
  const [before] = /^(.*\.|)(?=(?:weight|bias)$)/.exec(name) ?? [];
  if (before === undefined || shape.length !== 1) return undefined;
  const names = [`${before}running_mean`, `${before}running_var`] as const;
  const fits = (own: string): boolean =>
    Object.hasOwn(tensors, own) && tensors[own].data.length === shape[0];
  return names.every(fits) ? names : undefined;
}

/** A block with statistics, and where its numbers are. */
interface Placed extends ParameterBlock {
  readonly with?: readonly string[];
}

/**
 * Puts mean m and variance v into θ that has γ and β:
 *
 *   w = γ / √(v + ε),   b = β − w m
 */
export function foldStatistics(
  theta: Float64Array,
  table: readonly Placed[],
  tensors: Tensors,
  epsilon: number,
): void {
  for (const { node, role, offset, shape, with: statistics } of table) {
    if (!statistics || role !== "weight") continue;
    const [mean, variance] = statistics.map((name) => tensors[name].data);
    const shift = table.find((block) => block.node === node && block.role === "bias")?.offset;
    for (let c = 0; c < shape[0]; c++) {
      theta[offset + c] /= Math.sqrt(variance[c] + epsilon);
      if (shift !== undefined) theta[shift + c] -= theta[offset + c] * mean[c];
    }
  }
}
