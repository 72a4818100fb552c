import { list, listOf } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { someSamples } from "../../nn/arguments.js";
import { checkResult } from "../../core/arguments/checkResult.js";
import { aProblem, searchOptions } from "../arguments.js";
import { longRun, type LongRunOptions } from "../../core/tasks/longRun.js";
import { onceFor } from "../../core/tasks/onceFor.js";
import { computesHere, parallelMap } from "../../core/tasks/parallel.js";
import { norm, row, tensor, type Tensor } from "../../core/tensor.js";
import type { Samples } from "../../nn/losses/risk.js";
import { bareSamples } from "../../nn/losses/weighed.js";
import {
  preparedResponses,
  checkRows,
  type ProximalOptions,
  type ProximalProblem,
  type ProximalResponse,
} from "./proximalResponse.js";
import {
  describedProblem,
  problemOfDescription,
  type DescribedProblem,
} from "./describedProblem.js";
import { testLosses } from "../influence/testGradients.js";

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

/** What all removals of a call share, as plain data. */
interface Shared {
  readonly problem: DescribedProblem;
  readonly test: Samples;
  readonly search: ProximalOptions;
}

/** One removal: the changes of the test losses, and how it went. */
interface Removal {
  readonly changes: Float64Array;
  readonly facts: RemovalFacts;
}

/**
 * What happens to the test losses when groups of training points are taken away, each on its own:
 * the `proximalResponse` of each, in worker threads; in this one where the Hessian is a solver that
 * is not of Kronecker factors. What they share, a factorisation of the Hessian above all, is made
 * once in each thread.
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
  groups.forEach((rows) => checkRows(rows, problem.training, "removals"));
  const made = await eachRemoval(problem, test, groups, options);
  const changes = tensor([groups.length, test.x.shape[0]]);
  made.forEach((one, g) => row(changes, g).set(one.changes));
  checkResult(changes.data, "removals");
  return { changes, facts: made.map(({ facts }) => facts) };
}

async function eachRemoval(
  problem: ProximalProblem,
  test: Samples,
  groups: readonly (readonly number[])[],
  { jobs, signal, onDone, ...search }: RemovalsOptions,
): Promise<Removal[]> {
  const described = computesHere(jobs, groups.length) ? undefined : describedProblem(problem);
  if (described === undefined) {
    return longRun("removals", { signal, onDone }, async (run) => {
      const made: Removal[] = [];
      if (groups.length === 0) return made;
      const measure = preparedRemovals(problem, test, search);
      for (const rows of groups) {
        await run.pause();
        made.push(measure(rows));
        run.tick(made.length, groups.length);
      }
      return made;
    });
  }
  const shared: Shared = { problem: described, test: bareSamples(test), search };
  const task = { module: import.meta.url, name: "removalOfRequest", compute: removalOfRequest };
  return parallelMap<readonly number[], Removal>(task, groups, {
    label: "removals",
    shared,
    jobs,
    signal,
    onDone,
  });
}

/** What `removals` asks of a worker thread. */
export function removalOfRequest(rows: readonly number[], shared: Shared): Removal {
  return measureOf(shared)(rows);
}

const measureOf = onceFor(({ problem, test, search }: Shared) =>
  preparedRemovals(problemOfDescription(problem), test, search),
);

function preparedRemovals(
  problem: ProximalProblem,
  test: Samples,
  search: ProximalOptions,
): (rows: readonly number[]) => Removal {
  const { network, theta, options } = problem;
  const before = testLosses(network, theta, test, options);
  const respond = preparedResponses(problem, search);
  return (rows) => {
    const { step, ...response } = respond(rows);
    const after = testLosses(
      network,
      theta.map((v, p) => v + step[p]),
      test,
      options,
    );
    return {
      changes: after.map((v, t) => v - before[t]),
      facts: { ...response, length: norm(step) },
    };
  };
}
