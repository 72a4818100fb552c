import { checkResult } from "../../core/arguments/checkResult.js";
import type { LongRun } from "../../core/tasks/longRun.js";
import { correlation, median, ranks } from "../../core/statistics/statistics.js";
import { row, tensor, type Tensor } from "../../core/tensor.js";
import type { ExaminedCurvature } from "./examinedCurvature.js";
import type { FramedGradients } from "./framedGradients.js";
import type { DampingAudit, DampingScanRow, SpectrumAudit } from "./auditReport.js";
import { auditThresholds } from "./auditThresholds.js";
import { influenceOfSteps } from "../influence/influenceOfSteps.js";
import { from, worst } from "./verdict.js";

/** The margin λ − max(0, −E₀) is halved and doubled twice. */
const FACTORS = [0.25, 0.5, 1, 2, 4];
/** Those of a scan whose every solve takes long. */
const NEIGHBOURS = [0.5, 1, 2];
const TOP = 5;
/** Numbers of steps that share a pass over the training gradients: 128 MB. */
const KEPT = 2 ** 24;

/**
 * The dampings of the scan: those whose margin above the smallest admissible one is ¼, ½, 1, 2 and
 * 4 times that of the damping under examination. Without damping the lowest eigenvalue takes the
 * place of the margin, and 0 comes first.
 */
export function scannedDampings(
  { lambda: damping, smallestDamping, lowest }: SpectrumAudit,
  factors: readonly number[] = FACTORS,
): number[] {
  const margin = damping - smallestDamping;
  if (margin > 0)
    // λ itself, not rounded
    return factors.map((factor) => (factor === 1 ? damping : smallestDamping + factor * margin));
  return [0, ...factors.map((factor) => factor * lowest)];
}

/**
 * How the ranking of all training points changes from one damping to the next: Spearman correlation
 * and the share of the five points of largest |I| that stay, medians over the test points. Judged
 * by the two steps next to the damping itself. Hessian and gradients are those in the frame of the
 * damping.
 */
export async function auditDamping(
  { solverAt, spectrum, approximate, preconditioner }: ExaminedCurvature,
  trainGradients: FramedGradients,
  testGradients: Tensor,
  run: LongRun,
): Promise<DampingAudit> {
  // Kronecker factors are positive themselves, whatever the Hessian is
  const admissible = approximate ? { ...spectrum, smallestDamping: 0 } : spectrum;
  const dampings = scannedDampings(admissible, preconditioner ? NEIGHBOURS : FACTORS);
  const tables: Tensor[] = [];
  const together = Math.max(1, Math.floor(KEPT / testGradients.data.length));
  for (let first = 0; first < dampings.length; first += together) {
    const steps: Tensor[] = [];
    for (const damping of dampings.slice(first, first + together)) {
      await run.pause();
      steps.push(solverAt(damping).solveMany(testGradients).x);
      run.part("dampings").onDone(first + steps.length, dampings.length);
    }
    tables.push(...influenceTables(steps, trainGradients));
  }
  const nexts = await changes(tables, run);
  const rows = dampings.map((damping, k): DampingScanRow => ({
    damping,
    conditionNumber: (spectrum.highest + damping) / (spectrum.lowest + damping),
    next: nexts.at(k),
  }));
  const judged = rows.flatMap(({ next }, k) =>
    next && (dampings[k] === spectrum.lambda || dampings[k + 1] === spectrum.lambda) ? [next] : [],
  );
  return {
    rows,
    verdict: worst(
      judged.flatMap(({ rankCorrelation, sharedTopFive }) => [
        from(rankCorrelation, auditThresholds.dampingRank),
        from(sharedTopFive, auditThresholds.dampingTop),
      ]),
    ),
  };
}

/** Influence by the steps of each damping, [test, train] each, in one pass over the gradients. */
function influenceTables(steps: readonly Tensor[], trainGradients: FramedGradients): Tensor[] {
  const [tests, P] = steps[0].shape;
  const all = tensor([steps.length * tests, P]);
  steps.forEach(({ data }, k) => all.data.set(data, k * tests * P));
  const { data, shape } = influenceOfSteps(all, trainGradients, "audit");
  checkResult(data, "audit");
  const width = tests * shape[1];
  return steps.map((_, k) => tensor([tests, shape[1]], data.subarray(k * width, (k + 1) * width)));
}

/** What a test point says of the training points, at one damping. */
interface Ranking {
  /** None where nothing has influence: such a point ranks nothing, and agrees with itself. */
  readonly ranks: Float64Array | undefined;
  readonly top: readonly number[];
}

/** How the rankings change from each table to the next. */
async function changes(
  tables: readonly Tensor[],
  run: LongRun,
): Promise<NonNullable<DampingScanRow["next"]>[]> {
  const pairs = tables.slice(1).map(() => ({ correlations: [0], shared: [0] }));
  for (let t = 0; t < tables[0].shape[0]; t++) {
    await run.pause();
    const rankings = tables.map((table) => rankingOf(row(table, t)));
    pairs.forEach(({ correlations, shared }, k) => {
      const [one, next] = [rankings[k], rankings[k + 1]];
      correlations[t] = one.ranks && next.ranks ? correlation(one.ranks, next.ranks) : 1;
      shared[t] = one.top.filter((r) => next.top.includes(r)).length / one.top.length;
    });
  }
  return pairs.map(({ correlations, shared }) => ({
    rankCorrelation: median(correlations),
    leastRankCorrelation: Math.min(...correlations),
    sharedTopFive: median(shared),
  }));
}

function rankingOf(values: Float64Array): Ranking {
  const constant = values.every((v) => v === values[0]);
  return { ranks: constant ? undefined : ranks(values), top: largest(values) };
}

/** The training points of largest |I|, the largest first; of equal ones the first. */
function largest(values: Float64Array): number[] {
  const top: number[] = [];
  for (let r = 0; r < values.length; r++) {
    let place = top.length;
    while (place > 0 && Math.abs(values[r]) > Math.abs(values[top[place - 1]])) place--;
    if (place === TOP) continue;
    top.splice(place, 0, r);
    top.length = Math.min(top.length, TOP);
  }
  return top;
}
