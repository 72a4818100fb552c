import { count, optional, record, tensorOf } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { aNetwork } from "../../nn/arguments.js";
import { ConfigError, ShapeError } from "../../core/errors.js";
import { longRun, type LongRun, type LongRunOptions } from "../../core/tasks/longRun.js";
import { onceFor } from "../../core/tasks/onceFor.js";
import { computesHere, parallelMap } from "../../core/tasks/parallel.js";
import { row, tensor, type Tensor } from "../../core/tensor.js";
import {
  describeNetwork,
  networkFrom,
  type NetworkDescription,
} from "../../nn/network/description.js";
import { losses, type Loss, type LossSpec } from "../../nn/losses/loss.js";
import { describeLoss, lossFrom } from "../../nn/losses/lossTypes.js";
import type { Network } from "../../nn/network/network.js";
import { checkSamples, predict, type Samples } from "../../nn/losses/risk.js";

/**
 * Parameter vectors for which a worker thread is asked at a time. Fixed, so that results do not
 * depend on the number of workers.
 */
const CHUNK = 64;

interface Shared {
  readonly network: NetworkDescription;
  readonly loss: LossSpec;
  readonly samples: Samples;
  readonly ownLabels: boolean;
}

/** Options of `lossesAt`. */
export interface LossesAtOptions extends LongRunOptions {
  /** Compare with what each θ_b itself predicts instead of the given target (default false). */
  readonly ownLabels?: boolean;
  /**
   * Worker threads, as in `parallelMap` (default PHASELENS_JOBS or the number of cores); up to 64
   * parameter vectors are evaluated in this thread.
   */
  readonly jobs?: number;
}

/**
 * L_n(θ_b) of every sample at every parameter vector, without penalties.
 *
 * @param thetas  [b, P]
 * @returns       [b, n]
 * @throws ShapeError, NumericalError  if network, parameters and samples do not fit or hold NaN
 * @throws ConfigError  if a layer or loss is not this library's and jobs is not 1
 */
export async function lossesAt(
  network: Network,
  thetas: Tensor,
  samples: Samples,
  loss: Loss,
  options: LossesAtOptions = {},
): Promise<Tensor> {
  takes("lossesAt", {
    network: [network, aNetwork],
    thetas: [thetas, tensorOf(["vectors", "P"])],
    options: [options, record({ jobs: optional(count(1)) })],
  });
  const { jobs, signal, onDone, ownLabels = false } = options;
  const P = network.parameterCount;
  if (thetas.shape.length !== 2 || thetas.shape[1] !== P) {
    throw new ShapeError(
      `lossesAt: thetas must have shape [vectors, ${P}], got [${thetas.shape}].`,
      { got: thetas.shape },
    );
  }
  const [b] = thetas.shape;
  if (b === 0)
    throw new ConfigError("lossesAt: there are no parameter vectors. Pass at least one.");
  checkSamples(network, row(thetas, 0), samples, "lossesAt", loss);
  if (computesHere(jobs, Math.ceil(b / CHUNK))) {
    return longRun("lossesAt", options, (run) =>
      evaluateHere(network, thetas, samples, loss, ownLabels, run),
    );
  }
  const shared: Shared = {
    network: describeNetwork(network),
    loss: describeLoss(loss),
    samples: { x: samples.x, target: samples.target }, // losses of single samples know no weights
    ownLabels,
  };
  const blocks: Tensor[] = [];
  for (let from = 0; from < b; from += CHUNK) {
    const to = Math.min(b, from + CHUNK);
    blocks.push(tensor([to - from, P], thetas.data.slice(from * P, to * P)));
  }
  const parts = await parallelMap<Tensor, Float64Array>(
    { module: import.meta.url, name: "evaluateRequest", compute: evaluateRequest },
    blocks,
    { label: "lossesAt", shared, jobs, signal, onDone },
  );
  const result = tensor([b, samples.x.shape[0]]);
  let at = 0;
  for (const part of parts) {
    result.data.set(part, at);
    at += part.length;
  }
  return result;
}

function evaluate(
  network: Network,
  thetas: Tensor,
  { x, target }: Samples,
  loss: Loss,
  ownLabels: boolean,
): Tensor {
  const result = tensor([thetas.shape[0], x.shape[0]]);
  for (let b = 0; b < thetas.shape[0]; b++) {
    const outputs = predict(network, row(thetas, b), x);
    row(result, b).set(losses(loss, outputs, ownLabels ? loss.predictedTarget(outputs) : target));
  }
  return result;
}

/** The same for vectors in this thread, chunk by chunk. */
async function evaluateHere(
  network: Network,
  thetas: Tensor,
  samples: Samples,
  loss: Loss,
  ownLabels: boolean,
  run: LongRun,
): Promise<Tensor> {
  const [[b, P], n] = [thetas.shape, samples.x.shape[0]];
  const result = tensor([b, n]);
  const chunks = Math.ceil(b / CHUNK);
  for (let from = 0; from < b; from++) {
    await run.pause();
    const one = tensor([1, P], thetas.data.subarray(from * P, (from + 1) * P));
    result.data.set(evaluate(network, one, samples, loss, ownLabels).data, from * n);
    if ((from + 1) % CHUNK === 0 || from + 1 === b) run.tick(Math.ceil((from + 1) / CHUNK), chunks);
  }
  return result;
}

/** What `lossesAt` asks of a worker thread. */
export function evaluateRequest(thetas: Tensor, shared: Shared): Float64Array {
  const { samples, ownLabels } = shared;
  const { network, loss } = builtOf(shared);
  return evaluate(network, thetas, samples, loss, ownLabels).data;
}

const builtOf = onceFor(({ network, loss }: Shared) => ({
  network: networkFrom(network),
  loss: lossFrom(loss),
}));
