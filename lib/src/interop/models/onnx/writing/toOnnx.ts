import { takes } from "../../../../core/arguments/takes.js";
import { aNetwork } from "../../../../nn/arguments.js";
import type { Network } from "../../../../nn/network/network.js";
import { onnxBytes } from "./graphOut.js";
import { toOnnxOptions, type ToOnnxOptions } from "./options.js";

/**
 * A network as the bytes of an ONNX file, also in a page; `saveOnnx` writes them. The graph has
 * opset 17, or 20 if there is a GELU; inputs have the network's names, or "input", the output is
 * "output", and the batch is open. θ and all other numbers (slopes, ε, given numbers) are rounded
 * to float32, in which runtimes compute: outputs differ from ours by some 1e-6. Dropout, the
 * losses and which factor of a product is its signal have no place in the format.
 * @throws ConfigError listing every layer that was made or changed by hand, and numbers beyond
 *   float32
 * @example
 * ```ts
 * import { core, interop, nn } from "phaselens";
 * const network = nn.sequential([nn.dense(3, 8), nn.relu(), nn.dense(8, 2)]);
 * const theta = nn.kaimingNormal(network, core.makeRng(1));
 * const bytes = interop.toOnnx(network, theta, { output: "softmax" });
 * console.log(interop.fromOnnx(bytes).network.parameterCount); // → 50
 * ```
 */
export function toOnnx(
  network: Network,
  theta: Float64Array,
  options: ToOnnxOptions = {},
): Uint8Array {
  takes("toOnnx", { network: [network, aNetwork], options: [options, toOnnxOptions] });
  return onnxBytes(network, theta, options, "toOnnx");
}
