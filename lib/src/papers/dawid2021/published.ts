import { readFileSync } from "node:fs";
import { DataError } from "../../core/errors.js";
import { readNpy } from "../../core/files/npyFile.js";
import { checkFinite, type Tensor } from "../../core/tensor.js";
import { cnn } from "./networks.js";
import type { Network } from "../../nn/network/network.js";
import { publishedFile } from "../shared/publishedFile.js";

/**
 * The published 740-parameter model of Dawid et al. 2021 (MIT licence,
 * Shmoo137/Hessian-Based-Toolbox).
 */
export interface Published {
  readonly network: Network;
  readonly theta: Float64Array;
  /** Their Hessian, [740, 740]; made with dropout on, so that it cannot be recomputed. */
  readonly hessian: Tensor;
  /** Their damping for influence functions. */
  readonly damping: number;
}

/**
 * The authors' model, or undefined where their files are not at hand (see `publishedFile`).
 * @throws DataError if the weights are not those of the network
 */
export function published(): Published | undefined {
  const weights = publishedFile("dawid2021/author_cnn740_weights.json");
  const hessian = publishedFile("dawid2021/author_hessian_740_f32.npy");
  if (!weights || !hessian) return undefined;
  const network = cnn();
  const tensors = JSON.parse(readFileSync(weights, "utf8")) as Record<string, unknown[]>;
  const theta = Float64Array.from(Object.values(tensors).flat(Infinity) as number[]);
  if (theta.length !== network.parameterCount) {
    throw new DataError(
      `${weights}: ${theta.length} numbers, ${network.parameterCount} expected. Fetch the file again.`,
    );
  }
  checkFinite(theta, weights);
  return { network, theta, hessian: readNpy(hessian), damping: 0.2 };
}
