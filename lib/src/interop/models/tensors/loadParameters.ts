import {
  byName,
  listOf,
  nonNegative,
  optional,
  record,
  tensorOf,
  text,
} from "../../../core/arguments/kinds.js";
import { takes } from "../../../core/arguments/takes.js";
import { quoted } from "../../../core/printable.js";
import { checkFinite, type Tensor } from "../../../core/tensor.js";
import { aNetwork } from "../../../nn/arguments.js";
import { parameterBlocks, type Network, type ParameterBlock } from "../../../nn/network/network.js";
import { foldStatistics, statisticsOf } from "./batchStatistics.js";
import { placed } from "./placed.js";

/** Options of `loadParameters`. */
export interface LoadParametersOptions {
  /**
   * The tensor of each block of parameters, in the order of `nn.parameterBlocks`: for each layer
   * weights, then biases (default: the tensors in their order, statistics of batch normalisations
   * left aside).
   */
  readonly names?: readonly string[];
  /**
   * What PyTorch adds to the variance of a batch normalisation, which no state dictionary says
   * (default 1e-5).
   */
  readonly epsilon?: number;
}

/** Which tensor went where. */
export interface LoadedBlock extends ParameterBlock {
  /** Of the tensor. */
  readonly name: string;
  /** Statistics of a batch normalisation that went into the numbers too. */
  readonly with?: readonly string[];
}

/** θ, and what it was made of. */
export interface LoadedParameters {
  readonly theta: Float64Array;
  readonly table: readonly LoadedBlock[];
  /** Names of the tensors that went nowhere. */
  readonly unused: readonly string[];
}

/**
 * θ of a network of one's own from the tensors of another library, by name, as `readTensors` gives
 * them. PyTorch has weights [out, in, …kernel] and channels first, as here; kernels of extent 1 may
 * come without their axes, and a layer of every object, [out, in], with them.
 *
 * Without `names` there must be as many tensors as blocks of parameters, each of the shape of its
 * block: a state dictionary lists layers in the order in which the model was written down, which
 * of a chain is that of θ. Look at `table`. A batch normalisation of PyTorch, whose mean and
 * variance stand beside its weight, becomes w = γ/√(v + ε) and b = β − w m of `nn.batchNorm`.
 *
 * @throws ConfigError listing all blocks without a tensor, tensors that nothing asks for, and
 *   those of other shapes; NumericalError for NaN and ±∞
 * @example
 * ```ts
 * import { core, interop, nn } from "phaselens";
 * const network = nn.sequential([nn.dense(2, 1)]);
 * const tensors = { "fc.weight": core.tensor([1, 2], [1, 2]), "fc.bias": core.tensor([1], [3]) };
 * const { theta, table } = interop.loadParameters(network, tensors);
 * console.log(Array.from(theta), table[1].name, table[1].role); // → [ 1, 2, 3 ] fc.bias bias
 * ```
 */
export function loadParameters(
  network: Network,
  tensors: Readonly<Record<string, Tensor>>,
  options: LoadParametersOptions = {},
): LoadedParameters {
  takes("loadParameters", {
    network: [network, aNetwork],
    tensors: [tensors, byName(tensorOf(["…"], "any"), "tensors by their names")],
    options: [options, record({ names: optional(listOf(text)), epsilon: optional(nonNegative) })],
  });
  const { names, epsilon = 1e-5 } = options;
  const blocks = parameterBlocks(network);
  const table = placed(blocks, tensors, names).map((block): LoadedBlock => {
    const scales = network.nodes[block.node].layer.kind === "scaling";
    const statistics = scales ? statisticsOf(block.name, block, tensors) : undefined;
    return { ...block, ...(statistics && { with: statistics }) };
  });
  const theta = new Float64Array(network.parameterCount);
  for (const { name, with: more = [] } of table)
    for (const own of [name, ...more])
      checkFinite(tensors[own].data, `loadParameters: ${quoted(own)}`);
  for (const { name, offset } of table) theta.set(tensors[name].data, offset);
  foldStatistics(theta, table, tensors, epsilon);
  const used = new Set(table.flatMap(({ name, with: more = [] }) => [name, ...more]));
  return { theta, table, unused: Object.keys(tensors).filter((name) => !used.has(name)) };
}
