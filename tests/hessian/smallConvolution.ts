import { makeRng, tensor, type Tensor } from "phaselens/core";
import { exactHessian, testGradients } from "phaselens/hessian";
import { perSampleGradients, type Network, type RiskOptions, type Samples } from "phaselens/nn";
import { problems, randomTensor } from "../support/models.js";
import { paperDamping } from "phaselens/internal/hessian/solvers/damping";

export interface SmallConvolution {
  readonly network: Network;
  readonly theta: Float64Array;
  readonly samples: Samples;
  readonly options: RiskOptions;
  readonly hessian: Tensor;
  /** With it the Hessian's lowest eigenvalue is 0.1. */
  readonly damping: number;
  /** Gradients of the training points and of four test points. */
  readonly training: Tensor;
  readonly test: Tensor;
}

/**
 * The network of Dawid et al. 2021, Fig. 7(a), in small: about a hundred parameters, 60 random
 * samples, an indefinite Hessian.
 */
export function smallConvolution(seed = 1): SmallConvolution {
  const { network, theta, loss } =
    problems["conv1d with both poolings (Dawid, Fig. 7a, in small)"](seed);
  const options = { loss, l2: 0.01 };
  const draw = (n: number, label: string): Samples => {
    const rng = makeRng(seed, label);
    const target = tensor([n, 2]);
    for (let s = 0; s < n; s++) target.data[2 * s + rng.integer(2)] = 1;
    return { x: randomTensor([n, 1, 26], seed + (label === "test" ? 100 : 10)), target };
  };
  const samples = draw(60, "training");
  const hessian = exactHessian(network, theta, samples, options);
  return {
    network,
    theta,
    samples,
    options,
    hessian,
    damping: paperDamping(hessian) + 0.09,
    training: perSampleGradients(network, theta, samples, options),
    test: testGradients(network, theta, draw(4, "test"), options),
  };
}
