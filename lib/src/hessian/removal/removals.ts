import { list, listOf } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { someSamples } from "../../nn/arguments.js";
import { checkResult } from "../../core/arguments/checkResult.js";
import { aProblem, searchOptions } from "../arguments.js";
import { longRun, type LongRunOptions } from "../../core/tasks/longRun.js";
import { norm, row, tensor, type Tensor } from "../../core/tensor.js";
import {
  describeNetwork,
  networkFrom,
  type NetworkDescription,
} from "../../nn/network/description.js";
import type { LossSpec } from "../../nn/losses/loss.js";
import { describeLoss, lossFrom } from "../../nn/losses/lossTypes.js";
import type { RiskOptions, Samples } from "../../nn/losses/risk.js";
import { bareSamples } from "../../nn/losses/weighed.js";
import {
  proximalResponses,
  checkRows,
  type ProximalOptions,
  type ProximalProblem,
  type ProximalResponse,
} from "./proximalResponse.js";
import { testLosses } from "../influence/testGradients.js";

/**
 * Groups of which a worker thread is asked at a time. Fixed, so that results do not depend on the
 * number of workers.
 */
const CHUNK = 2;

/** Options of `removals`. */
export interface RemovalsOptions extends ProximalOptions, LongRunOptions {
  /**
   * Worker threads, as in `parallelMap` (default PHASELENS_JOBS or the number of cores). 1 computes
   * in this thread, which layers and losses of one's own need.
   */
  readonly jobs?: number;
}

/** How one removal went: a `ProximalResponse` with the length of its step instead of the step. */
export type RemovalFacts = Omit<ProximalResponse, "step"> & { readonly length: number };

/** What removals of points really did to the losses of test points. */
export interface Removals {
  /**
   * L_test(θ*) − L_test(θ̃), penalties not counted, [groups, test]: what influence predicts,
   * positive for helpful points.
   */
  readonly changes: Tensor;
  readonly facts: readonly RemovalFacts[];
}

type Request = Omit<ProximalProblem, "network" | "options" | "hessian" | "preconditioner"> & {
  readonly network: NetworkDescription;
  readonly loss: LossSpec;
  readonly penalties: Omit<RiskOptions, "loss">;
  readonly hessian: Tensor;
  readonly test: Samples;
  readonly groups: readonly (readonly number[])[];
  readonly search: ProximalOptions;
};

/**
 * What happens to the test losses when groups of training points are taken away, each on its own:
 * the `proximalResponse` of each, in worker threads; in this one where the Hessian is a solver.
 *
 * @param groups  rows of the training set; `rows.map((r) => [r])` for single points
 */
export async function removals(
  problem: ProximalProblem,
  test: Samples,
  groups: readonly (readonly number[])[],
  options: RemovalsOptions = {},
): Promise<Removals> {
  takes("removals", {
    problem: [problem, aProblem],
    test: [test, someSamples],
    groups: [groups, listOf(list)],
    options: [options, searchOptions],
  });
  const { jobs, signal, onDone, ...search } = options;
  const { network, theta, training, options: risk, damping, hessian } = problem;
  groups.forEach((rows) => checkRows(rows, training, "removals"));
  const parts: Removals[] = [];
  const { computesHere, parallelMap } = await import("../../core/tasks/parallel.js");
  if (!("data" in hessian) || computesHere(jobs, Math.ceil(groups.length / CHUNK))) {
    await longRun("removals", { signal, onDone }, async (run) => {
      for (let from = 0; from < groups.length; from += CHUNK) {
        await run.pause();
        parts.push(measure(problem, test, groups.slice(from, from + CHUNK), search));
        run.tick(Math.min(from + CHUNK, groups.length), groups.length);
      }
    });
  } else {
    const { loss, ...penalties } = risk;
    const shared = {
      network: describeNetwork(network),
      loss: describeLoss(loss),
      penalties,
      theta,
      damping,
      hessian,
      search,
      training: bareSamples(training),
      test: bareSamples(test),
    };
    const requests: Request[] = [];
    for (let from = 0; from < groups.length; from += CHUNK)
      requests.push({ ...shared, groups: groups.slice(from, from + CHUNK) });
    parts.push(
      ...(await parallelMap<Request, Removals>(
        { module: import.meta.url, name: "removalsOfRequest", compute: removalsOfRequest },
        requests,
        {
          label: "removals",
          jobs,
          signal,
          onDone:
            onDone && ((done) => onDone(Math.min(done * CHUNK, groups.length), groups.length)),
        },
      )),
    );
  }
  const changes = tensor([groups.length, test.x.shape[0]]);
  parts.forEach((part, k) => changes.data.set(part.changes.data, k * CHUNK * test.x.shape[0]));
  checkResult(changes.data, "removals");
  return { changes, facts: parts.flatMap((part) => part.facts) };
}

/** What `removals` asks of a worker thread. */
export function removalsOfRequest({
  network,
  loss,
  penalties,
  test,
  groups,
  search,
  ...rest
}: Request): Removals {
  return measure(
    { ...rest, network: networkFrom(network), options: { ...penalties, loss: lossFrom(loss) } },
    test,
    groups,
    search,
  );
}

function measure(
  problem: ProximalProblem,
  test: Samples,
  groups: readonly (readonly number[])[],
  search: ProximalOptions,
): Removals {
  const { network, theta, options } = problem;
  const before = testLosses(network, theta, test, options);
  const changes = tensor([groups.length, test.x.shape[0]]);
  const facts = proximalResponses(problem, groups, search).map(
    ({ step, ...response }, g): RemovalFacts => {
      const after = testLosses(
        network,
        theta.map((v, p) => v + step[p]),
        test,
        options,
      );
      row(changes, g).set(after.map((v, t) => v - before[t]));
      return { ...response, length: norm(step) };
    },
  );
  return { changes, facts };
}
