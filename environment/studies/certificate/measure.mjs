// One model: what the certificate predicts, what removal does, and what both cost.
import { core, hessian } from "phaselens";
import { drawBySize } from "phaselens/internal/hessian/removal/drawRemovals";
import { agreement, certify } from "./certify.mjs";

/** Subsets of half the training set for the linear datamodelling score. */
const SUBSETS = 12;
/** Gradients after which a search is stopped, to see how many a prediction takes. */
const STOPS = [2, 4, 8];

/** What work finds, and its CPU seconds. */
export const seconds = async (work) => {
  const started = process.cpuUsage();
  const found = await work();
  const { user, system } = process.cpuUsage(started);
  return { found, seconds: (user + system) / 1e6 };
};

/** Training points by their self-influence, as `hessian.audit` draws them. */
export function drawnRows(problem, points, rng) {
  const { network, theta, training, options } = problem;
  const gradients = hessian.gradientStream(network, theta, training, { loss: options.loss });
  const own = hessian.selfInfluence(problem.hessian, gradients, { damping: problem.damping });
  return drawBySize(
    own.map((v) => Math.sqrt(Math.max(0, v))),
    points,
    rng.fork("points"),
  );
}

/** Predicted beside measured agreement for these groups. */
export async function compared(problem, test, groups, search) {
  const forecast = await seconds(() => certify(problem, test, groups));
  const { influence, moved, corrected, facts } = forecast.found;
  const truth = await seconds(() =>
    hessian.removals(problem, test, groups, { jobs: 1, ...search }),
  );
  const { changes, facts: searches } = truth.found;
  const stopped = [];
  for (const gradients of STOPS) {
    const maxEvaluations = gradients + 1; // the first is at θ̃, where ∇F is known
    const early = await hessian.removals(problem, test, groups, { jobs: 1, maxEvaluations });
    stopped.push(agreement(influence, early.changes));
  }
  return {
    certified: agreement(influence, corrected),
    movedOnly: agreement(influence, moved),
    measured: agreement(influence, changes),
    stopped,
    left: core.median(facts.map(({ left }) => left)),
    evaluations: core.mean(searches.map(({ evaluations }) => evaluations)),
    unfinished: searches.filter(({ ended }) => ended === "evaluations").length,
    seconds: { certificate: forecast.seconds, removals: truth.seconds },
    tables: { influence, changes },
  };
}

/** The linear datamodelling score of influence, and the certificate's prediction of it. */
export async function datamodelling(problem, test, rng) {
  const n = problem.training.x.shape[0];
  const groups = Array.from({ length: SUBSETS }, (_, k) =>
    Array.from(rng.fork(`subset ${k}`).permutation(n)).slice(0, n / 2),
  );
  const { certified, measured, left, seconds: spent } = await compared(problem, test, groups, {});
  return { certified, measured, left, seconds: spent };
}

/** Spearman correlation of influence with training anew without each point, and what that costs. */
export async function retrained(
  { trained, network, theta, training, test, options },
  rows,
  influence,
) {
  const before = hessian.testLosses(network, theta, test, options);
  const n = training.x.shape[0];
  const changes = core.tensor(influence.shape);
  const { seconds: spent } = await seconds(() =>
    rows.forEach((r, k) => {
      const without = trained(Float64Array.from({ length: n }, (_, i) => (i === r ? 0 : 1)));
      const after = hessian.testLosses(network, without, test, options);
      core.row(changes, k).set(after.map((v, t) => v - before[t]));
    }),
  );
  return { measured: agreement(influence, changes), seconds: spent };
}
