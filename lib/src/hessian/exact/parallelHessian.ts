import { takes } from "../../core/arguments/takes.js";
import { riskOptions } from "../../nn/arguments.js";
import { checkStrength } from "../../nn/losses/penalties.js";
import type { LongRunOptions } from "../../core/tasks/longRun.js";
import { computesHere, parallelMap } from "../../core/tasks/parallel.js";
import { tensor } from "../../core/tensor.js";
import {
  describeNetwork,
  networkFrom,
  type NetworkDescription,
} from "../../nn/network/description.js";
import type { Loss, LossSpec } from "../../nn/losses/loss.js";
import { describeLoss, lossFrom } from "../../nn/losses/lossTypes.js";
import type { Network } from "../../nn/network/network.js";
import { checkSamples, type Samples } from "../../nn/losses/risk.js";
import { takeSamples, weighed, type Weighed } from "../../nn/losses/weighed.js";
import { exactHessian, type ExactHessian, type ExactHessianOptions } from "./exactHessian.js";

/**
 * Training points of one request; fixed, so that sums are formed in the same order for any number
 * of workers.
 */
const CHUNK = 128;

interface Request {
  /** Undefined in the calling thread, which has both. */
  readonly described: { readonly network: NetworkDescription; readonly loss: LossSpec } | undefined;
  readonly l2: number;
  readonly theta: Float64Array;
  readonly samples: Weighed;
}

/** `onDone` is told of requests of up to 128 samples. */
export interface ParallelHessianOptions
  extends Pick<ExactHessianOptions, "loss" | "l2">, LongRunOptions {
  /** Worker threads, as in `parallelMap` (default PHASELENS_JOBS or the number of cores). */
  readonly jobs?: number;
}

/**
 * `exactHessian` on several cores: the mean of the Hessians of up to 128 samples each, in worker
 * threads. [P, P]
 *
 * The same for any number of workers; equal to `exactHessian` up to the rounding of another order
 * of summation. Each request returns a matrix, so memory is P² numbers for every 128 samples.
 *
 * @throws ShapeError, NumericalError  if data, θ and network do not fit or hold NaN
 * @throws ConfigError if a layer or loss is not this library's and it would have to go to a worker
 *   thread
 */
export async function parallelHessian(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: ParallelHessianOptions,
): Promise<ExactHessian> {
  takes("parallelHessian", { options: [options, riskOptions] });
  checkSamples(network, theta, samples, "parallelHessian", options.loss);
  const { loss, l2 = 0, jobs, signal, onDone } = options;
  checkStrength(l2, "parallelHessian: l2");
  const counted = weighed(samples);
  const [n, P] = [counted.x.shape[0], network.parameterCount];
  const described = computesHere(jobs, Math.ceil(n / CHUNK))
    ? undefined
    : { network: describeNetwork(network), loss: describeLoss(loss) };
  const requests: Request[] = [];
  for (let from = 0; from < n; from += CHUNK) {
    requests.push({
      described,
      l2,
      theta,
      // copied, so that a thread is sent no more
      samples: takeSamples(counted, rowsFrom(from, Math.min(n, from + CHUNK))),
    });
  }
  const compute = (request: Request): ExactHessian => hessianOfRequest(request, { network, loss });
  const task = { module: import.meta.url, name: "hessianOfRequest", compute };
  const parts = await parallelMap<Request, ExactHessian>(task, requests, {
    label: "Hessian",
    jobs,
    signal,
    onDone,
  });
  const hessian = tensor([P, P]);
  parts.forEach((part, k) => {
    const weight = requests[k].samples.x.shape[0] / n;
    for (let p = 0; p < part.data.length; p++) hessian.data[p] += weight * part.data[p];
  });
  const { route, obstacle } = parts[0]; // the same for all samples
  return { ...hessian, route, ...(obstacle && { obstacle }) };
}

const rowsFrom = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: to - from }, (_, k) => from + k);

/** What `parallelHessian` asks of a worker thread. */
export function hessianOfRequest(
  { described, l2, theta, samples }: Request,
  own?: { readonly network: Network; readonly loss: Loss },
): ExactHessian {
  const { network, loss } = described
    ? { network: networkFrom(described.network), loss: lossFrom(described.loss) }
    : own!;
  return exactHessian(network, theta, samples, { loss, l2 });
}
