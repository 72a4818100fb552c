import { filePath } from "../../../../core/arguments/kinds.js";
import { takes } from "../../../../core/arguments/takes.js";
import { ConfigError } from "../../../../core/errors.js";
import { atomicWrite } from "../../../../core/files/atomicWrite.js";
import { aNetwork } from "../../../../nn/arguments.js";
import type { Network } from "../../../../nn/network/network.js";
import { onnxBytes } from "./graphOut.js";
import { toOnnxOptions, type ToOnnxOptions } from "./options.js";

/**
 * Writes a network as an ONNX file, for onnxruntime, ROOT and all that read those, and for
 * `readModel`. An earlier file of that name is replaced as a whole. What the file holds, and what
 * is rounded, says `toOnnx`.
 * @param path  ends in .onnx
 * @returns     the path
 * @throws ConfigError listing every layer that was made or changed by hand
 * @example
 * ```ts
 * import { core, interop, nn } from "phaselens";
 * const network = nn.sequential([nn.dense(3, 8), nn.relu(), nn.dense(8, 2)]);
 * const theta = nn.kaimingNormal(network, core.makeRng(1));
 * interop.saveOnnx("tagger.onnx", network, theta, { output: "softmax" });
 * const { output, inputs } = await interop.readModel("tagger.onnx");
 * console.log(output, inputs[0].shape); // → softmax [ 3 ]
 * ```
 */
export function saveOnnx(
  path: string,
  network: Network,
  theta: Float64Array,
  options: ToOnnxOptions = {},
): string {
  takes("saveOnnx", {
    path: [path, filePath],
    network: [network, aNetwork],
    options: [options, toOnnxOptions],
  });
  if (!path.toLowerCase().endsWith(".onnx"))
    throw new ConfigError(
      `saveOnnx: the path "${path}" must end in .onnx. Name it model.onnx, for example.`,
      { path },
    );
  atomicWrite(path, onnxBytes(network, theta, options, "saveOnnx"));
  return path;
}
