import type { LongRun } from "../../core/tasks/longRun.js";
import { takeRows } from "../../core/tensor.js";
import { audit } from "../../hessian/audit/audit.js";
import type { Samples } from "../../nn/losses/risk.js";
import type { AuditAnswer } from "./document.js";
import type { NetworkContext } from "./networkContext.js";
import { choiceOf, riskOf } from "./trained.js";
import { evenly } from "./trust.js";

/** Points that influence is asked about, and training points that are taken away. */
export const AUDITED = 20;
const REMOVALS = 16;
const FEW_REMOVALS = 5;

/** Training points that are taken away, by how the Hessian is known. */
export const removalsOf = (name: string, n: number): number =>
  n < FEW_REMOVALS ? 0 : Math.min(n, name === "exact" || name === "head" ? REMOVALS : FEW_REMOVALS);

/** Whether influence of this model can be trusted: `hessian.audit`, in words. */
export async function auditAnswer(
  context: NetworkContext,
  training: Samples,
  run: LongRun,
): Promise<AuditAnswer> {
  const { question, rng } = context;
  const { network, theta } = question.model;
  const { points, damping, exactLimit, curvature, headAfter, jobs } = question;
  const { x, target } = points.target ? points : training;
  const some = evenly(x.shape[0], AUDITED);
  const removals = removalsOf(choiceOf(context, training).name, training.x.shape[0]);
  const found = await audit(network, theta, training, {
    options: riskOf(context),
    test: { x: takeRows(x, some), target: takeRows(target!, some) },
    ...{ damping, exactLimit, jobs, signal: run.signal },
    ...(curvature && { curvature }),
    ...(headAfter !== undefined && { headAfter }),
    retrain:
      removals > 0
        ? { points: removals, rng: rng.fork("audit"), jobs, onDone: (d, t) => run.tick(d, t) }
        : undefined,
  });
  return {
    verdict: found.verdict,
    conclusion: found.conclusion,
    lines: found.lines.map(({ part, verdict, words }) => ({ part, verdict, words })),
  };
}
